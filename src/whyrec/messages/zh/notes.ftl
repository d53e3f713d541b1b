## Steps of reading and cleaning, and what they say besides

step-read-events = 读取记录
step-drop-rows-without = 去掉没有 { $column } 的行
step-first-at-row-of = 首次在 { $file } 的第 { $n } 行
step-first-at-row = 首次在第 { $n } 行
step-set-missing-values-to-1 = 缺失的值记为 1
step-the-kind-of-event-stands = 以记录的种类为准
step-take-the-order-of-the-rows = 以行的顺序作为记录的先后
step-as-order-file-says = 按 --order file
step-as-order-file-says-but-they = 按 --order file；但各行按项目排序，不像任何人选择的先后
step-take-the-events-as-unordered = 记录没有先后顺序
step-there-is-no-column-of-times = 没有时间列
step-all-events-of-a-person = 每个人的记录时间全都相同
step-order-file-takes-the-order = 用 --order file 则以行的顺序为先后
step-leave-out-the-column-which-looks = 未读取看似时间的列 { $name }：可用 --columns time={ $column } 读取
step-leave-out-the-column-which-looks-like-a-time = 未读取看似时间的列 { $name }：改名为 time 即可读取
# may leave out $how
step-leave-out-the-column-which-looks-like-a-time-2 = 未读取看似时间的列 { $name }
step-find-events-at-unix-time-0 = 时间为 0 的记录
step-find-events-after-today = 时间晚于今天的记录
step-when-is-unknown-no-date = 时间未知：不说日期，排在最前
step-leave-out-impressions = 去掉曝光
step-shown-not-chosen = 只是展示，未被选择
step-leave-out-negative-events = 去掉负面记录
step-dislikes-returns-and-the-like = 不喜欢、退货等
step-pairs-of-person-and-item = 不再推荐的（人，项目）对：{ $n }
step-dislikes-returns-and-the-like-pairs = 不喜欢、退货等；不再推荐的（人，项目）对：{ $n }
step-take-back-choices = 撤回选择
step-by-later-negative-events = 因同一人对同一项目后来的负面记录
step-count-weak-choices = 弱选择
step-views-and-clicks = 浏览与点击
step-leave-out-ratings-of-the-lowest = 去掉最低的评分 { $value }
step-pairs-of-person-and-item-that-are-seen = 看过而不算选择的（人，项目）对：{ $n }
step-with-another-value = 其中 { $n } 条的值与保留的不同
step-cut-times-to-whole-seconds = 时间取整到秒
step-after-the-events-were-put = 在记录排好顺序之后
step-keep-the-first-of-repeated-events = 重复的记录只保留第一条
step-keep-the-last-of-repeated-events = 重复的记录只保留最后一条
step-events-repeat-a-person-and-item = { $whole } 条记录中有 { $n } 条（{ $share }）是同一人对同一项目的重复记录，未采用
step-only-the-first-of-each-counts = 每对只算第一条
step-only-the-last-of-each-counts = 每对只算最后一条
step-repeat-keeps-them-all = 加 --repeat 可全部保留
step-choices-after-a-view = 其中 { $n } 条是对先前只浏览过的项目的选择或购买
step-let-items-come-again = 允许项目重复出现
step-drop-values-below = 去掉值低于 { $value } 的记录
step-keep-people-with-and-items = 只保留至少 { $k } 条记录的人和至少 { $n } 条记录的项目
step-rounds = { $n } 轮
step-leave-out-people-without-events = 去掉没有记录的人
step-leave-out-items-without-events = 去掉没有记录的项目
step-drop-events-of-items-outside = 去掉清单以外项目的记录
step-leave-out-users-without-events = 去掉没有记录的人
step-leave-out-friends-without-events = 去掉没有记录的好友
step-leave-out-s-without-events = 去掉没有记录的 { $key }
step-of-the-table = 属于 { $table } 表
step-keep-s-that-the-table-lacks = 保留 { $table } 表中没有的 { $key }
step-drop-without-an-id = 去掉 { $table } 表中没有编号的行
step-drop-incomplete = 去掉不完整的 { $table }
step-read-html-entities-in-titles = 还原标题中的 HTML 实体
step-like-amp-for = 例如 &amp; 表示 &
step-keep-the-first-entity = 每个项目只保留第一个实体
step-read-links = 读取链接
step-of-items-are-entities = { $b } 个项目中有 { $a } 个是实体
step-leave-out-what-is-no-year = 去掉不是年份的值
step-in-row-of = { $file } 第 { $row } 行的 { $value }
step-read-as-latin-1 = 以 latin-1 读取 { $name }
step-it-is-not-utf-8 = 它不是 UTF-8

