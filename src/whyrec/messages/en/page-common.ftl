### The page's frame, signing in, the demo

name = whyrec
skip = Skip to the content
nav = Screens
language = 中文
languageLabel = 切换到中文
theme-label = Colours
theme-light = Light
theme-dark = Dark
signOut = Sign out
loading = Loading…
retry = Try again
undo = Undo
undone = Undone.
close = Close
cancel = Cancel
dismiss = Dismiss
back = Back
more = Show more
help = What is this?
table = The same as a table
how = How this was computed
model = Model
n = n
interval = Interval
time = Time
noMatch = Nothing found.
matches = { $n } found.
notFound-title = There is no such screen
notFound-text = The address may be mistyped, or it is not for this role.
notFound-home = To the first screen
error-title = That did not work
error-fix = What to do
error-offline = The service cannot be reached.
error-offlineFix = Check that it runs, then try again.
chartFailed = The chart could not be loaded; the table holds the same data.
areas-engineer = Engineer
areas-auditor = Auditor
demo-marked = Demo on this machine: simulated or sample people, and you may be any of them.
demo-switch = Switch identity
demo-who = You are { $name }
demo-title = Who do you want to be?
demo-text = This demo runs on this machine only. Pick a person to see their list, or a role to look behind it.
demo-people = People
demo-find = Find a person
demo-total = { $shown } of { $total } people. Type to find others.
demo-events =
    { $n ->
        [one] { $n } event
       *[other] { $n } events
    }
demo-roles = Roles
demo-engineer = Engineer: runs the service and looks inside the models
demo-auditor = Auditor: checks what was promised
demo-report = The report of this demo
signIn-title = Recommendations that can prove why
signIn-text = Sign in with your key. It is kept in this tab only, until you close it.
signIn-key = Key
signIn-hint = It begins with wr_. Whoever runs the service gives it to you.
signIn-go = Sign in
signIn-wrong = The service does not know this key.
signIn-empty = Enter your key first.
signIn-noScreens = A key of the role { $role } has no screens here.
signIn-noScreensFix = It works with the API. Sign in with another key to see the page.
signIn-expired = The key is no longer valid. Sign in again.
