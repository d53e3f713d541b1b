### The person's screens
### Evidence before inference; no claim of love; “because” only where leaving it out cost the place.
###
### $title comes in its quotes; numbers, shares and dates come written.

## The list

feed-nav = 推荐
feed-title = 为您推荐
feed-lead =
    { $n ->
       *[other] 根据您的 { $count } 条记录选出。
    }
feed-leadEmpty = 目前没有您的记录，因此这里显示大家最常选的内容。
feed-off = 未使用您的记录。这里显示大家最常选的内容，并去掉了您已选过的。
feed-use = 使用我的记录
feed-offDone = 不再使用您的记录。
feed-onDone = 已恢复使用您的记录。
feed-list = 您的列表
feed-badge-personal = 个性化
feed-badge-popular = 大家常选
feed-badge-similar = 依据标签
feed-badge-none = 未给出理由
feed-badgeHelp-title = 标记的含义
feed-badgeHelp-personal = 个性化：以您的选择作为理由。
feed-badgeHelp-popular = 大家常选：很多人选它，理由不在您的记录。
feed-badgeHelp-similar = 依据标签：模型不认识您选过的内容，因此依据共同的标签。
feed-badgeHelp-unsaid = 未给出理由：没有一条理由通过检验。
feed-badgeHelp-none = 这里没有推广内容，也没有试探性的展示。如有，会首先标明。
feed-fallback-popular = 没有可用的个人记录，因此显示大家最常选的内容。
feed-fallback-content = 模型不认识您选过的内容，因此依据共同的标签。
feed-fallback-session = 只能使用本次访问的记录。
feed-why = 为什么？
feed-whyOf = 为什么？{ $title }
feed-hide = 隐藏
feed-hideOf = 隐藏{ $title }或其标签
feed-hideItem = 只隐藏{ $this }
feed-hideTag = 隐藏所有带“{ $tag }”标签的内容
feed-hidden = 不会再推荐{ $title }。
feed-hiddenTag = 不会再推荐带“{ $tag }”标签的内容。
feed-named = 以上理由提到的选择：
feed-nothingNamed = 理由没有提到您的任何选择，因此这里没有可以撤回的内容。
feed-whole = 查看完整解释
feed-takeBack = 撤回
feed-takeBackUndo = 放回
feed-takeBackOf = 撤回{ $title }，不再计入
feed-tookBack = { $title }不再计入。
feed-more = 显示更多
feed-empty = 没有可以推荐的内容了
feed-emptyFix = 可能是隐藏的标签太多。可以在“我的画像”中恢复其中一些。
feed-record = 此列表的编号
feed-recordHelp = 核查服务的人可以凭此编号找到这份列表，并重新计算。
feed-changed-title = 去掉{ $title }之后
feed-changed-sum = 前 { $shown } 位中：新进入 { $fresh } 项，位次变化 { $moved } 项。
feed-changed-same = 前 { $shown } 位保持不变。
feed-changed-keep = 保留这份列表
feed-changed-before = 之前
feed-changed-now = 现在
feed-movedUp = 上升 { $places } 位
feed-movedDown = 下降 { $places } 位
feed-fresh = 新
feed-freshFrom = 新，原第 { $rank } 位
feed-rank = 第 { $n } 位：

## Like, dislike, not interested

opinion-of = 您对{ $title }的看法
opinion-name-like = 喜欢
opinion-name-dislike = 不喜欢
opinion-name-notInterested = 不感兴趣
opinion-press-like = 喜欢{ $title }
opinion-press-dislike = 不喜欢{ $title }
opinion-press-notInterested = 对{ $title }不感兴趣
opinion-said-like = { $title }已作为您喜欢的内容计入，可在“记录”中找到。
opinion-said-dislike = 不会再推荐{ $title }。
opinion-said-notInterested = 不会再推荐{ $title }。

## What is known of a choice

reason-times = { $times } 次
reason-timesLast = { $times } 次，最近在{ $last }
reason-support = { $n } 人两者都选过
reason-testedHelp = 将这些一起去掉，用与“如果没有……”相同的程序重新计算列表。只有它因此离开列表，并且比去掉同样多的随机选择下降得更多时，文字中才会说“因为”。