## How a data set is split for a test

split-fit-on-all-events = 用每人最后两条以外的记录训练
split-fit-on-all-events-but-each-person = 用每人最后一条以外的记录训练
split-fit-without-a-random = 训练时去掉每人随机 { $share } 的项目作测试，并对 { $n } 人再去掉同样多作验证
split-the-order-of-events-is-real = 记录的先后：{ $real } 人为真，{ $tied } 人时间全同，{ $missing } 人没有时间
split-the-order-of-events-is-real-for-people = 记录的先后：{ $real } 人为真（其中 { $part } 人有并列或未知的时间），{ $tied } 人时间全同，{ $missing } 人没有时间
split-the-order-of-events = 记录的先后：按 --order file，{ $n } 人以行为序
split-full-ranking = 在全部项目中排序
split-seen-items-left-out = 不含已选过的项目
split-seen-items-may-come-again = 选过的项目可以再出现
split-validation-and-test-people-held = 整体留出 { $a } 名验证者和 { $b } 名测试者，给出其记录的 { $share }
split-fit-up-to-validation-up = 训练至 { $a }，验证至 { $b }，其后为测试
split-validation-and-test-items-left = 去掉 { $a } 个验证项目和 { $b } 个测试项目：此前已选过

## What the check of a data set finds

check-times-that-fall-from-one-row = 时间比上一行更早：{ $n } 处（读取时会排序，相同时间保持原顺序）
check-events-that-repeat-a-person = 同一人与同一项目的重复记录：{ $n } 条（清理时保留第一条；用 --repeat 则全部保留）
check-find-events-at-unix-time-0 = 时间为 0 的记录：{ $n } 条（时间未知：不说日期，排在最前）
check-find-events-after-today-when = 时间晚于今天的记录：{ $n } 条（时间未知：不说日期，排在最前）
check-negative-events-dislikes-returns-and-values = 负面记录：{ $n } 条（不喜欢、退货与小于 0 的值：不算选择，也不再推荐）
check-weak-choices-views-and-clicks = 弱选择：{ $n } 条（浏览与点击）
check-impressions-shown-not-chosen = 曝光：{ $n } 条（只是展示，未被选择）
check-ratings-of-the-lowest-of-their = 最低的评分 { $value }：{ $n } 条（不算选择，也不再推荐；用 --ratings all 则算选择）
check-the-column-is-not-read-quantities = 未读取列 { $name }：小于 0 的数量是退货，这时会算作选择（请在 --columns 中加 { $how }）
check-a-kind-that-is-known = 须是已知的种类（{ $kinds }）
check-write-one-of-these = 请写其中之一
check-all-events-have-the-same-there = 所有记录的 { $column } 都相同：无从比较
check-items-without-a-title-their-id = 没有标题的项目：{ $n } 个（显示其编号）
check-without-events-loading-leaves-them = { $table } 表中没有记录的：{ $n } 个（读取时去掉）
check-with-events-but-no-row = 有记录但 { $table } 表中没有的：{ $n } 个（除编号外一无所知）
check-next-item-cannot = 无法用 next-item 和 temporal 评测，也无法训练序列模型
check-name-the-column-of-times = 请指明时间列（--columns time=NAME），或说明以行的先后为准（--order file）
check-rows-left = { $name }：{ $touched } 行，剩余 { $left } 行（{ $detail }）
check-rows-left-2 = { $name }：{ $touched } 行，剩余 { $left } 行
check-a-user = 须有 user
check-an-item = 须有 item
check-a-time = 须有时间
check-a-number = 须是数字
check-a-value = 须有值
check-a-finite-number = 须是有限的数字
check-a-head = 须有 head
check-a-relation = 须有 relation
check-a-tail = 须有 tail
check-a-friend = 须有 friend
check-an-id-that-occurs-once = 编号只能出现一次
check-unix-seconds-or-an-iso-8601 = 须是 Unix 秒或 ISO 8601 日期
check-unix-seconds-before-the-year-5138 = 须是公元 5138 年以前的 Unix 秒
check-unix-seconds = 须是 Unix 秒
check-an-event-that-names-a-user = 至少一条记录须有 user、item，有时间列时还须有时间
check-rows-without = { $n } 行都没有
check-the-row-is-left = 读取时会去掉该行；补全即可保留
check-mend-or-drop-the-row = 请改正或去掉该行
check-fill-it-in-or-leave = 请补全，或去掉该列
check-fill-in-the-ids = 请补全编号
check-merge-the-rows-that-share = 请合并编号相同的行
check-write-times-as-2009-12-31 = 时间请写成 2009-12-31 08:26:00 或 Unix 秒
check-these-look-like-divide-by = 看起来是 { $unit }：请除以 { $n }

