"""Groups, gaps, re-ranking, fake profiles and off-policy estimates on values whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from whyrec.core import (
    ArgumentError,
    Dataset,
    ItemTable,
    Measurement,
    Queries,
    Query,
    UserTable,
    recommend,
)
from whyrec.core.cases import EvaluationCases, ranked
from whyrec.evaluate.attacks import KINDS, alarm, coherence, inject, signals
from whyrec.evaluate.fairness import (
    FEWEST,
    Groups,
    by_groups,
    categories_of,
    divergence,
    exposure,
    gaps,
    holm,
    item_tiers,
    people_groups,
    per_person,
)
from whyrec.evaluate.offpolicy import estimate
from whyrec.evaluate.rerank import Rerank, choose_bonus, choose_weight, say_move


class Fixed:
    """Scores that are given, the same for everybody."""

    def __init__(self, scores):
        self.scores = np.array(scores, np.float32)

    def score(self, queries):
        return np.tile(self.scores, (len(Queries.of(queries)), 1))


def people(n=120, items=60, seed=0):
    """Two tastes: even people choose among the first half of the items, odd ones among the second."""
    rng = np.random.default_rng(seed)
    user = np.repeat(np.arange(n), 12)
    item = np.concatenate(
        [rng.choice(items // 2, 12, replace=False) + (p % 2) * (items // 2) for p in range(n)]
    )
    table = UserTable(
        {
            "gender": tuple("FM"[p % 2] for p in range(n)),
            "zip": tuple(str(p) for p in range(n)),
            "job": tuple("rare" if p < 5 else "usual" for p in range(n)),
        },
        {"age": np.where(np.arange(n) % 7 == 0, np.nan, 15 + np.arange(n) % 60)},
    )
    return Dataset(
        user,
        item,
        np.ones(len(user)),
        np.arange(len(user)),
        tuple(map(str, range(n))),
        tuple(f"i{i}" for i in range(items)),
        ItemTable(
            tuple(f"i{i}" for i in range(items)),
            categories=tuple(("low",) if i < items // 2 else ("high",) for i in range(items)),
        ),
        table,
    )


def counts_of(data):
    return np.bincount(data.item, minlength=data.n_items)


def test_groups_partition_people():
    data = people()
    found = people_groups(data, data.histories, counts_of(data))
    assert [g.name for g in found] == [
        "gender",
        "job",
        "age",
        "history length",
        "taste for popular items",
    ]  # no zip
    for groups in found:
        assert len(groups.of) == data.n_users
        assert groups.of.min() >= -1 and groups.of.max() < len(groups.labels)
    age = next(g for g in found if g.name == "age")
    assert (age.of == -1).sum() == np.isnan(data.user_table.numeric["age"]).sum()


def test_small_groups_are_not_shown_and_said():
    data = people()
    job = people_groups(data, data.histories, counts_of(data))[1]
    shown = by_groups({"x": Measurement("x", np.ones(data.n_users))}, job)
    assert [row["group"] for row in shown["rows"]] == ["usual"]
    assert shown["left_out"] == 1
    assert all(row["people"] >= FEWEST for row in shown["rows"])


def test_groups_need_to_know_whose_a_query_is():
    with pytest.raises(ArgumentError, match="whose they are"):
        people_groups(people(), Queries.of([Query([1])]), np.ones(60))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_holm_is_monotone_and_never_below_p(p):
    out = holm(p)
    assert (out >= np.array(p)).all() and (out <= 1).all()
    assert (np.diff(out[np.argsort(p, kind="stable")]) >= 0).all()


def test_a_planted_gap_is_told_and_chance_is_not():
    rng = np.random.default_rng(0)
    of = np.arange(400) % 2
    values = rng.random(400)
    real, chance = Groups("g", ("a", "b"), of), Groups("h", ("c", "d"), rng.integers(0, 2, 400))
    rows = gaps(Measurement("x", values + 0.3 * of), [real, chance])
    assert [row["told"] for row in rows] == [True, False]
    assert rows[0]["difference"]["low"] < -0.3 < rows[0]["difference"]["high"]
    assert all(row["p_holm"] >= row["p"] for row in rows)


def test_item_tiers_hold_each_item_once_and_draw_alike():
    counts = counts_of(people())
    names, member = item_tiers(counts)
    assert (member.sum(1) == 1).all() and len(names) == 3
    assert np.allclose(counts @ member / counts.sum(), 1 / 3, atol=0.1)


def test_exposure_and_divergence_by_hand():
    member = np.array([[1.0, 0], [0, 1]])
    first, second = 1.0, 1 / np.log2(3)
    assert np.allclose(
        exposure(np.array([[0, 1]]), member),
        [[first / (first + second), second / (first + second)]],
    )
    p = np.array([[0.5, 0.5]])
    assert divergence(p, p) == pytest.approx(0)
    assert divergence(p, np.array([[1.0, 0.0]])) > 1


def test_a_list_of_one_own_category_is_calibrated_and_not_diverse():
    data = people()
    cases = EvaluationCases(data.histories[[0]], [0, 1], [29])
    found = per_person(np.arange(30, 40)[None], cases, counts_of(data), categories_of(data)[1])
    own = per_person(np.arange(10)[None], cases, counts_of(data), categories_of(data)[1])
    assert (
        own["calibration@10"].mean == pytest.approx(0, abs=1e-9)
        and found["calibration@10"].mean > 1
    )
    assert own["diversity@10"].mean == pytest.approx(0, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_rerank_of_weight_zero_changes_nothing(seed):
    data, rng = people(), np.random.default_rng(seed)
    model, (names, member) = Fixed(rng.normal(size=60)), categories_of(data)
    plain = recommend(model, data.histories, 10)
    again = recommend(Rerank(model, member, names, weight=0), data.histories, 10)
    assert all(
        (a.items == b.items).all() and (a.scores == b.scores).all()
        for a, b in zip(plain, again, strict=True)
    )


def test_rerank_calibrates_shows_nothing_seen_and_says_what_it_moved():
    data = people()
    names, member = categories_of(data)
    model = Fixed(-np.arange(60))  # the first half for everybody
    fairer = Rerank(model, member, names, weight=0.99, pool=60)
    query = data.histories[1]  # all of whose events lie in the second half
    [slate] = recommend(fairer, query, 10)
    assert (member[slate.items][:, names.index("high")] == 1).mean() >= 0.9
    assert not set(slate.items.tolist()) & set(query.items.tolist())
    moves = fairer.moves(query)
    came = next(m for m in moves if m.before is None)
    assert came.group == "high" and came.share == 0 and came.wanted == 1
    assert (
        say_move(came, "Heat")
        == f"“Heat” came in at #{came.after}: “high” had 0% of the list, 100% was wanted."
    )
    assert (
        say_move(came, "Heat", "zh")
        == f"“Heat”新进入第 {came.after} 位：“high”占列表的 0%，目标为 100%。"
    )
    gone = next(m for m in moves if m.after is None)
    assert (
        gone.group == "low"
        and "left the list" in say_move(gone, "x")
        and gone.share == pytest.approx(1)
    )


def test_rerank_refuses_what_it_cannot_do():
    names, member = categories_of(people())
    with pytest.raises(ArgumentError, match="0..1"):
        Rerank(Fixed([1]), member, names, weight=2)
    with pytest.raises(ArgumentError, match="pool"):
        Rerank(Fixed([1]), member, names, weight=0.5, pool=3)


def test_the_least_weight_that_halves_the_gap_within_the_loss():
    found = choose_weight(lambda w: (1 - w, 1 - w / 50))
    assert found["weight"] == 0.5 and found["reached"]
    dear = choose_weight(lambda w: (1 - w, 1 - w))
    assert dear["weight"] == 0.0 and not dear["reached"]


@pytest.mark.parametrize("kind", KINDS)
def test_fakes_choose_the_target_once_and_look_like_people(kind):
    data = people()
    grown, fakes = inject(data, kind, 7, share=0.05, seed=1)
    assert len(fakes) == 6 and grown.n_users == data.n_users + 6
    for fake in fakes:
        items = grown.histories[int(fake)].items
        assert (items == 7).sum() == 1 and len(items) == len(set(items.tolist())) == 12


def test_an_unknown_attack_is_refused():
    with pytest.raises(ArgumentError, match="random, average"):
        inject(people(), "nuke", 1)


@pytest.mark.parametrize("kind", ["random", "average", "bandwagon", "popular"])
def test_fakes_without_a_taste_raise_the_alarm(kind):
    data = people(300)
    grown, fakes = inject(data, kind, 7, seed=1)
    ringing = alarm(coherence(data), coherence(grown))
    assert ringing[fakes].mean() >= 0.8
    assert ringing[: data.n_users].mean() <= 0.02


def simulated(n, rng):
    """A log of 3 actions whose reward depends on a context of two kinds; the truth of the new policy is exact."""
    context = rng.integers(0, 2, n)
    old, new = (
        np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]]),
        np.array([[0.1, 0.2, 0.7], [0.7, 0.2, 0.1]]),
    )
    worth = np.array([[0.1, 0.3, 0.6], [0.5, 0.2, 0.1]])
    action = (rng.random((n, 1)) > np.cumsum(old[context], 1)).sum(1)
    reward = (rng.random(n) < worth[context, action]).astype(float)
    guess = worth + 0.1  # a wrong model of the reward: dr must mend it
    return (
        {
            "reward": reward,
            "logged": old[context, action],
            "new": new[context, action],
            "predicted": guess[context, action],
            "expected": (new * guess).sum(1)[context],
        },
        float((new * worth).sum(1).mean()),
    )


def test_intervals_cover_the_known_truth():
    covered = dict.fromkeys(("ips", "snips", "dr"), 0)
    for seed in range(40):
        log, truth = simulated(800, np.random.default_rng(seed))
        found = estimate(**log, resamples=300, seed=seed)
        for name in covered:
            one = getattr(found, name)
            covered[name] += one.low <= truth <= one.high
    assert all(count >= 34 for count in covered.values()), covered


def test_the_same_policy_earns_what_was_logged():
    log, _ = simulated(500, np.random.default_rng(0))
    found = estimate(log["reward"], log["logged"], log["logged"])
    assert found.ips.mean == found.snips.mean == pytest.approx(log["reward"].mean())
    assert found.effective == pytest.approx(500) and found.dr is None


def test_a_log_without_chances_is_refused():
    with pytest.raises(ArgumentError, match="log the chance"):
        estimate(np.ones(3), np.array([0.0, 0.5, 0.5]), np.ones(3))
    with pytest.raises(ArgumentError, match="no row in common"):
        estimate(np.ones(2), np.ones(2), np.zeros(2))


def test_a_list_is_ranked_by_the_new_scores():
    data = people()
    names, member = item_tiers(counts_of(data))
    cases = EvaluationCases(data.histories, np.arange(data.n_users + 1), np.full(data.n_users, 59))
    fairer = Rerank(Fixed(counts_of(data)), member, names, weight=0.8, wanted=np.array([0, 0, 1.0]))
    rare = exposure(ranked(fairer, cases, 10), member).mean(0)
    plain = exposure(ranked(Fixed(counts_of(data)), cases, 10), member).mean(0)
    assert rare[2] > plain[2] + 0.3


class ByRow:
    """Scores (q, n) by the row that the time of a query's only event names."""

    def __init__(self, scores):
        self.scores = scores

    def score(self, queries):
        return self.scores[Queries.of(queries).times].astype(np.float32)


