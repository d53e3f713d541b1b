## The sentences of reasons, which are also read back: see the guide on translating
## verb: what people did (verb-...), done: its participle; things: items with dates; titles: items; phrases: what a model says of its reasons;
## other: another item; before, after: places in the list; count: times; share: per cent; strength: the share in words

# Only what was proved by removal is called a cause
# may leave out $verb
sentence-cause = Suggested in part because you { $verb } { $things }.
# may leave out $verb
sentence-cause-mainly = Suggested mainly because you { $verb } { $things }.
sentence-cause-phrases = Suggested because of this: { $phrases }.
# may leave out $verb
sentence-evidence = Based in part on what you { $verb }: { $things }.
# may leave out $verb
sentence-evidence-mainly = Based mainly on what you { $verb }: { $things }.
sentence-again = You { $verb } this before ({ $count }×).
sentence-base = Mainly what it scores with everyone: { $share }% of the score is the same for everyone.
sentence-base-alone = Only what it scores with everyone: your own history does not raise it.
sentence-weak = A weak sign: few people chose both this and { $titles }.
# before: the length of the list; after: the place of the item
sentence-outside = It is not among the first { $before }; its place is #{ $after }.
sentence-unsound = No reasons are shown: they did not add up to the score.
# may leave out $verb
sentence-against = One reason against: you { $verb } { $things }.
sentence-reasons = Reasons for it: { $phrases }.
sentence-reasons-against = Reasons against: { $phrases }.
sentence-counterfactual = Without { $titles }, this would move from #{ $before } to #{ $after }.
sentence-unnamed = Without these, this would move from #{ $before } to #{ $after }.
sentence-share = These reasons make up { $share }% of the score: { $strength }.
sentence-popular = Often chosen by others; not based on your activity.
sentence-seldom = Chosen by few so far; not based on your activity.
sentence-none = We have no reliable single reason.
sentence-token = Words of its own text that speak for it: { $phrases }.
sentence-addition = Had you also { $done } { $titles }, its lead over the next items would be larger.
sentence-rule = As long as your history holds { $titles }, it stays listed in { $share }% of tries with other events gone.
# may leave out $verb
sentence-contrast = It stands above { $other }; what counts more for it is that you { $verb } { $things }.
# may leave out $verb
sentence-below = It stands below { $other }; what counts more for the other is that you { $verb } { $things }.
sentence-examples = People with like histories who chose this often chose { $titles } too; this is not the model's reason.
sentence-attention = The model looked most at { $titles }; attention is not a cause.

## Earlier wordings, which stored answers may hold

earlier-base = Mainly its general popularity: { $share }% of the score is the same for everyone.
earlier-base-alone = Only its general popularity: your own history does not raise it.

## Other ways to say a sentence, one a line; a language may have more of them than another

# may leave out $verb
variants-cause =
    We picked this partly because you { $verb } { $things }.
    Chosen for you because you { $verb } { $things }.
# may leave out $verb
variants-cause-mainly = We picked this mainly because you { $verb } { $things }.
# may leave out $verb
variants-evidence = What speaks for it is what you { $verb }: { $things }.
# may leave out $verb
variants-evidence-mainly = This builds mostly on what you { $verb }: { $things }.
# may leave out $verb
variants-against = What speaks against it: you { $verb } { $things }.
variants-reasons = What speaks for it: { $phrases }.
variants-reasons-against = What speaks against it: { $phrases }.
variants-counterfactual =
    Take away { $titles }, and it goes from #{ $before } to #{ $after }.
    If { $titles } were gone, it would go from #{ $before } to #{ $after }.
variants-share = Together that is { $share }% of the score: { $strength }.
variants-popular = Many others have chosen this; your activity was not used.
variants-none = No single reason stands out reliably.
variants-token = In its own text these words speak for it: { $phrases }.
variants-addition = With { $titles } { $done } as well, its lead over the next items would be larger.
# may leave out $verb
variants-contrast = It comes before { $other }: what favours it more is that you { $verb } { $things }.
# may leave out $verb
variants-below = It comes after { $other }: what favours the other more is that you { $verb } { $things }.

