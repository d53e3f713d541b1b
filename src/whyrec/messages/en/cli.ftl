## Marks between texts

also = ; { "" }
listed = , { "" }
quoted = “{ $title }”

## Reading and cleaning

steps = Reading and cleaning
steps-step = step
steps-touched = rows touched
steps-left = rows left

## whyrec fit

fit-done = { $model } fitted on { NUMBER($events) } events of { NUMBER($users) } people and { $items } in { NUMBER($seconds, minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: 0) } s: { $out }
fit-best = NDCG@10 on validation people: { NUMBER($quality, minimumFractionDigits: 4, maximumFractionDigits: 4) }, after epoch { $epoch } of { $epochs }
# parts: names of parts of the model
fit-without-order = left out of the model, as the events have no order: { $parts } (--order file: the rows have one)
fit-interrupted = interrupted: the best state so far is saved
fit-budget = spent { $spent } processor seconds of a budget of { $budget }; nothing was left out
fit-budget-left-out = spent { $spent } processor seconds of a budget of { $budget }; left out or cut short: { $parts } (--budget { $next } has room for more)
fit-no-text = { NUMBER($n) } items have no text: they are known by their events alone
# epsilon, delta: numbers
fit-private = private: epsilon { $epsilon } at delta { $delta } for one person with all events, added or removed; items: { $catalogue }
fit-research = the noise comes from a seed: for research only, because whoever knows the seed can subtract it
fit-ledger = with all earlier releases in the ledger, the same people together: epsilon { NUMBER($epsilon, minimumFractionDigits: 2, maximumFractionDigits: 2) } at delta { $delta }
fit-no-ledger = not in a ledger: every further fit on the same people costs as much again, also one with other settings (--ledger FILE adds them up)
fit-holds = the folder holds the events too: to give it away, fit with --no-histories

## whyrec compare

# protocol: how test events are chosen; items: a number of items with its noun
compare-head = { $data }: { NUMBER($users) } people, { $items }, { NUMBER($events) } events; { $protocol }, { NUMBER($cases) } test people
compare-title = Accuracy
compare-model = model
compare-interval = { $metric } [95% interval]
compare-costs = Cost
compare-fit = fit s
# CPU s: seconds of all processors together
compare-fit-cpu = fit CPU s
compare-score = score s
compare-score-cpu = score CPU s
compare-memory = peak MB
compare-share = explained share
# share: the mean over listed items; low: a tenth of them are below; least: the lowest
share-spread = { $share } (p10 { $low }, min { $least })
# reason: why these data do not allow the model
compare-left-out = Left out: { $model }. { $reason }
compare-reused = Measured by an earlier run, and reused: { $models }
# A line as soon as a model is measured
compare-row = { $model }: { $metric } { $interval }, fit { $seconds } s
# done: how many models are measured
compare-stopped = stopped: { $done } of { $models } models are measured
compare-stopped-kept = stopped: { $done } of { $models } models are measured and kept in { $out }; the same command goes on from there
compare-tuned-title = Settings chosen on validation people
# settings: names and values, joined by commas
compare-tuned = { $model }: { $settings }; { $trials } trials, { $seconds } CPU s
# Follows the message above if the time for the search was over
compare-tuned-cut = { "" } (all that the budget allowed)
# interval: the difference with its interval; a, b: models
compare-minus = { $a } minus { $b }, { $metric }: { $interval }

## What min_support costs, and how many people are behind a reason

# min_support is a setting, do not translate it
support-title = What min_support costs { NUMBER($people) } validation people, against none
support-cost = cost [95% interval]
support-share = cost in %
support-chosen = chosen
support-yes = yes
# shares: texts of the message behind-under, joined
behind = people behind the first reasons: median { $median }; { $shares } ({ $counted } counted)
behind-under = { NUMBER($share, style: "percent") } under { $bound }
behind-weak = warning: { NUMBER($weak, style: "percent") } of the first reasons rest on fewer than { $k } people (limit { NUMBER($limit, style: "percent") }). Fix: fit with min_support = { $k }, or keep items with more events (--item-core)
compare-chance = { "" }  (may be chance)

## whyrec advise

