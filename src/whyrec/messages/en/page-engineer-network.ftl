### Engineer: atlas, the network

find = Find an item
size = Items
none = Nothing selected
noneText = Find an item: the network of what choosing it recommends stands here.
title = Network around { $item }
say = Choosing { $item } recommends { $first } most; { $n } items are linked from there on.
alone = Choosing { $item } raises no other item.
how = An arrow: choosing the one raises the score of the other. From the middle all ties, from the others the three strongest. Colours and shapes are communities of ties; places are drawn by forces, distances mean nothing.
source = Choosing
target = raises
weight = by
