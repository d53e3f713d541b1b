## The page

tagline = 说得出理由，也经得起验证的推荐
made = 生成于 { $made }
skip = 跳到正文
sections = 目录
settings = 语言与配色
dark = 深色
# n: a number, or nothing in the head of a table
n-items = { $n } 个物品
n-events = { $n } 条记录
table = 以表格查看同样的数据
low-high = 95% 区间

## The three figures

# Stands below a large percentage
hero-accuracy = 的用户（共 { $users } 人）能在前十条推荐中找到自己的下一个选择
hero-popular = 若给所有人都推荐热门：{ $popular }
# Stands below a large percentage
hero-share = 的排序由可逐条列出的理由精确解释
# least, low: the lowest share of a listed item, and that which a tenth of them are below
hero-share-of = 模型：{ $model }；最低的一件 { $least }，一成低于 { $low }
# Stands below a large percentage
hero-lost = 的首位推荐在移除首要理由后失去首位
hero-lost-random = 若改为随机移除一条记录：{ $random }
# Stands below a large number
hero-drop = 个标准差：移除首要理由后，首位推荐的得分下降幅度
hero-drop-random = 若改为随机移除一条记录：{ $random }

## The data

data = 数据
# span: the message span, or nothing; half: the message data-half, or nothing
data-lead = { $users } 人对 { $items } 个物品留下 { $events } 条记录{ $span }，占全部可能组合的 { $density }。{ $half }
data-half = 半数人的记录不超过 { $median } 条。
span = （{ $start } 至 { $end }）
activity = 记录数为 { $range } 条的人最多
activity-how = 按记录条数统计人数，每一档的宽度是前一档的两倍。n{ "\u00A0" }={ "\u00A0" }{ $n } 人。
popularity = 最热门的十分之一物品占全部记录的 { $share }
popularity-how = 物品按热度分为十等份，各占全部记录的比例，从最热门开始。n{ "\u00A0" }={ "\u00A0" }{ $n } 个物品。
tenth = 物品十分位
share-events = 占全部记录
events = 记录条数
people = 人数
top-items = 最热门

## Accuracy

accuracy = 准确度
accuracy-lead = “{ $best }”排序最好：{ $metric } 为 { $mean }，比“{ $second }”高 { $difference }（{ $low } 至 { $high }）。
accuracy-close = “{ $best }”的 { $metric } 最高，为 { $mean }；它对“{ $second }”的领先可能只是偶然（{ $low } 至 { $high }）。
accuracy-alone = “{ $best }”的 { $metric } 最高：{ $mean }。
training-one = 训练后验证集 NDCG@10 达到 { $best }
training-more = 后续阶段使验证集 NDCG@10 从 { $first } 变为 { $last }（{ $change }）
training-how = 每轮训练后在验证用户上的 NDCG@10（取平均权重），保留最好的一轮。阶段 B：训练用户历史部分与文本映射；text：文本编码器从后续行为中学习；C：用重新读出的文本再训练一遍 B。
training-stage = 阶段
training-rows = 轮数
training-loss = 末轮损失
training-quality = 最好 NDCG@10
training-seconds = 秒
stage-B = B：用户历史与文本映射
stage-text = text：文本编码器（LoRA）
stage-C = C：用新文本向量重训 B
accuracy-none = 没有测量任何模型。
accuracy-chart = 各模型的 { $metric }
# protocol: one of the messages protocol-...
accuracy-how = { $protocol }点为各人的平均值，横线为 95% 自助法区间；◆ 为最佳。n{ "\u00A0" }={ "\u00A0" }{ $users } 名测试者。
protocol-next-item = 隐藏每个人的最后一次选择，要求模型在可向其推荐的全部物品中找出它。
protocol-strong = 将一部分人完全留出：给出其部分历史，要求模型在全部物品中找出其余部分。
protocol-temporal = 隐藏某一时刻之后的全部记录，要求模型在可推荐的全部物品中找出它们。
protocol-random = 记录没有先后顺序，因此随机隐藏每个人五分之一的物品，要求模型在可向其推荐的全部物品中找出它们。
# NDCG is the name of a measure
ndcg = NDCG@{ $k }：真实选择排得越靠前，得分越高；1 为完美，0 表示从未进入前 { $k } 名。
further = 更多指标
model = 模型
fit = 训练（秒）
scoring = 打分（秒）
memory = 内存峰值（MB）
exact-share = 可解释占比（第 10 百分位、最低）
support-lead = { $n } 个所列物品的首要理由背后，同时选过两者的人数中位数为 { $median }；{ $under5 } 的理由少于 5 人，{ $under10 } 少于 10 人，{ $under1 } 背后没有人。
support-warning = 警告：其中 { $share } 的理由背后不足 { $k } 人（上限为 { $limit }）。

