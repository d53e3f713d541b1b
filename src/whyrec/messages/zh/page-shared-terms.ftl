### What else than a person's choices moves an item: one line for each force

title = 还有什么影响它
up = 上升 { $places } 位
down = 下降 { $places } 位
names-refused = 您不感兴趣的
names-low = 您评分较低的
names-shown = 曾展示过
names-wish = 您想要的
names-less = 您想少看的
names-fresh = 新鲜度
names-trending = 热度
names-novel = 新奇度
names-diverse = 多样性
promoted = 推广：{ $name }
buried = 排后：{ $name }
promotedOthers = 推广其他项目：{ $name }
buriedOthers = 排后其他项目：{ $name }
