### Engineer: inspector

lead = 从内部看一个人的列表：每条记录为每个项目增加了多少、两个版本并排比较，以及历史变化时会发生什么。
person = 用户
find = 标识或其开头
findHint = 输入标识的开头，然后选择。
first = 请选择一个用户
firstText = 此处将显示其历史、列表和理由，地址中也会记录。
against = 对照版本
unknown = 存储中没有此标识；列表与新用户的相同。
off = 此人已关闭个性化推荐。
history = 历史（{ $n }）
tags = 标签
when = 时间
value = 数值
notKnown = 模型不认识
list = { $name } 的列表
alsoAt = 对照第 { $place } 位
notThere = 对照中没有
fell = 依据 { $used } 计算
tabs-parts = 得分构成
tabs-whatif = 如果
tabs-inside = 模型内部
tabs-json = JSON
views = 视图
heat = 每条记录为每个项目增加了多少
heatSay = 最大的一项：{ $event }为{ $item }增加 { $value }。
heatNone = 历史中没有记录影响此列表。
heatHow =
    { $additive ->
        [true] 得分的组成部分，精确。行：记录，最早的在上；列：列表。{ $others }
       *[false] 去掉该记录后得分的减少量；各部分之和不一定等于得分。行：记录，最早的在上；列：列表。{ $others }
    }
others = 另有 { $n } 条影响较小的记录合并在下方的条形中。
event = 记录
item = 项目
bars = { $item }的得分构成
barsSay = { $score } = 基础 { $base } + 记录 { $sum } + 其余 { $rest }。
base = 基础：对所有人相同
rest = 其余：没有单独的理由
more = 另外 { $n } 条记录
total = 得分
part = 组成
size = 大小
amount = 数值
barsHow =
    { $additive ->
        [true] 所给得分的精确组成部分。
       *[false] 逐条去掉记录后测得。
    }
leave = 去掉
leaveText = 不会保存任何更改。
add = 添加一个项目
addHint = 如同刚刚选择了它。
clear = 恢复真实历史
changes = 更改
removeAdded = 移除{ $title }
before = 之前
after = 之后
moves = 之前与之后
movesSay = { $n } 个项目改变了位次；排在第一的变为{ $top }。
movesSame = 没有项目改变位次。
movesNone = 去掉一条记录或添加一个项目，即可看到列表变化。
movesHow = 两个列表都由服务中的模型计算；去掉的项目不会因此被推荐。
out = 移出
attention = 注意力，并非原因
attentionSay = 最后一层从最近的记录出发，最关注{ $event }（{ $share }）。模型看向哪里，并不等于得分的原因。
attentionHow = 第 { $layer } 层，各头取平均；行关注列。
layer = 层
activations = 记录被读作的向量
activationsSay = { $n } 条记录，每条是 { $dimensions } 个数的向量；相似的行被相似地理解。
activationsHow = 模型读入的记录嵌入；单个数字本身没有含义。
rules = 规则与路径
rulesSay = 通向每个项目的问题或特征，以及各自增加的分值。
rulesHow = 直接读自模型：精确。
start = 起点
howTo = 如何获得：
place = 位次
jsonText = 本页的全部内容，即服务返回的原文。
