### Person: what the items are and what people do with them

## What people do with the things, by the verb of the domain

done-chose = chose
done-watched = watched
done-read = read
done-listened = listened to
done-played = played
done-bought = bought
done-ordered = ordered
done-viewed = viewed
done-clicked = clicked
done-liked = liked
done-rated = rated
done-saved = saved
done-shared = shared
done-applied = applied for
done-booked = booked
done-followed = followed
done-downloaded = downloaded
done-subscribed = subscribed to
done-joined = joined
done-visited = visited
done-used = used

## One thing, by domain

thing-film = film
thing-book = book
thing-music = track
thing-artist = artist
thing-shop = product
thing-game = game
thing-other = item

## Several things, by domain

things-film = films
things-book = books
things-music = tracks
things-artist = artists
things-shop = products
things-game = games
things-other = items

## This one thing, by domain

this-film = this film
this-book = this book
this-music = this track
this-artist = this artist
this-shop = this product
this-game = this game
this-other = this item
