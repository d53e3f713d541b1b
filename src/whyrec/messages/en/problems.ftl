## What went wrong, by the status of HTTP

title-400 = The request cannot be read
title-401 = An API key is required
title-403 = This key may not do that
title-404 = Not found
title-405 = Not allowed here
title-409 = This does not go with what is there
title-413 = The body is too large
title-415 = The body must be JSON
title-422 = The request breaks a rule
title-429 = Too many requests
title-500 = A fault of the service
title-503 = The store cannot do its work now
title-507 = The store's disk is full
title-other = Error

## What went wrong, as code writes it

detail-every-event-is-rejected-the-first = every { $thing } is rejected; the first because of { $first }
detail-this-key-is-for-one-person = this key is for one person
detail-this-key-is-for-one-person-and-not-for-this-one = this key is for one person, and not for this one
detail-a-person-s-own-key-does = a person's own key does not change { $name }
detail-a-person-s-own-key-states = a person's own key states no age
detail-the-path-takes-got = the path takes { $known }; got { $given }
detail-a-key-of-the-role-has = a key of the role { $role } has no right to { $scope }
detail-this-key-asks-too-often = this key asks too often
detail-an-api-key-is-required = an API key is required, and none that is known was given
detail-the-demo-answers-under-a-name = the demo answers under a name of this machine only
detail-the-role-person-has-a-user = the role person has a user, and no other has one
detail-the-body-must-be-sent = the body must be sent as it is, not compressed
detail-a-body-has-at-most-bytes = a body has at most { $size } bytes
detail-the-body-must-be-json = the body must be JSON
detail-the-arms-of-an-experiment-need = the arms of an experiment need names of their own
detail-an-idempotency-key-belongs-to-one = an Idempotency-Key belongs to one request: method, path and body.
detail-an-idempotency-key-has-characters = an Idempotency-Key has 1 to { $most } characters
detail-the-same-request-has-made = the same request has made a key already, and its secret is shown only once
detail-a-key-cannot-take-itself-away = a key cannot take itself away
detail-the-service-failed = the service failed ({ $kind })
detail-not-found = Not Found
detail-method-not-allowed = Method Not Allowed
detail-the-store-has-no-model = the store has no model that serves
detail-nothing-of-this-request-was-kept = { $detail }; nothing of this request was kept
detail-the-disk-of-the-store = the disk of the store is full
detail-the-store-cannot-be-written = the store cannot be written
detail-another-program-holds-the-store-locked = another program holds the store locked
detail-the-store-s-file-cannot = the store's file cannot be opened
detail-the-disk-of-the-store-fails = the disk of the store fails
detail-the-store-s-file-is-damaged = the store's file is damaged
detail-the-store-s-file = the store's file is no SQLite database
detail-the-disk-of-postgresql-is-full = the disk of PostgreSQL is full
detail-postgresql-has-no-connection-left = PostgreSQL has no connection left
detail-postgresql-is-read-only = PostgreSQL is read-only
detail-two-writers-blocked-each-other = two writers blocked each other
detail-the-store-does-not-answer = the store does not answer
detail-the-service-is-stopping = the service is stopping
detail-paths-can-be-cut = paths can be cut of a graph model; got { $given }.
detail-only-a-link-can-be-cut = only a link can be cut; got { $given }.
detail-a-map-of-people-needs-three = a map of people needs three of them with choices that the model knows; got { $given }.
detail-only-one-experiment-can-be-active = only one experiment can be active; got { $given }.
detail-people-must-have-choices-or-more = { $people } people must have { $choices } choices or more that the model knows; got { $given }.
detail-times-are-measured-on-people = times are measured on people of the store; got an empty store.
detail-the-store-must-have-a-model = the store must have a model that serves; got none.
detail-a-key-of-the-role-person = a key of the role person has a user, and no other key has one; got { $given }.

## What to do, as code writes it

