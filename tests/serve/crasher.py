"""Writes events into a store as fast as it can, and says on standard output which are acknowledged; it is there to be killed."""

from __future__ import annotations

import sys
import threading

from whyrec.serve.store.events import Event, add_events
from whyrec.serve.store.people import change_controls
from whyrec.serve.store.store import Store


def work(store: Store, run: str, thread: int, lock: threading.Lock) -> None:
    number = 0
    while True:
        rows = [
            Event(
                f"{run}-{thread}-{number + at}",
                f"u{thread}",
                f"i{number % 7}",
                1_700_000_000 + number,
            )
            for at in range(3)
        ]
        results = store.write(
            lambda connection, rows=rows: add_events(connection, rows, 1_700_000_000)
        )
        if number % 5 == 0:
            store.write(
                lambda c, n=number: change_controls(
                    c, f"u{thread}", {"blocked_items": [f"i{n}"]}, 1
                )
            )
        with lock:  # acknowledged: only what is told here counts
            sys.stdout.write(
                "".join(
                    f"{row.user} {row.event_id} {result}\n"
                    for row, result in zip(rows, results, strict=True)
                )
            )
            sys.stdout.flush()
        number += 3


if __name__ == "__main__":
    opened, one = Store(sys.argv[1]), threading.Lock()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for name in range(4):
        threading.Thread(target=work, args=(opened, sys.argv[2], name, one), daemon=True).start()
    threading.Event().wait()
