### Engineer: atlas, what was learned

heat = 最常被选择的项目之间的权重
say = 此处最强的联系：选择{ $source }使{ $target }增加 { $value }。
none = 此模型中没有项目影响其他项目。
how = 仅选择行项目时，列项目得分的增加量。行与列：最常被选择的项目。
item = 项目
ties = 最强的联系
tiesCaption = 在 200 个最常被选择的项目中
source = 选择
target = 影响
weight = 幅度
rules = 文字规则
rule = 规则
adds = 权重
support = 适用于
precision = 随后被选择
howTo = 如何获得：
parts = 玻璃箱的组成部分
part-together = 共现：被相同的人选择，不论先后
part-order = 次序：一个接着一个
part-learned = 学习：为预测下一项而训练
part-alike = 相似：文字、图像或其他描述相近
part-again = 再次：本人用过该项目
decay = 每往前一步，分量变为 { $rate }
noDecay = 没有单一的衰减率
steady = 不随之后的选择衰减
