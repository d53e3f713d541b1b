"""Every word of the report, in English and Chinese: one pair a key, so that no language can lack a text."""

from __future__ import annotations

import re

__all__ = ["METRICS", "MODELS", "NOTES", "STEPS", "STRINGS", "notes_zh", "step_zh"]

STRINGS: dict[str, tuple[str, str]] = {
    # the page
    "tagline": ("Recommendations that can prove why", "说得出理由，也经得起验证的推荐"),
    "made": ("made {made}", "生成于 {made}"),
    "skip": ("Skip to the content", "跳到正文"),
    "sections": ("Sections", "目录"),
    "settings": ("Language and colours", "语言与配色"),
    "dark": ("Dark", "深色"),
    "n_items": ("{n} items", "{n} 个物品"),
    "n_events": ("{n} events", "{n} 条记录"),
    "table": ("Same data as a table", "以表格查看同样的数据"),
    "low_high": ("95% interval", "95% 区间"),
    # the three figures
    "hero_accuracy": (
        "of {users} people find their next choice among the first ten suggestions",
        "的用户（共 {users} 人）能在前十条推荐中找到自己的下一个选择",
    ),
    "hero_popular": (
        "the most popular items for everybody: {popular}",
        "若给所有人都推荐热门：{popular}",
    ),
    "hero_share": (
        "of the score is explained exactly, reason by reason",
        "的得分由可逐条列出的理由精确解释",
    ),
    "hero_share_of": ("model: {model}", "模型：{model}"),
    "hero_lost": (
        "of first suggestions lose their place once the reason named first is removed",
        "的首位推荐在移除首要理由后失去首位",
    ),
    "hero_lost_random": (
        "a random event removed instead: {random}",
        "若改为随机移除一条记录：{random}",
    ),
    "hero_drop": (
        "standard deviations: how far the first suggestion's score falls without its first reason",
        "个标准差：移除首要理由后，首位推荐的得分下降幅度",
    ),
    "hero_drop_random": (
        "a random event removed instead: {random}",
        "若改为随机移除一条记录：{random}",
    ),
    # data
    "data": ("The data", "数据"),
    "data_lead": (
        "{events} events of {users} people on {items} items{span}: {density} of all possible pairs.{half}",
        "{users} 人对 {items} 个物品留下 {events} 条记录{span}，占全部可能组合的 {density}。{half}",
    ),
    "data_half": (
        " Half of the people have at most {median} events.",
        "半数人的记录不超过 {median} 条。",
    ),
    "span": (", {start} to {end}", "（{start} 至 {end}）"),
    "activity": ("{range} events are the most common", "记录数为 {range} 条的人最多"),
    "activity_how": (
        "People by number of events, in bins that double. n\u00a0=\u00a0{n} people.",
        "按记录条数统计人数，每一档的宽度是前一档的两倍。n\u00a0=\u00a0{n} 人。",
    ),
    "popularity": (
        "The most chosen tenth of the items draws {share} of all events",
        "最热门的十分之一物品占全部记录的 {share}",
    ),
    "popularity_how": (
        "Share of all events that each tenth of the items draws, the most chosen first. n\u00a0=\u00a0{n} items.",
        "物品按热度分为十等份，各占全部记录的比例，从最热门开始。n\u00a0=\u00a0{n} 个物品。",
    ),
    "tenth": ("tenth of the items", "物品十分位"),
    "share_events": ("share of events", "占全部记录"),
    "events": ("events", "记录条数"),
    "people": ("people", "人数"),
    "top_items": ("Most chosen", "最热门"),
    # accuracy
    "accuracy": ("Accuracy", "准确度"),
    "accuracy_lead": (
        "“{best}” ranks best: {metric} {mean}, ahead of “{second}” by {difference} ({low} to {high}).",
        "“{best}”排序最好：{metric} 为 {mean}，比“{second}”高 {difference}（{low} 至 {high}）。",
    ),
    "accuracy_close": (
        "“{best}” has the highest {metric}, {mean}; its lead over “{second}” may be chance "
        "({low} to {high}).",
        "“{best}”的 {metric} 最高，为 {mean}；它对“{second}”的领先可能只是偶然（{low} 至 {high}）。",
    ),
    "accuracy_alone": (
        "“{best}” has the highest {metric}: {mean}.",
        "“{best}”的 {metric} 最高：{mean}。",
    ),
    "training_one": (
        "Training reached a validation NDCG@10 of {best}",
        "训练后验证集 NDCG@10 达到 {best}",
    ),
    "training_more": (
        "The later stages took validation NDCG@10 from {first} to {last} ({change})",
        "后续阶段使验证集 NDCG@10 从 {first} 变为 {last}（{change}）",
    ),
    "training_how": (
        "NDCG@10 on validation people after each epoch, of the averaged weights; the best epoch is kept. Stages: B, "
        "histories and the maps from text; text, the encoder itself learns from what came next; C, B once more "
        "on the texts as then read.",
        "每轮训练后在验证用户上的 NDCG@10（取平均权重），保留最好的一轮。阶段 B：训练用户历史部分与文本映射；text："
        "文本编码器从后续行为中学习；C：用重新读出的文本再训练一遍 B。",
    ),
    "training_stage": ("stage", "阶段"),
    "training_rows": ("epochs", "轮数"),
    "training_loss": ("last loss", "末轮损失"),
    "training_quality": ("best NDCG@10", "最好 NDCG@10"),
    "training_seconds": ("seconds", "秒"),
    "stage:B": ("B: histories and maps from text", "B：用户历史与文本映射"),
    "stage:text": ("text: the encoder (LoRA)", "text：文本编码器（LoRA）"),
    "stage:C": ("C: B again on the new texts", "C：用新文本向量重训 B"),
    "accuracy_none": ("No model was measured.", "没有测量任何模型。"),
    "accuracy_chart": ("{metric} of each model", "各模型的 {metric}"),
    "accuracy_how": (
        "{protocol} Points are means over people, lines 95% bootstrap intervals; ◆ marks the best. n\u00a0=\u00a0{users} test people.",
        "{protocol}点为各人的平均值，横线为 95% 自助法区间；◆ 为最佳。n\u00a0=\u00a0{users} 名测试者。",
    ),
    "protocol:next-item": (
        "Each person's last choice is hidden and must be found among all items that may be shown to them. ",
        "隐藏每个人的最后一次选择，要求模型在可向其推荐的全部物品中找出它。",
    ),
    "protocol:strong": (
        "Whole people are held out; part of their history is shown and the rest must be found among all items. ",
        "将一部分人完全留出：给出其部分历史，要求模型在全部物品中找出其余部分。",
    ),
    "protocol:temporal": (
        "All events after one moment are hidden and must be found among all items that may be shown. ",
        "隐藏某一时刻之后的全部记录，要求模型在可推荐的全部物品中找出它们。",
    ),
    "protocol:random": (
        "A random fifth of each person's items is hidden, since the events have no order, and must be found among all items that may be shown. ",
        "记录没有先后顺序，因此随机隐藏每个人五分之一的物品，要求模型在可向其推荐的全部物品中找出它们。",
    ),
    "ndcg": (
        "NDCG@{k} rewards a true next choice the higher it is placed; 1 is perfect, 0 is never within the first {k}.",
        "NDCG@{k}：真实选择排得越靠前，得分越高；1 为完美，0 表示从未进入前 {k} 名。",
    ),
    "further": ("Further measures", "更多指标"),
    "model": ("model", "模型"),
    "fit": ("fit, s", "训练（秒）"),
    "scoring": ("scoring, s", "打分（秒）"),
    "memory": ("peak MB", "内存峰值（MB）"),
    "exact_share": ("explained exactly", "精确解释"),
    "support_lead": (
        "Behind the first reasons of {n} listed items stand people who chose both: {median} in the middle; fewer than "
        "5 behind {under5}, fewer than 10 behind {under10}, nobody behind {under1}.",
        "{n} 个所列物品的首要理由背后，同时选过两者的人数中位数为 {median}；{under5} 的理由少于 5 人，{under10} 少于 10 人，"
        "{under1} 背后没有人。",
    ),
    "support_warning": (
        "Warning: {share} of these reasons rest on fewer than {k} people (the limit is {limit}).",
        "警告：其中 {share} 的理由背后不足 {k} 人（上限为 {limit}）。",
    ),
    # the proof
    "proof": ("Three people, and the proof", "三个人与证明"),
    "proof_lead": (
        "Each list below was made, explained, then made again without the reason. Every weight was checked by "
        "removing its event and scoring again; the largest difference is {error}.",
        "下面每份列表都经过三步：生成、解释、去掉理由后重新生成。每个权重都通过移除对应记录、重新打分来核对，"
        "最大误差为 {error}。",
    ),
    "person": ("Person {user}", "用户 {user}"),
    "history": ("Latest in the history", "最近的历史"),
    "list": ("Recommended", "推荐列表"),
    "why": ("Why {title}?", "为什么推荐{title}？"),
    "score": ("score", "得分"),
    "base": ("base", "基础分"),
    "reasons": ("reasons", "各理由之和"),
    "rest": ("rest", "未解释"),
    "share": ("exact parts: {share}", "精确部分：{share}"),
    "bars": ("What each event adds to the score", "每条记录给得分带来的变化"),
    "proof_parts": (
        "Each list below was made, explained, and made again without the reasons that are named. The "
        "weights are read off the model and sum to its score; they tell how it judged the item, not what an event did.",
        "下面每份列表都经过三步：生成、解释、去掉所说的理由后重新生成。权重直接取自模型，相加即为得分；"
        "它们说明模型如何判断该物品，而不是某条记录的作用。",
    ),
    "bars_parts": ("What each reason adds to the score", "每条理由给得分带来的变化"),
    "parts_how": (
        "Bars to the right speak for it, to the left against it. Exact: base and bars sum to the score. "
        "n\u00a0=\u00a0{n} reasons.",
        "向右表示支持，向左表示反对。精确：基础分与各横条之和即为得分。n\u00a0=\u00a0{n} 条理由。",
    ),
    "bars_how": (
        "Bars to the right speak for it, to the left against it. Method: {method}. n\u00a0=\u00a0{n} reasons; "
        "largest difference from executed removal {error}.{removed}",
        "向右表示支持，向左表示反对。方法：{method}。n\u00a0=\u00a0{n} 条理由；与实际移除的最大误差为 {error}。{removed}",
    ),
    "bars_removed": (
        " ✂ marks what is removed below, all of it together.",
        "✂ 为下面一并移除的记录。",
    ),
    "method:exact": ("exact, read off the model", "精确，直接取自模型"),
    "method:features": ("exact, feature by feature", "精确，逐个特征"),
    "method:leave-one-out": ("each choice left out and scored again", "逐项去掉并重新打分"),
    "method:paths": ("exact, path by path", "精确，逐条路径"),
    "method:deletion": ("each event removed and scored again", "逐条移除并重新打分"),
    "more": ("{n} further reasons", "其余 {n} 条理由"),
    "removed_mark": ("taken away below", "将在下面移除"),
    "without": ("Without {labels}", "去掉{labels}之后"),
    "before": ("before", "移除前"),
    "after": ("after", "移除后"),
    "new": ("new", "新上榜"),
    "gone": ("gone", "落榜"),
    "moved": (
        "{title} moved from #{before} to #{after}. {proof}",
        "{title}从第 {before} 位变为第 {after} 位。{proof}",
    ),
    "left_list": (
        "It left the list, and as many random events move it less.",
        "它离开了列表，而随机去掉同样多的记录影响更小。",
    ),
    "not_proof": (
        "It did not leave the list, so no sentence says “because”.",
        "它没有离开列表，所以句子不说“因为”。",
    ),
    "moves_how": (
        "The list was really made again; events removed: {n}. ▲ and ▼ give the places moved.",
        "列表为实际重新生成，共移除 {n} 条记录；▲ 与 ▼ 为名次变化。",
    ),
    "not_found": (
        "No set of events that was tried takes it off its place.",
        "试过的任何记录集合都不能使它失去原位。",
    ),
    "reason": ("reason", "理由"),
    "weight": ("weight", "权重"),
    "direction": ("direction", "方向"),
    "for": ("for", "支持"),
    "against": ("against", "反对"),
    "popularity_kind": ("popularity", "总体热度"),
    # do the reasons matter
    "truth": ("Do the reasons matter?", "理由真的起作用吗？"),
    "truth_lead": (
        "Removing the reason named first costs the first suggestion {top} standard deviations of its score, "
        "{times} times as much as removing a random event ({random}).",
        "移除首要理由，首位推荐的得分下降 {top} 个标准差，是随机移除一条记录（{random}）的 {times} 倍。",
    ),
    "truth_plain": (
        "Removing the reason named first costs the first suggestion {top} standard deviations of its score; "
        "removing a random event costs {random}.",
        "移除首要理由，首位推荐的得分下降 {top} 个标准差；随机移除一条记录则下降 {random} 个。",
    ),
    "truth_unlike": (
        "The reason named first was not shown to matter more than a random event: {top} against {random} "
        "standard deviations.",
        "未能证明首要理由比随机一条记录更重要：得分分别下降 {top} 与 {random} 个标准差。",
    ),
    "drop": ("Fall of the first suggestion's score", "首位推荐的得分下降"),
    "drop_how": (
        "In standard deviations of the person's scores; one event removed, everything scored again. "
        "Lines are 95% bootstrap intervals. n\u00a0=\u00a0{n} people.",
        "单位为该用户各物品得分的标准差；每次移除一条记录并全部重新打分。横线为 95% 自助法区间。n\u00a0=\u00a0{n} 人。",
    ),
    "drop_column": ("fall, in standard deviations", "得分下降（标准差）"),
    "top_reason": ("reason named first", "首要理由"),
    "recent": ("latest event", "最近一条记录"),
    "random": ("random event", "随机一条记录"),
    "cosine": ("most similar event", "最相似的记录"),
    "lost": ("no longer first", "失去首位"),
    "new_rank": ("new place of #1, mean", "原首位的新名次（平均）"),
    "sums": (
        "Checked on the same people: scores and the sums of their reasons differ by at most {gap}, weights and measured "
        "falls by at most {error}, relative to the score.",
        "在同一批人上核对：得分与各理由之和最多相差 {gap}，权重与实测下降最多相差 {error}（相对于得分）。",
    ),
    "planted": (
        "In a simulated world, where causes are known, the first reason names a true one in {named} of lists",
        "在真实原因已知的模拟世界里，{named} 的列表中首要理由说中了真实原因",
    ),
    "planted_how": (
        "Share of lists whose chosen event is a planted cause of the first suggestion. n\u00a0=\u00a0{cases} lists that have one.",
        "所选记录正是首位推荐的植入原因的列表占比。n\u00a0=\u00a0{cases} 份含有植入原因的列表。",
    ),
    "planted_column": ("names a planted cause", "说中植入原因"),
    # factors
    "factors": ("What the factors mean", "因子的含义"),
    "factors_lead": (
        "Beyond what is popular, the same people choose the same items: the {n} strongest of these patterns that "
        "come back among other people, named by the categories and words that lead on them.",
        "除热门之外，同一批人会选择同样的物品：以下是在另一批人中也会出现的 {n} 个最强模式，以领先的类别和词命名。",
    ),
    "factor_items": ("Items on the factors", "物品与因子"),
    "factor_people": ("People on the same factors", "用户与同一组因子"),
    "factors_how": (
        "Singular values of what counts alone leave unexplained, turned by varimax; no pattern is shown "
        "that the same events dealt anew could make. Rows in clustered order, like beside like; each factor is scaled by its "
        "largest loading; + and − mark strong ones. Factors describe the crowd; they are not reasons for a "
        "recommendation. n\u00a0=\u00a0{n} rows.",
        "对去除活跃度与热门度后的剩余做奇异值分解并旋转；随机重排同样记录即可产生的模式不列出。各行按聚类排序，相似者相邻；每个因子以其最大载荷为尺度，+ 与 − 为强载荷。"
        "因子描述的是人群口味，不是推荐理由。n\u00a0=\u00a0{n} 行。",
    ),
    "no_factors": (
        "No stable factor: nothing binds items together beyond how often they are chosen.",
        "没有稳定的因子：除热门程度外，没有什么把物品联系在一起。",
    ),
    "comes_back": (
        "comes back in other people: {value} of 1",
        "在另一批人中重现：{value}（满分 1）",
    ),
    "high": ("most", "正向"),
    "low": ("least", "反向"),
    "item": ("item", "物品"),
    # tree
    "tree": ("The questions it asks", "模型提出的问题"),
    "tree_lead": (
        "The tree sorts items by at most {n} ways through its questions. Best of them: {best} of the items that come "
        "out there were chosen next, against {base} of all it was shown.",
        "这棵树用最多 {n} 条路径给物品分类。最好的一条：到达那里的物品有 {best} 随后被选，而全部样本中只有 {base}。",
    ),
    "tree_chart": (
        "Each question, and what comes out of its answers",
        "每个问题，以及各答案的结果",
    ),
    "tree_how": (
        "Read from the top: “yes” goes to the first branch, “no” to the second. Bars: share of the examples that came out "
        "there and were chosen next. An item's score is the log odds of this share, and each answer's change of it is "
        "an exact reason.",
        "自上而下阅读：“是”进入第一个分支，“否”进入第二个。横条为到达该处的样本中随后被选的比例。物品的得分是该比例的对数几率，"
        "每个答案带来的变化就是一条精确的理由。",
    ),
    "tree_facts": ("{chosen} chosen · {support} of examples", "{chosen} 被选 · 占样本 {support}"),
    "tree_yes": ("yes: ", "是："),
    "tree_no": ("no: ", "否："),
    "tree_way": ("answers", "回答"),
    "tree_chosen": ("chosen next", "随后被选"),
    "tree_support": ("share of the examples", "占样本"),
    "tree_value": ("log odds", "对数几率"),
    # network
    "network": ("What leads to what", "物品之间的联系"),
    "network_lead": (
        "The strongest tie is between {a} and {b}. The {n} most chosen items fall into {groups} communities.",
        "最强的联系在{a}与{b}之间。最热门的 {n} 个物品分为 {groups} 个群落。",
    ),
    "network_chart": (
        "How much choosing one item adds to the score of another",
        "选择一个物品会给另一个的得分增加多少",
    ),
    "network_how": (
        "Lines are ties, both ways added up, thicker where stronger; each item keeps its strongest. Communities "
        "by modularity, told apart by colour and shape; distances mean nothing. n\u00a0=\u00a0{nodes} items, {edges} ties.",
        "连线为双向相加的联系，越粗越强；每个物品只保留最强的几条。群落按模块度划分，以颜色和形状区分；"
        "图上距离没有意义。n\u00a0=\u00a0{nodes} 个物品、{edges} 条联系。",
    ),
    "network_hint": (
        "Point at an item, tap it, or use the arrow keys, to see its ties.",
        "将鼠标指向、点按物品，或使用方向键，可查看它的联系。",
    ),
    "network_label": ("Network of items", "物品网络"),
    "other_groups": ("smaller communities", "其他小群落"),
    "tie": ("tie", "联系"),
    "strength": ("strength", "强度"),
    "community": ("community", "群落"),
    "no_network": ("This model has no ties between items to draw.", "该模型没有可绘制的物品联系。"),
    # how
    "how": ("How this was computed", "计算方法"),
    "how_lead": (
        "Everything on this page comes from one run of this command.",
        "本页全部内容来自以下命令的一次运行。",
    ),
    "command": ("command", "命令"),
    "measuring": ("measuring", "评测"),
    "protocol": ("protocol", "协议"),
    "versions": ("versions", "版本"),
    "steps": (
        "Reading and cleaning, with the rows each step touched",
        "读取与清洗：每一步涉及的行数",
    ),
    "no_steps": ("No reading or cleaning step was recorded.", "没有记录到读取或清洗步骤。"),
    "step": ("step", "步骤"),
    "touched": ("rows touched", "涉及行数"),
    "left": ("rows left", "剩余行数"),
    "detail": ("detail", "说明"),
    "comparisons": ("Differences between models", "模型之间的差异"),
    "pair": ("pair", "比较"),
    "difference": ("difference", "差异"),
    "verdict": ("verdict", "结论"),
    "significant": ("beyond chance", "并非偶然"),
    "chance": ("may be chance", "可能是偶然"),
}

