### Quality by slices

ndcg = NDCG@10
hr = Hit rate@10
people = { $n } people
slices = By { $name }
say =
    { $clear ->
        [true] Best for { $best } ({ $high }), weakest for { $worst } ({ $low }); their intervals do not overlap.
       *[false] Best for { $best } ({ $high }), weakest for { $worst } ({ $low }); their intervals overlap, so this may be chance.
    }
sayOne = Only { $only } has 20 people or more: { $value }.
how =
    { $left ->
        [0] Full ranking, seen items left out. Groups of fewer than { $fewest } people are not shown. Dashed: everybody.
       *[other] Full ranking, seen items left out. Groups of fewer than { $fewest } people are not shown ({ $count } left out). Dashed: everybody.
    }
group = Group
