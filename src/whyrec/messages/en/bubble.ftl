## How narrow a list is

# share, even: parts of 1; alike, events: numbers of choices; tags: the most frequent of the alike choices
share = { NUMBER($share, style: "percent") } of what speaks for this list comes from { $alike } of your { $events } choices, those that are most alike ({ $tags }). If all counted the same, it would be { NUMBER($even, style: "percent") }.
unknown = How narrow this list is cannot be measured: it is not made from your choices, or no two of them are alike.
between = { ", " }
# came, listed: numbers of items
widened = Widened, { $came } of { $listed } items are others.{ " " }
# without, kept, difference, low, high: parts of 1
price = Of { $people } people, the first { $listed } items contain the latest choice for { NUMBER($without, style: "percent") } without widening and for { NUMBER($kept, style: "percent") } with it ({ NUMBER($difference, style: "percent", signDisplay: "always") }; 95% interval { NUMBER($low, style: "percent", signDisplay: "always") } to { NUMBER($high, style: "percent", signDisplay: "always") }). It is estimated from choices that were held out, for people on average.