METRICS: dict[str, tuple[str, str]] = {
    "ndcg": ("NDCG", "NDCG"),
    "hr": ("HR", "命中率"),
    "mrr": ("MRR", "MRR"),
    "recall": ("Recall", "召回率"),
    "coverage": ("Coverage", "覆盖率"),
    "novelty": ("Novelty", "新颖度"),
    "popularity_lift": ("Popularity lift", "热门放大倍数"),
}

MODELS: dict[str, tuple[str, str]] = {
    "popular": ("the same bestsellers for all", "给所有人同样的热门"),
    "knn": ("items with a similar audience", "受众相似的物品"),
    "als": ("hidden factors", "隐含因子"),
    "bpr": ("hidden factors, trained on pairs", "隐含因子，成对训练"),
    "svd": ("hidden factors, in closed form", "隐含因子，闭式解"),
    "ease": ("item-to-item weights", "物品间权重"),
    "cooccurrence": ("what follows what", "先后次序"),
    "additive": ("glass box: a sum of event weights", "玻璃盒：逐条记录相加"),
    "tree": ("questions about readable features", "对可读特征的提问"),
    "rules": ("weighed rules on readable features", "可读特征上的加权规则"),
    "ebm": ("one curve a readable feature", "每个可读特征一条曲线"),
    "sequence": ("large model: a transformer that reads text", "大模型：会读文本的 Transformer"),
}

