## What a force does to an item of a list

# place: one of the next two; why: the reason of the operator; of: a title or the words of a wish; name: of the force
force-refused = { $place }：它与您不感兴趣的“{ $of }”相似。
force-low = { $place }：它与您评分较低的“{ $of }”相似。
force-shown = { $place }：它曾向您展示，而您没有选择。
force-wider = { $place }：您想要更宽的列表，而它来自主导您列表的那些选择。
force-wish = { $place }：您想要{ $of }。
force-less = { $place }：您想少看{ $of }。
force-fresh = { $place }：它是新上的。
force-trending = { $place }：现在很多人选择它。
force-novel = { $place }：还没有多少人发现它。
force-diverse = { $place }：它与排在前面的相似，而列表要多样。
force-promote = { $place }：运营方推广它{ $why }。
force-bury = { $place }：运营方将它排后{ $why }。
force-passed = { $place }：“{ $name }”使其他项目排到它前面{ $why }。
force-passing = { $place }：“{ $name }”使其他项目排到它后面{ $why }。
place-moved = 排第 { $rank } 而不是第 { $without }
place-kept = 排第 { $rank }，有无此项都一样
# reason: as the operator wrote it
why = （{ $reason }）

## Names of forces that the operator does not name

name-refused = 您不感兴趣的
name-low = 您评分较低的
name-shown = 曾向您展示的
name-wider = 放宽列表
name-wish = 您想要的
name-less = 您想少看的
name-fresh = 新鲜度
name-trending = 热度
name-novel = 新奇度
name-diverse = 多样性

## A filter of the request

# where: the expression; items: how many offered items it leaves; listed: how many are listed
filtered = 有 { $items } 个可提供的项目满足 { $where }；其中 { $listed } 个可以列出。

## Titles of lists that the operator does not title

# of: title of the item that the list goes by
list-for-you = 为您推荐
list-because-you-chose = 因为您选过“{ $of }”
list-trending = 热门
list-new = 新上
list-more-like-this = 更多与“{ $of }”相似的
list-bought-together = 常与这些一起选择
list-not-your-usual = 换换口味
