## The view paths

paths-title = Paths to the list
paths-question = By which paths do a person's events lead to their list?
# through: what the path leads through
paths-found = The strongest leads from “{ $one }” to “{ $two }”: { $through }.
paths-notes = The strongest { $linked } paths through links and { $other } through other people's choices: { NUMBER($share, style: "percent") } of what all paths to these { $items } items weigh. The width of a line is the exact weight of the path.
paths-events = events
paths-through = through
paths-list = the list

## The view atlas

atlas-title = Map of the items
atlas-question = Which items does the model treat alike?
atlas-found = { NUMBER($items) } items; { NUMBER($trust, style: "percent") } trustworthy neighbours (the plane of largest variance: { NUMBER($flat_trust, style: "percent") }).
atlas-notes = UMAP of the model's item vectors ({ $dims } dimensions). Believe neighbours, not distances: rank correlation with true distances { NUMBER($far, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0) } (plane: { NUMBER($flat_far, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0) }). Shading: density. Colours: commonest terms.
atlas-other = other

## The view attention

attention-title = Attention, not cause
attention-question = Where do the heads look?
attention-found = From the latest event, the last layer looks most at “{ $most }” ({ NUMBER($share, style: "percent") } on average over heads).
attention-notes = Rows: the event that looks; columns: the earlier events it reads, oldest first; each map has its own scale. Where a model looks decided scores no more than chance where this was tested: for reasons, see removal.
attention-head = layer { $layer }, head { $head }
attention-columns = columns: the same events, in the same order

## The view layers

layers-title = Layer by layer
layers-question = What does each layer do to this history?
# places, medians: one for each layer, such as 12 → 3 → 1
layers-found = Read before the layers and after each, “{ $name }” stands at place { $places }; of { $people } people's first recommendation the median place is { $medians }.
layers-notes = Upper: place of the recommended item among all, read from the last event's state through the final norm; the last is 1 because it is what was recommended. Band: the middle half of people. Lower: how much each layer changes each event's state, as a share of its length.
layers-band = { $people } people: median and middle half
layers-history = this history
layers-events = events
layers-layer = layer { $n }
layers-place = place
layers-change = change

## The view tokens

tokens-title = Words that count
tokens-question = Which words of “{ $name }” count for its score?
tokens-found = “{ $best }” counts most for it.
tokens-notes = Integrated gradients on the token embeddings of the text, the history fixed; the sum misses the score's change by { NUMBER($gap, minimumFractionDigits: 3, maximumFractionDigits: 3, useGrouping: 0, signDisplay: "always") }.
tokens-raises = raises the score
tokens-lowers = lowers it

## The view training

training-title = How training went
training-question = Was it trained long enough, and too long?
# quality: a number
training-found = Best in epoch { $best } of { $epochs }: NDCG@10 { $quality } on people held out.
training-notes = Held-out people's last events judge; the weights of the best epoch are kept. The loss is of training batches.
training-loss = loss
training-epoch = epoch

## The view removed

removed-title = What happens without the reasons
removed-question = Do the events named first really hold the item in its place?
removed-found = With 10 to 30% of the events gone, named ones first, { NUMBER($named, style: "percent") } of the items stay among the first ten; with random ones { NUMBER($random, style: "percent") }.
removed-notes = { $people } people, latest { $latest } events, the item in first place; scored anew each time. Left: lower is better. Right: higher is better.
removed-by-explanation = in the explanation's order
removed-by-latest = latest first
removed-by-random = random
removed-events-removed = events removed, %
removed-events-kept = events kept, %
removed-first-ten = still among the first ten, %

## The view factors

factors-title = Tastes that come back
factors-question = Which items do the same people choose, beyond what is popular?
factors-found = { $stable } of { $factors } factors come back among other people; the strongest: { $first }.
factors-notes = U, S, V of { $people } people's events, less what activity and popularity give, turned by varimax. As many as exceed the same events dealt anew. Stable: |cosine| of { $least } or more between halves of the people. Not a cause of any score.
factors-people = U: some people, clustered
factors-strength = S: strength, % of all; above: stability (1: the same in other people); hollow: not stable
factors-items = V: the items that lead on each
factors-stability = stability

## The view switched-off