## How much of the score a part is; the same words as in the service's sentences

strength-share-all = 全部
strength-share-nearly = 几乎全部
strength-share-more = 一半以上
strength-share-fair = 一部分
strength-share-small = 一小部分
strength-for-all = 全部
strength-for-nearly = 几乎全部
strength-for-more = 一半以上
strength-for-fair = 一部分
strength-for-small = 一小部分
strength-for-tiny = 很少
strength-against-all = 强烈不利
strength-against-nearly = 强烈不利
strength-against-more = 强烈不利
strength-against-fair = 明显不利
strength-against-small = 略微不利
strength-against-tiny = 几乎无碍

## Why this?

why-title = 为什么推荐？
why-rank = 在您的列表中排第 { $n } 位
why-back = 返回列表
why-reasons = 它为何在您的列表中
why-named = 理由提到的选择
why-notListed = { $title }目前不在您的列表中。
why-notListedLink = 查看原因
why-share = 以上所提到的占得分的 { $share }：{ $part }。
why-shareHelp = 与文字中所说的是同一份额：所提到各部分连同正负号之和，除以得分。
why-broken = 此得分的各部分相加不等于得分，因此哪一部分都不可靠。
why-exact = 此得分的各部分都是精确的：相加正好等于得分，去掉一条就正好减少它那一份。
why-exactBut = 此得分的各部分都是精确的，只有一部分例外：模型自身的部分（{ $rest }），没有可以说出的理由。
why-measured = 此模型的理由相加不等于得分：每条表示单独去掉它时得分下降多少。
why-bars = 得分的组成
why-takeaway = 起点 { $base }，您的选择 { $choices }：得分 { $score }。
why-takeawayOwn = 起点 { $base }，您的选择 { $choices }，模型自身的部分 { $own }：得分 { $score }。
why-takeawayOut = 得分为 { $score }。每条都是单独测得的。
why-columns-what = 内容
why-columns-part = 占得分的部分
why-columns-amount = 数值
why-base = 起点（对所有人都相同）
why-others = 您的其他选择合计
why-othersAll = 其余合计
why-rest = 模型自身的部分，没有可以说出的理由
why-left = 以上各部分未能说明的
why-gap = 相加不符的部分
why-total = 得分
why-barsHow = 每条表示该选择使得分增加或减少多少；各条与起点相加等于得分。
why-barsHowOut = 每条表示单独去掉该选择时得分下降多少。
why-leave = 去掉试试
why-leaveOf = 去掉试试：{ $title }
why-putBack = 放回
why-putBackOf = 放回{ $title }
why-tested-before = 目前的位次
why-tested-place = 第 { $rank } 位
why-tested-below = 第 { $rank } 位：已不在列表的 { $listed } 项之中
why-tested-after =
    { $n ->
        [1] 去掉它之后
       *[other] 全部去掉之后
    }
why-tested-random = 去掉同样多的随机选择之后（{ $draws } 次抽取）
why-whatIf = 如果没有……
why-whatIfEmpty = 去掉一条，这里会立即显示您的列表将变成什么样。
why-without =
    { $n ->
        [1] 去掉这一条后的列表
       *[other] 去掉这 { $n } 条后的列表
    }
why-before = 现在
why-after = 去掉之后
why-gone = 离开列表
why-down = 降至第 { $n } 位
why-itemGone = 不会再推荐{ $title }。
why-itemStays = { $title }仍在第 { $place } 位。
why-itemMoves = { $title }将从第 { $from } 位变为第 { $to } 位。
why-itemLeaves = { $title }将从第 { $from } 位变为第 { $to } 位，离开您的列表。
why-apply = 永久撤回
why-applied =
    { $n ->
        [1] 这一条不再计入。
       *[other] 这 { $n } 条不再计入。
    }
