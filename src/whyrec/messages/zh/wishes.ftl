## What was understood of a wish

# text: the person's words; how: one of by-*
understood-more = 多一些“{ $text }”：{ $how }。
understood-less = 少一些“{ $text }”：{ $how }。
understood-no = 不要有“{ $text }”：{ $how }。
understood-only = 只要“{ $text }”：{ $how }。
# where: an expression; items: how many offered items it selects
by-name = 满足 { $where } 的 { $items } 个项目
by-words = 标题或简介中有这些词的 { $items } 个项目
by-like-name = 满足 { $where }（意思相近）的 { $items } 个项目
by-meaning = 标题和简介的意思最接近、或同一些人所选的 { $items } 个项目
estimate = 仅意思相近的内容只是估计：它会排得很后，但不会被去掉。
# words: of the person
ignored = 未能理解：{ $words }。

## Why a phrase was not understood

problem-markup = 未能理解“{ $text }”：愿望应为不含标记的纯文本。
problem-long = 未能理解“{ $text }…”：愿望最多 1,000 个字符。
problem-many = “{ $text }”及其后的内容已略去：愿望最多 20 个短语。
problem-cue = 未能理解“{ $text }”：请说明您想要多一些、少一些、不要有还是只要。
problem-unknown = 未能理解“{ $text }”：这里没有任何项目的名称、标题或简介含有它。
problem-waiting = 尚未理解“{ $text }”：正在读取标题和简介，请过几分钟再试。

## What wishes cost

# kept: a share
cost = 按模型自己的估计，这份列表保留了它对无愿望列表预期的 { NUMBER($kept, style: "percent", maximumFractionDigits: 0) }（随机列表为 0%）。
