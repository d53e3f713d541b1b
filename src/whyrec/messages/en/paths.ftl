## What two items have in common: with the name of what it is, or without (-alone)

relation-directed-by = directed by { $entity }
relation-directed-by-alone = same director
relation-written-by = written by { $entity }
relation-written-by-alone = same writer
relation-starring = with { $entity }
relation-starring-alone = an actor in common
relation-produced-by = produced by { $entity }
relation-produced-by-alone = same producer
relation-production-company = made by { $entity }
relation-production-company-alone = same production company
relation-composed-by = music by { $entity }
relation-composed-by-alone = same composer
relation-cinematography = filmed by { $entity }
relation-cinematography-alone = same cinematographer
relation-edited-by = edited by { $entity }
relation-edited-by-alone = same editor
relation-genre = genre { $entity }
relation-genre-alone = same genre
relation-category = in the category { $entity }
relation-category-alone = a category in common
relation-country = made in { $entity }
relation-country-alone = same country
relation-language = in { $entity }
relation-language-alone = same language
relation-rated = rated { $entity }
relation-rated-alone = same rating of ages
relation-released-in = released in { $entity }
relation-released-in-alone = released in the same year
relation-subject = about { $entity }
relation-subject-alone = a subject in common
relation-award-won = won { $entity }
relation-award-won-alone = won the same award
relation-award-nomination = nominated for { $entity }
relation-award-nomination-alone = nominated for the same award
relation-sequel = in one series: { $entity }
relation-sequel-alone = in one series
relation-wiki-page = both tied to { $entity }
relation-wiki-page-alone = a page in common
relation-tag = tagged { $entity }
relation-tag-alone = a tag in common
# relation: its own name in the graph
relation-other = { $relation }: { $entity }
relation-other-alone = same { $relation }

## What a path leads through, in few words

short-people = people who chose both
short-then = chosen soon after
short-friends = people you follow
short-event = what people choose

## The phrases; titles: of items that the person chose

# relation: one of the messages relation-...
through-relation = { $relation }, like { $titles }
through-weak = a weak sign: few people chose both this and { $titles }
through-people = chosen by people who chose { $titles }
through-people-counted = chosen by { NUMBER($count) } people who chose { $titles }
through-order = chosen soon after { $titles }
through-order-often = often chosen soon after { $titles }
through-choices = tied to { $titles } by what people choose

## Titles

# value: one of the messages value-..., or nothing
title-work = ‘{ $title }’{ $value }
title-name = ‘{ $title }’{ $value }
title-join = , { "" }
title-last-join = { "" } and { "" }
# more: how many are not named; all: how many there are
# may leave out $all, $more
titles-more = { $titles } and { $more } more of your choices
value-rating = { "" } (you gave it { $value })
value-once = { "" } (once)
value-times = { "" } ({ $value } times)

## Friends: people that the person follows

friends = people you follow chose it
friends-counted = { $all } people you follow chose it
friends-named = { $names } chose it
friends-named-others = { $names } and others you follow chose it
# more: how many are not named; all: how many there are
# may leave out $all, $more
friends-named-more = { $names } and { $more } more you follow chose it
friends-join = , { "" }
