## Marks between texts

also = ；
listed = 、
quoted = “{ $title }”

## Reading and cleaning

steps = 读取与清理
steps-step = 步骤
steps-touched = 涉及行数
steps-left = 剩余行数

## whyrec fit

fit-done = { $model } 已训练：{ NUMBER($users) } 人、{ $items }、{ NUMBER($events) } 条记录，用时 { NUMBER($seconds, minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: 0) } 秒：{ $out }
fit-best = 验证人群的 NDCG@10：{ NUMBER($quality, minimumFractionDigits: 4, maximumFractionDigits: 4) }（第 { $epoch } 轮，共 { $epochs } 轮）
# parts: names of parts of the model
fit-without-order = 记录没有先后顺序，模型不含：{ $parts }（--order file：以行的顺序为准）
fit-interrupted = 已中断：保存了到此为止最好的状态
fit-budget = 用了 { $spent } 处理器秒，预算为 { $budget } 秒；没有省略任何部分
fit-budget-left-out = 用了 { $spent } 处理器秒，预算为 { $budget } 秒；省略或提前结束的部分：{ $parts }（--budget { $next } 可以容纳更多）
fit-no-text = { NUMBER($n) } 个项目没有文字，只能从记录了解它们
# epsilon, delta: numbers
fit-private = 差分隐私：对加入或去掉一个人的全部记录，ε = { $epsilon }，δ = { $delta }；项目清单：{ $catalogue }
fit-research = 噪声来自一个种子，仅供研究：知道种子的人可以把噪声减去
fit-ledger = 连同台账中涉及同一批人的以前各次发布：ε = { NUMBER($epsilon, minimumFractionDigits: 2, maximumFractionDigits: 2) }，δ = { $delta }
fit-no-ledger = 未记入台账：对同一批人的每次训练（包括更改设置后的训练）都要再付同样的代价（--ledger FILE 会把它们相加）
fit-holds = 文件夹中也有记录；若要交给他人，请用 --no-histories 训练

## whyrec compare

# protocol: how test events are chosen; items: a number of items with its noun
compare-head = { $data }：{ NUMBER($users) } 人、{ $items }、{ NUMBER($events) } 条记录；协议 { $protocol }，测试 { NUMBER($cases) } 人
compare-title = 准确度
compare-model = 模型
compare-interval = { $metric } [95% 区间]
compare-costs = 开销
compare-fit = 训练秒数
# CPU s: seconds of all processors together
compare-fit-cpu = 训练处理器秒数
compare-score = 评分秒数
compare-score-cpu = 评分处理器秒数
compare-memory = 内存峰值（兆字节）
compare-share = 可解释占比
# share: the mean over listed items; low: a tenth of them are below; least: the lowest
share-spread = { $share }（第 10 百分位 { $low }，最低 { $least }）
# reason: why these data do not allow the model
compare-left-out = 未参加比较：{ $model }。{ $reason }
compare-reused = 沿用先前测得的结果：{ $models }
# A line as soon as a model is measured
compare-row = { $model }：{ $metric } { $interval }，训练 { $seconds } 秒
# done: how many models are measured
compare-stopped = 已停止：{ $models } 个模型中已测完 { $done } 个
compare-stopped-kept = 已停止：{ $models } 个模型中已测完 { $done } 个，保存在 { $out }；再次运行同一命令即可继续
compare-tuned-title = 由验证者选定的设置
# settings: names and values, joined by commas
compare-tuned = { $model }：{ $settings }；试验 { $trials } 次，处理器 { $seconds } 秒
# Follows the message above if the time for the search was over
compare-tuned-cut = （时间预算已用完）
# interval: the difference with its interval; a, b: models
compare-minus = { $a } 减 { $b }，{ $metric }：{ $interval }

## What min_support costs, and how many people are behind a reason

# min_support is a setting, do not translate it
support-title = min_support 使 { NUMBER($people) } 名验证者的准确度损失多少（与不设相比）
support-cost = 损失 [95% 区间]
support-share = 损失比例
support-chosen = 选用
support-yes = 是
# shares: texts of the message behind-under, joined
behind = 首要理由背后的人数：中位数 { $median }；{ $shares }（共 { $counted } 条）
behind-under = 少于 { $bound } 人的占 { NUMBER($share, style: "percent") }
behind-weak = 警告：{ NUMBER($weak, style: "percent") } 的首要理由背后不到 { $k } 人（上限 { NUMBER($limit, style: "percent") }）。请用 min_support = { $k } 训练，或只保留记录更多的项目（--item-core）
compare-chance = （可能出于偶然）

## whyrec advise

