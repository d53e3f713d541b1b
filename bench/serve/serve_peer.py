"""What one would write around implicit in an hour: its own recommend and explain behind FastAPI,
and nothing else.
"""

from __future__ import annotations

import sys

import numpy as np
import orjson
import uvicorn
from fastapi import FastAPI
from implicit.cpu.als import AlternatingLeastSquares
from pydantic import BaseModel
from scipy import sparse
from starlette.responses import Response

from whyrec import storage


class Ask(BaseModel):
    user: int
    n: int = 10


def app(folder: str) -> FastAPI:
    data = storage.open_fitted(folder).data
    events = sparse.csr_matrix(
        (np.ones(len(data), np.float32), (data.user, data.item)), shape=(data.n_users, data.n_items)
    )
    events.sum_duplicates()
    model = AlternatingLeastSquares(
        factors=64, regularization=10.0, alpha=5.0, iterations=5, random_state=0
    )
    model.fit(events, show_progress=False)
    made = FastAPI()

    @made.get("/ready")
    async def ready() -> dict[str, bool]:
        return {"ready": True}

    @made.post("/recommend")
    def recommend(ask: Ask) -> Response:
        ids, scores = model.recommend(
            ask.user, events[ask.user], N=ask.n, filter_already_liked_items=True
        )
        rows = []
        for rank, (item, score) in enumerate(zip(ids.tolist(), scores.tolist(), strict=True), 1):
            total, parts, _ = model.explain(ask.user, events, item, N=3)
            rows.append(
                {
                    "item": data.items[item],
                    "title": data.item_table.title[item],
                    "rank": rank,
                    "score": score,
                    "total": float(total),
                    "reasons": [
                        {"item": data.items[i], "contribution": float(w)} for i, w in parts
                    ],
                }
            )
        return Response(orjson.dumps({"items": rows}), media_type="application/json")

    return made


if __name__ == "__main__":
    uvicorn.run(
        app(sys.argv[1]),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        access_log=False,
        log_level="warning",
    )
