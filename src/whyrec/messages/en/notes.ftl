## Steps of reading and cleaning, and what they say besides

step-read-events = read events
step-drop-rows-without = drop rows without { $column }
step-first-at-row-of = first at row { $n } of { $file }
step-first-at-row = first at row { $n }
step-set-missing-values-to-1 = set missing values to 1
step-the-kind-of-event-stands = the kind of event stands for them
step-take-the-order-of-the-rows = take the order of the rows as the order of events
step-as-order-file-says = as --order file says
step-as-order-file-says-but-they = as --order file says, but they are sorted by item: hardly the order in which anybody chose
step-take-the-events-as-unordered = take the events as unordered
step-there-is-no-column-of-times = there is no column of times
step-all-events-of-a-person = all events of a person have one time
step-order-file-takes-the-order = --order file takes the order of the rows
step-leave-out-the-column-which-looks = leave out the column { $name }, which looks like a time: --columns time={ $column } reads it
step-leave-out-the-column-which-looks-like-a-time = leave out the column { $name }, which looks like a time: call it time to have it read
# may leave out $how
step-leave-out-the-column-which-looks-like-a-time-2 = leave out the column { $name }, which looks like a time: { $how }
step-find-events-at-unix-time-0 = find events at Unix time 0
step-find-events-after-today = find events after today
step-when-is-unknown-no-date = when is unknown: no date is told, and they come first
step-leave-out-impressions = leave out impressions
step-shown-not-chosen = shown, not chosen
step-leave-out-negative-events = leave out negative events
step-dislikes-returns-and-the-like = dislikes, returns and the like
step-pairs-of-person-and-item = pairs of person and item that are not offered again: { $n }
step-dislikes-returns-and-the-like-pairs = dislikes, returns and the like; pairs of person and item that are not offered again: { $n }
step-take-back-choices = take back choices
step-by-later-negative-events = by later negative events of the same person and item
step-count-weak-choices = count weak choices
step-views-and-clicks = views and clicks
step-leave-out-ratings-of-the-lowest = leave out ratings of { $value }, the lowest
step-pairs-of-person-and-item-that-are-seen = pairs of person and item that are seen, and not chosen: { $n }
step-with-another-value = { $n } with another value than the one that is kept
step-cut-times-to-whole-seconds = cut times to whole seconds
step-after-the-events-were-put = after the events were put in order
step-keep-the-first-of-repeated-events = keep the first of repeated events
step-keep-the-last-of-repeated-events = keep the last of repeated events
step-events-repeat-a-person-and-item = { $n } of { $whole } events ({ $share }) repeat a person and item and are left out
step-only-the-first-of-each-counts = only the first of each counts
step-only-the-last-of-each-counts = only the last of each counts
step-repeat-keeps-them-all = --repeat keeps them all
step-choices-after-a-view = { $n } choices or purchases of an item that was only viewed before
step-let-items-come-again = let items come again
step-drop-values-below = drop values below { $value }
step-keep-people-with-and-items = keep people with { $k } and items with { $n } events or more
step-rounds = { $n } rounds
step-leave-out-people-without-events = leave out people without events
step-leave-out-items-without-events = leave out items without events
step-drop-events-of-items-outside = drop events of items outside the catalogue
step-leave-out-users-without-events = leave out users without events
step-leave-out-friends-without-events = leave out friends without events
step-leave-out-s-without-events = leave out { $key }s without events
step-of-the-table = of the { $table } table
step-keep-s-that-the-table-lacks = keep { $key }s that the { $table } table lacks
step-drop-without-an-id = drop { $table } without an id
step-drop-incomplete = drop incomplete { $table }
step-read-html-entities-in-titles = read HTML entities in titles
step-like-amp-for = like &amp; for &
step-keep-the-first-entity = keep the first entity of an item
step-read-links = read links
step-of-items-are-entities = { $a } of { $b } items are entities
step-leave-out-what-is-no-year = leave out what is no year
step-in-row-of = { $value } in row { $row } of { $file }
step-read-as-latin-1 = read { $name } as latin-1
step-it-is-not-utf-8 = it is not UTF-8

