### Person: what is known of a reason, and what is thought of an item
### $title comes in its quotes.

times = { $times } 次
timesLast = { $times } 次，最近在{ $last }
support = { $n } 人两者都选过
testedHelp = 将这些一起去掉，用与“如果没有……”相同的程序重新计算列表。只有它因此离开列表，并且比去掉同样多的随机选择下降得更多时，文字中才会说“因为”。

## Like, dislike, not interested

opinion-of = 您对{ $title }的看法
opinion-name-like = 喜欢
opinion-name-dislike = 不喜欢
opinion-name-notInterested = 不感兴趣
opinion-press-like = 喜欢{ $title }
opinion-press-dislike = 不喜欢{ $title }
opinion-press-notInterested = 对{ $title }不感兴趣
opinion-said-like = { $title }已作为您喜欢的内容计入，可在“记录”中找到。
opinion-said-dislike = 不会再推荐{ $title }，与它相似的也会排得靠后。
opinion-said-notInterested = 不会再推荐{ $title }，与它相似的也会排得靠后。

## How much of the score a part is; the same words as in the service's sentences

strength-share-all = 全部
strength-share-nearly = 几乎全部
strength-share-more = 一半以上
strength-share-fair = 一部分
strength-share-small = 一小部分
strength-for-all = 全部
strength-for-nearly = 几乎全部
strength-for-more = 一半以上
strength-for-fair = 一部分
strength-for-small = 一小部分
strength-for-tiny = 很少
strength-against-all = 强烈不利
strength-against-nearly = 强烈不利
strength-against-more = 强烈不利
strength-against-fair = 明显不利
strength-against-small = 略微不利
strength-against-tiny = 几乎无碍
