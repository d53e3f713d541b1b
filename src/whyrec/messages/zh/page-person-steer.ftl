### Person: what steers the list, all in one place

open = 调整列表
title = 您的列表看重什么
lead = 您的设置在所有列表和所有设备上有效，直到您更改。每个项目都会说明它的位次因此如何变化。
names-diversity = 多样性
names-novelty = 新奇度
names-freshness = 新鲜度
names-trending = 热度
does-diversity = 与排在前面的相似的，会排得靠后，使列表涵盖更多种类。
does-novelty = 还没有多少人发现的，会排得靠前。
does-freshness = 新上的，会排得靠前。
does-trending = 目前很多人选择的，会排得靠前。
level-off = 关闭
level-little = 少许
level-medium = 中等
level-strong = 较强
level-most = 很强
usual = 与平常相同。
own = 由您设置；平常为{ $level }。
back = 恢复平常
backOf = { $name }：恢复平常
allBack = 全部恢复平常
done = { $name }：{ $level }
doneBack = { $name }：恢复平常
doneAll = 全部恢复平常
hidden = 您隐藏的内容
dismissed = 您不感兴趣的内容
