## The words by which wishes are recognised, in each language a list separated by "|"

# Every language's words are recognised in every request. A cue says what a phrase asks for.
cue-more = 多一点 | 多一些 | 多点 | 多些 | 多来点 | 多来些 | 多看 | 多看点 | 多推荐 | 更多 | 更多的 | 再来点 | 来点 | 来些 | 想看 | 我想看 | 想要 | 我想要 | 我要 | 要 | 喜欢 | 我喜欢 | 推荐 | 给我 | 给我推荐 | 多
cue-less = 少一点 | 少一些 | 少点 | 少些 | 少来点 | 少看 | 少看点 | 少推荐 | 少给 | 减少 | 更少 | 更少的 | 不太想看 | 不太喜欢 | 不怎么喜欢 | 看腻了 | 看够了 | 别太多 | 不要太多 | 少
cue-no = 不要 | 不要有 | 不想看 | 不想要 | 不看 | 不想 | 别 | 别有 | 别给我 | 没有 | 不含 | 不喜欢 | 我不喜欢 | 讨厌 | 我讨厌 | 避免 | 拒绝 | 屏蔽 | 排除 | 不再 | 不要再 | 不能有 | 绝不
cue-only = 只 | 只看 | 只要 | 只想看 | 仅 | 仅看 | 只推荐
# How much; before or after a cue
size-much = 大量 | 很多 | 非常多 | 许多 | 多得多
size-bit = 稍微 | 略微 | 一点点 | 有点
# Between two things of one phrase
joined = 和 | 与 | 或 | 或者 | 以及 | 但是 | 但 | 而且 | 还有 | 并且 | 也 | 跟
# Words that say nothing about items
filler = 的 | 片 | 电影 | 影片 | 片子 | 游戏 | 书 | 书籍 | 音乐 | 歌曲 | 类 | 类型 | 题材 | 商品 | 东西 | 内容 | 关于 | 有关 | 一点 | 一些 | 请 | 我 | 您 | 给 | 有 | 看 | 了 | 些 | 点 | 故事 | 小说 | 作品 | 剧 | 里 | 中 | 出现
# Names that only look like cues
guard = 少年 | 少女 | 少儿 | 少林 | 少数民族 | 多啦 | 多媒体 | 多人 | 多伦多 | 别墅 | 要塞 | 主要 | 重要 | 只身

## Comparisons with a number; for Chinese they stand behind the number

below = 低于 | 少于 | 小于 | 早于 | 便宜过
above = 高于 | 多于 | 大于 | 晚于 | 超过
most = 不超过 | 最多 | 至多
least = 至少 | 不低于 | 最少
below-behind = 以前 | 之前 | 前
above-behind = 以后 | 之后 | 后
most-behind = 以下 | 以内 | 之内
least-behind = 以上
range = 到 | 至 | 〜
decade = 年代
field-price = 价格 | 元 | 块 | 块钱 | 人民币 | 美元 | 欧元
field-year = 年 | 年份 | 上映
low-price = 便宜 | 实惠 | 平价
high-price = 昂贵 | 贵 | 高端
low-year = 老片 | 老电影 | 旧 | 经典 | 怀旧
high-year = 新片 | 新 | 最新 | 最近 | 近期

## Things that catalogues name in several ways

thing-action = 动作
thing-adventure = 冒险 | 探险
thing-animation = 动画 | 动漫 | 卡通
thing-biography = 传记
thing-business = 商业 | 经济
thing-children = 儿童 | 少儿 | 孩子 | 亲子
thing-classical = 古典
thing-comedy = 喜剧 | 搞笑 | 幽默
thing-cooking = 烹饪 | 美食 | 菜谱
thing-crime = 犯罪 | 黑帮
thing-documentary = 纪录片 | 纪录 | 记录片
thing-drama = 剧情
thing-electronic = 电子音乐
thing-family = 家庭
thing-fantasy = 奇幻 | 魔幻
thing-noir = 黑色电影
thing-history = 历史
thing-horror = 恐怖 | 惊悚恐怖 | 吓人
thing-jazz = 爵士
thing-music = 歌舞 | 音乐剧 | 音乐片
thing-mystery = 悬疑 | 推理 | 侦探
thing-poetry = 诗歌 | 诗
thing-politics = 政治
thing-puzzle = 解谜 | 益智
thing-racing = 赛车 | 竞速
thing-romance = 爱情 | 浪漫 | 言情
thing-rpg = 角色扮演
thing-science = 科学 | 科普
thing-sci-fi = 科幻
thing-shooter = 射击
thing-simulation = 模拟
thing-sport = 体育 | 运动
thing-strategy = 策略
thing-thriller = 惊悚
thing-travel = 旅行 | 旅游
thing-war = 战争 | 军事
thing-western = 西部
