### Person: several lists, one row each

lead = 每一行的选法不同，同一项不会出现两次。
why = 为什么？
whyOf = 为什么？{ $title }
empty = 目前没有可以显示的内容
