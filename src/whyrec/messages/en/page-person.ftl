### Names of the person's screens

feed-nav = For you
feed-title = For you
why-title = Why this?
lists-title = Your lists
missing-nav = Missing?
missing-title = Something missing?
profile-nav = My profile
profile-title = My profile
data-nav = My data
data-title = My data
