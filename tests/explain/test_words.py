"""Text and back: the claims that are read are exactly the reasons that were said."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from whyrec.core import BadArgument, Explanation, ItemTable, Query, Reason
from whyrec.core.verbs import DOMAINS, OF_DOMAIN, VERBS, verb_of
from whyrec.explain.phrases import LANGUAGES, counted_items
from whyrec.explain.words import claims, faithful, parse, say

HOSTILE = ["”", "””", "“x”", "》", "《》》", "", " ", "a\nb", "\u202edlrow", "\\", "\\u{41}", "<script>alert(1)</script>",
           "A”, “B", "x”. Without “y”, this would move from #1 to #9.", "看过《x》，看过《y", "》。若没有《", " and ", "#1", "\x00",
           "The 100% (12 March 2023)", "é", "电影", "\u200b", "\ud7ff"]
TITLES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12))


def case(titles, weights, times=None, base=0.0, rest=0.0, additive=True):
    query = Query(range(len(titles)), times=times)
    score = base + sum(weights) + rest
    order = sorted(range(len(weights)), key=lambda p: -weights[p])
    reasons = tuple(Reason("event", (p,), weights[p]) for p in order)
    return Explanation(99, score, base, reasons, rest, "exact", additive), query, ItemTable(tuple(titles))


def gone(positions, before=1, after=7, found=True):
    return SimpleNamespace(positions=tuple(positions), rank_before=before, rank_after=after, found=found)


@given(titles=st.lists(TITLES, min_size=1, max_size=5), data=st.data(), lang=st.sampled_from(["en", "zh"]),
       domain=st.sampled_from(DOMAINS), verb=st.sampled_from(["", *VERBS]),
       clock=st.sampled_from([True, False, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")]))
@settings(max_examples=300, deadline=None)
def test_round_trip_with_hostile_titles(titles, data, lang, domain, verb, clock):
    n = len(titles)
    weights = data.draw(st.lists(st.floats(-5, 5), min_size=n, max_size=n))
    times = sorted(data.draw(st.lists(st.integers(-10**9, 4 * 10**9), min_size=n, max_size=n)))
    explanation, query, table = case(titles, weights, times, data.draw(st.floats(-1, 1)))
    removed = data.draw(st.one_of(st.none(), st.builds(
        gone, st.sets(st.integers(0, n - 1), min_size=1), st.integers(1, 9), st.integers(1, 10**6), st.booleans())))
    text = say(explanation, query, table, lang=lang, domain=domain, verb=verb, removed=removed, clock=clock)
    assert parse(text, lang) == claims(explanation, query, table, removed=removed, clock=clock)
    assert faithful(text, explanation, query, table, lang=lang, removed=removed, clock=clock)
    assert not any(c in text for c in "\n\u202e\x00\u200b")
    said = {claim.verb for claim in parse(text, lang) if claim.kind in ("cause", "evidence", "against")}
    assert said <= {verb_of(verb, domain)}


@given(phrases=st.lists(TITLES, min_size=1, max_size=4), data=st.data(), lang=st.sampled_from(["en", "zh"]))
@settings(max_examples=200, deadline=None)
def test_phrases_of_a_model_come_back(phrases, data, lang):
    kinds = data.draw(st.lists(st.sampled_from(["feature", "rule", "path"]), min_size=len(phrases), max_size=len(phrases)))
    weights = data.draw(st.lists(st.floats(-5, 5), min_size=len(phrases), max_size=len(phrases)))
    reasons = tuple(Reason(kind, (n,), weight) for n, (kind, weight) in enumerate(zip(kinds, weights, strict=True)))
    explanation = Explanation(9, 1.0 + sum(weights), 1.0, reasons, 0.0, "features", True)
    query, table = Query([0]), ItemTable(("Alien",))
    removed = data.draw(st.sampled_from([None, gone([0])]))

    def said(reason):
        return phrases[reason.refs[0]]

    text = say(explanation, query, table, lang=lang, removed=removed, phrases=said)
    made = claims(explanation, query, table, removed=removed, phrases=said)
    assert parse(text, lang) == made
    assert faithful(text, explanation, query, table, lang=lang, removed=removed, phrases=said)
    assert "because" not in text.replace("".join(phrases), "") or any("because" in phrase for phrase in phrases)
    assert (made[0].kind == "none") == (max(weights) <= 0)


def test_reasons_by_features_read_well():
    reasons = (Reason("feature", (0,), 2.0), Reason("rule", (1,), -1.0))
    explanation = Explanation(9, 0.0, -1.0, reasons, 0.0, "features", True)
    said = {0: "80% of your recent choices share its categories", 1: "price > 10"}
    query, table = Query([0]), ItemTable(("Alien",))
    assert say(explanation, query, table, removed=gone([0], 1, 4), phrases=lambda reason: said[reason.refs[0]]) == (
        "Main reasons: “80% of your recent choices share its categories”. Reasons against: “price > 10”. "
        "Without “Alien”, this would move from #1 to #4. These reasons account for 50% of the score.")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_ten_thousand_explanations_come_back(lang):
    rng = np.random.default_rng(7)
    titles = [f"{a}{b}" for a in ("Star Wars: ", "“Heat” ", "霸王别姬 ", "M*A*S*H ") for b in range(50)] + HOSTILE
    back = 0
    for _ in range(10_000):
        n = int(rng.integers(0, 30))
        chosen = rng.choice(len(titles), n, replace=False)
        times = np.sort(rng.integers(0, 2 * 10**9, n))
        explanation, query, table = case([titles[i] for i in chosen], rng.normal(0, 1, n).tolist(), times, rng.normal())
        removed = gone(rng.choice(n, int(rng.integers(1, min(n, 4) + 1)), replace=False)) if n and rng.random() < 0.5 else None
        text = say(explanation, query, table, lang=lang, domain="film", removed=removed)
        back += faithful(text, explanation, query, table, lang=lang, removed=removed)
    assert back == 10_000


def test_what_a_person_reads():
    explanation, query, table = case(["Alien", "Heat", "Big"], [2.0, 0.5, -1.0], [3_600, 86_400, 86_400 * 40])
    assert say(explanation, query, table, domain="film", removed=gone([0], 1, 14)) == (
        "Suggested mainly because you watched “Alien” (1 January 1970). "
        "One reason against: you watched “Big” (10 February 1970). "
        "Without “Alien”, this would move from #1 to #14. These reasons account for 57% of the score.")
    assert say(explanation, query, table, domain="film", removed=gone([0], 1, 14), lang="zh") == (
        "推荐此项，主要因为您在1970年1月1日看过《Alien》。也有不利因素：您在1970年2月10日看过《Big》。"
        "若没有《Alien》，它将从第1位变为第14位。以上依据占得分的57%。")
    assert say(explanation, query, table, domain="shop", clock=False).startswith(
        "Based mainly on what you bought: “Alien” and “Heat”. ")


def test_no_cause_is_claimed_without_an_executed_removal():
    explanation, query, table = case(["Alien"], [2.0])
    for removed in (None, gone([0], found=False), gone([])):
        assert "because" not in say(explanation, query, table, removed=removed)
        assert "因为" not in say(explanation, query, table, removed=removed, lang="zh")


def test_no_reason_is_said_to_be_none():
    empty = case([], [], base=2.0)
    assert say(*empty) == "Often chosen by others; not based on your activity."
    against = case(["Alien"], [-2.0], base=-1.0)
    assert say(*against) == "We have no reliable single reason."
    assert say(*against, lang="zh") == "暂无可靠的单一原因。"


def test_shares_are_told_only_of_sums():
    loo, query, table = case(["Alien"], [2.0], additive=False)
    assert "%" not in say(loo, query, table)


@pytest.mark.parametrize("change", [
    lambda t: t.replace("Alien", "Aliens"), lambda t: t.replace("#14", "#15"), lambda t: t + " You love it.",
    lambda t: t.replace("57%", "75%"), lambda t: t.replace("1 January", "2 January"), lambda t: t[:-1], lambda t: ""])
def test_a_changed_text_is_not_faithful(change):
    explanation, query, table = case(["Alien", "Heat", "Big"], [2.0, 0.5, -1.0], [3_600, 86_400, 86_400 * 40])
    text = say(explanation, query, table, domain="film", removed=gone([0], 1, 14))
    assert faithful(text, explanation, query, table, removed=gone([0], 1, 14))
    assert not faithful(change(text), explanation, query, table, removed=gone([0], 1, 14))


def test_only_known_languages():
    explanation, query, table = case(["Alien"], [2.0])
    with pytest.raises(BadArgument, match="lang must be en or zh; got 'fr'"):
        say(explanation, query, table, lang="fr")


def test_both_languages_say_the_same_kinds_with_own_verbs():
    assert set(LANGUAGES["en"].sentences) == set(LANGUAGES["zh"].sentences)
    for language in LANGUAGES.values():
        assert set(language.verbs) == set(VERBS) >= set(OF_DOMAIN.values())
        assert len({verb.past for verb in language.verbs.values()}) == len(VERBS)  # a verb that is read is one verb


@example("because you")
@given(st.text())
def test_foreign_text_is_refused(text):
    try:
        made = parse(text)
    except BadArgument as error:
        assert "only the sentences of its templates" in str(error)
    else:
        assert made == () and text == ""


@pytest.mark.parametrize(("verb", "domain", "en", "zh"), [
    ("viewed", "shop", "you viewed", "您浏览过“X”"), ("", "shop", "you bought", "您买过“X”"),
    ("", "other", "you chose", "您选过“X”"),
    ("listened", "artist", "you listened to", "您听过“X”"), ("", "music", "you listened to", "您听过《X》"),
    ("liked", "other", "you liked", "您赞过“X”"), ("read", "other", "you read", "您读过《X》"),
    ("viewed", "film", "you viewed", "您浏览过《X》"), ("booked", "other", "you booked", "您预订过“X”")])
def test_verbs_and_quotes_go_by_what_the_data_declare(verb, domain, en, zh):
    explanation, query, table = case(["X"], [2.0])
    for lang, part in (("en", en), ("zh", zh)):
        text = say(explanation, query, table, lang=lang, domain=domain, verb=verb, clock=False)
        assert part in text and "X" in text
        [first, _] = parse(text, lang)
        assert (first.things, first.verb) == ((("X", None),), verb_of(verb, domain))


def test_a_choice_that_is_added_is_said_with_the_participle():
    why = Explanation(9, 1.0, 1.0, (Reason("addition", (0,), 0.5),), 0.0, "additions (3 tried)", False)
    text = say(why, Query([1]), ItemTable(("A", "B")))
    assert text == "Had you also chosen “A”, its lead over the next items would be larger."
    assert [claim.verb for claim in parse(text)] == ["chose"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_title_ends_its_own_quotation_in_either_kind_of_quotes(lang):
    for title in ("》《", "”“", "》”", "A》，看过《B", "A”，买过“B", "“《》”"):
        for domain in ("film", "shop"):
            explanation, query, table = case([title], [2.0])
            [first, _] = parse(say(explanation, query, table, lang=lang, domain=domain, clock=False), lang)
            assert first.things == ((title, None),)


def test_no_date_is_said_where_no_time_is_known():
    """Time 0 stands for an unknown one; a query without times has none; data without a clock have no dates."""
    for times, clock in ((None, True), ([0, 0], True), ([1_500_000_000, 1_500_000_001], False)):
        explanation, query, table = case(["A", "B"], [2.0, 1.0], times)
        assert say(explanation, query, table, clock=clock).startswith("Based mainly on what you chose: “A” and “B”. ")
        assert "年" not in say(explanation, query, table, clock=clock, lang="zh")
    explanation, query, table = case(["A", "B"], [2.0, 1.0], [0, 1_500_000_000])
    assert say(explanation, query, table).startswith("Based mainly on what you chose: “A” and “B” (14 July 2017). ")


def test_the_date_is_that_of_the_persons_zone():
    late = 1_500_075_000  # 14 July 2017, 23:30 UTC
    explanation, query, table = case(["A"], [2.0], [late])
    for zone, day in ((True, 14), (ZoneInfo("Asia/Shanghai"), 15), (ZoneInfo("America/New_York"), 14)):
        text = say(explanation, query, table, clock=zone)
        assert f"({day} July 2017)" in text and parse(text)[0].things == (("A", date(2017, 7, day)),)
        assert faithful(text, explanation, query, table, clock=zone)
    assert not faithful(say(explanation, query, table), explanation, query, table, clock=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("own", "kind"), [(3.0, "contrast"), (1.0, "below")])
def test_a_contrast_says_which_one_stands_above(lang, own, kind):
    """Weights: what each event adds to the item beyond the other, whose score (the base) is 2."""
    reasons = (Reason("event", (0,), 0.5), Reason("event", (1,), -0.25))
    why = Explanation(2, own, 2.0, reasons, own - 2.25, "contrast (exact)", True, against=3)
    text = say(why, Query([0, 1]), ItemTable(("A", "B", "C", "D")), lang=lang)
    [claim] = parse(text, lang)
    assert (claim.kind, claim.other, claim.things) == (kind, "D", ((("A" if kind == "contrast" else "B"), None),))
    assert ("above" in text or "之前" in text) == (kind == "contrast")


def test_an_equal_score_stands_above_where_its_number_is_smaller():
    for against, kind in ((3, "contrast"), (1, "below")):
        reasons = (Reason("event", (0,), 0.5), Reason("event", (1,), -0.5))
        why = Explanation(2, 2.0, 2.0, reasons, 0.0, "contrast (exact)", True, against=against)
        [claim] = parse(say(why, Query([0, 1]), ItemTable(("A", "B", "C", "D"))))
        assert claim.kind == kind


def test_counts_of_items_have_the_measure_word_of_what_they_are():
    assert [counted_items(2, domain, "zh") for domain in DOMAINS] == [
        "2部电影", "2本书", "2首歌", "2位艺人", "2款游戏", "2件商品", "2个项目"]
    assert [counted_items(n, "game", "en") for n in (1, 2)] == ["1 game", "2 games"]
    assert counted_items(2, "elsewhere", "zh") == "2个项目"
