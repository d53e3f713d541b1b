### Engineer: atlas, the network

find = 查找项目
size = 项目数
none = 尚未选择
noneText = 查找一个项目：此处会显示选择它所带来的推荐网络。
title = { $item }周围的网络
say = 选择{ $item }最会带来{ $first }；由此连接到 { $n } 个项目。
alone = 选择{ $item }不会提高其他项目的得分。
how = 箭头：选择前者会提高后者的得分。中心项目显示全部联系，其他项目显示最强的三条。颜色与形状代表联系的社群；位置由力导向绘制，距离没有含义。
source = 选择
target = 提高
weight = 幅度
