## What the features are called (-short), and their values in a sentence (-says)
## value: as people read it; field: the name of a column of the item table

categories-short = share of recent choices in its categories
categories-says = { $value } of your recent choices share its categories
same-short = share of recent choices with the same { $field }
same-says = { $value } of your recent choices have the same { $field }
near-short = distance of its { $field } from the usual one
near-says = its { $field } is { $value } standard deviations from your usual one
popularity-short = times chosen in all
popularity-says = people chose it { $value } times
trend-short = times chosen lately
trend-says = people chose it { $value } times lately
rating-short = mean rating
rating-says = people rate it { $value } on average
uses-short = mean times of use
uses-says = people used it { $value } times on average
value-short = mean value of its events
value-says = its events have the value { $value } on average
cochosen-short = same-people tie to the last choices
cochosen-says = people who chose your last items also chose it (strength { $value })
latest-short = same-people tie to the latest choice
latest-says = people who chose your latest item also chose it (strength { $value })
follows-short = chosen-next tie to the last choices
follows-says = it is chosen soon after your last items (strength { $value })
after-short = chosen-after-alike tie to the last choices
after-says = it is chosen after items like your last ones (strength { $value })
model-short = large-model tie to the last choices
model-says = the large model ties it to your last items (strength { $value })
whole-short = large-model tie to all recent choices
whole-says = the large model ties it to your recent choices as a whole (strength { $value })
words-short = likeness of its words to recent choices
words-says = the words about it are { $value } like those of your recent choices
text-short = likeness of its meaning to recent choices
text-says = the meaning of its text is { $value } like your recent choices
friends-short = number of friends who chose it
friends-says = { $value } of your friends chose it
hour-short = how usual it is at this hour
hour-says = at this hour people choose it { $value } times as often as usual
weekday-short = how usual it is on this weekday
weekday-says = on this weekday people choose it { $value } times as often as usual

## Why a feature is absent, as code writes it

absent-left-out-as-asked = left out as asked
absent-the-items-have-no-numbers = the items have no numbers, such as a price
absent-no-two-items = no two items have such a name in common
absent-all-events-have-the-same-value = all events have the same value
absent-the-data-have-no-clock = the data have no clock
absent-the-data-have-no-order = the data have no order
absent-the-items-have-no-titles = the items have no titles or texts with words in common
absent-the-item-table-has-no-vectors = the item table has no vectors of a text encoder
absent-not-asked-for = not asked for
absent-the-data-name-no-friends = the data name no friends
absent-too-few-items-were-chosen = too few items were chosen one after the other

## Conditions on features

# name: a feature; range: such as > 99
condition = { $name } { $range }
condition-any = any
# Between the ends of a range
range-join = { "" } and { "" }
# Between conditions, and between phrases
join = { "" } and { "" }
always = always
whole-range = from the lowest to the highest { $name }
# least: the lowest weight
peak = { $condition } (at its least { NUMBER($least, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0, signDisplay: "always") })