# The steps of the ladder, from the cheapest to the large model
advise-step-popular = popular
advise-step-most-used = most used
advise-step-most-recent = most recent
advise-step-knn = kNN
advise-step-cooccurrence = counts
advise-step-pctm = log evidence
advise-step-ease = EASE
advise-step-additive = glass box
advise-step-sequence = large model
# protocol: how events are held out; items: a number of items with its noun; tuned_on, measured_on: numbers of people
advise-head = { $data }: { NUMBER($users) } people, { $items }, { NUMBER($events) } events; { $protocol }. { NUMBER($tuned_on) } validation people tune, { NUMBER($measured_on) } others measure
advise-title = The ladder, on the same people
advise-step = step
advise-over = over the step before [95%]
advise-to-best = minus the best [95%]
advise-cpu = fit CPU s
advise-ms = ms a list
# value: NDCG@10 with its interval
advise-first = { $step }: NDCG@10 { $value }.
# gain: a difference with its interval; chance: empty, or the message advise-chance
advise-worth = { $step }: { $gain } NDCG@10 over { $previous }{ $chance }.
advise-chance = , which may be chance
# Follows advise-worth. parts: what was left out
advise-without-order = { " " }The data have no order, so it does without { $parts }.
# Follows advise-worth or advise-first. share: one of the three messages below
advise-cost = { " " }{ $seconds } processor seconds and { NUMBER($memory) } MB to fit, { $ms } ms a list; { $share }.
advise-share-all = all of the order is explained
advise-share-part = { $share } of the order is explained
advise-share-none = none of the order is explained exactly
advise-absent-no-order = { $step }: left out, because the events have no order.
advise-absent-no-repeats = { $step }: left out, because chosen items are not recommended again (--repeat reads the data so that they are).
advise-absent-budget = { $step }: not run, because the budget was spent.
# time: a number of seconds
advise-budget-estimate = { $step }: not run, because it needs about { $time } processor seconds (by the laws of plan) and the budget has fewer left.
# detail: an error and what to do
advise-absent-extra = { $step }: not run; { $detail }
advise-absent-failed = { $step }: not run; { $detail }
# gain: a difference with its interval; over: the best other step
advise-large-yes = A large model is worth it here: { $gain } NDCG@10 over { $over }.
advise-large-perhaps = A large model may be worth it here, but this can be chance: { $gain } NDCG@10 over { $over }.
advise-large-no = These data need no large model: { $gain } NDCG@10 over { $over }, a gain of less than 1%.
advise-large-unknown = Whether a large model is worth it here is not known, because it was not run.
advise-large-unsuitable = A large model learns from the order of events, which these data do not have.
# lacking: a percentage; best: another step
advise-take = Take { $step } ({ $model }): of the models within 1% of the best it is the cheapest. { $best } has { $lacking } more.
advise-take-best = Take { $step } ({ $model }): no cheaper model is within 1% of it.
# steps: labels of steps
advise-near = Not told apart from the best on these people: { $steps }.
advise-test = On { NUMBER($cases) } test people, who decided nothing: NDCG@10 { $value }.
# spent, budget: durations
advise-spent = The ladder took { $spent } of the processor, of a budget of { $budget }.
advise-picture = Picture: { $file }
advise-fitted = Fitted on all events: { $folder }
advise-command = Fit it on all events:

## whyrec recommend

list-title = For { $who }, by { $model }
# Stands for a person where a history is given without one
list-nobody = this history
list-item = title
list-score = score
list-why = why

## whyrec explain