# The steps of the ladder, from the cheapest to the large model
advise-step-popular = 热门
advise-step-most-used = 用得最多
advise-step-most-recent = 最近用过
advise-step-knn = 近邻
advise-step-cooccurrence = 计数
advise-step-pctm = 对数证据
advise-step-ease = EASE
advise-step-additive = 玻璃盒
advise-step-sequence = 大模型
# protocol: how events are held out; items: a number of items with its noun; tuned_on, measured_on: numbers of people
advise-head = { $data }：{ NUMBER($users) } 人、{ $items }、{ NUMBER($events) } 条记录；协议 { $protocol }。验证者中 { NUMBER($tuned_on) } 人用于调参，另外 { NUMBER($measured_on) } 人用于测量
advise-title = 在同一批人上逐级比较
advise-step = 级别
advise-over = 较上一级 [95% 区间]
advise-to-best = 减最好的一级 [95% 区间]
advise-cpu = 训练的处理器秒数
advise-ms = 每份列表毫秒数
# value: NDCG@10 with its interval
advise-first = { $step }：NDCG@10 为 { $value }。
# gain: a difference with its interval; chance: empty, or the message advise-chance
advise-worth = { $step }：NDCG@10 较{ $previous } { $gain }{ $chance }。
advise-chance = ，可能出于偶然
# Follows advise-worth. parts: what was left out
advise-without-order = 数据没有先后顺序，因此不用 { $parts }。
# Follows advise-worth or advise-first. share: one of the three messages below
advise-cost = 训练用 { $seconds } 处理器秒、{ NUMBER($memory) } 兆字节内存，每份列表 { $ms } 毫秒；{ $share }。
advise-share-all = 排序全部能够解释
advise-share-part = 排序的 { $share } 能够解释
advise-share-none = 排序不能精确解释
advise-absent-no-order = { $step }：略去，因为记录没有先后顺序。
advise-absent-no-repeats = { $step }：略去，因为选过的不再推荐（读取数据时加 --repeat 则会再推荐）。
advise-absent-budget = { $step }：未运行，因为预算已用完。
# time: a number of seconds
advise-budget-estimate = { $step }：未运行，因为按 plan 的规律约需 { $time } 处理器秒，剩余预算不够。
# detail: an error and what to do
advise-absent-extra = { $step }：未运行；{ $detail }
advise-absent-failed = { $step }：未运行；{ $detail }
# gain: a difference with its interval; over: the best other step
advise-large-yes = 这份数据值得用大模型：NDCG@10 较{ $over } { $gain }。
advise-large-perhaps = 这份数据也许值得用大模型，但可能出于偶然：NDCG@10 较{ $over } { $gain }。
advise-large-no = 这份数据不需要大模型：NDCG@10 较{ $over } { $gain }，增益不到 1%。
advise-large-unknown = 大模型没有运行，因此不知道这份数据是否值得用它。
advise-large-unsuitable = 大模型要从先后顺序中学习，而这份数据没有先后顺序。
# lacking: a percentage; best: another step
advise-take = 建议用{ $step }（{ $model }）：在与最好者相差不到 1% 的模型中，它最省。{ $best }只高 { $lacking }。
advise-take-best = 建议用{ $step }（{ $model }）：没有更省的模型与它相差不到 1%。
# steps: labels of steps
advise-near = 在这批人上与最好者分不出高下：{ $steps }。
advise-test = 在 { NUMBER($cases) } 名未参与选择的测试者上：NDCG@10 为 { $value }。
# spent, budget: durations
advise-spent = 逐级比较用了 { $spent } 处理器时间，预算为 { $budget }。
advise-picture = 图：{ $file }
advise-fitted = 已用全部记录训练：{ $folder }
advise-command = 用全部记录训练：

## whyrec recommend

list-title = 给 { $who } 的推荐，模型 { $model }
# Stands for a person where a history is given without one
list-nobody = 此历史
list-item = 名称
list-score = 得分
list-why = 理由

## whyrec explain

# title: with its quotation marks; method: name of an explainer; share: a part of 1
why-head = 为何{ $title }对 { $who } 排第 { $rank } 位（{ $method }；可解释占比：{ NUMBER($share, style: "percent") }）
why-above = 为何{ $title }对 { $who } 排第 { $rank } 位，在{ $other }之前（{ $method }；可解释占比：{ NUMBER($share, style: "percent") }）
why-below = 为何{ $title }对 { $who } 排第 { $rank } 位，在{ $other }之后（{ $method }；可解释占比：{ NUMBER($share, style: "percent") }）
why-sum = 得分 { NUMBER($score, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0) } = 基础 { NUMBER($base, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0) } + 理由 { NUMBER($reasons, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0) } + 其余 { NUMBER($rest, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0) }
why-gap = { "" } + 未说明 { NUMBER($gap, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0) }
why-more-events = 另外 { $n } 条记录
why-more-reasons = 另外 { $n } 条理由
why-polished = （由语言模型措辞）
why-refused = （语言模型的措辞未被采用：{ $why }）
# interval: the message why-interval, or nothing
why-method = 方法 { $method }（{ $why }）：模型评估 { NUMBER($evaluations) } 次，{ NUMBER($ms, maximumFractionDigits: 0, useGrouping: 0) } 毫秒{ $interval }。
why-interval = ；首要理由的 95% 区间 { NUMBER($low, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0, signDisplay: "always") } 至 { NUMBER($high, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0, signDisplay: "always") }
# link: what the path leads through
why-cut = 切断：没有链接“{ $link }”，它会排第 { $after } 位，而不是第 { $before } 位。
# sure: why-minimal or why-smallest
why-fell = 已验证：没有{ $labels }，它从第 { $before } 位落到第 { $after } 位（{ $sure }）。
why-minimal = 没有更小的集合能做到
why-smallest = 找到的最小集合
why-holds = 已验证：没有找到能使它离开前 { $k } 位的记录集合。

