## The sentences of reasons, which are also read back: see the guide on translating
## verb: what people did (verb-...), done: its participle; things: items with dates; titles: items; phrases: what a model says of its reasons;
## other: another item; before, after: places in the list; count: times; share: per cent; strength: the share in words

# Only what was proved by removal is called a cause
# may leave out $verb
sentence-cause = 推荐此项，部分因为您{ $things }。
# may leave out $verb
sentence-cause-mainly = 推荐此项，主要因为您{ $things }。
sentence-cause-phrases = 推荐此项，因为：{ $phrases }。
# may leave out $verb
sentence-evidence = 部分依据：您{ $things }。
# may leave out $verb
sentence-evidence-mainly = 主要依据：您{ $things }。
sentence-again = 您以前{ $verb }此项（{ $count }次）。
sentence-base = 主要是它对每个人都有的得分：得分的{ $share }%对所有人都一样。
sentence-base-alone = 仅有它对每个人都有的得分：您的记录没有提高它的得分。
sentence-weak = 依据较弱：同时选过此项和{ $titles }的人很少。
# before: the length of the list; after: the place of the item
sentence-outside = 它不在前{ $before }位之内，排在第{ $after }位。
sentence-unsound = 未显示理由：各部分之和与得分不符。
# may leave out $verb
sentence-against = 也有不利因素：您{ $things }。
sentence-reasons = 支持它的理由：{ $phrases }。
sentence-reasons-against = 不利理由：{ $phrases }。
sentence-counterfactual = 若没有{ $titles }，它将从第{ $before }位变为第{ $after }位。
sentence-unnamed = 若没有这些，它将从第{ $before }位变为第{ $after }位。
sentence-share = 以上依据占得分的{ $share }%：{ $strength }。
sentence-popular = 很多人选过它；未使用您的个人记录。
sentence-seldom = 目前选过它的人还不多；未使用您的个人记录。
sentence-none = 暂无可靠的单一原因。
sentence-token = 它自身文字中起作用的词：{ $phrases }。
sentence-addition = 若您还{ $done }{ $titles }，它对后几项的领先会更大。
sentence-rule = 只要您的历史中有{ $titles }，随机去掉其他记录后，它在{ $share }%的情形下仍留在列表中。
# may leave out $verb
sentence-contrast = 它排在{ $other }之前；更支持它的是：您{ $things }。
# may leave out $verb
sentence-below = 它排在{ $other }之后；更支持后者的是：您{ $things }。
sentence-examples = 历史相近并选了此项的人，也常选{ $titles }；这并非模型的理由。
sentence-attention = 模型最关注{ $titles }；关注不等于原因。

## Earlier wordings, which stored answers may hold

earlier-base = 主要因为它普遍受欢迎：得分的{ $share }%对所有人都一样。
earlier-base-alone = 仅因为它普遍受欢迎：您的记录没有提高它的得分。

## Other ways to say a sentence, one a line; a language may have more of them than another

# may leave out $verb
variants-cause = 为您选出此项，部分因为您{ $things }。
# may leave out $verb
variants-cause-mainly =
    为您选出此项，主要因为您{ $things }。
    选它主要是因为您{ $things }。
# may leave out $verb
variants-evidence = 支持它的依据是：您{ $things }。
# may leave out $verb
variants-evidence-mainly = 推荐主要基于：您{ $things }。
# may leave out $verb
variants-against = 不利的一点是：您{ $things }。
variants-reasons = 对它有利的理由：{ $phrases }。
variants-reasons-against = 对它不利的理由：{ $phrases }。
variants-counterfactual =
    去掉{ $titles }，它就会从第{ $before }位变为第{ $after }位。
    如果没有{ $titles }，它会从第{ $before }位变为第{ $after }位。
variants-share = 这些合计占得分的{ $share }%：{ $strength }。
variants-popular = 选它的人很多；未使用您的个人记录。
variants-none = 没有哪一条原因足够可靠。
variants-token = 它的文字里，这些词起了作用：{ $phrases }。
variants-addition = 历史中若还{ $done }{ $titles }，它对后几项的领先会更大。
# may leave out $verb
variants-contrast = 它先于{ $other }，更支持它的是：您{ $things }。
# may leave out $verb
variants-below = 它后于{ $other }，更支持后者的是：您{ $things }。

## What people did: you watched (verb-...), had you also watched (-done)

