### Names of the person's screens

feed-nav = 推荐
feed-title = 为您推荐
why-title = 为什么推荐？
lists-title = 您的列表
missing-nav = 为何没有？
missing-title = 为何没有推荐？
profile-nav = 我的画像
profile-title = 我的画像
data-nav = 我的数据
data-title = 我的数据