# Chinese names of the steps of reading and cleaning; a step without one keeps its name.
STEPS: dict[str, str] = {
    r"read events": "读取记录",
    r"read links": "读取关联",
    r"read (.+) as latin-1": "按 latin-1 编码读取 {0}",
    r"drop rows without (.+)": "丢弃缺少 {0} 的行",
    r"drop values below (.+)": "丢弃低于 {0} 的取值",
    r"keep the first of repeated events": "重复记录只保留最早的一条",
    r"keep the last of repeated events": "重复记录只保留最晚的一条",
    r"let items come again": "物品可再次推荐，保留重复记录",
    r"keep people with (\d+) and items with (\d+) events or more": "只保留至少 {0} 条记录的人和至少 {1} 条记录的物品",
    r"leave out people without events": "去掉没有记录的人",
    r"leave out items without events": "去掉没有记录的物品",
    r"leave out users without events": "去掉没有记录的用户",
    r"leave out friends without events": "去掉没有记录的好友",
    r"keep items that the item table lacks": "保留物品表中没有的物品",
    r"keep users that the user table lacks": "保留用户表中没有的用户",
    r"set missing values to 1": "缺失的取值记为 1",
    r"cut times to whole seconds": "时间取整到秒",
    r"take the order of the rows as the order of events": "以行的先后为记录的先后",
    r"take the events as unordered": "记录没有先后顺序",
    r"find events at Unix time 0": "时间为 0（未知）的记录",
    r"find events after today": "时间晚于今天的记录",
    r"leave out the column (.+), which looks like a time: .+": "未读取看似时间的列 {0}",
    r"leave out impressions": "去掉曝光",
    r"leave out negative events": "去掉负面记录",
    r"take back choices": "撤回选择",
    r"count weak choices": "弱选择",
    r"leave out ratings of (\S+), the lowest": "去掉最低的评分 {0}",
    r"read HTML entities in titles": "还原标题中的 HTML 实体",
    r"leave out what is no year": "去掉不是年份的取值",
    r"drop (.+) without an id": "丢弃 {0} 表中没有编号的行",
    r"drop incomplete (.+)": "丢弃 {0} 表中不完整的行",
    r"keep the first entity of an item": "每个物品只保留第一个实体",
}

