### Engineer: operations

lead = How the service is doing now. Press on a chart to see the slow and failed requests of those ten seconds.
window = Window
minutes = { $n } min
live = Refresh every ten seconds
rate = Requests a second
p50 = p50
p99 = p99
answersP50 = Recommendations, p50
answersP99 = Recommendations, p99
errors = Errors
fallback = Answers that fell back
lag = Event lag
age = Age of the model
lastMinute = last minute
latestTen = latest ten seconds
none = none
ofAnswers = of { $n } answers
sinceIn = since it was taken in
traffic = Requests
trafficSay = { $n } requests in this window, at most { $peak } a second; { $errors } failed.
ok = answered
refused = refused (4xx)
failed = failed (5xx)
times = Time of a request, files of the page included
timesSay = In the latest ten seconds with requests, half took at most { $p50 } and 99% at most { $p99 }.
timesNone = No requests in this window yet.
falls = Answers that fell back
fallsSay = { $n } answers, { $share }, were computed from less than was asked for.
fallsNone = No lists were asked for in this window.
lags = Event lag
lagsSay = Events came at most { $worst } after they happened, on average of ten seconds.
lagsNone = No events came in this window.
share = share
lagAxis = seconds
how = Counted by this process in steps of ten seconds, in memory; times in bins 8% wide. Kept for one hour.
processTime = since { $since }
tableTime = Time
requests = Requests
routes = Kinds of request
routesCaption = Since this process began
route = Route
latest = Slow and failed requests
latestCaption = Latest first: status 400 or more, or 250 ms or more. Patterns of paths only, no person.
latestAt = Between { $from } and { $to }
all = Show all
status = Status
id = Request
gaps =
    { $n ->
        [one] One answer did not add up
       *[other] { $count } answers did not add up
    }
gapsText =
    The parts of a score differed from the score that was served{ $dated ->
        [true] , the last time { $last }
       *[false] { "" }
    }. Those items were given without reasons. The service’s log names the model and the items. Compare this version with the one before it, and roll back if it began here.
nothing = No slow or failed request
nothingText = Requests with an error, or of 250 ms or more, are listed here.
