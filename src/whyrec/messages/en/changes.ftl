## Why a list changed, from one answer to another

# came, went: numbers of items; causes: names of causes
summary = { $came } items came and { $went } went. What has changed: { $causes }.
unchanged = Nothing that the list depends on has changed.
step = { $cause }: { $came } items came, { $went } went.
between = { "; " }

# title: of an item; cause: one of the names below
came = “{ $title }” came into the list because of this: { $cause }. Without it, it would not be there.
came-with = “{ $title }” came into the list with this: { $cause }. It would also be there without it.
went = “{ $title }” left the list because of this: { $cause }. Without it, it would still be there.
went-with = “{ $title }” left the list with this: { $cause }. It would not be there without it either.
# rank, before: places
moved = “{ $title }”: place { $rank } instead of { $before }.
kept = “{ $title }” keeps place { $rank }.
# change: of the score; parts: several of the next
score = { " " }Its score changed by { NUMBER($change, minimumFractionDigits: 3, maximumFractionDigits: 3, signDisplay: "always") }: { $parts }.
part = { $cause } { NUMBER($change, minimumFractionDigits: 3, maximumFractionDigits: 3, signDisplay: "always") }

## Names of the causes

cause-time = your earlier choices are older
cause-events = what you chose since
cause-showings = what you were shown
cause-refusals = what you dismissed or rated low
cause-items = changes of the catalogue
cause-model = a new version of the model
cause-operator = the operator's promotions, rules and other terms
cause-settings = your settings
cause-request = what was asked for
cause-exploration = a random draw
