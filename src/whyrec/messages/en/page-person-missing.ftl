### Person: why something is not in the list
### $title comes in its quotes.

lead = Find out why something is not in your list, and what you can do about it.
find = Find a { $thing }
hint = Type a part of the title.
listed = { $title } is in your list, at place { $rank }.
seeWhy = See why
causes-hidden = The operator of this service does not offer it now.
causes-policy = A rule of the operator of this service keeps it out of your lists.
causes-blockedItem = You have hidden it.
causes-blockedTag = You have hidden one of its tags.
causes-seen = You { $done } it already.
causes-refused = You said that you do not want it, or gave it back.
causes-excluded = It was left out of this list.
causes-takenBack = You took it back; what is taken back is not suggested in its place.
causes-filter = The list is limited to others.
causes-outranked = Others fit better: its place would be { $rank }, and the list ends at { $n }.
causes-notInModel = It came after the model was trained; it waits for the next training.
unhide = Show it again
unhideTag = Show “{ $tag }” again
shown = It may be suggested again.
lacks = It lacks { $gap } of score to the last place.
bars = What counts for it and against it
takeaway =
    { $up ->
        [true]
            { $outranked ->
                [true] { $title } speaks most for it, but others fit better.
               *[false] { $title } speaks most for it.
            }
       *[false] { $title } speaks most against it.
    }
takeawayNone = Nothing in your history speaks for it or against it.
