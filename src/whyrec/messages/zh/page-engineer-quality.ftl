### Engineer: quality and experiments

lead = 列表在多大程度上包含了人们接下来的选择；对谁、对哪些项目效果如何。
protocol = 评测方式
against = 对比版本
protocols-nextItem = 下一项：相同设置，去掉每人最后两次选择后重新拟合
protocols-sinceFit = 拟合之后：即此模型，以之后的选择评判
mrr = MRR@10
coverage = 覆盖率@10
novelty = 新颖度@10（比特）
lift = 列表热度与本人历史热度之比
measureWhat-nextItem = 用相同种类和设置的模型，在去掉每人最后两次选择的数据上拟合，并以最后一次选择评判其列表。
measureWhat-sinceFit = 以每人在拟合之后的最近一次选择评判正在服务的模型。至少需要 20 人。
overall = 总体
slice = 分组
metric = 指标
none = 没有人数足够的分组。
ab = 实验
abNone = 尚无实验
abText = 把用户分到两个版本，这里会比较他们随后的选择。
abHow = 各组中从列表里作出选择的人的比例；每人由标识的散列固定分组。差异采用 Newcombe 区间。
abCommand = PUT /v1/experiments/NAME，给出两个分组
abSay = { $arm } 组领先，有 { $share } 的人从列表中作出选择。
abWait = 此实验尚未给任何人列表。
arm = 分组
chose = 作出选择
active = 进行中
ended = 已结束
difference =
    { $sure ->
        [true] { $arm } 与 { $first } 之差：{ $value } 个百分点，超出偶然。
       *[false] { $arm } 与 { $first } 之差：{ $value } 个百分点，可能出于偶然。
    }
