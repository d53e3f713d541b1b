### Engineer: atlas, the map

lead = 模型眼中的目录地图。若选择其中任意一个会带来相同的推荐，两个项目就靠得近。
tabs-map = 地图
tabs-network = 网络
tabs-weights = 学到了什么
views = 视图
kind = 显示
kinds-items = 项目
kinds-people = 用户
title-items = 项目地图
title-people = 用户地图
say = 共 { $n } 个点；最大的一类“{ $group }”占 { $share }。距离仅为近似。
plain = 共 { $n } 个点。距离仅为近似。
how-pca = 项目向量方差最大的平面（PCA）
how-tsne = 项目向量上保持近邻的布局（t-SNE）；各群之间的远近没有含义
howMore =
    { $left ->
        [0] ：{ $dimensions } 个维度，包含项目间相互影响的 { $kept }。用户位于其所选项目的平均处。距离仅为近似；近邻取自完整空间。
       *[other] ：{ $dimensions } 个维度，包含项目间相互影响的 { $kept }；略去 { $count } 个很少被选择的项目。用户位于其所选项目的平均处。距离仅为近似；近邻取自完整空间。
    }
find = 查找项目
lasso = 套索：圈选点
lassoOn = 在地图上圈画；按 Esc 结束
pan = 拖动平移，滚轮缩放
reset = 整张地图
other = 其他
point = 项目
tag = 标签
chosen = 选择次数
x = x
y = y
coarse = 这是快速地图。更精细的地图能让近邻聚在一起；每千个项目约需一两秒。
refine = 生成更精细的地图
loading = 每个模型版本只计算一次地图；首次需要几秒钟。
selected = 已选择
none = 尚未选择
noneText = 点击一个点，或在上方查找项目。
neighbours = 完整空间中的近邻
likeness = 相似度
toNetwork = 查看其网络
toInspector = 在透视中打开
slice = 切片
sliceNone = 尚无切片
sliceText = 用套索圈选一些点，或取某个标签的全部项目。
sliceTag = 某标签的全部
nearestSlice = 最近的 50 个
sliceOf = { $of } 个项目中的 { $n } 个
choices = 占全部选择的 { $share }
median = 选择次数的中位数为 { $one }；全部项目为 { $all }。
tags = 切片中的标签
here = 此处
all = 全部项目
top = 其中最常被选择的
drop = 清除切片
needInspect = 用户地图需要管理员密钥。
