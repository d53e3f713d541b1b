### Engineer: atlas, what was learned

heat = Weights between the most chosen items
say = The strongest tie here: choosing { $source } adds { $value } to { $target }.
none = No item moves another in this model.
how = What choosing the row alone adds to the score of the column. Rows and columns: the most chosen items.
item = Item
ties = Strongest ties
tiesCaption = Among the 200 most chosen items
source = Choosing
target = moves
weight = by
rules = Rules in words
rule = Rule
adds = Weight
support = Applies to
precision = Then chosen
howTo = How to get it:
parts = Parts of the glass box
part-together = together: chosen by the same people, whenever
part-order = order: one after the other
part-learned = learned: trained for what comes next
part-alike = alike: similar in words, pictures or other descriptions
part-again = again: own use of the very item
decay = each step back counts { $rate } as much
noDecay = no single rate of fading
steady = does not fade with further choices