## Three people, and the proof

proof = 三个人与证明
proof-lead = 下面每份列表都经过三步：生成、解释、去掉理由后重新生成。每个权重都通过移除对应记录、重新打分来核对，最大误差为 { $error }。
person = 用户 { $user }
history = 最近的历史
list = 推荐列表
why = 为什么推荐{ $title }？
score = 得分
base = 基础分
reasons = 各理由之和
rest = 未解释
share = 可解释占比：{ $share }
bars = 每条记录给得分带来的变化
proof-parts = 下面每份列表都经过三步：生成、解释、去掉所说的理由后重新生成。权重直接取自模型，相加即为得分；它们说明模型如何判断该物品，而不是某条记录的作用。
bars-parts = 每条理由给得分带来的变化
parts-how = 向右表示支持，向左表示反对。精确：基础分与各横条之和即为得分。n{ "\u00A0" }={ "\u00A0" }{ $n } 条理由。
# method: one of the messages method-...; removed: the message bars-removed, or nothing
bars-how = 向右表示支持，向左表示反对。方法：{ $method }。n{ "\u00A0" }={ "\u00A0" }{ $n } 条理由；与实际移除的最大误差为 { $error }。{ $removed }
bars-removed = ✂ 为下面一并移除的记录。
method-exact = 精确，直接取自模型
method-features = 精确，逐个特征
method-leave-one-out = 逐项去掉并重新打分
method-paths = 精确，逐条路径
method-deletion = 逐条移除并重新打分
more = 其余 { $n } 条理由
removed-mark = 将在下面移除
without = 去掉{ $labels }之后
before = 移除前
after = 移除后
new = 新上榜
gone = 落榜
# proof: the message left-list or not-proof
moved = { $title }从第 { $before } 位变为第 { $after } 位。{ $proof }
left-list = 它离开了列表，而随机去掉同样多的记录影响更小。
not-proof = 它没有离开列表，所以句子不说“因为”。
moves-how = 列表为实际重新生成，共移除 { $n } 条记录；▲ 与 ▼ 为名次变化。
not-found = 试过的任何记录集合都不能使它失去原位。
reason = 理由
weight = 权重
direction = 方向
for = 支持
against = 反对
popularity-kind = 总体热度

## Do the reasons matter?

truth = 理由真的起作用吗？
truth-lead = 移除首要理由，首位推荐的得分下降 { $top } 个标准差，是随机移除一条记录（{ $random }）的 { $times } 倍。
truth-plain = 移除首要理由，首位推荐的得分下降 { $top } 个标准差；随机移除一条记录则下降 { $random } 个。
truth-unlike = 未能证明首要理由比随机一条记录更重要：得分分别下降 { $top } 与 { $random } 个标准差。
drop = 首位推荐的得分下降
drop-how = 单位为该用户各物品得分的标准差；每次移除一条记录并全部重新打分。横线为 95% 自助法区间。n{ "\u00A0" }={ "\u00A0" }{ $n } 人。
drop-column = 得分下降（标准差）
top-reason = 首要理由
recent = 最近一条记录
random = 随机一条记录
cosine = 最相似的记录
lost = 失去首位
new-rank = 原首位的新名次（平均）
sums = 在同一批人上核对：得分与各理由之和最多相差 { $gap }，权重与实测下降最多相差 { $error }（相对于得分）。
planted = 在真实原因已知的模拟世界里，{ $named } 的列表中首要理由说中了真实原因
planted-how = 所选记录正是首位推荐的植入原因的列表占比。n{ "\u00A0" }={ "\u00A0" }{ $cases } 份含有植入原因的列表。
planted-column = 说中植入原因

