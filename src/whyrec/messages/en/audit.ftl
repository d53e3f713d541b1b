## The headings

tagline = For whom it works, and how that was measured
about = What it is
people = Groups of people
items = Groups of items
mitigation = Re-ranking
faithfulness = Are the reasons true?
safety = Fake profiles
privacy = Privacy
how = How it was computed

## What it is, and the three figures

about-lead = The model “{ $model }” on “{ $data }”: { $users } people, { $items } items, { $events } events. It was fitted anew on training events and measured on { $people } people's next choice, among all items.
hero-ndcg = NDCG@10 over all people
# Stands below a large number
hero-gaps = gaps between groups stand after correction
hero-of = of { $n } looked at (Holm, 5%)
# Stands below a large percentage
hero-share = of the order is explained exactly
# least, low: the lowest share of a listed item, and that which a tenth of them are below
hero-coverage = lowest item { $least }, a tenth below { $low }; the catalogue shown to somebody: { $share }
# of listed items: the mean, the tenth percentile, the lowest
card-share = Explained share of the order: { $share } on average, { $low } for a tenth of the listed items or less, { $least } for the lowest.
hero-interval = 95% interval { $low } to { $high }

## Groups of people

people-lead = Means with 95% bootstrap intervals over people. Groups of fewer than { $fewest } people are not shown.
left = { $left } groups under { $fewest } people left out; { $unknown } people of unknown group.
told-none = No gap stands after correction for { $n } comparisons. That is no proof of equality.
told = { $told } of { $n } gaps stand after Holm's correction
told-how = Difference a − b with its 95% interval; p by Welch's test. A gap says that, not why: groups differ in much.

## Groups of items

items-lead = Attention each group of items gets in the lists (discounted by place), against its share of next choices.
items-title = By { $by }: shown less chosen, share of attention
items-left = { $left } groups that fewer than 20 people chose from are left out.

## Re-ranking

fix-lead = Re-ranking towards people's own shares of popular and rare items, by a bonus for each group that closes { $weight } of the gap on validation people: the gap goes from { $before } to { $after }, NDCG@10 from { $n0 } to { $n1 }.
fix-yes = The gap is halved on test people at a mean loss of at most 2%.
fix-no = The gap is NOT halved on test people at a mean loss of at most 2%.
fix-change = Change of NDCG@10, paired over people: { $mean } ({ $low } to { $high }).
fix-example = What it moved for one person, and why
fix-curve = Gap and NDCG@10 by the share of it to close, validation people

## The reasons

true-lead = The reason is removed and the score computed again, for { $n } people: how far the first item's score falls, in standard deviations.
support = How many people are behind a reason
support-lead = Behind the first reasons of { $n } listed items: how many people chose both the item and what the reason names. Few people convince nobody, and may give one person's choice away.
support-warning = Warning: { $share } of these reasons rest on fewer than { $k } people (the limit is { $limit }).
support-none = This model does not know how many people are behind its reasons.
support-under = fewer than { $n } people
support-median = median number of people
support-unknown = items whose number is not known
support-other = items with a reason of another kind

## Fake profiles

safe-lead = { $fakes } fake people push one rare item. The alarm's level is set so that 1% of real people would ring it.
unmeasured = Not measured. How to measure it: { $how }

## The heads of tables

group = group
n = people
mean = mean
interval = 95% interval
gap = gap
weight = to close
by = by
metric = measure
exposure = shown
choices = chosen
difference = difference
attack = attack
recall = recall
false = false alarms
before = shown before
under = under attack
swept = alarmed left out
limits = Measured on logged choices, which the earlier display shaped. Groups are those the data name.

## The names of measures

metric-ndcg = NDCG
metric-hr = hit rate
metric-popularity-lift = popularity lift
metric-spread = spread
metric-calibration = miscalibration (KL)
metric-diversity = diversity
metric-reason = fall without its reason

## The names of groups, attacks and methods

name-history-length = history length
name-taste-for-popular-items = taste for popular items
name-age = age
name-gender = gender
name-occupation = occupation
name-short = short
name-middling = middling
name-long = long
name-least = least
name-most = most
# As data write it
name-female = F
# As data write it
name-male = M
name-under-25 = under 25
name-25-to-34 = 25 to 34
name-35-to-49 = 35 to 49
name-50-and-over = 50 and over
name-popularity = popularity
name-category = category
name-most-chosen = most chosen
name-rarely-chosen = rarely chosen
name-random = random
name-average = average
name-bandwagon = bandwagon
name-popular = popular
name-top-reason = top reason
name-most-recent = most recent
name-most-similar = most similar
name-unrelated = unrelated

## A number of people

people-count = { NUMBER($n) } people

## What the re-ranking moved for one person

# way: move-in, move-out or move-to; why: one of the messages move-for-...
move = “{ $title }” { $way }: { $why }
move-in = came in at #{ $after }
# before: the place it had
# may leave out $before
move-out = left the list (was #{ $before })
move-to = moved from #{ $before } to #{ $after }
move-for-seldom = over all lists “{ $group }” is shown too seldom.
move-for-often = over all lists “{ $group }” is shown too often.
# share, wanted: parts of 1
move-for-share = “{ $group }” had { NUMBER($share, style: "percent") } of the list, { NUMBER($wanted, style: "percent") } was wanted.
move-for-room = it made or took the room that others left.

## Privacy

privacy-epsilon = Differential privacy, epsilon
privacy-delta = delta
privacy-unit = unit
privacy-attack = Membership attack, area under the curve (0.5: a coin)
privacy-found = Members found at 1% false alarms
# field: a column of the table of people
privacy-from-lists = { $field } told from lists, area under the curve
privacy-from-histories = { $field } told from histories
privacy-copied = Lists copied by { $asked } questions
