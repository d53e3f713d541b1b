### Exposure by popularity

title = Exposure by popularity
places = Places in lists
choices = People’s own choices
items = Share of the catalogue
group = Items
say = Items of the class “{ $group }” get { $places } of the places, and are { $choices } of what people chose by themselves.
how = Each list’s ten places by class of item; classes by events the model learned from.
