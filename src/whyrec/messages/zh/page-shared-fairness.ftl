### Exposure by popularity

title = 按热度的曝光
places = 列表中的位置
choices = 人们自己的选择
items = 占目录的份额
group = 项目
say = “{ $group }”类项目占列表位置的 { $places }，占人们自己选择的 { $choices }。
how = 每个列表的十个位置按项目类别统计；类别依据模型学习过的记录数。
