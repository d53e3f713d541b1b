### Person: the receipt after everything was erased

title = Everything about you has been erased
text = Keep this receipt. With it and your name, the operator can prove that it was done.
id = Receipt
time = Time
subject = You, as a keyed hash
rows = Erased
counts-events = history entries
counts-recommendations = lists
counts-friends = friendships
counts-keys = keys
counts-profile = profile
counts-jobs = batches
note = Models that learned from your history keep its influence until they are trained again; erasing backups is up to the operator.
get = Download the receipt

## What people do with the things, by the verb of the domain

done = Done
