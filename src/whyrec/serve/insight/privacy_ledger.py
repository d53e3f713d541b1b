"""The privacy ledger: stored data and its age, erasures, and the verification of receipts.

Figures that cannot be measured here are reported as missing, with the command that measures them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from whyrec.core.lifecycle import Private
from whyrec.serve.service import Service
from whyrec.serve.store import tables
from whyrec.serve.store.people import hashed
from whyrec.serve.store.store import as_dicts, loads

__all__ = ["ledger", "verify"]

HOLDS = {  # table: (whether it is about people, the column of its time)
    "events": (True, "received"),
    "people": (True, "since"),
    "recommendations": (True, "time"),
    "friends": (True, None),
    "keys": (False, "since"),
    "jobs": (True, "since"),
    "idempotency": (False, "time"),
    "items": (False, None),
    "links": (False, None),
    "catalogues": (False, None),
    "models": (False, "added"),
    "experiments": (False, "since"),
    "findings": (False, "time"),
    "audit": (False, "time"),
    "receipts": (False, "time"),
}
MISSING = [
    {
        "measure": "differential-privacy",
        "command": "whyrec fit --data D --model private --ledger FILE --out M",
    },
    {"measure": "membership-attack", "command": "whyrec audit M --data D --attacks"},
]


def ledger(service: Service, limit: int) -> dict[str, Any]:
    """Rows and oldest time by table, the latest receipts, and what was not measured."""
    live = service.registry.current(service.store.counters())
    if isinstance(live.model, Private):
        told = live.model.privacy_
    else:
        told = None
    with service.store.read() as connection:
        stored = []
        for name, (personal, column) in HOLDS.items():
            table = tables.metadata.tables[name]
            oldest = func.min(table.c[column]) if column else func.count() * 0
            rows, first = connection.execute(select(func.count(), oldest).select_from(table)).one()
            row = {"table": name, "rows": int(rows), "personal": personal}
            stored.append(row | {"oldest": int(first) if column and rows else None})
        c = tables.receipts.c
        receipts = as_dicts(
            connection.execute(select(tables.receipts).order_by(c.time.desc(), c.id).limit(limit))
        )
        total = int(
            connection.execute(select(func.count()).select_from(tables.receipts)).scalar_one()
        )
        people = tables.people.c
        off = connection.execute(
            select(func.count()).where(people.personalised.is_(False))
        ).scalar_one()
    return {
        "time": service.now(),
        "stored": stored,
        "keep_days": service.settings.keep_days,
        "personalisation_off": int(off),
        "erasures": total,
        "receipts": [
            {
                "receipt_id": row["id"],
                "time": row["time"],
                "subject": row["subject"],
                "erased": loads(row["counts"]),
            }
            for row in receipts
        ],
        "private": told
        and {
            **{name: told[name] for name in ("epsilon", "delta", "unit", "mechanism")},
            "research_only": bool(told.get("reproducible")),
            "catalogue": told.get("catalogue"),
        },
        "missing": [
            one for one in MISSING if not (told and one["measure"] == "differential-privacy")
        ],
    }


def verify(service: Service, receipt: Mapping[str, Any]) -> dict[str, Any]:
    """Check whether a receipt is of this store and states correctly what was erased.

    `again`: whether somebody with that label is stored now and so returned after the erasure; None
    for a receipt of another store.
    """
    with service.store.read() as connection:
        found = as_dicts(
            connection.execute(
                select(tables.receipts).where(tables.receipts.c.id == receipt["receipt_id"])
            )
        )
        if not found:
            return {
                "known": False,
                "true": False,
                "different": ["receipt_id"],
                "time": None,
                "again": None,
            }
        row = found[0]
        own = {"time": row["time"], "subject": row["subject"], "erased": loads(row["counts"])}
        different = [name for name, value in own.items() if receipt.get(name) not in (None, value)]
        again = False
        if not different:
            secret = connection.execute(
                select(tables.secrets.c.value).where(tables.secrets.c.name == "subjects")
            ).scalar()
            names = connection.execute(select(tables.people.c.user)).scalars()
            again = secret is not None and any(
                hashed(secret, name) == row["subject"] for name in names
            )
    return {
        "known": True,
        "true": not different,
        "different": different,
        "time": row["time"],
        "again": again,
    }
