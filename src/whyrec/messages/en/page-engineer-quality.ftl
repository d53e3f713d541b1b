### Engineer: quality and experiments

lead = How well the lists hold what people chose next, for whom and for which items.
protocol = Protocol
against = Compare with
protocols-nextItem = Next item: same settings, fitted anew without each person’s last two choices
protocols-sinceFit = Since the fit: this very model, judged by later choices
mrr = MRR@10
coverage = Coverage@10
novelty = Novelty@10 (bits)
lift = Popularity of the lists over the person’s own
measureWhat-nextItem = Fits the same kind of model with the same settings on all but each person’s last two choices, and judges its lists by the last.
measureWhat-sinceFit = Judges the model as it serves by the latest choice of each person that came after it was fitted. Needs 20 such people.
overall = Overall
slice = Slices
metric = Measure
none = No slice has enough people.
ab = Experiments
abNone = No experiment yet
abText = Split people between two versions, and what they then choose is compared here.
abHow = People who chose from their lists, by arm; a person stays in the arm that a hash of the label gives. Difference by Newcombe’s interval.
abCommand = PUT /v1/experiments/NAME with two variants
abSay = Arm { $arm } leads with { $share } of its people choosing from their list.
abWait = Nobody has been given a list by this experiment yet.
arm = Arm
chose = Chose
active = active
ended = ended
difference =
    { $sure ->
        [true] { $arm } against { $first }: { $value } percentage points, more than chance.
       *[false] { $arm } against { $first }: { $value } percentage points, may be chance.
    }
