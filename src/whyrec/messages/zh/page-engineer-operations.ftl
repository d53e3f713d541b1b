### Engineer: operations

lead = 服务此刻的运行情况。点击图表可查看那十秒内的缓慢和失败请求。
window = 时间窗口
minutes = { $n } 分钟
live = 每十秒刷新
rate = 每秒请求数
p50 = p50
p99 = p99
answersP50 = 推荐回答 p50
answersP99 = 推荐回答 p99
errors = 错误
fallback = 降级的回答
lag = 事件延迟
age = 模型启用时长
lastMinute = 最近一分钟
latestTen = 最近十秒
none = 无
ofAnswers = 共 { $n } 次回答
sinceIn = 自纳入起
traffic = 请求
trafficSay = 此窗口内共 { $n } 次请求，峰值每秒 { $peak } 次，失败 { $errors } 次。
ok = 已回答
refused = 被拒绝（4xx）
failed = 失败（5xx）
times = 请求耗时（含页面文件）
timesSay = 在最近有请求的十秒内，一半请求不超过 { $p50 }，99% 不超过 { $p99 }。
timesNone = 此窗口内尚无请求。
falls = 降级的回答
fallsSay = { $n } 次回答（{ $share }）所依据的信息少于请求所要求的。
fallsNone = 此窗口内没有请求列表。
lags = 事件延迟
lagsSay = 按十秒平均，事件最迟在发生后 { $worst } 到达。
lagsNone = 此窗口内没有事件到达。
share = 比例
lagAxis = 秒
how = 由本进程在内存中按十秒计数；耗时按宽度 8% 的区间归类。保留一小时。
processTime = 自 { $since } 起
tableTime = 时间
requests = 请求数
routes = 请求种类
routesCaption = 自本进程启动起
route = 路径
latest = 缓慢和失败的请求
latestCaption = 最新的在前：状态码 400 及以上，或耗时 250 毫秒及以上。仅显示路径模式，不含个人信息。
latestAt = { $from } 至 { $to }
all = 显示全部
status = 状态码
id = 请求编号
gaps =
    { $n ->
       *[other] { $count } 份回答相加不符
    }
gapsText =
    { $dated ->
        [true] 得分的各部分与所给得分不符，最近一次在 { $last }。这些项目未给出理由。服务日志写明了模型和项目。请与前一版本比较，若由此版本开始，请回退。
       *[false] 得分的各部分与所给得分不符。这些项目未给出理由。服务日志写明了模型和项目。请与前一版本比较，若由此版本开始，请回退。
    }
nothing = 没有缓慢或失败的请求
nothingText = 出错的请求以及耗时 250 毫秒及以上的请求会列在这里。
