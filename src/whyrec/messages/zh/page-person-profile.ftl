### Person: tastes, history, what is hidden
### $title comes in its quotes.

lead = 从您的记录中读出了什么、来自哪里、如何修改。
tabs-label = 画像的各部分
tabs-tastes = 偏好
tabs-history = 记录
tabs-hidden = 已隐藏
tastes = 偏好
takeaway = “{ $tag }”最突出：占您选择的 { $share }，而在全部{ $things }中占 { $usual }。
takeawayEven = 您的选择与整体分布大致相同。
tastesHow = 计入的记录中带有该标签的比例，旁边是全部内容中的比例。标签用来描述您的记录；得分本身由您选过的内容算出。
mine = 您的
usual = 全部
comes =
    { $n ->
       *[other] 来自 { $count } 次选择
    }
hideTag = 隐藏
hideTagOf = 隐藏所有带“{ $tag }”标签的内容
takeAll = 撤回全部 { $n } 条
takeAllOf = 撤回全部 { $n } 条：带来“{ $tag }”标签的记录
tookAll =
    { $n ->
       *[other] 带“{ $tag }”标签的 { $count } 条记录不再计入。
    }
isHidden = 已隐藏
unhide = 恢复显示
unhideOf = 恢复显示“{ $name }”
unhidden = 以后可能会再次推荐“{ $name }”。
noTastes = 还没有偏好
noTastesFix = 您选择第一项内容后，这里就会出现偏好。
noTags = 没有可显示的标签
noTagsFix =
    { $n ->
       *[other] 计入的 { $count } 次选择都没有标签。
    }
allTags = 显示全部 { $n } 个
columns-tag = 标签
columns-count = 次数
columns-share = 占您的记录
columns-usual = 占全部
history = 记录
timeline = 每月记录数
timelineAll =
    { $n ->
       *[other] 共存有 { $count } 条记录，全部计入。
    }
timelineOut =
    { $out ->
       *[other] 共存有 { $count } 条记录，其中 { $outCount } 条不计入。
    }
timelineHow = 按自然月统计（世界时）。
counted = 计入
uncounted = 不计入
month = 月份
because-event = 您已撤回
because-period = 在您排除的时段内
because-noChoice = 并非选择
because-cancelled = 之后不喜欢或已退回
because-off = 记录已关闭
because-notInModel = 模型尚不认识
because-older = 时间过久，不再计入
counts = 计入
takeBack = 撤回
putBack = 放回
takeBackOf = 撤回{ $title }
putBackOf = 放回{ $title }
tookBack = { $title }不再计入。
gaveBack = { $title }重新计入。
off = 您已关闭记录的使用，因此以下各条都不计入。
noHistory = 没有存储您的记录
more = 显示更早的记录
periods = 排除一个时段
periodsText = 例如别人使用您账号的那段时间。
from = 从
to = 到
addPeriod = 排除
badPeriod = 请填写两个日期，起始日期不晚于结束日期。
period = { $from }至{ $to }
periodOut = { $from }至{ $to }的记录不再计入。
periodIn = 该时段重新计入。
hidden = 已隐藏
hiddenText = 以下{ $things }和标签不会推荐给您。
nothingHidden = 没有隐藏任何内容
nothingHiddenFix = 在列表中或偏好旁点“隐藏”，就会出现在这里。
items = 逐项隐藏
tags = 隐藏的标签

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