## Factors

factors = 因子的含义
factors-lead = 除热门之外，同一批人会选择同样的物品：以下是在另一批人中也会出现的 { $n } 个最强模式，以领先的类别和词命名。
factor-items = 物品与因子
factor-people = 用户与同一组因子
factors-how = 对去除活跃度与热门度后的剩余做奇异值分解并旋转；随机重排同样记录即可产生的模式不列出。各行按聚类排序，相似者相邻；每个因子以其最大载荷为尺度，+ 与 − 为强载荷。因子描述的是人群口味，不是推荐理由。n{ "\u00A0" }={ "\u00A0" }{ $n } 行。
no-factors = 没有稳定的因子：除热门程度外，没有什么把物品联系在一起。
comes-back = 在另一批人中重现：{ $value }（满分 1）
high = 正向
low = 反向
item = 物品

## The tree

tree = 模型提出的问题
tree-lead = 这棵树用最多 { $n } 条路径给物品分类。最好的一条：到达那里的物品有 { $best } 随后被选，而全部样本中只有 { $base }。
tree-chart = 每个问题，以及各答案的结果
tree-how = 自上而下阅读：“是”进入第一个分支，“否”进入第二个。横条为到达该处的样本中随后被选的比例。物品的得分是该比例的对数几率，每个答案带来的变化就是一条精确的理由。
tree-facts = { $chosen } 被选 · 占样本 { $support }
tree-yes = 是：
tree-no = 否：
tree-way = 回答
tree-chosen = 随后被选
tree-support = 占样本
tree-value = 对数几率

## The network of items

network = 物品之间的联系
network-lead = 最强的联系在{ $a }与{ $b }之间。最热门的 { $n } 个物品分为 { $groups } 个群落。
network-chart = 选择一个物品会给另一个的得分增加多少
network-how = 连线为双向相加的联系，越粗越强；每个物品只保留最强的几条。群落按模块度划分，以颜色和形状区分；图上距离没有意义。n{ "\u00A0" }={ "\u00A0" }{ $nodes } 个物品、{ $edges } 条联系。
network-hint = 将鼠标指向、点按物品，或使用方向键，可查看它的联系。
network-label = 物品网络
other-groups = 其他小群落
tie = 联系
strength = 强度
community = 群落
no-network = 该模型没有可绘制的物品联系。

## How the report was computed

how = 计算方法
how-lead = 本页全部内容来自以下命令的一次运行。
command = 命令
measuring = 评测
protocol = 协议
versions = 版本
steps = 读取与清洗：每一步涉及的行数
no-steps = 没有记录到读取或清洗步骤。
step = 步骤
touched = 涉及行数
left = 剩余行数
detail = 说明
comparisons = 模型之间的差异
pair = 比较
difference = 差异
verdict = 结论
significant = 并非偶然
chance = 可能是偶然

## Marks

# A question of the tree
tree-asks = { $question }？
# Between answers of the tree
tree-answers-join = ；
# Between notes of how the data were split
notes-join = ；

## The names of measures

metric-ndcg = NDCG
metric-hr = 命中率
metric-mrr = MRR
metric-recall = 召回率
metric-coverage = 覆盖率
metric-novelty = 新颖度
metric-popularity-lift = 热门放大倍数

## What the models are

model-popular = 给所有人同样的热门
model-knn = 受众相似的物品
model-als = 隐含因子
model-bpr = 隐含因子，成对训练
model-svd = 隐含因子，闭式解
model-ease = 物品间权重
model-cooccurrence = 先后次序
model-sequential-rules = 顺序规则：选了这个，随后选那个
model-pctm = 先后次序的对数
model-additive = 玻璃盒：逐条记录相加
model-tree = 对可读特征的提问
model-rules = 可读特征上的加权规则
model-ebm = 每个可读特征一条曲线
model-sequence = 大模型：会读文本的 Transformer

