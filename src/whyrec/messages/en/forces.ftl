## What a force does to an item of a list

# place: one of the next two; why: the reason of the operator; of: a title or the words of a wish; name: of the force
force-refused = { $place }: it is like “{ $of }”, which you dismissed.
force-low = { $place }: it is like “{ $of }”, which you rated low.
force-shown = { $place }: it was shown to you before, and you did not choose it.
force-wider = { $place }: you asked for wider lists, and this comes from the choices that dominate yours.
force-wish = { $place }: you asked for { $of }.
force-less = { $place }: you asked for less { $of }.
force-fresh = { $place }: it is new.
force-trending = { $place }: many people choose it now.
force-novel = { $place }: few people have found it yet.
force-diverse = { $place }: it is like items above it, and the list is to be varied.
force-promote = { $place }: the operator promotes it{ $why }.
force-bury = { $place }: the operator lists it lower{ $why }.
force-passed = { $place }: “{ $name }” moves other items ahead of it{ $why }.
force-passing = { $place }: “{ $name }” moves other items behind it{ $why }.
place-moved = Place { $rank } instead of { $without }
place-kept = Place { $rank }, with or without this
# reason: as the operator wrote it
why = { "" } ({ $reason })

## Names of forces that the operator does not name

name-refused = What you dismissed
name-low = What you rated low
name-shown = What you were shown before
name-wider = A wider list
name-wish = What you asked for
name-less = What you asked for less of
name-fresh = Freshness
name-trending = The trend
name-novel = Novelty
name-diverse = Variety

## A filter of the request

# where: the expression; items: how many offered items it leaves; listed: how many are listed
filtered = { $items } items are offered for which { $where } holds; { $listed } of them can be listed.

## Titles of lists that the operator does not title

# of: title of the item that the list goes by
list-for-you = For you
list-because-you-chose = Because you chose “{ $of }”
list-trending = Trending
list-new = New
list-more-like-this = More like “{ $of }”
list-bought-together = Chosen together with these
list-not-your-usual = Not your usual