verb-chose = 选过
verb-chose-done = 选过
verb-watched = 看过
verb-watched-done = 看过
verb-read = 读过
verb-read-done = 读过
verb-listened = 听过
verb-listened-done = 听过
verb-played = 玩过
verb-played-done = 玩过
verb-bought = 买过
verb-bought-done = 买过
verb-ordered = 订购过
verb-ordered-done = 订购过
verb-viewed = 浏览过
verb-viewed-done = 浏览过
verb-clicked = 点击过
verb-clicked-done = 点击过
verb-liked = 喜欢过
verb-liked-done = 喜欢过
verb-rated = 评过
verb-rated-done = 评过
verb-saved = 收藏过
verb-saved-done = 收藏过
verb-shared = 分享过
verb-shared-done = 分享过
verb-applied = 申请过
verb-applied-done = 申请过
verb-booked = 预订过
verb-booked-done = 预订过
verb-followed = 关注过
verb-followed-done = 关注过
verb-downloaded = 下载过
verb-downloaded-done = 下载过
verb-subscribed = 订阅过
verb-subscribed-done = 订阅过
verb-joined = 加入过
verb-joined-done = 加入过
verb-visited = 去过
verb-visited-done = 去过
verb-used = 用过
verb-used-done = 用过

## Items, dates and lists of them

# Around the title of a work
quote-work-open = 《
quote-work-close = 》
# Around the name of anything else
quote-name-open = “
quote-name-close = ”
# One thing with its date; title: with its quotes
# may leave out $verb
dated = 在{ $date }{ $verb }{ $title }
# may leave out $verb
undated = { $verb }{ $title }
# may leave out $verb
dated-times = { $verb }{ $title }（{ $count }次，最近在{ $date }）
# may leave out $verb
undated-times = { $verb }{ $title }（{ $count }次）
# d: day; m: one of the messages month-...; y: year
date = { $y }年{ $m }月{ $d }日
month-1 = 1
month-2 = 2
month-3 = 3
month-4 = 4
month-5 = 5
month-6 = 6
month-7 = 7
month-8 = 8
month-9 = 9
month-10 = 10
month-11 = 11
month-12 = 12
# Between dated things
join = ，
last-join = ，
# Between titles
title-join = 、
title-last-join = 和
# Between sentences
space = { "" }
# A share in words, from so many per cent on
strength-100 = 全部
strength-90 = 几乎全部
strength-51 = 一半以上
strength-25 = 一部分
strength-0 = 一小部分

## A number of items, by what they are

items-film-one = { NUMBER($n) }部电影
items-film-many = { NUMBER($n) }部电影
items-book-one = { NUMBER($n) }本书
items-book-many = { NUMBER($n) }本书
items-music-one = { NUMBER($n) }首歌
items-music-many = { NUMBER($n) }首歌
items-artist-one = { NUMBER($n) }位艺人
items-artist-many = { NUMBER($n) }位艺人
items-game-one = { NUMBER($n) }款游戏
items-game-many = { NUMBER($n) }款游戏
items-shop-one = { NUMBER($n) }件商品
items-shop-many = { NUMBER($n) }件商品
items-other-one = { NUMBER($n) }个项目
items-other-many = { NUMBER($n) }个项目

## What a language model is asked that may reword sentences

# forms: all sentences and their variants, one a line; [[number]] stands for titles
polish-ask =
    请改写下面的文字，使其通顺。每句只能用下列句式之一，顺序不变；保留所有 [[数字]]、数值、名次和百分比；不得增加内容。只回答改写后的文字。
    句式：
    { $forms }

## What an item is like

# title: with its quotes; share: per cent
like-image = 看起来像{ $title }：占各项理由的{ $share }%。
like-text = 读起来像{ $title }：占各项理由的{ $share }%。
like-words = 用词（标题、类别、文字）与{ $title }相近：占各项理由的{ $share }%。
like-audio = 听起来像{ $title }：占各项理由的{ $share }%。
like-links = 在图谱中与{ $title }相近：占各项理由的{ $share }%。
# name: of a modality, as the model has it
like-other = 在“{ $name }”上像{ $title }：占各项理由的{ $share }%。

## A reason from another domain

# one, two: domains
crossing = 跨领域（{ $one }→{ $two }）：您{ $verb }{ $title }。
# Where removing the named events proved it
crossing-proved = 跨领域（{ $one }→{ $two }）：因为您{ $verb }{ $title }。
domain-film = 电影
domain-book = 图书
domain-music = 音乐
domain-game = 游戏
domain-shop = 商品
