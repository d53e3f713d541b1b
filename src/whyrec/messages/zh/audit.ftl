## The headings

tagline = 它对谁有效，又是如何测得的
about = 概况
people = 人群
items = 物品群
mitigation = 重新排序
faithfulness = 理由是否真实
safety = 虚假账户
privacy = 隐私
how = 计算方法

## What it is, and the three figures

about-lead = 模型“{ $model }”，数据“{ $data }”：{ $users } 人、{ $items } 个物品、{ $events } 条记录。模型仅用训练记录重新拟合，并以 { $people } 人的下一个选择在全部物品中测量。
hero-ndcg = 全体的 NDCG@10
# Stands below a large number
hero-gaps = 项群体差距在校正后仍成立
hero-of = 共检验 { $n } 项（Holm，5%）
# Stands below a large percentage
hero-share = 的排序由理由精确解释
# least, low: the lowest share of a listed item, and that which a tenth of them are below
hero-coverage = 最低的一件 { $least }，一成低于 { $low }；至少展示给一人的物品：{ $share }
# of listed items: the mean, the tenth percentile, the lowest
card-share = 排序的可解释占比：平均 { $share }，一成列出的物品不高于 { $low }，最低 { $least }。
hero-interval = 95% 区间 { $low } 至 { $high }

## Groups of people

people-lead = 均值及按人自助抽样的 95% 区间。少于 { $fewest } 人的群体不予显示。
left = { $left } 个不足 { $fewest } 人的群体未显示；{ $unknown } 人群体未知。
told-none = 对 { $n } 项比较校正后，没有差距成立；这并不证明各群体相同。
told = { $n } 项差距中有 { $told } 项在 Holm 校正后成立
told-how = 差值为 a − b，附 95% 区间；p 值由 Welch 检验得出。差距只说明存在，不说明原因。

## Groups of items

items-lead = 各物品群在列表中获得的关注（按位置折扣），与其在下一个选择中所占份额对比。
items-title = 按{ $by }：展示份额减去选择份额
items-left = { $left } 个选择者不足 20 人的群未显示。

## Re-ranking

fix-lead = 按人们自身的热门与冷门偏好重排：为各组加分，在验证人群上弥合 { $weight } 的差距；测试人群的差距由 { $before } 变为 { $after }，NDCG@10 由 { $n0 } 变为 { $n1 }。
fix-yes = 在测试人群上差距减半，平均损失不超过 2%。
fix-no = 在测试人群上，未能以不超过 2% 的平均损失使差距减半。
fix-change = NDCG@10 的配对变化：{ $mean }（{ $low } 至 { $high }）。
fix-example = 对某个人的列表移动了什么，为什么
fix-curve = 弥合不同比例时的差距与 NDCG@10（验证人群）

## The reasons

true-lead = 移除理由后重新计算得分（{ $n } 人）：首位物品得分下降多少个标准差。
support = 理由背后有多少人
support-lead = { $n } 个所列物品的首要理由：有多少人同时选过该物品与理由所指之物。人数太少既无说服力，也可能泄露某个人的选择。
support-warning = 警告：其中 { $share } 的理由背后不足 { $k } 人（上限为 { $limit }）。
support-none = 该模型不知道其理由背后有多少人。
support-under = 少于 { $n } 人
support-median = 人数的中位数
support-unknown = 人数未知的物品
support-other = 理由属其他类别的物品

## Fake profiles

safe-lead = { $fakes } 个虚假账户推高一个冷门物品。警报阈值设为 1% 的真实用户会触发。
unmeasured = 未测量。测量方法：{ $how }

## The heads of tables

group = 群体
n = 人数
mean = 均值
interval = 95% 区间
gap = 差距
weight = 弥合比例
by = 划分
metric = 指标
exposure = 展示
choices = 选择
difference = 差值
attack = 攻击
recall = 召回
false = 误报
before = 攻击前展示
under = 攻击下
swept = 剔除后
limits = 以记录的选择测量，而这些选择受当时展示的影响；群体仅为数据中注明者。

## The names of measures

metric-ndcg = NDCG
metric-hr = 命中率
metric-popularity-lift = 热门偏移
metric-spread = 人际差异
metric-calibration = 失准度（KL）
metric-diversity = 多样性
metric-reason = 去掉理由后的下降

## The names of groups, attacks and methods

name-history-length = 历史长度
name-taste-for-popular-items = 热门偏好
name-age = 年龄
name-gender = 性别
name-occupation = 职业
name-short = 短
name-middling = 中
name-long = 长
name-least = 低
name-most = 高
# As data write it
name-female = 女
# As data write it
name-male = 男
name-under-25 = 25 岁以下
name-25-to-34 = 25–34 岁
name-35-to-49 = 35–49 岁
name-50-and-over = 50 岁及以上
name-popularity = 热度
name-category = 类别
name-most-chosen = 热门
name-rarely-chosen = 冷门
name-random = 随机
name-average = 平均
name-bandwagon = 跟风
name-popular = 仿热门
name-top-reason = 首要理由
name-most-recent = 最近一条
name-most-similar = 最相似
name-unrelated = 无关

## A number of people

people-count = { NUMBER($n) } 人

## What the re-ranking moved for one person

# way: move-in, move-out or move-to; why: one of the messages move-for-...
move = “{ $title }”{ $way }：{ $why }
move-in = 新进入第 { $after } 位
# before: the place it had
# may leave out $before
move-out = 退出列表
move-to = 从第 { $before } 位移到第 { $after } 位
move-for-seldom = 在所有列表中，“{ $group }”展示得太少。
move-for-often = 在所有列表中，“{ $group }”展示得太多。
# share, wanted: parts of 1
move-for-share = “{ $group }”占列表的 { NUMBER($share, style: "percent") }，目标为 { NUMBER($wanted, style: "percent") }。
move-for-room = 为其他物品的移动让出或补上位置。

## Privacy

privacy-epsilon = 差分隐私 ε
privacy-delta = δ
privacy-unit = 单位
privacy-attack = 成员推断攻击 AUC（0.5 相当于掷硬币）
privacy-found = 误报率 1% 时识别出的成员
# field: a column of the table of people
privacy-from-lists = 由列表推断 { $field } 的 AUC
privacy-from-histories = 由历史推断 { $field } 的 AUC
privacy-copied = { $asked } 次提问可复制的列表比例
