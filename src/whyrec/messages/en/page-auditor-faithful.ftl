### Auditor: faithfulness and fairness

lead = Do the reasons matter, and for whom does it work worse? Measured on the people of this store; the figures below are those of the last measurement.
what = For up to 200 people with six choices or more: the item in first place is explained as it is served, then the strongest reasons are left out and everything is scored again.
by-reasons = strongest reasons
by-random = random events
by-latest = latest events
drop = Fall of the score (standard deviations)
kept = Still in first place
measureBy = Measure
left = Events left out
title = Leaving reasons out, beside leaving others out
say =
    Without the { $n } strongest reasons the item falls by { $top } standard deviations, without as many random events by { $random }; { $clear ->
        [true] the intervals are apart
       *[false] the intervals overlap, so the reasons are not shown to matter more than chance
    }.
sayKept =
    Without the { $n } strongest reasons { $top } of the items keep the first place, without as many random events { $random }; { $clear ->
        [true] the intervals are apart
       *[false] the intervals overlap, so the reasons are not shown to matter more than chance
    }.
how = Each time scored anew by the model itself, the latest { $longest } events of each person; random: mean of five draws. A fall is measured in standard deviations of the person’s own scores.
sums = Do the reasons add up?
sumError = Largest error of base + reasons + rest
removal = Largest difference between a reason and its measured removal
ofSums = over { $n } scores
relative = relative to the score
noSums = This model is no sum; its reasons are measured by leaving events out, and promise no total.
one = One event left out
oneSay = Without the strongest reason { $top } of the items lose the first place; without a random event { $random }.
checks = Which methods of explaining pass the checks?
checksText = Eleven checks that a true explanation passes and a false one does not. They were run on a model of this kind fitted to the built-in data, not on this store. Lists here are explained by the method marked “serves”.
method = Method
serving = serves
verdict = Checks
passed = all passed
unchecked = not checked for this kind of model
fails = does not pass: { $names }
check-completeness = the parts add up
check-axioms = the axioms hold
check-planted = it finds planted weights
check-model = its reasons change with the model
check-labels = its reasons change when the data are shuffled
check-sign = a removal moves the score the way it says
check-random = it beats random orders
check-one = two calls agree
check-executed = its removals were carried out
check-words = its sentence reads back
check-seeds = other seeds agree
fair = Fairness
fairText = Accuracy by group of people and items, and who gets the places in lists.
fairWhat = Fits the same settings on all but each person’s last two choices and judges by the last; groups of fewer than 20 people are never shown.
groups = Groups
chosenBy = Left out by