## What people did: you watched (verb-...), had you also watched (-done)

verb-chose = chose
verb-chose-done = chosen
verb-watched = watched
verb-watched-done = watched
verb-read = read
verb-read-done = read
verb-listened = listened to
verb-listened-done = listened to
verb-played = played
verb-played-done = played
verb-bought = bought
verb-bought-done = bought
verb-ordered = ordered
verb-ordered-done = ordered
verb-viewed = viewed
verb-viewed-done = viewed
verb-clicked = clicked on
verb-clicked-done = clicked on
verb-liked = liked
verb-liked-done = liked
verb-rated = rated
verb-rated-done = rated
verb-saved = saved
verb-saved-done = saved
verb-shared = shared
verb-shared-done = shared
verb-applied = applied for
verb-applied-done = applied for
verb-booked = booked
verb-booked-done = booked
verb-followed = followed
verb-followed-done = followed
verb-downloaded = downloaded
verb-downloaded-done = downloaded
verb-subscribed = subscribed to
verb-subscribed-done = subscribed to
verb-joined = joined
verb-joined-done = joined
verb-visited = visited
verb-visited-done = visited
verb-used = used
verb-used-done = used

## Items, dates and lists of them

# Around the title of a work
quote-work-open = “
quote-work-close = ”
# Around the name of anything else
quote-name-open = “
quote-name-close = ”
# One thing with its date; title: with its quotes
# may leave out $verb
dated = { $title } ({ $date })
# may leave out $verb
undated = { $title }
# may leave out $verb
dated-times = { $title } ({ $count } times, last on { $date })
# may leave out $verb
undated-times = { $title } ({ $count } times)
# d: day; m: one of the messages month-...; y: year
date = { $d } { $m } { $y }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
# Between dated things
join = , { "" }
last-join = { "" } and { "" }
# Between titles
title-join = , { "" }
title-last-join = { "" } and { "" }
# Between sentences
space = { "" } { "" }
# A share in words, from so many per cent on
strength-100 = all of it
strength-90 = nearly all of it
strength-51 = more than half
strength-25 = a fair part of it
strength-0 = a small part of it

## A number of items, by what they are

items-film-one = { NUMBER($n) } film
items-film-many = { NUMBER($n) } films
items-book-one = { NUMBER($n) } book
items-book-many = { NUMBER($n) } books
items-music-one = { NUMBER($n) } song
items-music-many = { NUMBER($n) } songs
items-artist-one = { NUMBER($n) } artist
items-artist-many = { NUMBER($n) } artists
items-game-one = { NUMBER($n) } game
items-game-many = { NUMBER($n) } games
items-shop-one = { NUMBER($n) } product
items-shop-many = { NUMBER($n) } products
items-other-one = { NUMBER($n) } item
items-other-many = { NUMBER($n) } items

## What a language model is asked that may reword sentences

# forms: all sentences and their variants, one a line; [[number]] stands for titles
polish-ask =
    Rewrite the text so that it reads well. Use only these forms, a sentence each, in order; keep every [[number]], number, rank and percentage as it is; add nothing. Answer with the text alone.
    Forms:
    { $forms }

## What an item is like

# title: with its quotes; share: per cent
like-image = It looks like { $title }: { $share }% of what its reasons weigh.
like-text = It reads like { $title }: { $share }% of what its reasons weigh.
like-words = Its words (title, categories, texts) are like those of { $title }: { $share }% of what its reasons weigh.
like-audio = It sounds like { $title }: { $share }% of what its reasons weigh.
like-links = In the graph it lies near { $title }: { $share }% of what its reasons weigh.
# name: of a modality, as the model has it
like-other = In “{ $name }” it is like { $title }: { $share }% of what its reasons weigh.

## A reason from another domain

# one, two: domains
crossing = From another domain ({ $one } → { $two }): you { $verb } { $title }.
# Where removing the named events proved it
crossing-proved = From another domain ({ $one } → { $two }), because you { $verb } { $title }.
domain-film = film
domain-book = book
domain-music = music
domain-game = game
domain-shop = shop
