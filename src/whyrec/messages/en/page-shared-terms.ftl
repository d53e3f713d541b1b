### What else than a person's choices moves an item: one line for each force

title = What else moves it
up = up { $places }
down = down { $places }
names-refused = What you dismissed
names-low = What you rated low
names-shown = Shown before
names-wish = What you asked for
names-less = What you asked for less of
names-fresh = Freshness
names-trending = Trending
names-novel = Novelty
names-diverse = Variety
promoted = Promoted: { $name }
buried = Listed lower: { $name }
promotedOthers = Others promoted: { $name }
buriedOthers = Others listed lower: { $name }
