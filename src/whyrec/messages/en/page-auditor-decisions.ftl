### Auditor: list of decisions

lead = Every answer is logged with all it depended on. Open one by its number, or one of the latest.
id = Number of the answer
hint = recommendation_id, as the service or a person gives it.
open = Open
latest = Latest answers
caption = The people they were for are not shown
time = Time
variant = Experiment
none = No answer was logged yet
noneText = Ask for a list, as a person or by POST /v1/recommendations; it then stands here.
