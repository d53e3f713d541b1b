### Quality by slices

ndcg = NDCG@10
hr = 命中率@10
people = { $n } 人
slices = 按{ $name }
say =
    { $clear ->
        [true] 对{ $best }最好（{ $high }），对{ $worst }最弱（{ $low }）；两者的区间不重叠。
       *[false] 对{ $best }最好（{ $high }），对{ $worst }最弱（{ $low }）；两者的区间重叠，可能出于偶然。
    }
sayOne = 只有{ $only }达到 20 人：{ $value }。
how =
    { $left ->
        [0] 完整排序，已看过的项目不计。少于 { $fewest } 人的分组不显示。虚线：所有人。
       *[other] 完整排序，已看过的项目不计。少于 { $fewest } 人的分组不显示（略去 { $count } 组）。虚线：所有人。
    }
group = 分组