def test_a_bonus_halves_the_gap_and_what_is_sure_stays_first():
    """Planted: popular items are scored too high by a constant; one of them is surely wanted by each person."""
    rng, n, q = np.random.default_rng(0), 60, 300
    rare = np.arange(n) % 2 == 0
    member, wanted = np.stack([~rare, rare], 1).astype(float), np.array([0.5, 0.5])
    sure = rng.integers(0, n // 2, q) * 2 + 1
    scores = rng.normal(0, 1, (q, n)) + 1.5 * ~rare
    scores[np.arange(q), sure] += 12
    seen = rng.integers(0, n // 2, q) * 2
    cases = EvaluationCases(
        Queries.of([Query([int(i)], [1.0], [at]) for at, i in enumerate(seen)]),
        np.arange(q + 1),
        sure,
    )
    model = ByRow(scores)
    bonus, temperature = choose_bonus(model, cases, member, wanted, pool=n, part=0.45)
    fairer = Rerank(
        model,
        member,
        ("popular", "rare"),
        bonus=bonus,
        temperature=temperature,
        wanted=wanted,
        pool=n,
    )
    lists = [ranked(one, cases, 10) for one in (model, fairer)]
    gaps_ = [abs(exposure(found, member).mean(0)[1] - 0.5) for found in lists]
    assert gaps_[1] == pytest.approx(0.45 * gaps_[0], rel=0.1) and bonus[1] > bonus[0]
    assert all((found[:, 0] == sure).all() for found in lists)
    moves = [move for query in cases.queries[np.arange(20)] for move in fairer.moves(query)]
    assert moves and {move.group for move in moves} <= {"popular", "rare"}
    assert {move.bonus > 0 for move in moves if move.bonus} == {True, False}
    for (
        move
    ) in moves:  # what is said is what moved it: a bonus of its group, or room that others left
        rose = move.after is not None and (move.before is None or move.after < move.before)
        text, told = (
            say_move(move, "Heat"),
            {True: "“rare” is shown too seldom", False: "“popular” is shown too often"}[rose],
        )
        assert told in text or "it made or took the room" in text
        assert told not in text or (move.group == "rare") == rose
        assert ("展示得太" in say_move(move, "Heat", "zh")) == (told in text)


def test_fakes_that_choose_as_the_crowd_does_are_told_by_the_second_signal(real_data):
    from whyrec import api

    data = api.load(str(real_data("ml-100k.zip")))
    counts = np.bincount(data.item, minlength=data.n_items)
    grown, fakes = inject(data, "popular", int(np.flatnonzero(counts == 10)[0]))
    clean, now = signals(data), signals(grown)
    assert alarm(clean[:, 0], now[:, 0])[fakes].mean() < 0.3
    ringing = alarm(clean, now)
    assert ringing[fakes].mean() >= 0.7 and ringing[: data.n_users].mean() < 0.02