## Steps of reading and cleaning, as code writes them

step-read-events = 读取记录
step-read-links = 读取关联
step-read-as-latin-1 = 按 latin-1 编码读取 { $name }
step-drop-rows-without = 丢弃缺少 { $column } 的行
step-drop-values-below = 丢弃低于 { $value } 的取值
step-take-baskets-apart = 拆开购物篮
step-read-durations = 把时长当作记录的先后次序
step-read-files-as-one-table = 把 { $n } 个文件读作一张表
step-read-items-from = 从 { $file } 读取项目
step-read-the-sheet = 读取工作表 { $name }，不读 { $others }
step-keep-the-first-of-repeated-events = 重复记录只保留最早的一条
step-keep-the-last-of-repeated-events = 重复记录只保留最晚的一条
step-let-items-come-again = 物品可再次推荐，保留重复记录
step-keep-people-with-and-items = 只保留至少 { $k } 条记录的人和至少 { $n } 条记录的物品
step-leave-out-people-without-events = 去掉没有记录的人
step-leave-out-items-without-events = 去掉没有记录的物品
step-drop-events-of-items-outside = 去掉清单以外物品的记录
step-leave-out-users-without-events = 去掉没有记录的用户
step-leave-out-friends-without-events = 去掉没有记录的好友
step-keep-items-that-the-item-table = 保留物品表中没有的物品
step-keep-users-that-the-user-table = 保留用户表中没有的用户
step-set-missing-values-to-1 = 缺失的取值记为 1
step-cut-times-to-whole-seconds = 时间取整到秒
step-take-the-order-of-the-rows = 以行的先后为记录的先后
step-take-the-events-as-unordered = 记录没有先后顺序
step-find-events-at-unix-time-0 = 时间为 0（未知）的记录
step-find-events-after-today = 时间晚于今天的记录
# may leave out $how
step-leave-out-the-column-which-looks = 未读取看似时间的列 { $name }
step-leave-out-impressions = 去掉曝光
step-leave-out-negative-events = 去掉负面记录
step-take-back-choices = 撤回选择
step-count-weak-choices = 弱选择
step-leave-out-ratings-of-the-lowest = 去掉最低的评分 { $value }
step-read-html-entities-in-titles = 还原标题中的 HTML 实体
step-leave-out-what-is-no-year = 去掉不是年份的取值
step-drop-without-an-id = 丢弃 { $table } 表中没有编号的行
step-drop-incomplete = 丢弃 { $table } 表中不完整的行
step-keep-the-first-entity = 每个物品只保留第一个实体

## How the data were split, as code writes it

note-fit-on-all-events = 用每人最后两条之外的全部记录训练
note-fit-on-all-events-but-each-person = 用每人最后一条之外的全部记录训练
note-validation-and-test-people-held = 完全留出 { $a } 名验证者与 { $b } 名测试者，给出其 { $share } 的记录
note-fit-up-to-validation-up = { $a } 及以前训练，{ $b } 及以前验证，此后测试
note-fit-without-a-random = 训练时去掉每人随机 { $share } 的物品作测试，并对 { $n } 人再去掉同样多作验证
note-the-order-of-events-is-real = 记录的先后：{ $real } 人为真，{ $tied } 人时间全同，{ $missing } 人没有时间
note-the-order-of-events-is-real-for-people = 记录的先后：{ $real } 人为真（其中 { $part } 人有并列或未知的时间），{ $tied } 人时间全同，{ $missing } 人没有时间
note-the-order-of-events = 记录的先后：按所求，{ $n } 人以行为序
note-full-ranking = 对全部物品排序
note-seen-items-left-out = 不含已选过的物品
note-seen-items-may-come-again = 已选过的物品可再次推荐
note-validation-and-test-items-left = 去掉 { $a } 个验证物品与 { $b } 个测试物品：此人先前已选过
