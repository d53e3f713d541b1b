### The person's screens
### Evidence before inference; no claim of love; “because” only where leaving it out cost the place.
###
### $title comes in its quotes; numbers, shares and dates come written.

## The list

feed-nav = For you
feed-title = For you
feed-lead =
    { $n ->
        [one] Based on one entry in your history.
       *[other] Based on { $count } entries in your history.
    }
feed-leadEmpty = Your history is still empty, so this list shows what is chosen most often.
feed-off = Your history is not used. This list shows what is chosen most often, without what you have already chosen.
feed-use = Use my history
feed-offDone = Your history is no longer used.
feed-onDone = Your history is used again.
feed-list = Your list
feed-badge-personal = Personal
feed-badge-popular = Often chosen
feed-badge-similar = Shared tags
feed-badge-none = No reason given
feed-badgeHelp-title = What the labels mean
feed-badgeHelp-personal = Personal: choices of yours are named as the reason.
feed-badgeHelp-popular = Often chosen: many people choose it; your history is not the reason.
feed-badgeHelp-similar = Shared tags: the model does not know what you chose, so the list goes by the tags you have in common.
feed-badgeHelp-unsaid = No reason given: none of the possible reasons passed its test.
feed-badgeHelp-none = Nothing here is promoted, and nothing is shown as an experiment. If it were, the label would say so.
feed-fallback-popular = Nothing in your history could be used, so you see what is chosen most often.
feed-fallback-content = The model does not know what you chose, so this list goes by shared tags.
feed-fallback-session = Only this visit could be used.
feed-why = Why?
feed-whyOf = Why? { $title }
feed-hide = Hide
feed-hideOf = Hide { $title } or its tags
feed-hideItem = Only { $this }
feed-hideTag = Everything tagged “{ $tag }”
feed-hidden = { $title } will not be suggested again.
feed-hiddenTag = Nothing tagged “{ $tag }” will be suggested.
feed-named = Named in the reason above:
feed-nothingNamed = The reason names none of your choices, so there is nothing to take back here.
feed-whole = See the full explanation
feed-takeBack = Take back
feed-takeBackUndo = Put it back
feed-takeBackOf = Take back { $title }: it no longer counts
feed-tookBack = { $title } no longer counts.
feed-more = Show more
feed-empty = There is nothing left to suggest
feed-emptyFix = You may have hidden too many tags. You can show some of them again in your profile.
feed-record = Record of this list
feed-recordHelp = With this number, anyone who audits the service can look the list up and compute it again.
feed-changed-title = Without { $title }
feed-changed-sum = In the first { $shown } places: { $fresh } new, { $moved } moved.
feed-changed-same = The first { $shown } places stay as they are.
feed-changed-keep = Keep this list
feed-changed-before = Before
feed-changed-now = Now
feed-movedUp = up { $places }
feed-movedDown = down { $places }
feed-fresh = new
feed-freshFrom = new, was { $rank }
feed-rank = Place { $n }:{ " " }

## Like, dislike, not interested

opinion-of = What do you think of { $title }?
opinion-name-like = I like it
opinion-name-dislike = I don’t like it
opinion-name-notInterested = Not interested
opinion-press-like = I like { $title }
opinion-press-dislike = I don’t like { $title }
opinion-press-notInterested = Not interested in { $title }
opinion-said-like = { $title } now counts as something you like. You find it in your history.
opinion-said-dislike = { $title } will not be suggested again.
opinion-said-notInterested = { $title } will not be suggested again.

## What is known of a choice

reason-times = { $times } times
reason-timesLast = { $times } times, last on { $last }
reason-support = { $n } people chose both
reason-testedHelp = All of these were left out together and the list was computed again, by the same code as “What if?”. The text says “because” only if the item then drops out of the list, and loses more places than it does without as many random choices of yours.

## How much of the score a part is; the same words as in the service's sentences

strength-share-all = all of it
strength-share-nearly = nearly all of it
strength-share-more = more than half
strength-share-fair = a fair part of it
strength-share-small = a small part of it
strength-for-all = all
strength-for-nearly = nearly all
strength-for-more = more than half
strength-for-fair = a fair part
strength-for-small = a small part
strength-for-tiny = very little
strength-against-all = strongly against
strength-against-nearly = strongly against
strength-against-more = strongly against
strength-against-fair = clearly against
strength-against-small = a little against
strength-against-tiny = barely against

## Why this?

