## Why an item is not in a list

cause-not-in-model = The model was trained before this item came; it waits for the next training.
cause-hidden = The operator does not offer this item.
# rules: names
cause-policy = A rule of the operator keeps it out: { $rules }.
cause-blocked-item = The person has blocked this item.
cause-blocked-tag = The person has blocked one of its tags.
cause-seen = The person has chosen it already.
cause-refused = The person has refused it, or given it back.
cause-wished = The person asked for a list without what it has.
cause-excluded = The request excludes it.
cause-taken-back = The person has taken it back.
cause-other-items = The request's filter names other items only.
cause-no-tag = It has none of the tags the filter asks for.
cause-wrong-tag = It has a tag that the filter leaves out.
cause-outranked = Its place is { $rank }; the list ends at { $n }.

## What the operator's rules keep out

# items: how many
policy-blocked = The operator's rule “{ $name }” keeps { $items } items out of all lists.
# items: how many; least: years of age
policy-aged = The operator's rule “{ $name }” keeps { $items } items out of lists for people under { $least } or of unknown age.

## Sentences beside those of reasons

# Of an item that was drawn by chance, so that the model can be judged
explored = Shown to learn, not because of a reason: it was drawn by chance.
tag = Matches the tag “{ $tag }” in your profile.