why-reset = 全部放回

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
modalities-names-audio = 声音
modalities-names-choices = 众人的共同选择
modalities-other = “{ $name }”
modalities-most = 最像{ $title }
modalities-takeaway = 每个方面各为一部分；加上起点，正好等于得分 { $score }。
modalities-how = 每个方面的相似各是得分中独立的一部分；去掉其中一个，得分恰好减少它的部分。

## Something missing?

missing-nav = 为何没有？
missing-title = 为何没有推荐？
missing-lead = 查找某项内容为什么不在您的列表中，以及您可以怎么做。
missing-find = 查找{ $thing }
missing-hint = 输入标题的一部分。
missing-listed = { $title }在您的列表中，排第 { $rank } 位。
missing-seeWhy = 查看理由
missing-causes-hidden = 服务的运营者目前不提供它。
missing-causes-policy = 本服务运营方的规则不让它出现在您的列表中。
missing-causes-blockedItem = 您已将它隐藏。
missing-causes-blockedTag = 您隐藏了它的一个标签。
missing-causes-seen = 您已经{ $done }它。
missing-causes-refused = 您表示过不要它，或退回了它。
missing-causes-excluded = 此列表将它排除在外。
missing-causes-takenBack = 您已将它撤回；撤回的内容不会再作为推荐出现。
missing-causes-filter = 列表仅限于其他内容。
missing-causes-outranked = 其他内容更合适：它排在第 { $rank } 位，而列表只到第 { $n } 位。
missing-causes-notInModel = 它在模型训练之后才加入，要等下一次训练。
missing-unhide = 恢复显示
missing-unhideTag = 恢复“{ $tag }”
missing-shown = 以后可能会再次推荐。
missing-lacks = 距离最后一位还差 { $gap } 分。
missing-bars = 支持它和不利于它的内容
missing-takeaway =
    { $up ->
        [true]
            { $outranked ->
                [true] 最支持它的是{ $title }，但其他内容更合适。
               *[false] 最支持它的是{ $title }。
            }
       *[false] 对它最不利的是{ $title }。
    }
missing-takeawayNone = 您的记录既不支持它，也不对它不利。

## My profile

profile-nav = 我的画像
profile-title = 我的画像
profile-lead = 从您的记录中读出了什么、来自哪里、如何修改。
profile-tabs-label = 画像的各部分
profile-tabs-tastes = 偏好
profile-tabs-history = 记录
profile-tabs-hidden = 已隐藏
profile-tastes = 偏好
profile-takeaway = “{ $tag }”最突出：占您选择的 { $share }，而在全部{ $things }中占 { $usual }。
profile-takeawayEven = 您的选择与整体分布大致相同。
profile-tastesHow = 计入的记录中带有该标签的比例，旁边是全部内容中的比例。标签用来描述您的记录；得分本身由您选过的内容算出。
profile-mine = 您的
profile-usual = 全部
profile-comes =
    { $n ->
       *[other] 来自 { $count } 次选择
    }
profile-latest = 最近的几项：
profile-hideTag = 隐藏
profile-hideTagOf = 隐藏所有带“{ $tag }”标签的内容
profile-takeAll = 撤回全部 { $n } 条
profile-takeAllOf = 撤回全部 { $n } 条：带来“{ $tag }”标签的记录
profile-tookAll =
    { $n ->
       *[other] 带“{ $tag }”标签的 { $count } 条记录不再计入。
    }
profile-isHidden = 已隐藏
profile-unhide = 恢复显示
profile-unhideOf = 恢复显示“{ $name }”
profile-unhidden = 以后可能会再次推荐“{ $name }”。
profile-noTastes = 还没有偏好
profile-noTastesFix = 您选择第一项内容后，这里就会出现偏好。
profile-noTags = 没有可显示的标签
profile-noTagsFix =
    { $n ->
       *[other] 计入的 { $count } 次选择都没有标签。
    }
profile-allTags = 显示全部 { $n } 个
profile-columns-tag = 标签
profile-columns-count = 次数
profile-columns-share = 占您的记录
profile-columns-usual = 占全部
profile-history = 记录
profile-timeline = 每月记录数
profile-timelineAll =
    { $n ->
       *[other] 共存有 { $count } 条记录，全部计入。
    }
