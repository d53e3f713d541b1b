"""Why a list changed: the parts sum to the change with no rest, and each claimed cause is undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.serve.helpers import film_data, fitted_folder, served
from whyrec.forces.force import Force
from whyrec.serve.insight.control.changes import changes, scored
from whyrec.serve.insight.control.replacement import CAUSES, Replacement, Side
from whyrec.serve.recommend.answer import Inputs

DAY = 86_400


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("changes")
    with served(folder, rate=1e6, burst=10**6, refresh=3600) as one:
        yield one


@pytest.fixture(scope="module")
def lives(made, tmp_path_factory):
    """The serving model, the same with other items, and one of another kind."""
    folder = fitted_folder(tmp_path_factory.mktemp("other"), model="ease", data=film_data(3))
    version = made.service.registry.add(folder, 0)
    first = made.service.registry.current(made.service.store.counters())
    return first, made.service.registry.other(version)


def step(number, days, id=None, later=0):
    return (f"i{number}", 1.0, 1_700_000_000 + days * DAY, id or f"e{number}", later)


def history(*numbers, start=0):
    steps = [step(n, start + at) for at, n in enumerate(numbers)]
    return tuple((*one[:4], len(steps) - 1 - at) for at, one in enumerate(steps))


NOW = 1_700_000_000 + 100 * DAY
BASE = Inputs(history=history(1, 2, 3), now=NOW, for_user=True, n=5)


def told(live, first, second, other=None, **requests):
    return changes(
        Side(live, first, requests.get("before", {})),
        Side(other or live, second, requests.get("after", {})),
        "en",
    )


def check_sums(found, first, second):
    """What must hold of every difference: no rest, for scores and for the list."""
    for row in found["items"]:
        whole = (row["score_after"] or 0) - (row["score_before"] or 0)
        assert sum(part["change"] for part in row["parts"]) == pytest.approx(whole, abs=1e-9)
        assert row["change"] == pytest.approx(whole, abs=1e-9)
        assert (row["cause"] is None) == (
            (row["rank_before"] is None) == (row["rank_after"] is None)
        )
    listed = set(first.listed)
    for one in found["steps"]:
        assert set(one["went"]) <= listed and not set(one["came"]) & listed
        listed = listed - set(one["went"]) | set(one["came"])
    assert listed == set(second.listed)
    assert {row["item"] for row in found["items"]} == set(first.listed) | set(second.listed)
    for row in found["items"]:
        for ranks, one in (("rank_before", first), ("rank_after", second)):
            assert row[ranks] == one.rank(row["item"])


ITEM = st.integers(0, 39)
SIDES = st.fixed_dictionaries(
    {
        "items": st.lists(ITEM, max_size=6, unique=True),
        "avoided": st.lists(ITEM, max_size=2, unique=True),
        "blocked": st.sampled_from([(), ("Drama",), ("War", "Crime")]),
        "days": st.integers(40, 200),
        "n": st.integers(3, 7),
        "personalised": st.booleans(),
        "model": st.integers(0, 1),
        "session": st.lists(ITEM, max_size=1),
    }
)


def side(lives, one):
    steps = [n for n in one["items"] if n not in one["avoided"]] if one["personalised"] else []
    inputs = Inputs(
        history=tuple(
            step(n, n % 30, later=len(steps) - 1 - at)
            for at, n in enumerate(sorted(steps, key=lambda n: n % 30))
        ),
        avoided=tuple(sorted(f"i{n}" for n in one["avoided"])),
        blocked_tags=one["blocked"],
        now=1_700_000_000 + one["days"] * DAY,
        for_user=True,
        n=one["n"],
        personalised=one["personalised"],
        session=tuple(f"i{n}" for n in one["session"]) if one["personalised"] else (),
    )
    return Side(lives[one["model"]], inputs, {})


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(SIDES, SIDES)
def test_the_parts_sum_to_the_change_for_any_two_answers(lives, one, two):
    first, second = side(lives, one), side(lives, two)
    mix = Replacement(first, second)
    plain = {"explain": False}
    assert mix.inputs(CAUSES) == replace(second.inputs, **plain)
    assert mix.inputs(()) == replace(first.inputs, **plain)
    assert mix.inputs(mix.changed) == replace(second.inputs, **plain)
    ends = scored(first.live, first.inputs), scored(second.live, second.inputs)
    check_sums(changes(first, second, "en"), *ends)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(SIDES, SIDES)
def test_a_cause_that_is_named_is_undone_by_its_removal(lives, one, two):
    """The claim of the sentence, executed: the newer answer with this cause as in the older one."""
    first, second = side(lives, one), side(lives, two)
    found = changes(first, second, "en")
    mix = Replacement(first, second)
    for row in found["items"]:
        if row["cause"] is None:
            continue
        others = [cause for cause in CAUSES if cause != row["cause"]]
        undone = scored(mix.live(others), mix.inputs(others))
        reverted = (row["item"] in undone.listed) == (row["rank_before"] is not None)
        assert row["alone"] == reverted
        assert ("because of this" in row["text"]) == reverted


# --- one cause at a time, expected by hand --------------------------------------------------------


def force(kind, **more):
    return Force(f"a {kind}", kind, **({"items": (("i20", 1.0), ("i25", 0.5))} | more))


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("refused", "refusals"),
        ("low", "refusals"),
        ("shown", "showings"),
        ("wider", "settings"),
        ("wish", "request"),
        ("less", "request"),
        ("promote", "operator"),
        ("bury", "operator"),
        ("trending", "operator"),
        ("novel", "operator"),
        ("diverse", "operator"),
    ],
)
def test_every_force_has_its_cause(lives, kind, cause):
    with_it = replace(BASE, forces=(force(kind, strength=1.0),))
    for first, second in ((BASE, with_it), (with_it, BASE)):
        found = told(lives[0], first, second)
        assert causes(found) == [cause]
        check_sums(found, scored(lives[0], first), scored(lives[0], second))


def test_a_strength_of_the_request_is_the_requests(lives):
    second = replace(BASE, forces=(force("novel", strength=2.0),))
    found = told(lives[0], BASE, second, after={"forces": {"novelty": 2.0, "diversity": None}})
    assert causes(found) == ["request"]
    found = told(lives[0], BASE, second, after={"forces": {"diversity": 1.0}})
    assert causes(found) == ["operator"]


def test_forces_of_two_causes_are_replaced_one_by_one(lives):
    """By hand: the operator's first, then the person's wider lists."""
    first = replace(BASE, forces=(force("wider", strength=0.2), force("promote")))
    second = replace(BASE, forces=(force("wider", strength=0.9), force("bury")))
    mix = Replacement(Side(lives[0], first, {}), Side(lives[0], second, {}))
    assert mix.changed == ("operator", "settings")
    after = mix.inputs({"operator"}).forces
    assert {(one.kind, one.strength) for one in after} == {("wider", 0.2), ("bury", 1.0)}


def causes(found):
    return [one["cause"] for one in found["steps"]]


def test_nothing_changed(lives):
    found = told(lives[0], BASE, replace(BASE, lang="zh", max_reasons=5))
    assert found["steps"] == [] and found["text"].startswith("Nothing")
    assert all(row["parts"] == [] and row["change"] == 0 for row in found["items"])


@pytest.mark.parametrize(
    ("second", "cause"),
    [
        ({"now": NOW + 30 * DAY}, "time"),
        ({"history": history(1, 2, 3, 20)}, "events"),
        ({"history": history(1, 2), "avoided": ("i3",)}, "refusals"),
        ({"history": history(1, 2), "excluded": ("i3",)}, "settings"),
        ({"blocked_tags": ("War",)}, "settings"),
        ({"n": 7}, "request"),
        ({"explore": 1.0, "seed": 3, "place": 5}, "exploration"),
        ({"personalised": False, "history": (), "seen": ("i1", "i2", "i3")}, "settings"),
    ],
)
def test_one_change_has_one_cause(lives, second, cause):
    found = told(lives[0], BASE, replace(BASE, **second))
    assert causes(found) == [cause]
    assert all(row["cause"] in (cause, None) for row in found["items"])
    assert all(row["alone"] in (True, None) for row in found["items"])


def test_personalisation_that_the_request_switches_off_is_the_requests(lives):
    off = replace(BASE, personalised=False, history=())
    found = told(lives[0], BASE, off, after={"personalised": False})
    assert causes(found) == ["request"]


def test_an_event_is_counted_with_the_later_choices_that_are_there(lives):
    """i1, i2, i3; then i2 was dismissed and i9 chosen: by hand, event by event."""
    after = replace(
        BASE,
        history=(step(1, 0, later=2), step(3, 2, later=1), step(9, 9, later=0)),
        avoided=("i2",),
    )
    mix = Replacement(Side(lives[0], BASE, {}), Side(lives[0], after, {}))
    assert [(one[0], one[4]) for one in mix.inputs({"events"}).history] == [
        ("i1", 3),
        ("i2", 2),
        ("i3", 1),
        ("i9", 0),
    ]
    assert [(one[0], one[4]) for one in mix.inputs({"refusals"}).history] == [("i1", 1), ("i3", 0)]


def test_a_withdrawn_event_of_a_repeated_item_belongs_to_the_settings(lives):
    first = replace(BASE, history=(step(1, 0, "a", 2), step(1, 1, "b", 1), step(2, 2, "c", 0)))
    second = replace(BASE, history=(step(1, 0, "a", 2), step(2, 2, "c", 0)))
    sides = [Side(lives[0], one, {}) for one in (first, second)]
    assert Replacement(*sides, lambda id, time: id == "b").changed == ("settings",)
    assert Replacement(*sides).changed == ("events",)


# --- the service ----------------------------------------------------------------------------------


def test_two_logged_answers_by_the_service(made):
    first = made.recommend(user="u7", n=8)
    made.event("chosen", "u7", first["items"][0]["item"], type="like")
    made.event("no", "u7", first["items"][3]["item"], type="dislike")
    second = made.recommend(user="u7", n=8)
    path = f"/v1/recommendations/{second['recommendation_id']}/changes"
    found = made.json("GET", f"{path}?since={first['recommendation_id']}")
    assert {"events", "refusals"} <= set(causes(found)) <= {"time", "events", "refusals"}
    rows = {row["item"]: row for row in found["items"]}
    for body, rank, score in (
        (first, "rank_before", "score_before"),
        (second, "rank_after", "score_after"),
    ):
        for one in body["items"]:
            assert rows[one["item"]][rank] == one["rank"]
            assert rows[one["item"]][score] == pytest.approx(one["score"], abs=1e-6)
    for row in found["items"]:
        assert sum(part["change"] for part in row["parts"]) == pytest.approx(
            row["score_after"] - row["score_before"], abs=1e-9
        )
    assert rows[first["items"][0]["item"]]["cause"] == "events"
    assert rows[first["items"][3]["item"]]["cause"] == "refusals"
    assert made.json("GET", path)["before"]["recommendation_id"] == first["recommendation_id"]


def test_a_blocked_item_is_said_to_be_gone_by_the_settings(made):
    first = made.recommend(user="u9", n=8)
    gone = first["items"][2]["item"]
    made.json("PATCH", "/v1/users/u9/profile", json={"blocked_items": [gone]})
    second = made.recommend(user="u9", n=8)["recommendation_id"]
    for lang, words in (
        ("en", "left the list because of this: your settings."),
        ("zh", "因此离开列表：您的设置。"),
    ):
        found = made.json("GET", f"/v1/recommendations/{second}/changes?lang={lang}")
        [row] = [row for row in found["items"] if row["item"] == gone]
        assert row["cause"] == "settings" and row["alone"] and words in row["text"]
    made.json("PATCH", "/v1/users/u9/profile", json={"blocked_items": []})
    again = made.recommend(user="u9", n=8)
    assert gone in {row["item"] for row in again["items"]}  # the claim, executed


def test_the_latest_answer_before_a_time_to_the_same_request(made, monkeypatch):
    service = made.service
    moment = service.now()
    ids = {}
    for name, days, ask in (
        ("long ago", 20, {"n": 6}),
        ("last week", 8, {"n": 6}),
        ("another", 7, {"n": 3}),
        ("now", 0, {"n": 6, "lang": "zh"}),
    ):
        monkeypatch.setattr(service, "now", lambda days=days: moment - days * DAY)
        ids[name] = made.recommend(user="u8", **ask)["recommendation_id"]
    path = f"/v1/recommendations/{ids['now']}/changes"

    def since(before):
        found = made.json("GET", f"{path}?before={before}")
        return found["before"]["recommendation_id"]

    assert since(moment - 7 * DAY) == ids["last week"]
    assert since(moment - 9 * DAY) == ids["long ago"]
    assert made.call("GET", f"{path}?before={moment - 30 * DAY}").status_code == 404
    found = made.json("GET", f"{path}?since={ids['another']}")
    assert "request" in causes(found)


def test_only_the_person_and_the_caller_see_the_change(made):
    mine = [made.recommend("person")["recommendation_id"] for _ in range(2)]
    other = made.recommend("other")["recommendation_id"]
    path = f"/v1/recommendations/{mine[1]}/changes?since="
    roles = ("admin", "service", "auditor", "person", "other", "reader", "monitor")
    codes = [made.call("GET", path + mine[0], role).status_code for role in roles]
    assert codes == [200, 200, 200, 200, 404, 404, 403]
    assert made.call("GET", path + other, "person").status_code == 404
    refused = made.call("GET", path + other)
    assert refused.status_code == 409 and "one person" in refused.text


def test_a_new_model_and_new_items(made, lives):
    """Two versions, and an item that only the newer catalogue hides."""
    first, second = lives
    found = told(first, BASE, BASE, other=second)
    assert causes(found) == ["model"]
    check_sums(found, scored(first, BASE), scored(second, BASE))
    hidden = scored(first, BASE).listed[0]
    made.json("PATCH", f"/v1/items/{hidden}", json={"hidden": True})
    live = made.service.registry.current(made.service.store.counters())
    found = told(first, BASE, BASE, other=live)
    assert causes(found) == ["items"]
    assert {row["item"]: row["cause"] for row in found["items"]}[hidden] == "items"
    both = told(first, BASE, BASE, other=made.service.registry.other(second.version))
    assert causes(both) == ["items", "model"]
