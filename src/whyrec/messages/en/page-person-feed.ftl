### Person: the list
### Evidence before inference; no claim of love; “because” only where leaving it out cost the place.
### $title comes in its quotes.

lead =
    { $n ->
        [one] Based on one entry in your history.
       *[other] Based on { $count } entries in your history.
    }
leadEmpty = Your history is still empty, so this list shows what is chosen most often.
off = Your history is not used. This list shows what is chosen most often, without what you have already chosen.
use = Use my history
offDone = Your history is no longer used.
onDone = Your history is used again.
list = Your list
badge-personal = Personal
badge-popular = Often chosen
badge-similar = Shared tags
badge-none = No reason given
badgeHelp-title = What the labels mean
badgeHelp-personal = Personal: choices of yours are named as the reason.
badgeHelp-popular = Often chosen: many people choose it; your history is not the reason.
badgeHelp-similar = Shared tags: the model does not know what you chose, so the list goes by the tags you have in common.
badgeHelp-unsaid = No reason given: none of the possible reasons passed its test.
badgeHelp-none = Whatever else moves an item, such as a promotion or the variety that you asked for, stands below its reason, with the places it makes.
fallback-popular = Nothing in your history could be used, so you see what is chosen most often.
fallback-content = The model does not know what you chose, so this list goes by shared tags.
fallback-session = Only this visit could be used.
why = Why?
whyOf = Why? { $title }
hide = Hide
hideOf = Hide { $title } or its tags
hideItem = Only { $this }
hideTag = Everything tagged “{ $tag }”
hidden = { $title } will not be suggested again.
hiddenTag = Nothing tagged “{ $tag }” will be suggested.
named = Named in the reason above:
nothingNamed = The reason names none of your choices, so there is nothing to take back here.
whole = See the full explanation
takeBack = Take back
takeBackUndo = Put it back
takeBackOf = Take back { $title }: it no longer counts
tookBack = { $title } no longer counts.
more = Show more
empty = There is nothing left to suggest
emptyFix = You may have hidden too many tags. You can show some of them again in your profile.
record = Record of this list
recordHelp = With this number, anyone who audits the service can look the list up and compute it again.
changed-title = Without { $title }
changed-sum = In the first { $shown } places: { $fresh } new, { $moved } moved.
changed-same = The first { $shown } places stay as they are.
changed-keep = Keep this list
changed-undo = Undo
changed-before = Before
changed-now = Now
movedUp = up { $places }
movedDown = down { $places }
fresh = new
freshFrom = new, was { $rank }
rank = Place { $n }:{ " " }