profile-timelineOut =
    { $out ->
       *[other] 共存有 { $count } 条记录，其中 { $outCount } 条不计入。
    }
profile-timelineHow = 按自然月统计（世界时）。
profile-counted = 计入
profile-uncounted = 不计入
profile-month = 月份
profile-because-event = 您已撤回
profile-because-period = 在您排除的时段内
profile-because-noChoice = 并非选择
profile-because-cancelled = 之后不喜欢或已退回
profile-because-off = 记录已关闭
profile-because-notInModel = 模型尚不认识
profile-because-older = 时间过久，不再计入
profile-counts = 计入
profile-takeBack = 撤回
profile-putBack = 放回
profile-takeBackOf = 撤回{ $title }
profile-putBackOf = 放回{ $title }
profile-tookBack = { $title }不再计入。
profile-gaveBack = { $title }重新计入。
profile-off = 您已关闭记录的使用，因此以下各条都不计入。
profile-noHistory = 没有存储您的记录
profile-more = 显示更早的记录
profile-periods = 排除一个时段
profile-periodsText = 例如别人使用您账号的那段时间。
profile-from = 从
profile-to = 到
profile-addPeriod = 排除
profile-badPeriod = 请填写两个日期，起始日期不晚于结束日期。
profile-period = { $from }至{ $to }
profile-periodOut = { $from }至{ $to }的记录不再计入。
profile-periodIn = 该时段重新计入。
profile-hidden = 已隐藏
profile-hiddenText = 以下{ $things }和标签不会推荐给您。
profile-nothingHidden = 没有隐藏任何内容
profile-nothingHiddenFix = 在列表中或偏好旁点“隐藏”，就会出现在这里。
profile-items = 逐项隐藏
profile-tags = 隐藏的标签

## My data

data-nav = 我的数据
data-title = 我的数据
data-lead = 存储了哪些关于您的内容。您可以带走一份、停止使用，或要求全部删除。
data-use = 您的记录如何使用
data-useText = 关闭后，您的列表显示大家最常选的内容，顺序对所有人相同。您的记录仍然保存，但只用于一件事：去掉您已选过的内容。它不用于训练模型，也不计入任何统计。您的列表立即改变；已训练好的模型在下次训练之前仍保留它学到的内容。
data-named = 向好友显示我的名字
data-namedText = 您选过的内容可能成为关注您的人的推荐理由，例如“您关注的2人选过它”。只有您和对方都同意时才会显示名字。关闭立即生效，开启则在模型下次训练后生效。
data-namedGo = 允许好友看到我的名字
data-namedOn = 同样允许显示名字的好友，在下次训练后可以看到您的名字。
data-namedOff = 推荐理由中不再显示您的名字。
data-stored = 存储的内容
data-storedTakeaway = 共 { $n } 条，导出为文件约 { $size }。
data-columns-what = 内容
data-columns-n = 条数
data-columns-why = 用途
data-rows-events = 记录：您选过、看到或拒绝的内容
data-rows-eventsFor = 用于计算您的推荐
data-rows-recommendations = 为您生成的列表
data-rows-recommendationsFor = 以便查找、解释和核查
data-rows-controls = 您的意愿：隐藏、撤回、排除
data-rows-controlsFor = 每份列表都会遵守
data-rows-fields = 关于您的其他信息
data-rows-fieldsFor = 为运营者保存；只有年龄会用于运营者的规则
data-rows-friends = 好友
data-rows-friendsFor = 仅保存，此模型不使用
data-rows-friendsCount = 他们选过的内容会影响您的列表
data-rows-keys = 您用来登录的密钥
data-rows-keysFor = 只保存其散列值
data-model = 模型学到了什么
data-modelText = 模型 { $name }（版本 { $version }）学习了截至{ $day }的记录。您撤回的内容立即不再影响您的列表；模型本身要到下次训练时才会忘记。
data-modelNoDay = 未知日期
data-privacy = 此模型没有差分隐私保证：没有经证明的上限约束它从一个人身上学到多少。
data-private = 此模型具有差分隐私（ε = { $epsilon }）：即使数据中从未有过您，它看上去也几乎一样。
data-export = 带走我的数据
data-exportText = 以上全部内容，导出为一个 JSON 文件。
data-exportGo = 下载我的数据
data-exportDone = 已下载您的数据。
data-erase = 全部删除
data-eraseText = 您的记录、列表、意愿和密钥将立即永久删除，并给您回执。
data-eraseGo = 全部删除……
data-eraseTitle = 要删除关于您的全部内容吗？
data-eraseConfirm = 我明白此操作无法撤销。
data-eraseYes = 立即全部删除
data-eraseNote = 您的密钥也会删除，因此之后会退出登录。如需保留，请先下载您的数据。
data-receipt = 关于您的全部内容已删除
data-receiptText = 请保存此回执。凭回执和您的名称，运营者可以证明已经删除。
data-receiptId = 回执编号
data-receiptTime = 时间
data-receiptSubject = 您（以带密钥的散列值表示）
data-receiptRows = 已删除
data-receiptCounts-events = 条记录
data-receiptCounts-recommendations = 份列表
data-receiptCounts-friends = 条好友关系
data-receiptCounts-keys = 个密钥
data-receiptCounts-profile = 份画像
data-receiptCounts-jobs = 个批次
data-receiptNote = 学习过您记录的模型在重新训练之前仍受其影响；备份由运营者负责删除。
data-receiptGet = 下载回执
data-receiptDone = 完成

