### Person: tastes, history, what is hidden
### $title comes in its quotes.

lead = What your history says, where it comes from, and how to change it.
tabs-label = Parts of the profile
tabs-tastes = Tastes
tabs-history = History
tabs-hidden = Hidden
tastes = Tastes
takeaway = “{ $tag }” stands out: { $share } of your choices have it, and { $usual } of all { $things }.
takeawayEven = Your choices are spread much like the catalogue as a whole.
tastesHow = the share of your counted choices that have the tag, beside the share of the catalogue that has it. Tags describe your history; the score itself is computed from your choices.
mine = of yours
usual = of all
comes =
    { $n ->
        [one] From { $count } choice
       *[other] From { $count } choices
    }
hideTag = Hide
hideTagOf = Hide everything tagged “{ $tag }”
takeAll = Take back all { $n }
takeAllOf = Take back all { $n }: everything behind the tag “{ $tag }”
tookAll =
    { $n ->
        [one] { $count } entry tagged “{ $tag }” no longer counts.
       *[other] { $count } entries tagged “{ $tag }” no longer count.
    }
isHidden = hidden
unhide = Show again
unhideOf = Show again: “{ $name }”
unhidden = “{ $name }” may be suggested again.
noTastes = No tastes yet
noTastesFix = They appear once you have chosen something.
noTags = No tags to show
noTagsFix =
    { $n ->
        [one] The one choice that counts has no tags.
       *[other] None of your { $count } choices that count has a tag.
    }
allTags = Show all { $n }
columns-tag = Tag
columns-count = Times
columns-share = Of yours
columns-usual = Of all
history = History
timeline = Your history by month
timelineAll =
    { $n ->
        [one] One entry is stored, and it counts.
       *[other] { $count } entries are stored, and all of them count.
    }
timelineOut =
    { $out ->
        [one] { $count } entries are stored; { $outCount } of them does not count.
       *[other] { $count } entries are stored; { $outCount } of them do not count.
    }
timelineHow = entries per calendar month, in universal time.
counted = Count
uncounted = Do not count
month = Month
because-event = taken back by you
because-period = in a period you left out
because-noChoice = not a choice
because-cancelled = disliked or returned later
because-off = history is off
because-notInModel = not known to the model yet
because-older = too long ago to count
counts = counts
takeBack = Take back
putBack = Put back
takeBackOf = Take back { $title }
putBackOf = Put back { $title }
tookBack = { $title } no longer counts.
gaveBack = { $title } counts again.
off = Your history is switched off, so none of these entries counts.
noHistory = Your history is empty
more = Show earlier entries
periods = Leave out a period
periodsText = For example, while someone else was using your account.
from = From
to = To
addPeriod = Leave out
badPeriod = Give both dates, the first not after the last.
period = { $from } to { $to }
periodOut = { $from } to { $to } no longer counts.
periodIn = The period counts again.
hidden = Hidden
hiddenText = These { $things } and tags are never suggested to you.
nothingHidden = Nothing is hidden
nothingHiddenFix = Use “Hide” in your list or beside a taste, and it appears here.
items = Hidden one by one
tags = Hidden tags

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
