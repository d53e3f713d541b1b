### Person: what is stored

lead = What is stored about you. You can take a copy with you, stop its use, or have all of it erased.
use = How your history is used
useText = When this is off, your list shows what is chosen most often, the same order for everyone. Your history stays stored, and is used for one thing only: to leave out what you have already chosen. It is not used to train models, and it enters no statistics. Your list changes at once; a model that is already trained keeps what it learned until the next training.
named = Show my name to friends
namedText = Your choices may be a reason for people who follow you: “2 people you follow chose it”. Your name appears there only if you and they both allow it. Switching this off takes effect at once; switching it on, with the next training.
namedGo = Let friends see my name
namedOn = Friends who allow the same can see your name after the next training.
namedOff = Your name no longer appears in anyone’s reasons.
stored = What is stored
storedTakeaway = { $n } entries, { $size } as a file.
columns-what = What
columns-n = Entries
columns-why = What for
rows-events = History: what you chose, were shown or rejected
rows-eventsFor = Your recommendations are computed from it
rows-recommendations = Lists that were made for you
rows-recommendationsFor = So that each can be looked up, explained and checked
rows-controls = Your wishes: hidden, taken back, left out
rows-controlsFor = Followed in every list
rows-fields = Other facts about you
rows-fieldsFor = Stored for the operator; only an age is used, by the operator’s rules
rows-friends = Friends
rows-friendsFor = Stored, not used by this model
rows-friendsCount = What they chose counts in your list
rows-keys = Keys you sign in with
rows-keysFor = Only their hashes are stored
model = What the model has learned
modelText = The model { $name } (version { $version }) learned from events up to { $day }. What you take back stops counting in your list at once; the model itself forgets it at the next training.
modelNoDay = an unknown day
privacy = This model comes without a guarantee of differential privacy: there is no proven limit on how much it learned from one person.
privateClose = This model is differentially private (ε = { $epsilon }): it would look almost the same if you had never been in its data. Hardly anything about it is more than { $times } times as likely with your data as without.
privateBound = Noise was added to this model so that it says little about any single person (ε = { $epsilon }): but for very rare cases, nothing about it is more than { $times } times as likely with your data as without.
privateWeak = Noise was added to this model, but it limits only loosely what the model says about you (ε = { $epsilon }): something about it may be up to { $times } times as likely with your data as without.
export = Take a copy
exportText = Everything above as one JSON file.
exportGo = Download my data
exportDone = Your data was downloaded.
erase = Erase everything
eraseText = Your history, lists, wishes and keys are deleted at once and for good. You get a receipt.
eraseGo = Erase everything…
eraseTitle = Erase everything about you?
eraseConfirm = I understand that this cannot be undone.
eraseYes = Erase everything now
eraseNote = You will be signed out, because your key is erased as well. Download your data first if you want to keep it.
