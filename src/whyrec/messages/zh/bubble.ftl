## How narrow a list is

# share, even: parts of 1; alike, events: numbers of choices; tags: the most frequent of the alike choices
share = 支持此列表的内容中，{ NUMBER($share, style: "percent") } 来自您 { $events } 个选择中最相似的 { $alike } 个（{ $tags }）。若各选择作用相同，则为 { NUMBER($even, style: "percent") }。
unknown = 无法衡量此列表有多窄：它不是根据您的选择得出的，或者您的选择互不相似。
between = 、
# came, listed: numbers of items
widened = 放宽后，{ $listed } 个项目中有 { $came } 个不同。
# without, kept, difference, low, high: parts of 1
price = 在 { $people } 人中，前 { $listed } 个项目包含其最近一次选择的比例：不放宽为 { NUMBER($without, style: "percent") }，放宽为 { NUMBER($kept, style: "percent") }（{ NUMBER($difference, style: "percent", signDisplay: "always") }；95% 区间 { NUMBER($low, style: "percent", signDisplay: "always") } 至 { NUMBER($high, style: "percent", signDisplay: "always") }）。这是根据留出的选择估计的众人平均值。