why-title = Why this?
why-rank = Place { $n } in your list
why-back = Back to your list
why-reasons = Why it is in your list
why-named = What the reason names
why-notListed = { $title } is not in your list at the moment.
why-notListedLink = See why not
why-share = What is named makes up { $share } of the score: { $part }.
why-shareHelp = The same share as in the text: the named parts, with their signs, divided by the score.
why-broken = The parts of this score do not add up to it, so none of them can be relied on.
why-exact = All parts of this score are exact: they add up to it, and leaving one out takes exactly that part away.
why-exactBut = All parts of this score are exact but one: the model’s own part ({ $rest }), for which there is no reason in words.
why-measured = This model’s reasons do not add up to the score: each says how far the score falls when it alone is left out.
why-bars = How the score is made up
why-takeaway = Starting point { $base }, your choices { $choices }: score { $score }.
why-takeawayOwn = Starting point { $base }, your choices { $choices }, the model’s own part { $own }: score { $score }.
why-takeawayOut = The score is { $score }. Each bar was measured on its own.
why-columns-what = What
why-columns-part = Part of the score
why-columns-amount = Amount
why-base = Starting point, the same for everyone
why-others = All your other choices
why-othersAll = Everything else
why-rest = The model’s own part, without a reason in words
why-left = Not accounted for by the parts above
why-gap = What does not add up
why-total = Score
why-barsHow = each bar is what that choice adds to the score or takes away from it; together with the starting point they add up to the score.
why-barsHowOut = each bar is how far the score falls when that choice alone is left out.
why-leave = Leave out
why-leaveOf = Leave out { $title } and see what happens
why-putBack = Put back
why-putBackOf = Put back { $title }
why-tested-before = Place now
why-tested-place = { $rank }
why-tested-below = { $rank }: no longer in the list of { $listed }
why-tested-after =
    { $n ->
        [one] Place without it
       *[other] Place without all that is named
    }
why-tested-random = Places without as many random choices ({ $draws } draws)
why-whatIf = What if?
why-whatIfEmpty = Leave something out to see here what your list would be without it.
why-without =
    { $n ->
        [one] Your list without it
       *[other] Your list without those { $n }
    }
why-before = Now
why-after = Without it
why-gone = leaves the list
why-down = drops to { $n }
why-itemGone = { $title } would no longer be suggested.
why-itemStays = { $title } would keep place { $place }.
why-itemMoves = { $title } would move from place { $from } to { $to }.
why-itemLeaves = { $title } would move from place { $from } to { $to }, out of your list.
why-apply = Take back for good
why-applied =
    { $n ->
        [one] It no longer counts.
       *[other] { $n } entries no longer count.
    }
why-reset = Put everything back

## Paths

paths-title = The paths to it
paths-picture = Paths from what you chose to this
paths-takeaway = Starting point { $base }, all paths together { $paths }: score { $score }.
paths-none = No path leads to it: only the starting point counts.
paths-how = the score is a sum over paths. Each line is as wide as the exact part of the score that it carries; cutting it takes away exactly that part.
paths-you = You
paths-others = Other choices of yours
paths-press = Press one of your choices, or what it leads through, to see your list without it.
paths-further = All other paths
paths-cut = Cut
paths-cutOf = Cut this path and see what happens: { $text }
paths-putBackOf = Put back: { $text }
paths-byEvent = The same score, by what you chose

## Kinds of likeness

modalities-title = How it resembles your choices
modalities-names-image = How it looks
modalities-names-text = How it reads
modalities-names-audio = How it sounds
modalities-names-choices = What people choose together
modalities-other = “{ $name }”
modalities-most = most like { $title }
modalities-takeaway = Each is a part of its own; with the starting point they add up to the score of { $score }.
modalities-how = each kind of likeness is a separate part of the score; leaving one out takes away exactly that part.

## Something missing?

missing-nav = Missing?
missing-title = Something missing?
missing-lead = Find out why something is not in your list, and what you can do about it.
missing-find = Find a { $thing }
missing-hint = Type a part of the title.
missing-listed = { $title } is in your list, at place { $rank }.
missing-seeWhy = See why
missing-causes-hidden = The operator of this service does not offer it now.
missing-causes-policy = A rule of the operator of this service keeps it out of your lists.
missing-causes-blockedItem = You have hidden it.
missing-causes-blockedTag = You have hidden one of its tags.
missing-causes-seen = You { $done } it already.
missing-causes-refused = You said that you do not want it, or gave it back.
missing-causes-excluded = It was left out of this list.
missing-causes-takenBack = You took it back; what is taken back is not suggested in its place.
missing-causes-filter = The list is limited to others.
missing-causes-outranked = Others fit better: its place would be { $rank }, and the list ends at { $n }.
missing-causes-notInModel = It came after the model was trained; it waits for the next training.
missing-unhide = Show it again
missing-unhideTag = Show “{ $tag }” again
missing-shown = It may be suggested again.
missing-lacks = It lacks { $gap } of score to the last place.
missing-bars = What counts for it and against it
missing-takeaway =
    { $up ->
        [true]
            { $outranked ->
                [true] { $title } speaks most for it, but others fit better.
               *[false] { $title } speaks most for it.
            }
       *[false] { $title } speaks most against it.
    }
