### Person: what is known of a reason, and what is thought of an item
### $title comes in its quotes.

times = { $times } times
timesLast = { $times } times, last on { $last }
support = { $n } people chose both
testedHelp = All of these were left out together and the list was computed again, by the same code as “What if?”. The text says “because” only if the item then drops out of the list, and loses more places than it does without as many random choices of yours.

## Like, dislike, not interested

opinion-of = What do you think of { $title }?
opinion-name-like = I like it
opinion-name-dislike = I don’t like it
opinion-name-notInterested = Not interested
opinion-press-like = I like { $title }
opinion-press-dislike = I don’t like { $title }
opinion-press-notInterested = Not interested in { $title }
opinion-said-like = { $title } now counts as something you like. You find it in your history.
opinion-said-dislike = { $title } will not be suggested again, and what is like it stands lower.
opinion-said-notInterested = { $title } will not be suggested again, and what is like it stands lower.

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
