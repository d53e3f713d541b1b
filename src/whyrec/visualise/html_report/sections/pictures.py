"""The sections on factors and on the item network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from whyrec.visualise.drawing import heatmap
from whyrec.visualise.drawing.network_svg import network as draw_network, swatch
from whyrec.visualise.html_report.format import both, number, quoted, signed
from whyrec.visualise.html_report.sections.common import Report, View, table

__all__ = ["factors", "network"]


def factors(report: Report) -> View | None:
    """The section on factors."""
    f = report["factors"]
    if not f["factors"]:
        return None
    n = len(f["factors"])
    return {
        "lead": both("factors-lead", n=n),
        "heads": [f"F{at}" for at in range(1, n + 1)],
        "names": [
            {
                "name": factor["name"],
                "size": both("comes-back", value=number(factor["stability"], 2)),
                "high": [row["title"] for row in factor["high"][:3]],
                "low": [row["title"] for row in factor["low"][:3]],
            }
            for factor in f["factors"]
        ],
        "items": _heat(f["items"], f["item_matrix"], n),
        "people": _heat(f["people"], f["user_matrix"], n),
        "legend": heatmap.tiles(np.linspace(-1, 1, heatmap.SHADES).tolist()),
    }


def _heat(names: Sequence[str], matrix: Sequence[Sequence[float]], factors: int) -> View | None:
    values = heatmap.scaled(matrix)
    if not values.size:
        return None
    heads = [f"F{n}" for n in range(1, factors + 1)]
    order = heatmap.order_rows(values)
    return {
        "rows": [
            (
                names[row],
                heatmap.tiles(
                    values[row].tolist(),
                    [
                        f"{names[row]} · {head} {signed(v, 2)}"
                        for head, v in zip(heads, values[row], strict=True)
                    ],
                ),
            )
            for row in order
        ],
        "how": both("factors-how", n=len(order)),
        "table": table(
            [both("item"), *heads],
            [[names[row], *(signed(v, 2) for v in values[row])] for row in order],
        ),
    }


def network(report: Report) -> View | None:
    """The section on the item network."""
    graph = report["network"]
    domain = report["data"]["domain"]
    if not graph["nodes"] or not graph["edges"]:
        return None
    nodes = {node["id"]: node for node in graph["nodes"]}
    edges = sorted(graph["edges"], key=lambda edge: -edge["weight"])
    groups = graph.get("groups") or _groups(graph["nodes"])
    names = {
        group["group"]: both("other-groups")
        if group.get("rest")
        else " · ".join(group["categories"] or group["titles"])
        for group in groups
    }
    a, b = (quoted([nodes[edges[0][end]]["title"]], domain) for end in ("source", "target"))
    return {
        "lead": both("network-lead", a=a, b=b, n=len(nodes), groups=len(groups)),
        "how": both("network-how", nodes=len(nodes), edges=len(edges)),
        "wide": draw_network(graph, 1040, 700, kind="wide"),
        "tall": draw_network(graph, 344, 620, kind="tall", longest=22),
        "groups": [
            (swatch(group["group"]), names[group["group"]], group["size"]) for group in groups
        ],
        "table": table(
            [both("tie"), both("strength"), both("community")],
            [
                [
                    f"{nodes[e['source']]['title']} — {nodes[e['target']]['title']}",
                    number(float(e["weight"])),
                    names[nodes[e["source"]]["group"]],
                ]
                for e in edges
            ],
            words=(0, 2),
        ),
    }


def _groups(nodes: Sequence[Mapping[str, Any]]) -> list[View]:
    """Communities named by their largest nodes, if the report has no names."""
    found = []
    for number_ in sorted({node["group"] for node in nodes}):
        members = sorted((n for n in nodes if n["group"] == number_), key=lambda n: -n["weight"])
        found.append(
            {
                "group": number_,
                "size": len(members),
                "categories": [],
                "titles": [n["title"] for n in members[:2]],
            }
        )
    return found