missing-takeawayNone = Nothing in your history speaks for it or against it.

## My profile

profile-nav = My profile
profile-title = My profile
profile-lead = What your history says, where it comes from, and how to change it.
profile-tabs-label = Parts of the profile
profile-tabs-tastes = Tastes
profile-tabs-history = History
profile-tabs-hidden = Hidden
profile-tastes = Tastes
profile-takeaway = “{ $tag }” stands out: { $share } of your choices have it, and { $usual } of all { $things }.
profile-takeawayEven = Your choices are spread much like the catalogue as a whole.
profile-tastesHow = the share of your counted choices that have the tag, beside the share of the catalogue that has it. Tags describe your history; the score itself is computed from your choices.
profile-mine = of yours
profile-usual = of all
profile-comes =
    { $n ->
        [one] From { $count } choice
       *[other] From { $count } choices
    }
profile-latest = The latest:
profile-hideTag = Hide
profile-hideTagOf = Hide everything tagged “{ $tag }”
profile-takeAll = Take back all { $n }
profile-takeAllOf = Take back all { $n }: everything behind the tag “{ $tag }”
profile-tookAll =
    { $n ->
        [one] { $count } entry tagged “{ $tag }” no longer counts.
       *[other] { $count } entries tagged “{ $tag }” no longer count.
    }
profile-isHidden = hidden
profile-unhide = Show again
profile-unhideOf = Show again: “{ $name }”
profile-unhidden = “{ $name }” may be suggested again.
profile-noTastes = No tastes yet
profile-noTastesFix = They appear once you have chosen something.
profile-noTags = No tags to show
profile-noTagsFix =
    { $n ->
        [one] The one choice that counts has no tags.
       *[other] None of your { $count } choices that count has a tag.
    }
profile-allTags = Show all { $n }
profile-columns-tag = Tag
profile-columns-count = Times
profile-columns-share = Of yours
profile-columns-usual = Of all
profile-history = History
profile-timeline = Your history by month
profile-timelineAll =
    { $n ->
        [one] One entry is stored, and it counts.
       *[other] { $count } entries are stored, and all of them count.
    }
profile-timelineOut =
    { $out ->
        [one] { $count } entries are stored; { $outCount } of them does not count.
       *[other] { $count } entries are stored; { $outCount } of them do not count.
    }
profile-timelineHow = entries per calendar month, in universal time.
profile-counted = Count
profile-uncounted = Do not count
profile-month = Month
profile-because-event = taken back by you
profile-because-period = in a period you left out
profile-because-noChoice = not a choice
profile-because-cancelled = disliked or returned later
profile-because-off = history is off
profile-because-notInModel = not known to the model yet
profile-because-older = too long ago to count
profile-counts = counts
profile-takeBack = Take back
profile-putBack = Put back
profile-takeBackOf = Take back { $title }
profile-putBackOf = Put back { $title }
profile-tookBack = { $title } no longer counts.
profile-gaveBack = { $title } counts again.
profile-off = Your history is switched off, so none of these entries counts.
profile-noHistory = Your history is empty
profile-more = Show earlier entries
profile-periods = Leave out a period
profile-periodsText = For example, while someone else was using your account.
profile-from = From
profile-to = To
profile-addPeriod = Leave out
profile-badPeriod = Give both dates, the first not after the last.
profile-period = { $from } to { $to }
profile-periodOut = { $from } to { $to } no longer counts.
profile-periodIn = The period counts again.
profile-hidden = Hidden
profile-hiddenText = These { $things } and tags are never suggested to you.
profile-nothingHidden = Nothing is hidden
profile-nothingHiddenFix = Use “Hide” in your list or beside a taste, and it appears here.
profile-items = Hidden one by one
profile-tags = Hidden tags

## My data

