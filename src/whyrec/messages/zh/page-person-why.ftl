### Person: why this is in the list, and what if
### Evidence before inference; no claim of love; “because” only where leaving it out cost the place.
### $title comes in its quotes.

rank = 在您的列表中排第 { $n } 位
back = 返回列表
reasons = 它为何在您的列表中
named = 理由提到的选择
notListed = { $title }目前不在您的列表中。
notListedLink = 查看原因
share = 以上所提到的占得分的 { $share }：{ $part }。
shareHelp = 与文字中所说的是同一份额：所提到各部分连同正负号之和，除以得分。
broken = 此得分的各部分相加不等于得分，因此哪一部分都不可靠。
exact = 此得分的各部分都是精确的：相加正好等于得分，去掉一条就正好减少它那一份。
exactBut = 此得分的各部分都是精确的，只有一部分例外：模型自身的部分（{ $rest }），没有可以说出的理由。
explained = 它在排序中的位置有 { $share } 由精确部分决定。
measured = 此模型的理由相加不等于得分：每条表示单独去掉它时得分下降多少。
bars = 得分的组成
takeaway = 起点 { $base }，您的选择 { $choices }：得分 { $score }。
takeawayOwn = 起点 { $base }，您的选择 { $choices }，模型自身的部分 { $own }：得分 { $score }。
takeawayTerms = 起点 { $base }，您的选择 { $choices }，其他影响 { $terms }：得分 { $score }。
takeawayOwnTerms = 起点 { $base }，您的选择 { $choices }，模型自身的部分 { $own }，其他影响 { $terms }：得分 { $score }。
takeawayOut = 得分为 { $score }。每条都是单独测得的。
columns-what = 内容
columns-part = 占得分的部分
columns-amount = 数值
base = 起点（对所有人都相同）
others = 您的其他选择合计
othersAll = 其余合计
rest = 模型自身的部分，没有可以说出的理由
left = 以上各部分未能说明的
gap = 相加不符的部分
total = 得分
barsHow = 每条表示该选择使得分增加或减少多少；各条与起点相加等于得分。
barsHowOut = 每条表示单独去掉该选择时得分下降多少。
leave = 去掉试试
leaveOf = 去掉试试：{ $title }
putBack = 放回
putBackOf = 放回{ $title }
tested-before = 目前的位次
tested-place = 第 { $rank } 位
tested-below = 第 { $rank } 位：已不在列表的 { $listed } 项之中
tested-after =
    { $n ->
        [1] 去掉它之后
       *[other] 全部去掉之后
    }
tested-random = 去掉同样多的随机选择之后（{ $draws } 次抽取）
whatIf = 如果没有……
whatIfEmpty = 去掉一条，这里会立即显示您的列表将变成什么样。
without =
    { $n ->
        [1] 去掉这一条后的列表
       *[other] 去掉这 { $n } 条后的列表
    }
before = 现在
after = 去掉之后
gone = 离开列表
down = 降至第 { $n } 位
itemGone = 不会再推荐{ $title }。
itemStays = { $title }仍在第 { $place } 位。
itemMoves = { $title }将从第 { $from } 位变为第 { $to } 位。
itemLeaves = { $title }将从第 { $from } 位变为第 { $to } 位，离开您的列表。
apply = 永久撤回
applied =
    { $n ->
        [1] 这一条不再计入。
       *[other] 这 { $n } 条不再计入。
    }
reset = 全部放回

## Paths

paths-title = 通向它的路径
paths-picture = 从您选过的内容到这一项的路径
paths-takeaway = 起点 { $base }，所有路径合计 { $paths }：得分 { $score }。
paths-none = 没有路径通向它：只有起点计入。
paths-how = 得分是各条路径之和。线宽即该路径在得分中的精确部分；剪断它，得分恰好减少这么多。
paths-you = 您
paths-others = 您选过的其他内容
paths-press = 点按您选过的内容或它经由的关联，可以看到去掉它之后的列表。
paths-further = 其余所有路径合计
paths-cut = 剪断
paths-cutOf = 剪断这条路径看看结果：{ $text }
paths-putBackOf = 放回：{ $text }
paths-byEvent = 同一得分，按您选过的内容划分

## Kinds of likeness

modalities-title = 它在哪些方面像您选过的内容
modalities-names-image = 外观
modalities-names-text = 文字
modalities-names-words = 用词：标题、类别、文字
modalities-names-audio = 声音
modalities-names-choices = 众人的共同选择
modalities-other = “{ $name }”
modalities-most = 最像{ $title }
modalities-takeaway = 每个方面各为一部分；加上起点，正好等于得分 { $score }。
modalities-how = 每个方面的相似各是得分中独立的一部分；去掉其中一个，得分恰好减少它的部分。
