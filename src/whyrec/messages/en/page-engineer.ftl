### Names of the engineer's screens

operations = Operations
inspector = Inspector
atlas = Atlas
quality = Quality
models = Models