data-nav = My data
data-title = My data
data-lead = What is stored about you. You can take a copy with you, stop its use, or have all of it erased.
data-use = How your history is used
data-useText = When this is off, your list shows what is chosen most often, the same order for everyone. Your history stays stored, and is used for one thing only: to leave out what you have already chosen. It is not used to train models, and it enters no statistics. Your list changes at once; a model that is already trained keeps what it learned until the next training.
data-named = Show my name to friends
data-namedText = Your choices may be a reason for people who follow you: “2 people you follow chose it”. Your name appears there only if you and they both allow it. Switching this off takes effect at once; switching it on, with the next training.
data-namedGo = Let friends see my name
data-namedOn = Friends who allow the same can see your name after the next training.
data-namedOff = Your name no longer appears in anyone’s reasons.
data-stored = What is stored
data-storedTakeaway = { $n } entries, { $size } as a file.
data-columns-what = What
data-columns-n = Entries
data-columns-why = What for
data-rows-events = History: what you chose, were shown or rejected
data-rows-eventsFor = Your recommendations are computed from it
data-rows-recommendations = Lists that were made for you
data-rows-recommendationsFor = So that each can be looked up, explained and checked
data-rows-controls = Your wishes: hidden, taken back, left out
data-rows-controlsFor = Followed in every list
data-rows-fields = Other facts about you
data-rows-fieldsFor = Stored for the operator; only an age is used, by the operator’s rules
data-rows-friends = Friends
data-rows-friendsFor = Stored, not used by this model
data-rows-friendsCount = What they chose counts in your list
data-rows-keys = Keys you sign in with
data-rows-keysFor = Only their hashes are stored
data-model = What the model has learned
data-modelText = The model { $name } (version { $version }) learned from events up to { $day }. What you take back stops counting in your list at once; the model itself forgets it at the next training.
data-modelNoDay = an unknown day
data-privacy = This model comes without a guarantee of differential privacy: there is no proven limit on how much it learned from one person.
data-private = This model is differentially private (ε = { $epsilon }): it would look almost the same if you had never been in its data.
data-export = Take a copy
data-exportText = Everything above as one JSON file.
data-exportGo = Download my data
data-exportDone = Your data was downloaded.
data-erase = Erase everything
data-eraseText = Your history, lists, wishes and keys are deleted at once and for good. You get a receipt.
data-eraseGo = Erase everything…
data-eraseTitle = Erase everything about you?
data-eraseConfirm = I understand that this cannot be undone.
data-eraseYes = Erase everything now
data-eraseNote = You will be signed out, because your key is erased as well. Download your data first if you want to keep it.
data-receipt = Everything about you has been erased
data-receiptText = Keep this receipt. With it and your name, the operator can prove that it was done.
data-receiptId = Receipt
data-receiptTime = Time
data-receiptSubject = You, as a keyed hash
data-receiptRows = Erased
data-receiptCounts-events = history entries
data-receiptCounts-recommendations = lists
data-receiptCounts-friends = friendships
data-receiptCounts-keys = keys
data-receiptCounts-profile = profile
data-receiptCounts-jobs = batches
data-receiptNote = Models that learned from your history keep its influence until they are trained again; erasing backups is up to the operator.
data-receiptGet = Download the receipt
data-receiptDone = Done

## What people do with the things, by the verb of the domain

done-chose = chose
done-watched = watched
done-read = read
done-listened = listened to
done-played = played
done-bought = bought
done-ordered = ordered
done-viewed = viewed
done-clicked = clicked
done-liked = liked
done-rated = rated
done-saved = saved
done-shared = shared
done-applied = applied for
done-booked = booked
done-followed = followed
done-downloaded = downloaded
done-subscribed = subscribed to
done-joined = joined
done-visited = visited
done-used = used

## One thing, by domain

thing-film = film
thing-book = book
thing-music = track
thing-artist = artist
thing-shop = product
thing-game = game
thing-other = item

## Several things, by domain

things-film = films
things-book = books
things-music = tracks
things-artist = artists
things-shop = products
things-game = games
things-other = items

## This one thing, by domain

this-film = this film
this-book = this book
this-music = this track
this-artist = this artist
this-shop = this product
this-game = this game
this-other = this item

## Kinds of events in the history

kind-choice = chosen
kind-import = imported
kind-like = liked
kind-favorite = saved as a favourite
kind-bookmark = saved
kind-wish = on the wish list
kind-toRead = wants to read
kind-follow = followed
kind-subscribe = subscribed to
kind-share = shared
kind-comment = commented on
kind-cart = put in the basket
kind-play = played
kind-listen = listened to
kind-watch = watched
kind-read = read
kind-finish = finished
kind-download = downloaded
kind-install = installed
kind-use = used
kind-visit = visited
kind-apply = applied for
kind-borrow = borrowed
kind-rent = rented
kind-book = booked
kind-purchase = bought
kind-order = ordered
kind-view = viewed
kind-open = opened
kind-click = clicked
kind-rating = rated
kind-dislike = disliked
kind-skip = skipped
kind-notInterested = not interested
kind-hide = hidden
kind-reject = rejected
kind-report = reported
kind-return = returned
kind-refund = refunded
kind-cancel = cancelled
kind-takenBack = taken back
kind-unlike = no longer liked
kind-unfavorite = no longer saved
kind-unfollow = no longer followed
kind-unsubscribe = no longer subscribed to
kind-uninstall = uninstalled
kind-remove = removed
kind-impression = shown to you
