## Why an item is not in a list

cause-not-in-model = 模型训练之后才有这个项目，需等到下一次训练。
cause-hidden = 运营方不提供这个项目。
# rules: names
cause-policy = 运营方的规则不让它出现：{ $rules }。
cause-blocked-item = 用户屏蔽了这个项目。
cause-blocked-tag = 用户屏蔽了它的一个标签。
cause-seen = 用户已经选过它。
cause-refused = 用户拒绝过它，或退回了它。
cause-wished = 此人要求列表中不要有它具有的内容。
cause-excluded = 请求排除了它。
cause-taken-back = 用户撤回了它。
cause-other-items = 请求的筛选只包含其他项目。
cause-no-tag = 它没有筛选要求的任何标签。
cause-wrong-tag = 它有一个被筛选排除的标签。
cause-outranked = 它排在第 { $rank } 位，列表到第 { $n } 位为止。

## What the operator's rules keep out

# items: how many
policy-blocked = 运营方规则“{ $name }”使 { $items } 个项目不出现在任何列表中。
# items: how many; least: years of age
policy-aged = 运营方规则“{ $name }”使 { $items } 个项目不出现在未满 { $least } 岁或年龄未知者的列表中。

## Sentences beside those of reasons

# Of an item that was drawn by chance, so that the model can be judged
explored = 此项为学习而展示，并非出于某个理由：它是随机抽取的。
tag = 与您的标签“{ $tag }”相符。
