## The page

tagline = Recommendations that can prove why
made = made { $made }
skip = Skip to the content
sections = Sections
settings = Language and colours
dark = Dark
# n: a number, or nothing in the head of a table
n-items = { $n } items
n-events = { $n } events
table = Same data as a table
low-high = 95% interval

## The three figures

# Stands below a large percentage
hero-accuracy = of { $users } people find their next choice among the first ten suggestions
hero-popular = the most popular items for everybody: { $popular }
# Stands below a large percentage
hero-share = of the order is explained exactly, reason by reason
# least, low: the lowest share of a listed item, and that which a tenth of them are below
hero-share-of = model: { $model }; lowest item { $least }, a tenth below { $low }
# Stands below a large percentage
hero-lost = of first suggestions lose their place once the reason named first is removed
hero-lost-random = a random event removed instead: { $random }
# Stands below a large number
hero-drop = standard deviations: how far the first suggestion's score falls without its first reason
hero-drop-random = a random event removed instead: { $random }

## The data

data = The data
# span: the message span, or nothing; half: the message data-half, or nothing
data-lead = { $events } events of { $users } people on { $items } items{ $span }: { $density } of all possible pairs.{ $half }
data-half = { "" } Half of the people have at most { $median } events.
span = , { $start } to { $end }
activity = { $range } events are the most common
activity-how = People by number of events, in bins that double. n{ "\u00A0" }={ "\u00A0" }{ $n } people.
popularity = The most chosen tenth of the items draws { $share } of all events
popularity-how = Share of all events that each tenth of the items draws, the most chosen first. n{ "\u00A0" }={ "\u00A0" }{ $n } items.
tenth = tenth of the items
share-events = share of events
events = events
people = people
top-items = Most chosen

## Accuracy

accuracy = Accuracy
accuracy-lead = “{ $best }” ranks best: { $metric } { $mean }, ahead of “{ $second }” by { $difference } ({ $low } to { $high }).
accuracy-close = “{ $best }” has the highest { $metric }, { $mean }; its lead over “{ $second }” may be chance ({ $low } to { $high }).
accuracy-alone = “{ $best }” has the highest { $metric }: { $mean }.
training-one = Training reached a validation NDCG@10 of { $best }
training-more = The later stages took validation NDCG@10 from { $first } to { $last } ({ $change })
training-how = NDCG@10 on validation people after each epoch, of the averaged weights; the best epoch is kept. Stages: B, histories and the maps from text; text, the encoder itself learns from what came next; C, B once more on the texts as then read.
training-stage = stage
training-rows = epochs
training-loss = last loss
training-quality = best NDCG@10
training-seconds = seconds
stage-B = B: histories and maps from text
stage-text = text: the encoder (LoRA)
stage-C = C: B again on the new texts
accuracy-none = No model was measured.
accuracy-chart = { $metric } of each model
# protocol: one of the messages protocol-...
accuracy-how = { $protocol } Points are means over people, lines 95% bootstrap intervals; ◆ marks the best. n{ "\u00A0" }={ "\u00A0" }{ $users } test people.
protocol-next-item = Each person's last choice is hidden and must be found among all items that may be shown to them. { "" }
protocol-strong = Whole people are held out; part of their history is shown and the rest must be found among all items. { "" }
protocol-temporal = All events after one moment are hidden and must be found among all items that may be shown. { "" }
protocol-random = A random fifth of each person's items is hidden, since the events have no order, and must be found among all items that may be shown. { "" }
# NDCG is the name of a measure
ndcg = NDCG@{ $k } rewards a true next choice the higher it is placed; 1 is perfect, 0 is never within the first { $k }.
further = Further measures
model = model
fit = fit, s
scoring = scoring, s
memory = peak MB
exact-share = explained share (p10, min)
support-lead = Behind the first reasons of { $n } listed items stand people who chose both: { $median } in the middle; fewer than 5 behind { $under5 }, fewer than 10 behind { $under10 }, nobody behind { $under1 }.
support-warning = Warning: { $share } of these reasons rest on fewer than { $k } people (the limit is { $limit }).

## Three people, and the proof

