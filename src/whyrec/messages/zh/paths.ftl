## What two items have in common: with the name of what it is, or without (-alone)

relation-directed-by = 同由{ $entity }执导
relation-directed-by-alone = 导演相同
relation-written-by = 同由{ $entity }编剧
relation-written-by-alone = 编剧相同
relation-starring = 同有{ $entity }出演
relation-starring-alone = 有共同的演员
relation-produced-by = 同由{ $entity }监制
relation-produced-by-alone = 制片人相同
relation-production-company = 同由{ $entity }出品
relation-production-company-alone = 出品公司相同
relation-composed-by = 同由{ $entity }配乐
relation-composed-by-alone = 作曲相同
relation-cinematography = 同由{ $entity }摄影
relation-cinematography-alone = 摄影师相同
relation-edited-by = 同由{ $entity }剪辑
relation-edited-by-alone = 剪辑相同
relation-genre = 类型同为{ $entity }
relation-genre-alone = 类型相同
relation-category = 同属{ $entity }
relation-category-alone = 有共同的类别
relation-country = 同产自{ $entity }
relation-country-alone = 国家相同
relation-language = 语言同为{ $entity }
relation-language-alone = 语言相同
relation-rated = 分级同为{ $entity }
relation-rated-alone = 分级相同
relation-released-in = 同于{ $entity }年上映
relation-released-in-alone = 同年上映
relation-subject = 题材同为{ $entity }
relation-subject-alone = 有共同的题材
relation-award-won = 同获{ $entity }
relation-award-won-alone = 获得同一奖项
relation-award-nomination = 同获{ $entity }提名
relation-award-nomination-alone = 获同一奖项提名
relation-sequel = 同一系列：{ $entity }
relation-sequel-alone = 属同一系列
relation-wiki-page = 都与{ $entity }有关
relation-wiki-page-alone = 有共同的词条
relation-tag = 标签同为{ $entity }
relation-tag-alone = 有共同的标签
# relation: its own name in the graph
relation-other = { $relation }：{ $entity }
relation-other-alone = { $relation }相同

## What a path leads through, in few words

short-people = 选过两者的人
short-then = 随后选择
short-friends = 您关注的人
short-event = 众人的选择

## The phrases; titles: of items that the person chose

# relation: one of the messages relation-...
through-relation = 与{ $titles }{ $relation }
through-weak = 依据很弱：很少有人同时选过它与{ $titles }
through-people = 选过{ $titles }的人也选了它
through-people-counted = { $count }位选过{ $titles }的人也选了它
through-order = 有人在{ $titles }之后不久选了它
through-order-often = 常在{ $titles }之后被选
through-choices = 按众人的选择与{ $titles }有关联

## Titles

# value: one of the messages value-..., or nothing
title-work = 《{ $title }》{ $value }
title-name = “{ $title }”{ $value }
title-join = 、
title-last-join = 和
# more: how many are not named; all: how many there are
# may leave out $all, $more
titles-more = { $titles }等{ $all }项
value-rating = （您给了{ $value }分）
value-once = （1次）
value-times = （{ $value }次）

## Friends: people that the person follows

friends = 您关注的人选过它
friends-counted = 您关注的{ $all }人选过它
friends-named = { $names }选过它
friends-named-others = { $names }等人选过它
# more: how many are not named; all: how many there are
# may leave out $all, $more
friends-named-more = { $names }等{ $all }人选过它
friends-join = 、
