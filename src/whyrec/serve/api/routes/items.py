"""Routes for items and the links between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Security
from sqlalchemy import Connection
from starlette.responses import Response

from whyrec.core import UnknownNameError
from whyrec.serve.api.bulk import checked, counted, partial_of, status_of
from whyrec.serve.api.problems import responses
from whyrec.serve.api.schemas.fields import Label
from whyrec.serve.api.schemas.items import (
    ItemIn,
    ItemPatch,
    ItemRow,
    ItemSaved,
    ItemsIn,
    ItemsOut,
    LinksIn,
    RowsOut,
    StoredItem,
)
from whyrec.serve.api.schemas.people import Stored
from whyrec.serve.api.security import authorize, bearer, reply, service_of
from whyrec.serve.store import log
from whyrec.serve.store.items import Item, item_of, page_of_items, put_items, remove_item
from whyrec.serve.store.store import upsert
from whyrec.serve.store.tables import links

router = APIRouter(
    prefix="/v1", dependencies=[Security(bearer)], responses=responses(404), tags=["items"]
)


@router.get("/items", response_model=ItemsOut)
def listed(
    request: Request,
    after: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """A page of items in order of their labels; `next` is the `after` of the following page."""
    authorize(request, "items:read")
    with service_of(request).store.read() as connection:
        rows = page_of_items(connection, after, limit)
    return reply(
        {
            "items": [row.as_json() for row in rows],
            "next": rows[-1].item if len(rows) == limit else None,
        }
    )


@router.post("/items", response_model=RowsOut, responses=partial_of(RowsOut))
def put_many(request: Request, body: ItemsIn) -> Response:
    """Create or replace up to 1,000 items at once, as `PUT /v1/items/ID` does with one.

    If some rows are rejected, the status is 207; if all are, 409.
    """
    authorize(request, "items:write")
    rows, results = checked(body.items, ItemRow, "item")
    made = [
        Item(**(value := row.model_dump()) | {"categories": tuple(value["categories"])})
        for row in rows
    ]
    service_of(request).store.write(lambda connection: put_items(connection, made))
    return reply(told := counted(results), status_of(told["rejected"]))


@router.get("/items/{item:path}", response_model=StoredItem)
def one(request: Request, item: Label) -> Response:
    """One item."""
    authorize(request, "items:read")
    with service_of(request).store.read() as connection:
        row = item_of(connection, item)
    if row is None:
        raise UnknownNameError("item", item, [])
    return reply(row.as_json())


@router.put("/items/{item:path}", response_model=ItemSaved)
def put(request: Request, item: Label, body: ItemIn) -> Response:
    """Create or replace an item.

    A model that reads text recommends a new item from now on.
    """
    authorize(request, "items:write")
    value = body.model_dump()
    return _saved(
        request,
        lambda connection: Item(item, **(value | {"categories": tuple(value["categories"])})),
    )


@router.patch("/items/{item:path}", response_model=ItemSaved)
def patch(request: Request, item: Label, body: ItemPatch) -> Response:
    """Change the given fields of an item; `{"hidden": false}` offers it again."""
    authorize(request, "items:write")
    changes = {name: value for name, value in body.model_dump().items() if value is not None}

    def changed(connection: Connection) -> Item:
        row = item_of(connection, item)
        if row is None:
            raise UnknownNameError("item", item, [])
        return replace(row, **changes)

    return _saved(request, changed)


@router.delete("/items/{item:path}", response_model=Stored)
def remove(request: Request, item: Label) -> Response:
    """Never recommend the item again, from the next request on.

    Histories keep it.
    """
    key = authorize(request, "items:write")
    service = service_of(request)

    def job(connection: Connection) -> bool:
        there = remove_item(connection, item)
        if there:
            log.note(connection, key.id, "remove-item", "item", service.now(), item=item)
        return there

    if not service.store.write(job):
        raise UnknownNameError("item", item, [])
    return reply({"stored": 1})


@router.post("/links", response_model=Stored)
def link(request: Request, body: LinksIn) -> Response:
    """Add facts (head, relation, tail) about items; existing facts stay."""
    authorize(request, "items:write")
    rows = sorted({(one.head, one.relation, one.tail) for one in body.links})
    values = [{"head": h, "relation": r, "tail": t} for h, r, t in rows]
    service_of(request).store.write(
        lambda c: c.execute(
            upsert(c, links).on_conflict_do_nothing(index_elements=["head", "relation", "tail"]),
            values,
        )
    )
    return reply({"stored": len(values)})


def _saved(request: Request, made: Callable[[Connection], Item]) -> Response:
    service = service_of(request)

    def job(connection: Connection) -> Item:
        row = made(connection)
        row = replace(row, title=row.title or row.item)
        put_items(connection, [row])
        return row

    row = service.store.write(job)
    live = service.registry.current(service.store.counters())
    known = row.item in live.numbers
    if known and not row.hidden:
        because = None
    elif known:
        because = "it is hidden"
    else:
        because = (
            "the model was trained before it came and reads no text; it waits for the next training"
        )
    return reply(row.as_json() | {"recommendable": known and not row.hidden, "because": because})