proof = Three people, and the proof
proof-lead = Each list below was made, explained, then made again without the reason. Every weight was checked by removing its event and scoring again; the largest difference is { $error }.
person = Person { $user }
history = Latest in the history
list = Recommended
why = Why { $title }?
score = score
base = base
reasons = reasons
rest = rest
share = explained share: { $share }
bars = What each event adds to the score
proof-parts = Each list below was made, explained, and made again without the reasons that are named. The weights are read off the model and sum to its score; they tell how it judged the item, not what an event did.
bars-parts = What each reason adds to the score
parts-how = Bars to the right speak for it, to the left against it. Exact: base and bars sum to the score. n{ "\u00A0" }={ "\u00A0" }{ $n } reasons.
# method: one of the messages method-...; removed: the message bars-removed, or nothing
bars-how = Bars to the right speak for it, to the left against it. Method: { $method }. n{ "\u00A0" }={ "\u00A0" }{ $n } reasons; largest difference from executed removal { $error }.{ $removed }
bars-removed = { "" } ✂ marks what is removed below, all of it together.
method-exact = exact, read off the model
method-features = exact, feature by feature
method-leave-one-out = each choice left out and scored again
method-paths = exact, path by path
method-deletion = each event removed and scored again
more = { $n } further reasons
removed-mark = taken away below
without = Without { $labels }
before = before
after = after
new = new
gone = gone
# proof: the message left-list or not-proof
moved = { $title } moved from #{ $before } to #{ $after }. { $proof }
left-list = It left the list, and as many random events move it less.
not-proof = It did not leave the list, so no sentence says “because”.
moves-how = The list was really made again; events removed: { $n }. ▲ and ▼ give the places moved.
not-found = No set of events that was tried takes it off its place.
reason = reason
weight = weight
direction = direction
for = for
against = against
popularity-kind = popularity

## Do the reasons matter?

truth = Do the reasons matter?
truth-lead = Removing the reason named first costs the first suggestion { $top } standard deviations of its score, { $times } times as much as removing a random event ({ $random }).
truth-plain = Removing the reason named first costs the first suggestion { $top } standard deviations of its score; removing a random event costs { $random }.
truth-unlike = The reason named first was not shown to matter more than a random event: { $top } against { $random } standard deviations.
drop = Fall of the first suggestion's score
drop-how = In standard deviations of the person's scores; one event removed, everything scored again. Lines are 95% bootstrap intervals. n{ "\u00A0" }={ "\u00A0" }{ $n } people.
drop-column = fall, in standard deviations
top-reason = reason named first
recent = latest event
random = random event
cosine = most similar event
lost = no longer first
new-rank = new place of #1, mean
sums = Checked on the same people: scores and the sums of their reasons differ by at most { $gap }, weights and measured falls by at most { $error }, relative to the score.
planted = In a simulated world, where causes are known, the first reason names a true one in { $named } of lists
planted-how = Share of lists whose chosen event is a planted cause of the first suggestion. n{ "\u00A0" }={ "\u00A0" }{ $cases } lists that have one.
planted-column = names a planted cause

## Factors

factors = What the factors mean
factors-lead = Beyond what is popular, the same people choose the same items: the { $n } strongest of these patterns that come back among other people, named by the categories and words that lead on them.
factor-items = Items on the factors
factor-people = People on the same factors
factors-how = Singular values of what counts alone leave unexplained, turned by varimax; no pattern is shown that the same events dealt anew could make. Rows in clustered order, like beside like; each factor is scaled by its largest loading; + and − mark strong ones. Factors describe the crowd; they are not reasons for a recommendation. n{ "\u00A0" }={ "\u00A0" }{ $n } rows.
no-factors = No stable factor: nothing binds items together beyond how often they are chosen.
comes-back = comes back in other people: { $value } of 1
high = most
low = least
item = item

## The tree

tree = The questions it asks
tree-lead = The tree sorts items by at most { $n } ways through its questions. Best of them: { $best } of the items that come out there were chosen next, against { $base } of all it was shown.
tree-chart = Each question, and what comes out of its answers
tree-how = Read from the top: “yes” goes to the first branch, “no” to the second. Bars: share of the examples that came out there and were chosen next. An item's score is the log odds of this share, and each answer's change of it is an exact reason.
tree-facts = { $chosen } chosen · { $support } of examples
tree-yes = yes: { "" }
tree-no = no: { "" }
tree-way = answers
tree-chosen = chosen next
tree-support = share of the examples
tree-value = log odds

## The network of items

network = What leads to what
network-lead = The strongest tie is between { $a } and { $b }. The { $n } most chosen items fall into { $groups } communities.
network-chart = How much choosing one item adds to the score of another
network-how = Lines are ties, both ways added up, thicker where stronger; each item keeps its strongest. Communities by modularity, told apart by colour and shape; distances mean nothing. n{ "\u00A0" }={ "\u00A0" }{ $nodes } items, { $edges } ties.
network-hint = Point at an item, tap it, or use the arrow keys, to see its ties.
network-label = Network of items
other-groups = smaller communities
tie = tie
strength = strength
community = community
no-network = This model has no ties between items to draw.

