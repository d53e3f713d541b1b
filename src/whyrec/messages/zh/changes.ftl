## Why a list changed, from one answer to another

# came, went: numbers of items; causes: names of causes
summary = 有 { $came } 个项目进入、{ $went } 个离开。发生变化的有：{ $causes }。
unchanged = 列表所依据的一切都没有变化。
step = { $cause }：{ $came } 个项目进入，{ $went } 个离开。
between = ；

# title: of an item; cause: one of the names below
came = “{ $title }”因此进入列表：{ $cause }。若无此项，它就不会在列表中。
came-with = “{ $title }”随此项进入列表：{ $cause }。若无此项，它也会在列表中。
went = “{ $title }”因此离开列表：{ $cause }。若无此项，它仍会在列表中。
went-with = “{ $title }”随此项离开列表：{ $cause }。若无此项，它也不会在列表中。
# rank, before: places
moved = “{ $title }”：排第 { $rank } 而不是第 { $before }。
kept = “{ $title }”仍排第 { $rank }。
# change: of the score; parts: several of the next
score = 其得分变化 { NUMBER($change, minimumFractionDigits: 3, maximumFractionDigits: 3, signDisplay: "always") }：{ $parts }。
part = { $cause } { NUMBER($change, minimumFractionDigits: 3, maximumFractionDigits: 3, signDisplay: "always") }

## Names of the causes

cause-time = 您先前的选择时间更久了
cause-events = 您此后的选择
cause-showings = 曾向您展示的
cause-refusals = 您不感兴趣或评分较低的
cause-items = 目录的变化
cause-model = 模型的新版本
cause-operator = 运营方的推广、规则和其他项
cause-settings = 您的设置
cause-request = 所请求的内容
cause-exploration = 随机抽取