switched-off-title = Without “{ $name }”
switched-off-question = What would one person's list be if one taste were switched off?
switched-off-found = { $gone } of the first { $items } items leave the list without “{ $name }”.
switched-off-notes = A person of { $events } events; both lists are scored by the factors alone.
switched-off-with-it = with it
switched-off-without-it = without it
switched-off-with = with
switched-off-without = without
switched-off-place = place

## The view network

network-title = Which items pull which
network-question = Which items does the model tie together?
network-found = { $items } of the most chosen items fall into { $groups } communities; the largest: { $first }.
network-notes = What choosing one adds to the score of the other, both ways; each item's three strongest ties. Colour and shape: communities by modularity. Distances on the picture mean nothing.

## The view ego

ego-title = Around “{ $name }”
ego-question = What does choosing this item lift, and what lifts it?
ego-found = Choosing it lifts “{ $lifted }” most; “{ $lifting }” lifts it most.
ego-notes = What choosing one alone adds to the score of the other, in units of the score, of the 5,000 most chosen items.
ego-lifting = choosing these lifts it
ego-lifted = choosing it lifts these

## The view person

person-title = From events to the list
person-question = Which of a person's events bring which items?
person-found = “{ $strongest }” brings “{ $gained }” most.
person-notes = Each line: the exact weight of the event in the item's score.
person-notes-measured = Each line: what the item's score loses without the event; such losses need not add up.
person-events = events
person-list = the list

## The view tree

tree-title = The tree's questions
tree-question = What does the tree ask, and what comes of it?
tree-found = First it asks: { $first }. The best of { $answers } answers is chosen in { NUMBER($best, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) } of cases, any in { NUMBER($base, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }.
tree-notes = Shares of pairs of person and item in the training examples; the line's width is how many pairs go that way.
tree-nothing = nothing
tree-asks = { $question }?
tree-chosen = { NUMBER($share, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) } chosen
tree-answers = ← yes · no →

## The view shapes

shapes-title = What each feature adds
shapes-question = How does the score move with each feature?
shapes-found = “{ $name }” moves scores most: { NUMBER($mean, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0) } on average, from { NUMBER($low, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0, signDisplay: "always") } to { NUMBER($high, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0, signDisplay: "always") }.
shapes-notes = Weights of one feature alone, in log odds of being chosen; interactions are not drawn. Exact: a score is their sum.

## The view concepts

concepts-title = Concepts in the model
concepts-question = What are the model's item vectors made of, and do lists follow?
# rise: the message concepts-rise, or nothing
concepts-found = { $kept } of { $many } directions come back under another seed with the same name; { NUMBER($mean, style: "percent") } of their strongest items carry it (random directions: { NUMBER($chance, style: "percent") }; the items nearest to a random item: { NUMBER($near, style: "percent") }).{ $rise }
# vectors, steering: the messages concepts-vectors and concepts-steering, or nothing
concepts-notes = A sparse autoencoder ({ $found } directions, { $at_once } at a time; { NUMBER($explained, style: "percent") } of the variance) over { NUMBER($items) } item vectors. { $stable } have a twin of cosine { $least } or more under another seed, { $kept } of these the same name. Drawn: the { $drawn } purest.{ $vectors }{ $steering }
concepts-rise = { "" } Turned up, a concept raises the share of its name in lists by { NUMBER($rise, maximumFractionDigits: 0, useGrouping: 0) } points (95%: { NUMBER($low, maximumFractionDigits: 0, useGrouping: 0) } to { NUMBER($high, maximumFractionDigits: 0, useGrouping: 0) }).
concepts-vectors = { "" } An item's neighbours are about as pure: it is the vectors that are, not the autoencoder.
concepts-steering = { "" } Steering: { $push } of a state's length, { $people } people, all concepts.
concepts-axis = share of items that carry the name, %
concepts-pure = its 20 strongest items
concepts-base = all items
concepts-before = people's first ten, as they are
concepts-after = people's first ten, concept turned up
concepts-control = people's first ten, random push

## The picture of advise

advice-title = { $name }: what each model costs and is worth
advice-key = Filled: its order is explained exactly, at least in part. White: they are not. Ring: the model to take.
advice-cost = processor seconds to fit (log scale)
advice-worth = NDCG@10 of { NUMBER($people) } validation people; bars: 95% interval
