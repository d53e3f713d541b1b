"""A hidden or deleted item is named in no reason, sentence or error, and the sums hold."""

from __future__ import annotations

import pytest

from tests.serve.helpers import fitted_folder, served
from tests.serve.linked import small

HIDE = {
    "hide": lambda here: here.json("PATCH", "/v1/items/i7", json={"hidden": True}),
    "delete": lambda here: here.json("DELETE", "/v1/items/i7"),
}


def adds_up(row) -> bool:
    parts = row["base"] + sum(one["contribution"] for one in row["reasons"])
    return abs(row["score"] - parts - row["unlisted"] - row["rest"]) <= 1e-5 * max(
        1.0, abs(row["score"])
    )


def answers(here, user: str):
    """Every answer about a person's reasons."""
    ask = {"user": user, "n": 20}
    yield here.recommend(**ask, reasons=10)
    yield here.recommend(**ask, lang="zh")
    yield here.recommend(session=["i7", "i8"], n=20)
    yield here.recommend(**ask, repeat=True)
    yield here.json("POST", "/v1/why-not", json=ask | {"item": "i9", "n": 3})
    yield here.json("POST", "/v1/what-if", json=ask | {"remove_items": ["i6"]})
    yield here.json("GET", "/v1/items/i6/similar")
    yield here.json("GET", f"/v1/users/{user}/profile")["tags"]
    job = here.json("POST", "/v1/batch/recommendations", json={"users": [user]})
    while (found := here.json("GET", f"/v1/batch/{job['job_id']}"))["state"] != "done":
        pass
    yield found["results"]
    yield here.call("GET", "/v1/items/i7x/similar").json()


@pytest.mark.parametrize("how", HIDE)
@pytest.mark.parametrize("model", ["additive", "ease", "knn", "cooccurrence", "rules"])
def test_no_answer_names_it(tmp_path, model, how):
    folder = fitted_folder(tmp_path / "model", model)
    with served(tmp_path, model=folder) as here:
        for number in (5, 6, 7):
            here.event(f"e{number}", "new", f"i{number}")
        before = here.recommend(user="new", n=20)
        if model != "rules":  # which speaks of popularity and the like
            assert "i7" in str(before), "the test tests nothing"
        HIDE[how](here)
        for made in answers(here, "new"):
            assert "'i7'" not in str(made) and "Film 7”" not in str(made), made
            for row in made.get("items", []) if isinstance(made, dict) else []:
                assert "base" not in row or adds_up(row)
        stored = f"/v1/recommendations/{before['recommendation_id']}"
        for path in ("/explanation", "/items?offset=0&n=20"):  # today's view of an old answer
            later = here.json("GET", stored + path)
            assert later["items"] and "'i7'" not in str(later) and "Film 7”" not in str(later)
        assert here.json("GET", stored + "/replay")["identical"]
        fresh = here.recommend(user="new")["recommendation_id"]
        assert here.json("GET", f"/v1/recommendations/{fresh}/replay")["identical"]


def test_nothing_is_left_to_name_if_all_is_hidden(here):
    here.event("e", "new", "i7")
    here.json("PATCH", "/v1/items/i7", json={"hidden": True})
    made = here.recommend(user="new", n=3)
    assert made["source"] == "user"
    for row in made["items"]:
        assert [one["code"] for one in row["reasons"]] in (["none"], ["popular"])
        assert row["text"] and "Film 7”" not in row["text"] and adds_up(row)
    here.json("PATCH", "/v1/items/i7", json={"hidden": False})
    assert "Film 7”" in str(here.recommend(user="new", n=3))


def test_paths_do_not_start_from_it(tmp_path):
    data = small()
    folder = fitted_folder(tmp_path / "model", "graph", data)
    with served(tmp_path, model=folder) as here:
        item = data.items[int(data.item[data.user == 1][-1])]
        here.event("e", "new", item)
        title = data.item_table.title[data.items.index(item)]
        asked = {"user": "new", "n": 20}
        assert title in str(here.recommend(**asked))
        here.json("PATCH", f"/v1/items/{item}", json={"title": title, "hidden": True})
        made = here.recommend(**asked, reasons=10)
        assert made["items"] and item not in str(made) and title not in str(made)
        other = made["items"][0]["item"]
        why = here.json("POST", "/v1/why-not", json=asked | {"item": other, "n": 1})
        assert item not in str(why) and title not in str(why)
