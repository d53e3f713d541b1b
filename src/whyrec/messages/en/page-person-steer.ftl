### Person: what steers the list, all in one place

open = Steer this list
title = What your list pays attention to
lead = What you set holds in all your lists and on all your devices until you change it. Each item says what it did to its place.
names-diversity = Variety
names-novelty = Novelty
names-freshness = Freshness
names-trending = Trending
does-diversity = What is like an item above it stands lower, so that the list covers more kinds.
does-novelty = What few people have found yet stands higher.
does-freshness = What is new stands higher.
does-trending = What many people choose at the moment stands higher.
level-off = off
level-little = a little
level-medium = medium
level-strong = strong
level-most = very strong
usual = As usual.
own = Set by you; usually { $level }.
back = Back to usual
backOf = { $name }: back to usual
allBack = All back to usual
done = { $name }: { $level }
doneBack = { $name }: as usual
doneAll = Everything as usual
hidden = What you have hidden
dismissed = What you dismissed