## How the report was computed

how = How this was computed
how-lead = Everything on this page comes from one run of this command.
command = command
measuring = measuring
protocol = protocol
versions = versions
steps = Reading and cleaning, with the rows each step touched
no-steps = No reading or cleaning step was recorded.
step = step
touched = rows touched
left = rows left
detail = detail
comparisons = Differences between models
pair = pair
difference = difference
verdict = verdict
significant = beyond chance
chance = may be chance

## Marks

# A question of the tree
tree-asks = { $question }?
# Between answers of the tree
tree-answers-join = { "" } · { "" }
# Between notes of how the data were split
notes-join = ; { "" }

## The names of measures

metric-ndcg = NDCG
metric-hr = HR
metric-mrr = MRR
metric-recall = Recall
metric-coverage = Coverage
metric-novelty = Novelty
metric-popularity-lift = Popularity lift

## What the models are

model-popular = the same bestsellers for all
model-knn = items with a similar audience
model-als = hidden factors
model-bpr = hidden factors, trained on pairs
model-svd = hidden factors, in closed form
model-ease = item-to-item weights
model-cooccurrence = what follows what
model-sequential-rules = rules: who chose this, chose that soon after
model-pctm = the logarithm of what follows what
model-additive = glass box: a sum of event weights
model-tree = questions about readable features
model-rules = weighed rules on readable features
model-ebm = one curve a readable feature
model-sequence = large model: a transformer that reads text

## Steps of reading and cleaning, as code writes them

step-read-events = read events
step-read-links = read links
step-read-as-latin-1 = read { $name } as latin-1
step-drop-rows-without = drop rows without { $column }
step-drop-values-below = drop values below { $value }
step-take-baskets-apart = take baskets apart
step-read-durations = read durations as an order of events
step-read-files-as-one-table = read { $n } files as one table
step-read-items-from = read items from { $file }
step-read-the-sheet = read the sheet { $name }, and not { $others }
step-keep-the-first-of-repeated-events = keep the first of repeated events
step-keep-the-last-of-repeated-events = keep the last of repeated events
step-let-items-come-again = let items come again
step-keep-people-with-and-items = keep people with { $k } and items with { $n } events or more
step-leave-out-people-without-events = leave out people without events
step-leave-out-items-without-events = leave out items without events
step-drop-events-of-items-outside = drop events of items outside the catalogue
step-leave-out-users-without-events = leave out users without events
step-leave-out-friends-without-events = leave out friends without events
step-keep-items-that-the-item-table = keep items that the item table lacks
step-keep-users-that-the-user-table = keep users that the user table lacks
step-set-missing-values-to-1 = set missing values to 1
step-cut-times-to-whole-seconds = cut times to whole seconds
step-take-the-order-of-the-rows = take the order of the rows as the order of events
step-take-the-events-as-unordered = take the events as unordered
step-find-events-at-unix-time-0 = find events at Unix time 0
step-find-events-after-today = find events after today
# may leave out $how
step-leave-out-the-column-which-looks = leave out the column { $name }, which looks like a time: { $how }
step-leave-out-impressions = leave out impressions
step-leave-out-negative-events = leave out negative events
step-take-back-choices = take back choices
step-count-weak-choices = count weak choices
step-leave-out-ratings-of-the-lowest = leave out ratings of { $value }, the lowest
step-read-html-entities-in-titles = read HTML entities in titles
step-leave-out-what-is-no-year = leave out what is no year
step-drop-without-an-id = drop { $table } without an id
step-drop-incomplete = drop incomplete { $table }
step-keep-the-first-entity = keep the first entity of an item

## How the data were split, as code writes it

note-fit-on-all-events = fit on all events but each person's last two
note-fit-on-all-events-but-each-person = fit on all events but each person's last
note-validation-and-test-people-held = { $a } validation and { $b } test people held out whole, { $share } of their events given
note-fit-up-to-validation-up = fit up to { $a }, validation up to { $b }, test after
note-fit-without-a-random = fit without a random { $share } of each person's items, the test, and without as many of { $n } people, the validation
note-the-order-of-events-is-real = the order of events is real for { $real } people, tied for { $tied }, missing for { $missing }
note-the-order-of-events-is-real-for-people = the order of events is real for { $real } people ({ $part } of them with ties or unknown times), tied for { $tied }, missing for { $missing }
note-the-order-of-events = the order of events is that of the rows for { $n } people, as --order file says
note-full-ranking = full ranking
note-seen-items-left-out = seen items left out
note-seen-items-may-come-again = seen items may come again
note-validation-and-test-items-left = { $a } validation and { $b } test items left out: the person had chosen them before