## How a data set is split for a test

split-fit-on-all-events = fit on all events but each person's last two
split-fit-on-all-events-but-each-person = fit on all events but each person's last
split-fit-without-a-random = fit without a random { $share } of each person's items, the test, and without as many of { $n } people, the validation
split-the-order-of-events-is-real = the order of events is real for { $real } people, tied for { $tied }, missing for { $missing }
split-the-order-of-events-is-real-for-people = the order of events is real for { $real } people ({ $part } of them with ties or unknown times), tied for { $tied }, missing for { $missing }
split-the-order-of-events = the order of events is that of the rows for { $n } people, as --order file says
split-full-ranking = full ranking
split-seen-items-left-out = seen items left out
split-seen-items-may-come-again = seen items may come again
split-validation-and-test-people-held = { $a } validation and { $b } test people held out whole, { $share } of their events given
split-fit-up-to-validation-up = fit up to { $a }, validation up to { $b }, test after
split-validation-and-test-items-left = { $a } validation and { $b } test items left out: the person had chosen them before

## What the check of a data set finds

check-times-that-fall-from-one-row = times that fall from one row to the next: { $n } (loading sorts, ties keep their order)
check-events-that-repeat-a-person = events that repeat a person and item: { $n } (cleaning keeps the first; all with --repeat)
check-find-events-at-unix-time-0 = find events at Unix time 0: { $n } (when is unknown: no date is told, and they come first)
check-find-events-after-today-when = find events after today: { $n } (when is unknown: no date is told, and they come first)
check-negative-events-dislikes-returns-and-values = negative events: { $n } (dislikes, returns and values below 0: no choices, and not offered again)
check-weak-choices-views-and-clicks = weak choices: { $n } (views and clicks)
check-impressions-shown-not-chosen = impressions: { $n } (shown, not chosen)
check-ratings-of-the-lowest-of-their = ratings of { $value }, the lowest of their scale: { $n } (no choices, and not offered again; --ratings all takes them as choices)
check-the-column-is-not-read-quantities = the column { $name } is not read: quantities below 0 are returns, which then count as choices (add { $how } to --columns)
check-a-kind-that-is-known = a kind that is known ({ $kinds })
check-write-one-of-these = write one of these
check-all-events-have-the-same-there = all events have the same { $column }: there is nothing to compare it with
check-items-without-a-title-their-id = items without a title: { $n } (their id is shown)
check-without-events-loading-leaves-them = { $table } without events: { $n } (loading leaves them out)
check-with-events-but-no-row = { $table } with events but no row in their table: { $n } (all but their id is unknown)
check-next-item-cannot = next-item and temporal cannot be measured, and models of sequences not be fitted
check-name-the-column-of-times = name the column (--columns time=NAME), or say that the order of the rows is meant (--order file)
check-rows-left = { $name }: { $touched } rows, { $left } left ({ $detail })
check-rows-left-2 = { $name }: { $touched } rows, { $left } left
check-a-user = a user
check-an-item = an item
check-a-time = a time
check-a-number = a number
check-a-value = a value
check-a-finite-number = a finite number
check-a-head = a head
check-a-relation = a relation
check-a-tail = a tail
check-a-friend = a friend
check-an-id-that-occurs-once = an id that occurs once
check-unix-seconds-or-an-iso-8601 = Unix seconds or an ISO 8601 date
check-unix-seconds-before-the-year-5138 = Unix seconds before the year 5138
check-unix-seconds = Unix seconds
check-an-event-that-names-a-user = an event that names a user, an item and, where there are times, a time
check-rows-without = { $n } rows without
check-the-row-is-left = the row is left out on loading; fill it in to keep it
check-mend-or-drop-the-row = mend or drop the row
check-fill-it-in-or-leave = fill it in, or leave the column out
check-fill-in-the-ids = fill in the ids
check-merge-the-rows-that-share = merge the rows that share an id
check-write-times-as-2009-12-31 = write times as 2009-12-31 08:26:00 or as Unix seconds
check-these-look-like-divide-by = these look like { $unit }: divide by { $n }

