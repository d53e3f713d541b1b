## The view paths

paths-title = 通向列表的路径
paths-question = 某个人的记录经由哪些路径通向列表？
# through: what the path leads through
paths-found = 最强的一条从“{ $one }”通向“{ $two }”：{ $through }。
paths-notes = 经由关联的最强{ $linked }条路径和经由他人选择的最强{ $other }条，共占通向这{ $items }项的路径权重的{ NUMBER($share, style: "percent") }。线宽即路径的精确权重。
paths-events = 记录
paths-through = 经由
paths-list = 列表

## The view atlas

atlas-title = 物品地图
atlas-question = 模型把哪些物品当作相似的？
atlas-found = { NUMBER($items) } 个物品；近邻可信度 { NUMBER($trust, style: "percent") }（最大方差平面：{ NUMBER($flat_trust, style: "percent") }）。
atlas-notes = 对模型物品向量（{ $dims } 维）的 UMAP。可信的是近邻而非距离：距离与真实距离的秩相关为 { NUMBER($far, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0) }（平面：{ NUMBER($flat_far, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0) }）。阴影：密度；颜色：最常见的词或类别。
atlas-other = 其他

## The view attention

attention-title = 注意力，不是原因
attention-question = 各个注意力头在看哪里？
attention-found = 从最近的记录出发，最后一层最关注“{ $most }”（各头平均 { NUMBER($share, style: "percent") }）。
attention-notes = 行：正在看的记录；列：被读取的更早记录，最早在前；各图色标各自独立。实测中模型看哪里并不比随机更能决定得分。
attention-head = 第 { $layer } 层，第 { $head } 头
attention-columns = 列：同样的记录，同样的次序

## The view layers

layers-title = 逐层变化
layers-question = 每一层对这段历史做了什么？
# places, medians: one for each layer, such as 12 → 3 → 1
layers-found = 在各层之前及每层之后读出，“{ $name }”的名次依次为 { $places }；{ $people } 位用户的首个推荐，其名次的中位数依次为 { $medians }。
layers-notes = 上图：用最后一条记录的状态经最终归一化读出的名次；最后必为 1，因为它就是被推荐的物品。色带：居中一半的用户。下图：各层对每条记录状态的改变，占其长度的比例。
layers-band = { $people } 位用户：中位数与居中一半
layers-history = 这段历史
layers-events = 输入
layers-layer = 第 { $n } 层
layers-place = 名次
layers-change = 改变

## The view tokens

tokens-title = 起作用的词
tokens-question = “{ $name }”的文本中哪些词影响得分？
tokens-found = “{ $best }”的贡献最大。
tokens-notes = 固定历史，对文本词向量做积分梯度；各项之和与得分变化相差 { NUMBER($gap, minimumFractionDigits: 3, maximumFractionDigits: 3, useGrouping: 0, signDisplay: "always") }。
tokens-raises = 提高得分
tokens-lowers = 降低得分

## The view training

training-title = 训练过程
training-question = 训练得够久吗？会不会过久？
# quality: a number
training-found = { $epochs } 轮中第 { $best } 轮最好：留出用户上的 NDCG@10 为 { $quality }。
training-notes = 以留出用户的最后记录评判；保留最好一轮的权重。损失为训练批次的损失。
training-loss = 损失
training-epoch = 轮

## The view removed

removed-title = 去掉理由会怎样
removed-question = 最先被提到的记录真的支撑着该物品的位置吗？
removed-found = 按理由先后去掉 10%–30% 的记录后，{ NUMBER($named, style: "percent") } 的物品仍在前十；随机去掉则为 { NUMBER($random, style: "percent") }。
removed-notes = { $people } 人，最近 { $latest } 条记录，排在首位的物品；每次重新打分。左：越低越好；右：越高越好。
removed-by-explanation = 按解释的顺序
removed-by-latest = 最近的在前
removed-by-random = 随机
removed-events-removed = 去掉的记录，%
removed-events-kept = 保留的记录，%
removed-first-ten = 仍在前十，%

## The view factors

factors-title = 反复出现的口味
factors-question = 除了热门之外，同一批人会一起选择哪些物品？
factors-found = { $factors } 个因子中有 { $stable } 个在另一批人中也会出现；最强的是：{ $first }。
factors-notes = 对 { $people } 人的选择去除活跃度与热门度后的 U、S、V，经方差最大旋转。因子数为超过随机重排者。稳定：两半人群之间余弦不小于 { $least }。因子并非得分的原因。
factors-people = U：部分用户（已聚类）
factors-strength = S：强度（占全部 %）；上方数字为稳定性（1：在另一批人中完全相同）；空心：不稳定
factors-items = V：各因子的代表物品
factors-stability = 稳定性

## The view switched-off

