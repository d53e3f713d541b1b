### Person: what the items are and what people do with them

## What people do with the things, by the verb of the domain

done-chose = 选过
done-watched = 看过
done-read = 读过
done-listened = 听过
done-played = 玩过
done-bought = 买过
done-ordered = 订购过
done-viewed = 浏览过
done-clicked = 点击过
done-liked = 喜欢过
done-rated = 评过分
done-saved = 收藏过
done-shared = 分享过
done-applied = 申请过
done-booked = 预订过
done-followed = 关注过
done-downloaded = 下载过
done-subscribed = 订阅过
done-joined = 加入过
done-visited = 去过
done-used = 用过

## One thing, by domain

thing-film = 影片
thing-book = 图书
thing-music = 曲目
thing-artist = 音乐人
thing-shop = 商品
thing-game = 游戏
thing-other = 项目

## Several things, by domain

things-film = 影片
things-book = 图书
things-music = 曲目
things-artist = 音乐人
things-shop = 商品
things-game = 游戏
things-other = 项目

## This one thing, by domain

this-film = 这部影片
this-book = 这本图书
this-music = 这首曲目
this-artist = 这位音乐人
this-shop = 这件商品
this-game = 这款游戏
this-other = 这个项目