## whyrec rules

rules-tree = 每条路径
rules-rules = 每条规则
rules-ebm = 每个特征作用最强的区间
rules-head = { $model }：{ $about }
rules-support = 支持度 { NUMBER($support, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }，精确率 { NUMBER($precision, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }
rules-example = 例：{ $user } 选了{ $title }
# chosen: a part of 1
rules-note = 支持度：占训练样本的比例；精确率：其中随后被选的比例（全部样本为 { NUMBER($chosen, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }）。
rules-absent = 未使用的特征：{ $name }（{ $why }）

## whyrec faithful

faithful-title = 去掉一条记录后重新评分，{ $cases } 人
faithful-removed = 去掉
faithful-drop = 下降（标准差）[95% 区间]
faithful-rank = 原首位的新名次
faithful-lost = 不再是首位
# of: the message faithful-of, or nothing; gap, fall: numbers such as 1.2e-07
faithful-sums = 求和：{ $of }最大差距 { $gap }；|权重 − 测得的下降| 最大为 { $fall }，均相对于 max(1, |得分|)。
faithful-of = { NUMBER($n) } 个已解释项目中
grade-title = { $data }，{ $model }：{ NUMBER($cases) } 人；pos、del、cdcg 越低越好，neg、ins、drop 越高越好；输出：{ $output }
grade-method = 方法
grade-plain = { $method }
grade-oracle = { $method }（参照上限）
grade-evaluations = 评估次数
grade-on = { $method }（{ $metric }）
# others: texts of the message grade-on, joined
grade-worse = { $method } 并不显著优于：{ $others }。
grade-none = 这些行都不是

## whyrec methods

methods-title = { $model }：默认方法为 { $method }（{ $why }）
methods-method = 方法
methods-what = 含义
methods-flaw = 缺陷

## whyrec data check

check-rows = { NUMBER($n) } 行
check-problems = 问题
check-none = 没有发现问题。
check-totals = 问题总数
check-kind = 问题
check-total = 数量
# column: table.column
check-of-column = { $column }：{ $required }
check-table = 表
check-column = 列
check-row = 行
check-value = 值
# The heading of what a value must be
check-required = 要求
check-fix = 解决办法

## whyrec audit

audit-group = 群体
audit-people = 人数
audit-title = { $by }（{ $left } 个不足 { $fewest } 人的群体未显示）
audit-gap = { $metric } { $by }：{ $a } 与 { $b } 相差 { NUMBER($difference, minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: 0, signDisplay: "always") }
# which: texts of the message audit-gap, joined
audit-gaps = 校正（Holm）后，{ $n } 项差距中有 { $told } 项成立。{ $which }
audit-moved = 重新排序，权重 { $weight }：差距由 { NUMBER($gap_before, minimumFractionDigits: 3, maximumFractionDigits: 3) } 变为 { NUMBER($gap_after, minimumFractionDigits: 3, maximumFractionDigits: 3) }，NDCG@10 由 { NUMBER($ndcg_before, minimumFractionDigits: 4, maximumFractionDigits: 4) } 变为 { NUMBER($ndcg_after, minimumFractionDigits: 4, maximumFractionDigits: 4) }
audit-attack = 攻击（{ $attack }）：召回 { NUMBER($recall, style: "percent") }，误报 { NUMBER($false_alarms, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }；被推项目的展示比例：攻击前 { NUMBER($shown_before, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }，攻击下 { NUMBER($shown_under, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }，剔除后 { NUMBER($shown_swept, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }

## The demonstration and the report

truth = 与预设的原因对照（{ NUMBER($cases) } 个列表有此原因）：首要理由命中 { NUMBER($share_named, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }；随机记录 { NUMBER($random, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }，最相似的记录 { NUMBER($cosine, style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1) }。
report = 报告：{ $path }
model = 模型：{ $path }   （可试：whyrec explain { $path } --user { $user }）

## whyrec plan

plan-stage = 步骤
plan-machines = 机器数
plan-hours = 小时（每台单核）[95%]
plan-gb = 每台内存 GB [95%]
plan-fits = 放得下
plan-yes = 是
plan-no = 否
plan-unsure = 不确定
plan-beyond = 超出实测
plan-title = { NUMBER($events, maximumFractionDigits: 0) } 条事件、{ NUMBER($users, maximumFractionDigits: 0) } 人、{ NUMBER($items, maximumFractionDigits: 0) } 件物品，{ $machines } 台 { $gb_each } GB 的机器
# cut: names of stages; error: a percentage
plan-notes = 在 { $machine } 上由此命令测得：{ $command }。幂律对下一个实测规模的误差最大为 { $error }；末列是外推到实测规模的多少倍。{ $engine } 分摊到各机器的步骤：{ $cut }；其余步骤只在一台上运行。