fix-change-the-named-fields-and-send = change the named fields and send them again; docs/guide/service.md lists fields and kinds
fix-use-a-key-of-the-role = use a key of the role service
fix-the-operator-stores-it = the operator stores it
fix-leave-it-out-openapi-json-describes = leave it out; /openapi.json describes the path
fix-use-a-key-of-another-role = use a key of another role
fix-use-that-person-s-key = use that person's key
fix-wait-seconds = wait { $seconds } seconds
fix-send-the-header-authorization-bearer-key = send the header `Authorization: Bearer KEY`; `whyrec key new` makes one
fix-open-it-as-http-127-0 = open it as http://127.0.0.1:PORT/
fix-name-a-user-or-none = name a user, or none
fix-leave-content-encoding-out = leave Content-Encoding out
fix-send-it-in-several-requests = send it in several requests
fix-leave-age-out-the-operator-stores = leave age out; the operator stores it
fix-check-the-body-s-quotes-commas = check the body's quotes, commas and brackets
fix-change-the-named-fields-openapi-json = change the named fields; /openapi.json describes them
fix-see-the-detail = see the detail
fix-rename-one-of-them = rename one of them
fix-send-a-new-key-with-each = send a new key with each new request
fix-send-a-random-identifier = send a random identifier, such as a UUID
fix-remove-that-key = remove that key, and send a new Idempotency-Key
fix-use-another-admin-s-key = use another admin's key
fix-see-openapi-json-for-the-paths = see /openapi.json for the paths
fix-see-openapi-json-for-the-methods = see /openapi.json for the methods
fix-report-it-with-the-time = report it with the time of this answer
fix-check-the-name = check the name
fix-free-space-on-the-disk = free space on the disk; no restart is needed
fix-make-the-disk-and-the-file = make the disk and the file writable; no restart is needed
fix-wait-or-end-that-program = wait, or end that program
fix-check-the-path = check the path and who may read it
fix-check-the-disk = check the disk
fix-bring-back-a-copy = bring back a copy
fix-check-the-path-2 = check the path
fix-free-space-there-no-restart = free space there; no restart is needed
fix-raise-max-connections-or-start-fewer = raise max_connections or start fewer processes
fix-connect-to-the-primary-server = connect to the primary server
fix-send-it-again = send it again
fix-start-the-database-no-restart = start the database; no restart is needed here
fix-send-it-to-the-service = send it to the service that follows
fix-remove-events-or-fit-the-model = remove events, or fit the model graph
fix-name-the-event-it-starts = name the event it starts from in remove_events
fix-end-that-one-first = end that one first
fix-promote-the-version-that-should-serve = promote the version that should serve

## What there are names of

thing-item = item
thing-user = user
thing-path = path
thing-recommendation-id = recommendation_id
thing-batch = batch
thing-report = report
thing-experiment = experiment
thing-key = key
thing-role = role
thing-model-version = model version
thing-item-of-the-model = item of the model
thing-item-of-the-map = item of the map

## What a field of a request must be, by the errors of pydantic, which writes the English itself

field-missing = Field required
field-extra-forbidden = Extra inputs are not permitted
# may leave out $error
field-json-invalid = Invalid JSON: { $error }
field-string-type = Input should be a valid string
field-string-too-short = String should have at least { $min_length } characters
field-string-too-long = String should have at most { $max_length } characters
# may leave out $pattern
field-string-pattern-mismatch = String should match pattern '{ $pattern }'
field-int-type = Input should be a valid integer
field-int-parsing = Input should be a valid integer, unable to parse string as an integer
field-int-from-float = Input should be a valid integer, got a number with a fractional part
field-float-type = Input should be a valid number
field-float-parsing = Input should be a valid number, unable to parse string as a number
field-finite-number = Input should be a finite number
field-bool-type = Input should be a valid boolean
field-bool-parsing = Input should be a valid boolean, unable to interpret input
field-list-type = Input should be a valid list
field-dict-type = Input should be a valid dictionary
# may leave out $class_name
field-model-type = Input should be a valid dictionary or instance of { $class_name }
field-model-attributes-type = Input should be a valid dictionary or object to extract fields from
field-too-short = should have at least { $min_length } items after validation
field-too-long = should have at most { $max_length } items after validation
field-greater-than-equal = Input should be greater than or equal to { $ge }
field-less-than-equal = Input should be less than or equal to { $le }
field-greater-than = Input should be greater than { $gt }
field-less-than = Input should be less than { $lt }
field-literal-error = Input should be { $expected }
field-value-error = Value error

## Names that do not exist, and errors of other parts

# what: one of the messages thing-...; english: the text of the error
# may leave out $english, $given, $what
unknown = { $english }
unknown-known = known are: { $known }
# detail: an English text
refused = { $detail }
# fix: an English text
refused-fix = { $fix }
refused-no-fix = see the detail
join = ; { "" }
named = { $field }: { $required }
