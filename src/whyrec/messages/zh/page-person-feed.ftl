### Person: the list
### Evidence before inference; no claim of love; “because” only where leaving it out cost the place.
### $title comes in its quotes.

lead =
    { $n ->
       *[other] 根据您的 { $count } 条记录选出。
    }
leadEmpty = 目前没有您的记录，因此这里显示大家最常选的内容。
off = 未使用您的记录。这里显示大家最常选的内容，并去掉了您已选过的。
use = 使用我的记录
offDone = 不再使用您的记录。
onDone = 已恢复使用您的记录。
list = 您的列表
badge-personal = 个性化
badge-popular = 大家常选
badge-similar = 依据标签
badge-none = 未给出理由
badgeHelp-title = 标记的含义
badgeHelp-personal = 个性化：以您的选择作为理由。
badgeHelp-popular = 大家常选：很多人选它，理由不在您的记录。
badgeHelp-similar = 依据标签：模型不认识您选过的内容，因此依据共同的标签。
badgeHelp-unsaid = 未给出理由：没有一条理由通过检验。
badgeHelp-none = 其他影响位次的因素，如推广或您要求的多样性，都写在理由下方，并注明使它移动了几位。
fallback-popular = 没有可用的个人记录，因此显示大家最常选的内容。
fallback-content = 模型不认识您选过的内容，因此依据共同的标签。
fallback-session = 只能使用本次访问的记录。
why = 为什么？
whyOf = 为什么？{ $title }
hide = 隐藏
hideOf = 隐藏{ $title }或其标签
hideItem = 只隐藏{ $this }
hideTag = 隐藏所有带“{ $tag }”标签的内容
hidden = 不会再推荐{ $title }。
hiddenTag = 不会再推荐带“{ $tag }”标签的内容。
named = 以上理由提到的选择：
nothingNamed = 理由没有提到您的任何选择，因此这里没有可以撤回的内容。
whole = 查看完整解释
takeBack = 撤回
takeBackUndo = 放回
takeBackOf = 撤回{ $title }，不再计入
tookBack = { $title }不再计入。
more = 显示更多
empty = 没有可以推荐的内容了
emptyFix = 可能是隐藏的标签太多。可以在“我的画像”中恢复其中一些。
record = 此列表的编号
recordHelp = 核查服务的人可以凭此编号找到这份列表，并重新计算。
changed-title = 去掉{ $title }之后
changed-sum = 前 { $shown } 位中：新进入 { $fresh } 项，位次变化 { $moved } 项。
changed-same = 前 { $shown } 位保持不变。
changed-keep = 保留这份列表
changed-undo = 撤销
changed-before = 之前
changed-now = 现在
movedUp = 上升 { $places } 位
movedDown = 下降 { $places } 位
fresh = 新
freshFrom = 新，原第 { $rank } 位
rank = 第 { $n } 位：
