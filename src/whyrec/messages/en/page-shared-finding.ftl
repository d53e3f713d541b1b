### Starting a measurement

measure = Measure
again = Measure again
running = Measuring, { $done } done. People's requests come first; this page shows the result when it is there.
waiting = Measuring: waiting for its turn.
failed = The measurement could not be made.
missing = Not measured yet.
took = Measured { $when }, in { $seconds } s.
nobody = This key may not start a measurement; an admin or auditor key may.
begun = The measurement has begun.
