### Auditor: promises

lead = What the documents promise, the tests that show it, and whether these tests passed on the code that runs here.
holding = { $n } of { $all } promises hold here.
same = The tests ran on { $date } (commit { $commit }), on exactly the code that runs here.
other = The tests ran on { $date } (commit { $commit }), on other code than the one that runs here: what they say is not proved for this installation.
never = The tests have not been run.
promise = Promise
state = State
pages = Said in
tests = Shown by
states-holds = holds
states-changed = passed on other code
states-broken = broken
states-unrun = not tested
states-absent = not of this installation
needs-additive = It is about models whose score is a sum.
needs-rest = It is about models with a rest, such as fused.
needs-private = It is about models with differential privacy.
needs-policy = It is about services with rules of the operator.
needs-explore = It is about services that explore.
needs-index = It is about services that search with an index.
needs-postgresql = It is about stores in PostgreSQL.
