### Person: why something is not in the list
### $title comes in its quotes.

lead = 查找某项内容为什么不在您的列表中，以及您可以怎么做。
find = 查找{ $thing }
hint = 输入标题的一部分。
listed = { $title }在您的列表中，排第 { $rank } 位。
seeWhy = 查看理由
causes-hidden = 服务的运营者目前不提供它。
causes-policy = 本服务运营方的规则不让它出现在您的列表中。
causes-blockedItem = 您已将它隐藏。
causes-blockedTag = 您隐藏了它的一个标签。
causes-seen = 您已经{ $done }它。
causes-refused = 您表示过不要它，或退回了它。
causes-excluded = 此列表将它排除在外。
causes-takenBack = 您已将它撤回；撤回的内容不会再作为推荐出现。
causes-filter = 列表仅限于其他内容。
causes-outranked = 其他内容更合适：它排在第 { $rank } 位，而列表只到第 { $n } 位。
causes-notInModel = 它在模型训练之后才加入，要等下一次训练。
unhide = 恢复显示
unhideTag = 恢复“{ $tag }”
shown = 以后可能会再次推荐。
lacks = 距离最后一位还差 { $gap } 分。
bars = 支持它和不利于它的内容
takeaway =
    { $up ->
        [true]
            { $outranked ->
                [true] 最支持它的是{ $title }，但其他内容更合适。
               *[false] 最支持它的是{ $title }。
            }
       *[false] 对它最不利的是{ $title }。
    }
takeawayNone = 您的记录既不支持它，也不对它不利。