# title: with its quotation marks; method: name of an explainer; share: a part of 1
why-head = Why { $title } is #{ $rank } for { $who } ({ $method }; explained share: { NUMBER($share, style: "percent") })
why-above = Why { $title } is #{ $rank }, above { $other }, for { $who } ({ $method }; explained share: { NUMBER($share, style: "percent") })
why-below = Why { $title } is #{ $rank }, below { $other }, for { $who } ({ $method }; explained share: { NUMBER($share, style: "percent") })
why-sum = score { NUMBER($score, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0) } = base { NUMBER($base, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0) } + reasons { NUMBER($reasons, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0) } + rest { NUMBER($rest, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0) }
why-gap = { "" } + unsaid { NUMBER($gap, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0) }
why-more-events = { $n } further events
why-more-reasons = { $n } further reasons
why-polished = (in a language model's words)
why-refused = (a language model's words were refused: { $why })
# interval: the message why-interval, or nothing
why-method = Method { $method } ({ $why }): { NUMBER($evaluations) } model evaluations, { NUMBER($ms, maximumFractionDigits: 0, useGrouping: 0) } ms{ $interval }.
why-interval = ; 95% interval of the first { NUMBER($low, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0, signDisplay: "always") } to { NUMBER($high, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0, signDisplay: "always") }
# link: what the path leads through
why-cut = Cut: without the link “{ $link }” it would be #{ $after }, not #{ $before }.
# sure: why-minimal or why-smallest
why-fell = Checked: without { $labels } it fell from #{ $before } to #{ $after } ({ $sure }).
why-minimal = no smaller set does
why-smallest = the smallest set found
why-holds = Checked: no set of events was found that takes it out of the first { $k }.

## whyrec rules

rules-tree = each way through its questions
rules-rules = each rule
rules-ebm = each feature's strongest range
rules-head = { $model }: { $about }
rules-support = support { NUMBER($support, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }, precision { NUMBER($precision, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }
rules-example = example: { $user } chose { $title }
# chosen: a part of 1
rules-note = support: share of the examples; precision: share of these that were chosen next ({ NUMBER($chosen, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) } of all).
rules-absent = feature left out: { $name } ({ $why })

## whyrec faithful

faithful-title = Removing one event and scoring again, { $cases } people
faithful-removed = removed
faithful-drop = drop (in sd) [95% interval]
faithful-rank = new rank of #1
faithful-lost = no longer first
# of: the message faithful-of, or nothing; gap, fall: numbers such as 1.2e-07
faithful-sums = Sums: largest gap{ $of } { $gap }; largest |weight − measured fall| { $fall }, both relative to max(1, |score|).
faithful-of = { "" } of { NUMBER($n) } explained items
grade-title = { $data }, { $model }: { NUMBER($cases) } people; lower is better for pos, del, cdcg, higher for neg, ins, drop; output: { $output }
grade-method = method
grade-plain = { $method }
grade-oracle = { $method } (oracle)
grade-evaluations = evaluations
grade-on = { $method } on { $metric }
# others: texts of the message grade-on, joined
grade-worse = { $method } is not better, beyond chance, than: { $others }.
grade-none = none of these rows

## whyrec methods

methods-title = { $model }: auto takes { $method } ({ $why })
methods-method = method
methods-what = what
methods-flaw = flaw

## whyrec data check

check-rows = { NUMBER($n) } rows
check-problems = Problems
check-none = No problems found.
check-totals = Problems in all
check-kind = problem
check-total = how many
# column: table.column
check-of-column = { $column }: { $required }
check-table = table
check-column = column
check-row = row
check-value = value
# The heading of what a value must be
check-required = required
check-fix = fix

## whyrec audit

audit-group = group
audit-people = people
audit-title = { $by } ({ $left } groups under { $fewest } people not shown)
audit-gap = { $metric } { $by }: { $a } against { $b } { NUMBER($difference, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0, signDisplay: "always") }
# which: texts of the message audit-gap, joined
audit-gaps = { $told } of { $n } gaps stand after correction (Holm). { $which }
audit-moved = re-ranking, weight { $weight }: gap { NUMBER($gap_before, minimumFractionDigits: 3, maximumFractionDigits: 3) } to { NUMBER($gap_after, minimumFractionDigits: 3, maximumFractionDigits: 3) }, NDCG@10 { NUMBER($ndcg_before, minimumFractionDigits: 4, maximumFractionDigits: 4) } to { NUMBER($ndcg_after, minimumFractionDigits: 4, maximumFractionDigits: 4) }
audit-attack = attack { $attack }: recall { NUMBER($recall, style: "percent") } at { NUMBER($false_alarms, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) } false alarms; pushed item shown to { NUMBER($shown_before, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }, { NUMBER($shown_under, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) } under attack, { NUMBER($shown_swept, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) } swept

## The demonstration and the report

truth = Against the planted causes ({ NUMBER($cases) } lists that have one): the first reason names one in { NUMBER($share_named, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }; a random event in { NUMBER($random, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }, the most similar in { NUMBER($cosine, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }.
report = Report: { $path }
model = Model:  { $path }   (try: whyrec explain { $path } --user { $user })

## whyrec plan

plan-stage = stage
plan-machines = machines
plan-hours = hours, one core each [95%]
plan-gb = GB each [95%]
plan-fits = fits
plan-yes = yes
plan-no = no
plan-unsure = unsure
plan-beyond = beyond measured
plan-title = { NUMBER($events, maximumFractionDigits: 0) } events, { NUMBER($users, maximumFractionDigits: 0) } people, { NUMBER($items, maximumFractionDigits: 0) } items on { $machines } machines of { $gb_each } GB
# cut: names of stages; error: a percentage
plan-notes = Measured on { $machine } by: { $command }. The laws missed the next measured size by up to { $error }; the last column says how far beyond the measurements this goes. Cut over machines by { $engine }: { $cut }; the other stages run on one.
