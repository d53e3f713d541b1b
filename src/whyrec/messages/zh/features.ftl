## What the features are called (-short), and their values in a sentence (-says)
## value: as people read it; field: the name of a column of the item table

categories-short = 近期选择中的同类比例
categories-says = 您近期的选择中有{ $value }与它同类
same-short = 近期选择中{ $field }相同的比例
same-says = 您近期的选择中有{ $value }与它的{ $field }相同
near-short = { $field }与平时的差距
near-says = 它的{ $field }与您平时的相差{ $value }个标准差
popularity-short = 总选择次数
popularity-says = 它共被选过{ $value }次
trend-short = 近期选择次数
trend-says = 它近期被选过{ $value }次
rating-short = 平均评分
rating-says = 它的平均评分为{ $value }
uses-short = 平均使用次数
uses-says = 人们平均使用它{ $value }次
value-short = 记录的平均取值
value-says = 它的记录平均取值为{ $value }
cochosen-short = 同群关联（最近所选）
cochosen-says = 选过您最近所选的人也选了它（强度{ $value }）
latest-short = 同群关联（最后所选）
latest-says = 选过您最后所选的人也选了它（强度{ $value }）
follows-short = 先后关联（最近所选）
follows-says = 它会在您最近所选之后被选（强度{ $value }）
after-short = 同类先后关联（最近所选）
after-says = 它会在与您最近所选相似的物品之后被选（强度{ $value }）
model-short = 大模型关联（最近所选）
model-says = 大模型认为它与您最近所选有关联（强度{ $value }）
whole-short = 大模型关联（全部近期选择）
whole-says = 大模型认为它与您全部近期选择有关联（强度{ $value }）
words-short = 文字与近期选择的相近度
words-says = 它的文字介绍与您近期的选择相近{ $value }
text-short = 含义与近期选择的相近度
text-says = 它的文本含义与您近期的选择相近{ $value }
friends-short = 选过它的好友数
friends-says = 您有{ $value }位好友选过它
hour-short = 这个时段的常选程度
hour-says = 这个时段它被选的次数是平时的{ $value }倍
weekday-short = 这个星期几的常选程度
weekday-says = 每周的这一天它被选的次数是平时的{ $value }倍

## Why a feature is absent, as code writes it

absent-left-out-as-asked = 按要求不用
absent-the-items-have-no-numbers = 物品没有价格等数值
absent-no-two-items = 没有两个物品有相同的名称
absent-all-events-have-the-same-value = 所有记录的取值相同
absent-the-data-have-no-clock = 数据没有时间
absent-the-data-have-no-order = 数据没有先后顺序
absent-the-items-have-no-titles = 物品的标题与文字没有共同的词
absent-the-item-table-has-no-vectors = 物品表没有文本编码器的向量
absent-not-asked-for = 未要求使用
absent-the-data-name-no-friends = 数据没有好友关系
absent-too-few-items-were-chosen = 先后被选的物品太少

## Conditions on features

# name: a feature; range: such as > 99
condition = { $name } { $range }
condition-any = 任意
# Between the ends of a range
range-join = { "" } 且 { "" }
# Between conditions, and between phrases
join = ，且
always = 总是
whole-range = { $name }从最低到最高
# least: the lowest weight
peak = { $condition }（最低时为 { NUMBER($least, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0, signDisplay: "always") }）
