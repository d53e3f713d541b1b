"""What strangers sent to the service: idempotency keys, hidden items, repeats, long histories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.serve.helpers import Served, served


@pytest.fixture
def serving(run, tmp_path: Path) -> Callable[..., Served]:
    """Fits a model on a file of the case and serves it."""

    @contextmanager
    def start(file: str, model: str = "ease", *options: str) -> Iterator[Served]:
        assert run("fit", "--data", file, "--model", model, "--out", "m", *options)[0] == 0
        with served(tmp_path / "service", model=Path("m")) as made:
            yield made

    return start


def test_case_32_an_idempotency_key_sent_again_with_another_body_is_refused(case, serving):
    case("32")
    with serving("plain.csv") as service:
        head = {"Idempotency-Key": "k1"}
        first = service.json(
            "POST", "/v1/recommendations", json={"user": "u001", "n": 2}, headers=head
        )
        other = {"user": "u002", "n": 9, "lang": "zh"}
        answer = service.call("POST", "/v1/recommendations", json=other, headers=head)
        assert answer.status_code == 422
        assert "u001" not in answer.text and first["items"][0]["item"] not in answer.text


@pytest.mark.parametrize("how", ["PATCH", "DELETE"])
def test_case_34_a_hidden_item_is_not_named_in_reasons(case, serving, how):
    case("34")
    with serving("plain.csv") as service:
        service.event("e1", "new", "i001")
        before = service.recommend(user="new")
        assert "i001" in str([row["text"] for row in before["items"]])
        service.json(how, "/v1/items/i001", json={"hidden": True} if how == "PATCH" else None)
        after = service.recommend(user="new")
        assert len(after["items"]) == 10
        assert "i001" not in str(after["items"])


def test_case_18_an_item_that_was_chosen_often_is_one_reason(case, serving, run):
    case("18")
    assert run("fit", "--data", "plain.csv", "--model", "ease", "--out", "m")[0] == 0
    code, text, _ = run("recommend", "m", "--items", "i001,i001,i001", "-k", "1")
    assert code == 0 and text.count("i001") == 1 and "3 times" in text
    with serving("plain.csv") as service:
        for number in range(5):
            service.event(f"e{number}", "new", "i001")
        [first, *_] = service.recommend(user="new", n=3)["items"]
        [reason] = [one for one in first["reasons"] if one["contribution"] > 0]
        assert (reason["evidence"]["item"], reason["evidence"]["count"]) == ("i001", 5)
        assert first["text"].count("i001") == 1 and "5 times" in first["text"]


def test_case_18_a_batch_gives_three_different_reasons(case, run):
    import polars

    case("18")
    fit = ("fit", "--data", "repeats.csv", "--repeat", "--model", "ease", "--out", "mr")
    assert run(*fit)[0] == 0
    assert run("batch", "mr", "--out", "b.parquet")[0] == 0
    rows = polars.read_parquet("b.parquet").to_dicts()
    assert len(rows) >= 10
    for row in rows:
        named = [row[f"reason_{n}"] for n in (1, 2, 3) if row[f"reason_{n}"] is not None]
        assert len(named) == len(set(named)), row


@pytest.mark.parametrize("model", ["ease", "knn", "cooccurrence"])
def test_case_37_what_was_chosen_long_ago_is_not_offered_again(case, serving, model):
    case("37")
    with serving("plain.csv", model) as service:
        first = [row["item"] for row in service.recommend(user="new", n=8)["items"]]
        for at, item in enumerate(first):
            service.event(f"first-{at}", "new", item, ts=1_600_000_000 + at)
        later = [
            {"event_id": f"v{at}", "user": "new", "item": "i030", "ts": 1_600_100_000 + at}
            for at in range(600)
        ]
        service.json("POST", "/v1/events", json={"events": later})
        again = [row["item"] for row in service.recommend(user="new", n=20)["items"]]
        assert again and not set(again) & {*first, "i030"}
        asked = service.json("POST", "/v1/why-not", json={"user": "new", "item": first[0]})
        assert [one["code"] for one in asked["causes"]] == ["seen"]