## Why a method of explanation was chosen, and its flaws

method-asked-for = asked for
method-the-model-is-a-sum = the model is a sum of paths through the graph: the weight of each is what cutting it takes
method-the-model-is-a-sum-of-readable = the model is a sum of readable features: its own weights are exact
method-the-model-is-a-sum-of-events = the model is a sum of events and readable features, beside a rest
method-the-model-solves-each-history-anew = the model solves each history anew: the effect of removal is exact by a downdate
method-the-model-is-a-sum-over = the model is a sum over events: each weight is what removal takes
method-the-model-is-no-sum-what = the model is no sum: what each event does is measured by leaving it out
method-the-model-is-no-sum-events = the model is no sum: events are taken away one after the other, each that makes the item fall fastest
method-a-weight-is-of-its-turn = a weight is of its turn, not of the event alone
method-never-reads-the-model = never reads the model
method-not-cause-its-first-event-moved = not cause: its first event moved the score no more than a random one (make bench-faithful, amazon-games)
method-fails-the-checks-make-bench-sanity = fails the checks { $names } (make bench-sanity)

## What the methods of a comparison are called

row-top-reason = top reason
row-most-recent = most recent
row-most-similar = most similar
row-random = random
row-unrelated = unrelated
row-best-of-random = best of { $k } random
row-cosine = cosine
row-jaccard = jaccard
row-popular = popular
row-same-audience = same audience
row-recent = recent
row-audience = audience
row-score = score
row-margin = margin

## What the explainers do, by their names

explainer-exact = Read the exact contribution of each event off an additive model
explainer-features = Read the exact contribution of each feature, rule or question off an interpretable model
explainer-exact-with-features = Explain a fused model by events and features together
explainer-paths = Read the exact contribution of each path off a graph model
explainer-deletion = Measure the effect of removing each event alone (leave-one-out)
explainer-deletion-margin = Measure the effect of removing each event on the margin against the next ten items
explainer-greedy-removal = Order the events so that removing them in this order lowers the item fastest
explainer-bidirectional-removal = Order the events like greedy_removal, and also by their support for the item
explainer-shapley = Compute the Shapley values of the events for the score or the margin
explainer-lime = Fit a weighted ridge regression of the score on which events are present [ribeiro2016]
explainer-gradient-input = Multiply the gradient at each event's embedding by its difference from neutral
explainer-integrated-gradients = Average the gradient along the path from neutral to the history [sundararajan2017]
explainer-tokens = Attribute the score to the tokens of the recommended item's text by integrated gradients
explainer-attention = Measure how much of the last state's attention reaches each event through all layers
explainer-counterfactual = Find the smallest set of events whose removal takes the item out of the first k
explainer-counterfactual-additions = Find the single additional choices that would raise the item most
explainer-contrast = Explain why one item ranks above or below another
explainer-anchor = Find a rule that holds near this history (an anchor [ribeiro2018])
explainer-examples = Compare the history with those of similar people who chose the item
explainer-learned = Explain an item by the learned explainer's estimates for the margin
explainer-als-decomposition = Split an ALS score into one part per event; the parts are NOT the effects of removal
explainer-als-leave-one-out = Compute the exact effect of removing each event from an ALS history

## Files of other forms
step-take-baskets-apart = take baskets apart
also-one-row-for-each-item = one row for each item of { $name }
step-read-durations = read durations as an order of events
also-from-when-is-unknown = from when is unknown
step-read-files-as-one-table = read { $n } files as one table
step-read-items-from = read items from { $file }
step-read-the-sheet = read the sheet { $name }, and not { $others }