## What people do with the things, by the verb of the domain

done-chose = 选过
done-watched = 看过
done-read = 读过
done-listened = 听过
done-played = 玩过
done-bought = 买过
done-ordered = 订购过
done-viewed = 浏览过
done-clicked = 点击过
done-liked = 喜欢过
done-rated = 评过分
done-saved = 收藏过
done-shared = 分享过
done-applied = 申请过
done-booked = 预订过
done-followed = 关注过
done-downloaded = 下载过
done-subscribed = 订阅过
done-joined = 加入过
done-visited = 去过
done-used = 用过

## One thing, by domain

thing-film = 影片
thing-book = 图书
thing-music = 曲目
thing-artist = 音乐人
thing-shop = 商品
thing-game = 游戏
thing-other = 项目

## Several things, by domain

things-film = 影片
things-book = 图书
things-music = 曲目
things-artist = 音乐人
things-shop = 商品
things-game = 游戏
things-other = 项目

## This one thing, by domain

this-film = 这部影片
this-book = 这本图书
this-music = 这首曲目
this-artist = 这位音乐人
this-shop = 这件商品
this-game = 这款游戏
this-other = 这个项目

## Kinds of events in the history

kind-choice = 选择
kind-import = 导入
kind-like = 喜欢
kind-favorite = 收藏
kind-bookmark = 收藏
kind-wish = 加入心愿单
kind-toRead = 想读
kind-follow = 关注
kind-subscribe = 订阅
kind-share = 分享
kind-comment = 评论
kind-cart = 加入购物车
kind-play = 播放
kind-listen = 收听
kind-watch = 观看
kind-read = 阅读
kind-finish = 完成
kind-download = 下载
kind-install = 安装
kind-use = 使用
kind-visit = 访问
kind-apply = 申请
kind-borrow = 借阅
kind-rent = 租用
kind-book = 预订
kind-purchase = 购买
kind-order = 订购
kind-view = 浏览
kind-open = 打开
kind-click = 点击
kind-rating = 评分
kind-dislike = 不喜欢
kind-skip = 跳过
kind-notInterested = 不感兴趣
kind-hide = 隐藏
kind-reject = 拒绝
kind-report = 举报
kind-return = 退货
kind-refund = 退款
kind-cancel = 取消
kind-takenBack = 撤回
kind-unlike = 取消喜欢
kind-unfavorite = 取消收藏
kind-unfollow = 取消关注
kind-unsubscribe = 取消订阅
kind-uninstall = 卸载
kind-remove = 移除
kind-impression = 向您展示
