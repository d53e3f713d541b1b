### Engineer: atlas, the map

lead = A map of the catalogue as the model sees it. Two items are near where choosing the one or the other recommends the same.
tabs-map = Map
tabs-network = Network
tabs-weights = What was learned
views = Views
kind = Shown
kinds-items = Items
kinds-people = People
title-items = Map of items
title-people = Map of people
say = { $n } points; the largest colour, { $group }, has { $share } of them. Distances are approximate.
plain = { $n } points. Distances are approximate.
how-pca = Plane of the largest variance (PCA) of the item vectors
how-tsne = Neighbours kept together (t-SNE) on the item vectors; how far groups lie apart means nothing
howMore =
    { $left ->
        [0] : { $dimensions } dimensions that hold { $kept } of what items do to each other. People stand at the mean of what they chose. Distances are approximate; neighbours come from the full space.
       *[other] : { $dimensions } dimensions that hold { $kept } of what items do to each other; { $count } rarely chosen items are left out. People stand at the mean of what they chose. Distances are approximate; neighbours come from the full space.
    }
find = Find an item
lasso = Lasso: draw around points
lassoOn = Draw on the map; Escape ends it
pan = Drag to move, wheel to zoom
reset = Whole map
other = other
point = Item
tag = Tag
chosen = Chosen
x = x
y = y
coarse = This is the quick map. A finer one keeps neighbours together; it takes a second or two for a thousand items.
refine = Lay out a finer map
loading = The map is computed once for each model version; the first time takes some seconds.
selected = Selected
none = Nothing selected
noneText = Press on a point, or find an item above.
neighbours = Nearest in the full space
likeness = Likeness
toNetwork = Show its network
toInspector = Open in the inspector
slice = Slice
sliceNone = No slice
sliceText = Draw around points with the lasso, or take all items of a tag.
sliceTag = All of a tag
nearestSlice = The nearest 50
sliceOf = { $n } of { $of } items
choices = { $share } of all choices
median = Chosen { $one } times in the middle; over all items { $all }.
tags = Tags in the slice
here = here
all = all items
top = Most chosen in it
drop = Drop the slice
needInspect = A map of people needs an admin key.
