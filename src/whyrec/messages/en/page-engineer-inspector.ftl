### Engineer: inspector

lead = One person’s list from inside: what each event adds to each item, by two versions beside each other, and what happens when the history changes.
person = Person
find = A label, or its beginning
findHint = Type the beginning of a label and choose.
first = Choose a person
firstText = Their history, lists and reasons then stand here, and in the address.
against = Beside it
unknown = The store knows nobody of this label; the list is that of a newcomer.
off = This person has switched personalisation off.
history = History ({ $n })
tags = Tags
when = When
value = Value
notKnown = not in the model
list = List of { $name }
alsoAt = there #{ $place }
notThere = not there
fell = computed from { $used }
tabs-parts = What adds up
tabs-whatif = What if
tabs-inside = Inside the model
tabs-json = JSON
views = Views
heat = What each event adds to each item
heatSay = The largest single part: { $event } adds { $value } to { $item }.
heatNone = Nothing of the history counts in this list.
heatHow =
    { $additive ->
        [true] Parts of the score, exact. Rows: events, oldest first; columns: the list. { $others }
       *[false] What leaving the event out takes away; the parts need not add up. Rows: events, oldest first; columns: the list. { $others }
    }
others = { $n } further events with smaller effects are summed in the bars below.
event = Event
item = Item
bars = How the score of { $item } is made up
barsSay = { $score } = base { $base } + events { $sum } + rest { $rest }.
base = Base: the same for everybody
rest = Rest: no reason of its own
more = { $n } further events
total = Score
part = Part
size = Size
amount = Value
barsHow =
    { $additive ->
        [true] Exact parts of the served score.
       *[false] Measured by leaving each event out.
    }
leave = Leave out
leaveText = Nothing is stored.
add = Add an item
addHint = As if it had just been chosen.
clear = Back to the real history
changes = Changes
removeAdded = Take { $title } out again
before = Before
after = After
moves = Before and after
movesSay = { $n } of the items change their place; first is then { $top }.
movesSame = No item changes its place.
movesNone = Leave an event out or add an item to see the list change.
movesHow = Both lists are computed by the serving model; what was left out is not offered in its place.
out = out
attention = Attention, not cause
attentionSay = From the latest event, the last layer looks most at { $event } ({ $share }). Where a model looks is not what caused the score.
attentionHow = Layer { $layer }, mean over heads; row looks at column.
layer = Layer
activations = Vectors the events are read as
activationsSay = { $n } events as vectors of { $dimensions } numbers; alike rows are read alike.
activationsHow = Event embeddings as the model reads them; a single number of them has no meaning by itself.
rules = Rules and paths
rulesSay = The questions or features that led to each item, with what each adds.
rulesHow = Read off the model: exact.
start = Start
howTo = How to get it:
place = Place
jsonText = All of this screen, as the service gave it.