## Why a method of explanation was chosen, and its flaws

method-asked-for = 按要求
method-the-model-is-a-sum = 模型是图中路径之和：每条路径的权重就是切断它所减少的得分
method-the-model-is-a-sum-of-readable = 模型是可读特征之和：其自身的权重是精确的
method-the-model-is-a-sum-of-events = 模型是记录与可读特征之和，另有其余部分
method-the-model-solves-each-history-anew = 模型对每段历史重新求解：去掉记录的效果可精确求得
method-the-model-is-a-sum-over = 模型是各条记录之和：每个权重就是去掉它所减少的得分
method-the-model-is-no-sum-what = 模型不是求和：逐条去掉记录来测量其作用
method-the-model-is-no-sum-events = 模型不是求和：依次去掉使项目下降最快的记录
method-a-weight-is-of-its-turn = 权重取决于去掉的次序，而不只是该记录
method-never-reads-the-model = 从不读取模型
method-not-cause-its-first-event-moved = 不是原因：它的首条记录对得分的影响不大于随机记录（make bench-faithful，amazon-games）
method-fails-the-checks-make-bench-sanity = 未通过检验 { $names }（make bench-sanity）

## What the methods of a comparison are called

row-top-reason = 首要理由
row-most-recent = 最近一条
row-most-similar = 最相似
row-random = 随机
row-unrelated = 无关
row-best-of-random = { $k } 次随机中最好的
row-cosine = 余弦最相似
row-jaccard = 杰卡德最相似
row-popular = 最热门
row-same-audience = 受众最相近
row-recent = 最近
row-audience = 受众
row-score = 得分
row-margin = 领先差额

## What the explainers do, by their names

explainer-exact = 得分 = 基础 + 各记录权重之和 + 其余；由模型的构造即精确
explainer-features = 得分 = 基础 + 特征、规则或问题的权重之和；直接读自模型，因而精确
explainer-exact-with-features = 记录与特征一起：精确方法的理由，加上其余部分中可由内部可读模型说明的理由
explainer-paths = 得分 = 基础 + 路径权重之和；直接读自模型，因而精确；由大到小
explainer-deletion = 逐条去掉：权重 = 全部记录的得分 − 缺少该记录的得分，一批完成
explainer-deletion-margin = 对领先其后十项的差额逐条去掉记录
explainer-greedy-removal = 使项目下降最快的去除次序：每次去掉使其领先减少最多的记录；前五条逐条，其余每次十分之一
explainer-bidirectional-removal = 同上，但看每次切分的两侧：去掉它及之前的记录会下降，只留它及之前的记录仍能站住
explainer-shapley = 各记录对得分（或对领先其后十项的差额）的沙普利值
explainer-lime = 对“哪些记录存在”作岭回归的权重，越接近完整历史权重越大
explainer-gradient-input = 得分对记录嵌入的梯度与嵌入之积
explainer-integrated-gradients = 从中性状态到记录的平均梯度；点数足够时，各权重之和等于两端得分之差
explainer-tokens = 推荐项目文字中每个词元对得分的贡献：从空白到该文字的积分梯度
explainer-attention = 最后状态的注意力经各层到达每条记录的比例
explainer-counterfactual = 能使项目离开前几位的最小记录集合；权重是得分实际减少的量
explainer-counterfactual-additions = 若还选了某项：使该项目上升最多的单个选择，逐个评分测得
explainer-contrast = 为何该项目排在另一项之前或之后：另一项的得分 + 各记录多给它的 + 与记录无关的部分
explainer-anchor = 在此历史附近成立的规则：只要有这些记录，无论去掉什么，该项目都留在前几位
explainer-examples = 选过该项目且历史最相似的人：他们比一般人多选了哪些记录中的项目
explainer-learned = 训练所得解释器的权重，针对领先其后十项的差额
explainer-als-decomposition = 各部分相加等于得分，但不是去掉记录的效果
explainer-als-leave-one-out = 全部记录的得分 − 缺少该记录的得分，精确求得；各权重之和不等于得分

## Files of other forms
step-take-baskets-apart = 拆开购物篮
also-one-row-for-each-item = { $name } 中每个条目一行
step-read-durations = 把时长当作事件的先后次序
also-from-when-is-unknown = 起点未知
step-read-files-as-one-table = 把 { $n } 个文件读作一张表
step-read-items-from = 从 { $file } 读取条目
step-read-the-sheet = 读取工作表 { $name }，不读 { $others }