switched-off-title = 关掉“{ $name }”
switched-off-question = 如果关掉一种口味，某个人的列表会怎样？
switched-off-found = 去掉“{ $name }”后，前 { $items } 个物品中有 { $gone } 个离开列表。
switched-off-notes = 一位有 { $events } 条记录的用户；两个列表都仅由因子打分。
switched-off-with-it = 有此口味
switched-off-without-it = 没有此口味
switched-off-with = 有
switched-off-without = 没有
switched-off-place = 名次

## The view network

network-title = 物品之间的影响
network-question = 模型把哪些物品联系在一起？
network-found = 最常被选择的物品中有 { $items } 个分为 { $groups } 个群；最大的是：{ $first }。
network-notes = 选择其一对另一物品得分的增加（双向相加）；每个物品保留最强的三条。颜色与形状：按模块度划分的群。图上距离无意义。

## The view ego

ego-title = “{ $name }”的周围
ego-question = 选择它会提升哪些物品？哪些物品会提升它？
ego-found = 选择它最能提升“{ $lifted }”；最能提升它的是“{ $lifting }”。
ego-notes = 单独选择其一对另一物品得分的增加（以得分为单位），限最常被选择的 5,000 个物品。
ego-lifting = 选择这些会提升它
ego-lifted = 选择它会提升这些

## The view person

person-title = 从记录到列表
person-question = 某个人的哪些记录带来了哪些推荐？
person-found = “{ $strongest }”对“{ $gained }”的贡献最大。
person-notes = 每条线：该记录在物品得分中的精确权重。
person-notes-measured = 每条线：去掉该记录后物品得分的损失；各项之和不一定等于总分。
person-events = 记录
person-list = 列表

## The view tree

tree-title = 决策树的问题
tree-question = 决策树问了什么？结果如何？
tree-found = 首先问：{ $first }。{ $answers } 个结果中最好的被选择比例为 { NUMBER($best, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }，总体为 { NUMBER($base, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }。
tree-notes = 训练样本中（用户，物品）对的占比；线宽为走该分支的数量。
tree-nothing = 无
tree-asks = { $question }？
tree-chosen = 选择 { NUMBER($share, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }
tree-answers = ← 是 · 否 →

## The view shapes

shapes-title = 每个特征的作用
shapes-question = 得分随每个特征如何变化？
shapes-found = “{ $name }”对得分影响最大：平均 { NUMBER($mean, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0) }，从 { NUMBER($low, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0, signDisplay: "always") } 到 { NUMBER($high, minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 0, signDisplay: "always") }。
shapes-notes = 单个特征的权重（被选择的对数几率）；未画交互项。精确：得分即各项之和。

## The view concepts

concepts-title = 模型中的概念
concepts-question = 模型的物品向量由什么组成？列表会随之改变吗？
# rise: the message concepts-rise, or nothing
concepts-found = { $many } 个方向中有 { $kept } 个在另一种子下以同一名称重现；其最强物品中 { NUMBER($mean, style: "percent") } 带有该名称（随机方向：{ NUMBER($chance, style: "percent") }；与随机物品最近的物品：{ NUMBER($near, style: "percent") }）。{ $rise }
# vectors, steering: the messages concepts-vectors and concepts-steering, or nothing
concepts-notes = 稀疏自编码器（{ $found } 个方向，每次 { $at_once } 个；解释方差 { NUMBER($explained, style: "percent") }），{ NUMBER($items) } 个物品向量。{ $stable } 个方向在另一种子下有余弦不小于 { $least } 的对应方向，其中 { $kept } 个名称相同。图中为最纯的 { $drawn } 个。{ $vectors }{ $steering }
concepts-rise = 调高后，该名称在列表中的占比平均上升 { NUMBER($rise, maximumFractionDigits: 0, useGrouping: 0) } 个百分点（95%：{ NUMBER($low, maximumFractionDigits: 0, useGrouping: 0) } 至 { NUMBER($high, maximumFractionDigits: 0, useGrouping: 0) }）。
concepts-vectors = 物品的近邻大致同样纯：纯的是向量本身，而非自编码器。
concepts-steering = 调高实验：状态长度的 { $push } 倍，{ $people } 人，全部概念。
concepts-axis = 带有该名称的物品占比，%
concepts-pure = 最强的 20 个物品
concepts-base = 全部物品
concepts-before = 用户前十：原样
concepts-after = 用户前十：调高该概念
concepts-control = 用户前十：随机推动

## The picture of advise

advice-title = { $name }：每个模型的代价与价值
advice-key = 实心：排序能精确解释，至少能解释一部分。空心：不能。绿圈：建议使用的模型。
advice-cost = 训练所需的处理器秒数（对数刻度）
advice-worth = { NUMBER($people) } 名验证者的 NDCG@10；竖线：95% 区间
