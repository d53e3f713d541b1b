## What was understood of a wish

# text: the person's words; how: one of by-*
understood-more = More “{ $text }”: { $how }.
understood-less = Less “{ $text }”: { $how }.
understood-no = Nothing with “{ $text }”: { $how }.
understood-only = Only “{ $text }”: { $how }.
# where: an expression; items: how many offered items it selects
by-name = { $items } items for which { $where }
by-words = { $items } items with these words in title or description
by-like-name = { $items } items for which { $where }, which means about the same
by-meaning = the { $items } items whose titles and descriptions come nearest, or that the same people choose
estimate = { " " }What is only alike in meaning is an estimate: it is listed far lower, not taken out.
# words: of the person
ignored = { " " }Not understood: { $words }.

## Why a phrase was not understood

problem-markup = “{ $text }” was not understood: a wish is plain text without markup.
problem-long = “{ $text }…” was not understood: a wish has at most 1,000 characters.
problem-many = “{ $text }” and what follows was left out: a wish has at most 20 phrases.
problem-cue = “{ $text }” was not understood: say what you want of it, such as more, less, nothing with, only.
problem-unknown = “{ $text }” was not understood: nothing here has it in name, title or description.
problem-waiting = “{ $text }” is not understood yet: titles and descriptions are being read; ask again in a few minutes.

## What wishes cost

# kept: a share
cost = By the model's own estimate, this list keeps { NUMBER($kept, style: "percent", maximumFractionDigits: 0) } of what it expects of your list without wishes (a list at random: 0%).
