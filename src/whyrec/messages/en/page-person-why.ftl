### Person: why this is in the list, and what if
### Evidence before inference; no claim of love; “because” only where leaving it out cost the place.
### $title comes in its quotes.

rank = Place { $n } in your list
back = Back to your list
reasons = Why it is in your list
named = What the reason names
notListed = { $title } is not in your list at the moment.
notListedLink = See why not
share = What is named makes up { $share } of the score: { $part }.
shareHelp = The same share as in the text: the named parts, with their signs, divided by the score.
broken = The parts of this score do not add up to it, so none of them can be relied on.
exact = All parts of this score are exact: they add up to it, and leaving one out takes exactly that part away.
exactBut = All parts of this score are exact but one: the model’s own part ({ $rest }), for which there is no reason in words.
explained = Exact parts decide { $share } of its place in the order.
measured = This model’s reasons do not add up to the score: each says how far the score falls when it alone is left out.
bars = How the score is made up
takeaway = Starting point { $base }, your choices { $choices }: score { $score }.
takeawayOwn = Starting point { $base }, your choices { $choices }, the model’s own part { $own }: score { $score }.
takeawayTerms = Starting point { $base }, your choices { $choices }, what else moves it { $terms }: score { $score }.
takeawayOwnTerms = Starting point { $base }, your choices { $choices }, the model’s own part { $own }, what else moves it { $terms }: score { $score }.
takeawayOut = The score is { $score }. Each bar was measured on its own.
columns-what = What
columns-part = Part of the score
columns-amount = Amount
base = Starting point, the same for everyone
others = All your other choices
othersAll = Everything else
rest = The model’s own part, without a reason in words
left = Not accounted for by the parts above
gap = What does not add up
total = Score
barsHow = each bar is what that choice adds to the score or takes away from it; together with the starting point they add up to the score.
barsHowOut = each bar is how far the score falls when that choice alone is left out.
leave = Leave out
leaveOf = Leave out { $title } and see what happens
putBack = Put back
putBackOf = Put back { $title }
tested-before = Place now
tested-place = { $rank }
tested-below = { $rank }: no longer in the list of { $listed }
tested-after =
    { $n ->
        [one] Place without it
       *[other] Place without all that is named
    }
tested-random = Places without as many random choices ({ $draws } draws)
whatIf = What if?
whatIfEmpty = Leave something out to see here what your list would be without it.
without =
    { $n ->
        [one] Your list without it
       *[other] Your list without those { $n }
    }
before = Now
after = Without it
gone = leaves the list
down = drops to { $n }
itemGone = { $title } would no longer be suggested.
itemStays = { $title } would keep place { $place }.
itemMoves = { $title } would move from place { $from } to { $to }.
itemLeaves = { $title } would move from place { $from } to { $to }, out of your list.
apply = Take back for good
applied =
    { $n ->
        [one] It no longer counts.
       *[other] { $n } entries no longer count.
    }
reset = Put everything back

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
modalities-names-words = Its words: title, categories, texts
modalities-names-audio = How it sounds
modalities-names-choices = What people choose together
modalities-other = “{ $name }”
modalities-most = most like { $title }
modalities-takeaway = Each is a part of its own; with the starting point they add up to the score of { $score }.
modalities-how = each kind of likeness is a separate part of the score; leaving one out takes away exactly that part.
