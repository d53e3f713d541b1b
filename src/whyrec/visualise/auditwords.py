"""Texts of the audit report and the system card, in English and Chinese."""

from __future__ import annotations

__all__ = ["METRICS", "NAMES", "WORDS"]

WORDS: dict[str, tuple[str, str]] = {
    "tagline": ("For whom it works, and how that was measured", "它对谁有效，又是如何测得的"),
    "about": ("What it is", "概况"),
    "people": ("Groups of people", "人群"),
    "items": ("Groups of items", "物品群"),
    "mitigation": ("Re-ranking", "重新排序"),
    "faithfulness": ("Are the reasons true?", "理由是否真实"),
    "safety": ("Fake profiles", "虚假账户"),
    "privacy": ("Privacy", "隐私"),
    "how": ("How it was computed", "计算方法"),
    "about_lead": (
        "The model “{model}” on “{data}”: {users} people, {items} items, {events} events. It was fitted anew on "
        "training events and measured on {people} people's next choice, among all items.",
        "模型“{model}”，数据“{data}”：{users} 人、{items} 个物品、{events} 条记录。模型仅用训练记录重新拟合，"
        "并以 {people} 人的下一个选择在全部物品中测量。",
    ),
    "hero_ndcg": ("NDCG@10 over all people", "全体的 NDCG@10"),
    "hero_gaps": ("gaps between groups stand after correction", "项群体差距在校正后仍成立"),
    "hero_of": ("of {n} looked at (Holm, 5%)", "共检验 {n} 项（Holm，5%）"),
    "hero_share": ("of the score is explained exactly", "的得分由理由精确解释"),
    "hero_coverage": ("the catalogue shown to somebody: {share}", "至少展示给一人的物品：{share}"),
    "hero_interval": ("95% interval {low} to {high}", "95% 区间 {low} 至 {high}"),
    "people_lead": (
        "Means with 95% bootstrap intervals over people. Groups of fewer than {fewest} people are not shown.",
        "均值及按人自助抽样的 95% 区间。少于 {fewest} 人的群体不予显示。",
    ),
    "left": (
        "{left} groups under {fewest} people left out; {unknown} people of unknown group.",
        "{left} 个不足 {fewest} 人的群体未显示；{unknown} 人群体未知。",
    ),
    "told_none": (
        "No gap stands after correction for {n} comparisons. That is no proof of equality.",
        "对 {n} 项比较校正后，没有差距成立；这并不证明各群体相同。",
    ),
    "told": (
        "{told} of {n} gaps stand after Holm's correction",
        "{n} 项差距中有 {told} 项在 Holm 校正后成立",
    ),
    "told_how": (
        "Difference a − b with its 95% interval; p by Welch's test. A gap says that, not why: groups differ in much.",
        "差值为 a − b，附 95% 区间；p 值由 Welch 检验得出。差距只说明存在，不说明原因。",
    ),
    "items_lead": (
        "Attention each group of items gets in the lists (discounted by place), against its share of next choices.",
        "各物品群在列表中获得的关注（按位置折扣），与其在下一个选择中所占份额对比。",
    ),
    "items_title": (
        "By {by}: shown less chosen, share of attention",
        "按{by}：展示份额减去选择份额",
    ),
    "items_left": (
        "{left} groups that fewer than 20 people chose from are left out.",
        "{left} 个选择者不足 20 人的群未显示。",
    ),
    "fix_lead": (
        "Re-ranking towards people's own shares of popular and rare items, by a bonus for each group that closes "
        "{weight} of the gap on validation people: the gap goes from {before} to {after}, NDCG@10 from {n0} to {n1}.",
        "按人们自身的热门与冷门偏好重排：为各组加分，在验证人群上弥合 {weight} 的差距；测试人群的差距由 {before} 变为 {after}，"
        "NDCG@10 由 {n0} 变为 {n1}。",
    ),
    "fix_yes": (
        "The gap is halved on test people at a mean loss of at most 2%.",
        "在测试人群上差距减半，平均损失不超过 2%。",
    ),
    "fix_no": (
        "The gap is NOT halved on test people at a mean loss of at most 2%.",
        "在测试人群上，未能以不超过 2% 的平均损失使差距减半。",
    ),
    "fix_change": (
        "Change of NDCG@10, paired over people: {mean} ({low} to {high}).",
        "NDCG@10 的配对变化：{mean}（{low} 至 {high}）。",
    ),
    "fix_example": ("What it moved for one person, and why", "对某个人的列表移动了什么，为什么"),
    "fix_curve": (
        "Gap and NDCG@10 by the share of it to close, validation people",
        "弥合不同比例时的差距与 NDCG@10（验证人群）",
    ),
    "true_lead": (
        "The reason is removed and the score computed again, for {n} people: how far the first item's score falls, "
        "in standard deviations.",
        "移除理由后重新计算得分（{n} 人）：首位物品得分下降多少个标准差。",
    ),
    "support": ("How many people are behind a reason", "理由背后有多少人"),
    "support_lead": (
        "Behind the first reasons of {n} listed items: how many people chose both the item and what the reason "
        "names. Few people convince nobody, and may give one person's choice away.",
        "{n} 个所列物品的首要理由：有多少人同时选过该物品与理由所指之物。人数太少既无说服力，也可能泄露某个人的选择。",
    ),
    "support_warning": (
        "Warning: {share} of these reasons rest on fewer than {k} people (the limit is {limit}).",
        "警告：其中 {share} 的理由背后不足 {k} 人（上限为 {limit}）。",
    ),
    "support_none": (
        "This model does not know how many people are behind its reasons.",
        "该模型不知道其理由背后有多少人。",
    ),
    "support_under": ("fewer than {n} people", "少于 {n} 人"),
    "support_median": ("median number of people", "人数的中位数"),
    "support_unknown": ("items whose number is not known", "人数未知的物品"),
    "support_other": ("items with a reason of another kind", "理由属其他类别的物品"),
    "safe_lead": (
        "{fakes} fake people push one rare item. The alarm's level is set so that 1% of real people would ring it.",
        "{fakes} 个虚假账户推高一个冷门物品。警报阈值设为 1% 的真实用户会触发。",
    ),
    "unmeasured": ("Not measured. How to measure it: {how}", "未测量。测量方法：{how}"),
    "group": ("group", "群体"),
    "n": ("people", "人数"),
    "mean": ("mean", "均值"),
    "interval": ("95% interval", "95% 区间"),
    "gap": ("gap", "差距"),
    "weight": ("to close", "弥合比例"),
    "by": ("by", "划分"),
    "metric": ("measure", "指标"),
    "exposure": ("shown", "展示"),
    "choices": ("chosen", "选择"),
    "difference": ("difference", "差值"),
    "attack": ("attack", "攻击"),
    "recall": ("recall", "召回"),
    "false": ("false alarms", "误报"),
    "before": ("shown before", "攻击前展示"),
    "under": ("under attack", "攻击下"),
    "swept": ("alarmed left out", "剔除后"),
    "limits": (
        "Measured on logged choices, which the earlier display shaped. Groups are those the data name.",
        "以记录的选择测量，而这些选择受当时展示的影响；群体仅为数据中注明者。",
    ),
}
METRICS = {
    "ndcg": ("NDCG", "NDCG"),
    "hr": ("hit rate", "命中率"),
    "popularity_lift": ("popularity lift", "热门偏移"),
    "spread": ("spread", "人际差异"),
    "calibration": ("miscalibration (KL)", "失准度（KL）"),
    "diversity": ("diversity", "多样性"),
    "reason": ("fall without its reason", "去掉理由后的下降"),
}
NAMES = {
    "history length": "历史长度",
    "taste for popular items": "热门偏好",
    "age": "年龄",
    "gender": "性别",
    "occupation": "职业",
    "short": "短",
    "middling": "中",
    "long": "长",
    "least": "低",
    "most": "高",
    "F": "女",
    "M": "男",
    "under 25": "25 岁以下",
    "25 to 34": "25–34 岁",
    "35 to 49": "35–49 岁",
    "50 and over": "50 岁及以上",
    "popularity": "热度",
    "category": "类别",
    "most chosen": "热门",
    "rarely chosen": "冷门",
    "random": "随机",
    "average": "平均",
    "bandwagon": "跟风",
    "popular": "仿热门",
    "top reason": "首要理由",
    "most recent": "最近一条",
    "most similar": "最相似",
    "unrelated": "无关",
}