# Chinese notes of splits, likewise.
NOTES: dict[str, str] = {
    r"fit on all events but each person's last two": "用每人最后两条之外的全部记录训练",
    r"fit on all events but each person's last": "用每人最后一条之外的全部记录训练",
    r"(\d+) validation and (\d+) test people held out whole, (\d+%) of their events given": "完全留出 {0} 名验证者与 {1} 名测试者，给出其 {2} 的记录",
    r"fit up to (\S+), validation up to (\S+), test after": "{0} 及以前训练，{1} 及以前验证，此后测试",
    r"fit without a random (\d+%) of each person's items, the test, and without as many of (\d+) people, the validation": "训练时去掉每人随机 {0} 的物品作测试，并对 {1} 人再去掉同样多作验证",
    r"the order of events is real for ([\d,]+) people, tied for ([\d,]+), missing for ([\d,]+)": "记录的先后：{0} 人为真，{1} 人时间全同，{2} 人没有时间",
    r"the order of events is real for ([\d,]+) people \(([\d,]+) of them with ties or unknown times\), tied for ([\d,]+), missing for ([\d,]+)": "记录的先后：{0} 人为真（其中 {1} 人有并列或未知的时间），{2} 人时间全同，{3} 人没有时间",
    r"the order of events is that of the rows for ([\d,]+) people, as --order file says": "记录的先后：按所求，{0} 人以行为序",
    r"full ranking": "对全部物品排序",
    r"seen items left out": "不含已选过的物品",
    r"seen items may come again": "已选过的物品可再次推荐",
    r"(\d+) validation and (\d+) test items left out: the person had chosen them before": "去掉 {0} 个验证物品与 {1} 个测试物品：此人先前已选过",
}


def step_zh(name: str) -> str:
    """Chinese name of a step, if there is one.

    >>> step_zh("drop values below 4"), step_zh("something else")
    ('丢弃低于 4 的取值', 'something else')
    """
    return _translated(name, STEPS)


def notes_zh(notes: str) -> str:
    """The notes of a split in Chinese, as far as they are translated.

    >>> notes_zh("full ranking; something else")
    '对全部物品排序；something else'
    """
    return "；".join(_translated(part, NOTES) for part in notes.split("; "))


def _translated(text: str, patterns: dict[str, str]) -> str:
    for pattern, chinese in patterns.items():
        found = re.fullmatch(pattern, text)
        if found:
            return chinese.format(*found.groups())
    return text
