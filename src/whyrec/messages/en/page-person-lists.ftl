### Person: several lists, one row each

lead = Each row is chosen in its own way, and nothing stands in two of them.
why = Why?
whyOf = Why? { $title }
empty = There is nothing to show yet
