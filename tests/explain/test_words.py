"""Text and back: the claims that are read are exactly the reasons that were said."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from whyrec.core import ArgumentError, Explanation, ItemTable, Query, Reason, Removal
from whyrec.core.verbs import DOMAINS, OF_DOMAIN, VERBS, verb_of
from whyrec.explain.phrases import LANGUAGES, counted_items
from whyrec.explain.words import Thing, claims, faithful, parse, say

HOSTILE = [
    "”",
    "””",
    "“x”",
    "》",
    "《》》",
    "",
    " ",
    "a\nb",
    "\u202edlrow",
    "\\",
    "\\u{41}",
    "<script>alert(1)</script>",
    "A”, “B",
    "x”. Without “y”, this would move from #1 to #9.",
    "看过《x》，看过《y",
    "》。若没有《",
    " and ",
    "#1",
    "\x00",
    "The 100% (12 March 2023)",
    "é",
    "电影",
    "\u200b",
    "\ud7ff",
]
TITLES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12))


def case(titles, weights, times=None, base=0.0, rest=0.0, additive=True):
    query = Query(range(len(titles)), times=times)
    score = base + sum(weights) + rest
    order = sorted(range(len(weights)), key=lambda p: -weights[p])
    reasons = tuple(Reason("event", (p,), weights[p]) for p in order)
    return (
        Explanation(99, score, base, reasons, rest, "exact", additive),
        query,
        ItemTable(tuple(titles)),
    )


def as_tested(
    explanation, named, rank=1, after=7, listed=5, random=(1, 1, 1), lead=None, support=()
):
    """As explain.tested makes it: the first `named` reasons are told and were taken away together."""
    named = min(named, sum(reason.weight > 0 for reason in explanation.reasons))
    positions = tuple(
        sorted(
            {
                p
                for reason in explanation.reasons[:named]
                if reason.kind == "event"
                for p in reason.refs
            }
        )
    )
    removal = Removal(positions, rank, after, listed, tuple(random)) if named else None
    return replace(
        explanation,
        named=named,
        rank=rank,
        listed=listed,
        lead_share=lead,
        support=support,
        removal=removal,
    )


def drawn(data, explanation):
    """The explanation as it is, or as a test might have left it."""
    if data.draw(st.booleans()):
        return explanation
    return as_tested(
        explanation,
        data.draw(st.integers(0, 3)),
        data.draw(st.integers(1, 9)),
        data.draw(st.integers(1, 10**6)),
        data.draw(st.integers(1, 9)),
        lead=data.draw(st.sampled_from([None, 0.2, 0.9])),
        support=data.draw(st.sampled_from([(), (-1, 2, 40)])),
    )


@given(
    titles=st.lists(TITLES, min_size=1, max_size=5),
    data=st.data(),
    lang=st.sampled_from(["en", "zh"]),
    domain=st.sampled_from(DOMAINS),
    verb=st.sampled_from(["", *VERBS]),
    clock=st.sampled_from([True, False, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")]),
)
@settings(max_examples=300, deadline=None)
def test_round_trip_with_hostile_titles(titles, data, lang, domain, verb, clock):
    n = len(titles)
    weights = data.draw(st.lists(st.floats(-5, 5), min_size=n, max_size=n))
    times = sorted(data.draw(st.lists(st.integers(-(10**9), 4 * 10**9), min_size=n, max_size=n)))
    explanation, query, table = case(titles, weights, times, data.draw(st.floats(-1, 1)))
    explanation = drawn(data, explanation)
    text = say(explanation, query, table, lang=lang, domain=domain, verb=verb, clock=clock)
    assert parse(text, lang) == claims(explanation, query, table, clock=clock)
    assert faithful(text, explanation, query, table, lang=lang, clock=clock)
    assert not any(c in text for c in "\n\u202e\x00\u200b")
    said = {
        claim.verb
        for claim in parse(text, lang)
        if claim.kind.partition("_")[0] in ("cause", "evidence", "against")
    }
    assert said <= {verb_of(verb, domain)}


@given(
    phrases=st.lists(TITLES, min_size=1, max_size=4),
    data=st.data(),
    lang=st.sampled_from(["en", "zh"]),
)
@settings(max_examples=200, deadline=None)
def test_phrases_of_a_model_come_back(phrases, data, lang):
    kinds = data.draw(
        st.lists(
            st.sampled_from(["feature", "rule", "path"]),
            min_size=len(phrases),
            max_size=len(phrases),
        )
    )
    weights = data.draw(st.lists(st.floats(-5, 5), min_size=len(phrases), max_size=len(phrases)))
    reasons = tuple(
        Reason(kind, (n,), weight)
        for n, (kind, weight) in enumerate(zip(kinds, weights, strict=True))
    )
    explanation = Explanation(9, 1.0 + sum(weights), 1.0, reasons, 0.0, "features", True)
    query, table = Query([0]), ItemTable(("Alien",))
    explanation = drawn(
        data, replace(explanation, reasons=tuple(sorted(reasons, key=lambda r: -r.weight)))
    )

    def said(reason):
        return phrases[reason.refs[0]]

    text = say(explanation, query, table, lang=lang, phrases=said)
    made = claims(explanation, query, table, phrases=said)
    assert parse(text, lang) == made
    assert faithful(text, explanation, query, table, lang=lang, phrases=said)
    proved = explanation.removal is not None and explanation.removal.proved
    assert ("cause_phrases" in {claim.kind for claim in made}) == (proved and explanation.named > 0)


def test_reasons_by_features_read_well():
    reasons = (Reason("feature", (0,), 2.0), Reason("rule", (1,), -0.5))
    explanation = replace(
        Explanation(9, 2.5, 1.0, reasons, 0.0, "features", True), named=1, rank=1, listed=10
    )
    said = {0: "80% of your recent choices share its categories", 1: "price > 10"}
    query, table = Query([0]), ItemTable(("Alien",))
    assert say(explanation, query, table, phrases=lambda reason: said[reason.refs[0]]) == (
        "Reasons for it: “80% of your recent choices share its categories”. Reasons against: “price > 10”. "
        "These reasons make up 80% of the score: more than half."
    )
    cut = replace(explanation, removal=Removal((0,), 1, 14, 10, (1, 2, 3)))
    assert say(cut, query, table, phrases=lambda reason: said[reason.refs[0]]).startswith(
        "Suggested because of this: “80% of your recent choices share its categories”. "
        "Without these, this would move from #1 to #14. "
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_ten_thousand_explanations_come_back(lang):
    rng = np.random.default_rng(7)
    titles = [
        f"{a}{b}" for a in ("Star Wars: ", "“Heat” ", "霸王别姬 ", "M*A*S*H ") for b in range(50)
    ] + HOSTILE
    back = 0
    for _ in range(10_000):
        n = int(rng.integers(0, 30))
        chosen = rng.choice(len(titles), n, replace=False)
        times = np.sort(rng.integers(0, 2 * 10**9, n))
        explanation, query, table = case(
            [titles[i] for i in chosen], rng.normal(0, 1, n).tolist(), times, rng.normal()
        )
        if rng.random() < 0.7:
            explanation = as_tested(
                explanation,
                int(rng.integers(0, 4)),
                int(rng.integers(1, 20)),
                int(rng.integers(1, 99)),
                10,
                lead=rng.choice([None, 0.1, 0.8]),
                support=tuple(rng.integers(-1, 9, 3).tolist()),
            )
        text = say(explanation, query, table, lang=lang, domain="film")
        back += faithful(text, explanation, query, table, lang=lang)
    assert back == 10_000


DAYS = [86_400 * 365, 86_400 * 366, 86_400 * 400]


def test_what_a_person_reads():
    explanation, query, table = case(["Alien", "Heat", "Big"], [2.0, 0.5, -0.6], DAYS)
    proved = as_tested(explanation, 1, after=14, listed=10, lead=0.9)
    assert say(proved, query, table, domain="film") == (
        "Suggested mainly because you watched “Alien” (1 January 1971). Without “Alien”, this would move from #1 to #14. "
        "One reason against: you watched “Big” (5 February 1971)."
    )  # 2.0 of 1.9 is no share
    assert say(proved, query, table, domain="film", lang="zh") == (
        "推荐此项，主要因为您在1971年1月1日看过《Alien》。若没有《Alien》，它将从第1位变为第14位。"
        "也有不利因素：您在1971年2月5日看过《Big》。"
    )
    two = as_tested(replace(explanation, base=2.0, score=3.9), 2, after=3, listed=10, lead=0.9)
    assert say(two, query, table, domain="shop", clock=False) == (
        "Mainly what it scores with everyone: 51% of the score is the same for everyone. "
        "Based in part on what you bought: “Alien” and “Heat”. Without these, this would move from #1 to #3. "
        "One reason against: you bought “Big”. These reasons make up 64% of the score: more than half."
    )


def test_what_everyone_gets_is_no_popularity_and_earlier_sentences_are_still_read():
    explanation, query, table = case(["Alien", "Heat"], [2.0, -3.0], base=3.0)
    for lang, now, before in (
        (
            "en",
            "Only what it scores with everyone: your own history does not raise it.",
            "Only its general popularity: your own history does not raise it.",
        ),
        (
            "zh",
            "仅有它对每个人都有的得分：您的记录没有提高它的得分。",
            "仅因为它普遍受欢迎：您的记录没有提高它的得分。",
        ),
    ):
        assert say(explanation, query, table, lang=lang).startswith(now)
        assert [claim.kind for claim in parse(before, lang)] == ["base_alone"]
    [claim] = parse("Mainly its general popularity: 51% of the score is the same for everyone.")
    assert (claim.kind, claim.share) == ("base", 51)


def test_mainly_is_said_of_more_than_half_of_the_score_above_the_base_and_of_the_lead():
    explanation, query, table = case(["Alien", "Heat"], [2.0, 1.9], base=0.5)
    assert "Based mainly on" in say(as_tested(explanation, 1, after=1, lead=0.6), query, table)
    assert "Based in part on" in say(
        as_tested(explanation, 1, after=1, lead=0.4), query, table
    )  # not of the lead
    assert "Based in part on" in say(
        as_tested(explanation, 1, after=1), query, table
    )  # of a lead that is not known
    less, query, table = case(["Alien", "Heat", "Big"], [2.0, 1.9, 0.2], base=0.5)
    assert "Based in part on" in say(
        as_tested(less, 1, after=1, lead=0.6), query, table
    )  # 2.0 of 4.1


def test_uses_of_one_item_are_one_reason_with_their_count():
    query, table = (
        Query([0, 1, 0, 0], times=[*DAYS, DAYS[-1] + 1], repeat=True),
        ItemTable(("Tea", "Milk", "Cup")),
    )
    reasons = (Reason("event", (0, 2, 3), 3.0), Reason("event", (1,), 1.0))
    why = as_tested(Explanation(2, 4.0, 0.0, reasons, 0.0, "exact", True), 2, after=9, lead=1.0)
    assert say(why, query, table, domain="shop").startswith(
        "Suggested mainly because you bought “Tea” (3 times, last on 5 February 1971) and “Milk” (2 January 1971). "
    )
    assert say(why, query, table, domain="shop", clock=False, lang="zh").startswith(
        "推荐此项，主要因为您买过“Tea”（3次），买过“Milk”。"
    )
    own = replace(why, item=0)
    assert say(own, query, table, domain="shop", clock=False).startswith(
        "You bought this before (3×). Suggested mainly because you bought “Milk”. Without these, this would move"
    )


def test_what_few_people_support_is_said_to_be_weak():
    explanation, query, table = case(["Alien", "Heat"], [2.0, 1.0], clock_of(2))
    for support, expected in (((4, 40), "“Alien”"), ((40, 0), "“Heat”"), ((5, -1), None)):
        text = say(as_tested(explanation, 2, after=1, support=support), query, table)
        assert (f"A weak sign: few people chose both this and {expected}." in text) == (
            expected is not None
        )
        assert "weak" in text or expected is None


def clock_of(n):
    return DAYS[:n]


def test_an_item_outside_the_list_is_said_to_be_outside():
    explanation, query, table = case(["Alien"], [2.0], clock_of(1))
    text = say(as_tested(explanation, 1, rank=37, after=99, listed=10), query, table, domain="film")
    assert text.startswith(
        "It is not among the first 10; its place is #37. Based in part on what you watched: "
    )


def test_no_cause_is_claimed_without_a_proof():
    explanation, query, table = case(["Alien", "Heat"], [2.0, 0.1], clock_of(2))
    said = []
    for removal in (
        {"after": 1},
        {"after": 4},
        {"rank": 3, "after": 2},
        {"after": 9, "random": ()},
        {"after": 9, "random": (9, 9)},
        {"rank": 6, "after": 99},
    ):
        why = as_tested(explanation, 1, **removal)
        said += [say(why, query, table), say(why, query, table, lang="zh")]
    said.append(say(explanation, query, table))
    assert not [text for text in said if "because" in text or "因为" in text]
    assert "because" in say(as_tested(explanation, 1, after=9, random=(7, 8)), query, table)
    assert "because" not in say(as_tested(explanation, 1, after=9, random=(8, 9)), query, table)
    assert not re.search(
        "from #3 to #2|from #1 to #1", " ".join(said)
    )  # a rise and no move are not told as a loss


def test_parts_that_do_not_add_up_carry_no_reasons():
    from whyrec.explain.tested import UNSOUND

    why = replace(Explanation(1, 2.0, 0.0, (), 0.0, UNSOUND, False), rank=1, listed=10)
    assert (
        say(why, Query([0]), ItemTable(("a", "b")))
        == "No reasons are shown: they did not add up to the score."
    )


def test_words_of_a_share_must_fit_its_number():
    [claim] = parse("These reasons make up 51% of the score: more than half.")
    assert claim.share == 51
    for wrong in (
        "51% of the score: a small part of it.",
        "50% of the score: more than half.",
        "24% of the score: a fair part of it.",
    ):
        with pytest.raises(ArgumentError, match="only the sentences"):
            parse(f"These reasons make up {wrong}")


def test_no_reason_is_said_to_be_none():
    empty = case([], [], base=2.0)
    assert "not based on your activity." in say(*empty)
    against = case(["Alien"], [-2.0], base=-1.0)
    assert say(*against) == "We have no reliable single reason."
    assert say(*against, lang="zh") == "暂无可靠的单一原因。"


def test_shares_are_told_only_of_sums():
    loo, query, table = case(["Alien"], [2.0], additive=False)
    assert "%" not in say(loo, query, table)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace("Alien", "Aliens"),
        lambda t: t.replace("#14", "#15"),
        lambda t: t + " You love it.",
        lambda t: t.replace("80%", "75%"),
        lambda t: t.replace("1 January", "2 January"),
        lambda t: t[:-1],
        lambda t: "",
        lambda t: t.replace("mainly", "in part"),
    ],
)
def test_a_changed_text_is_not_faithful(change):
    explanation, query, table = case(["Alien", "Heat", "Big"], [2.0, 0.5, -0.1], DAYS, base=0.1)
    explanation = as_tested(explanation, 1, after=14, lead=0.9)
    text = say(explanation, query, table, domain="film")
    assert "80%" in text and faithful(text, explanation, query, table)
    assert not faithful(change(text), explanation, query, table)


def test_only_known_languages():
    explanation, query, table = case(["Alien"], [2.0])
    with pytest.raises(ArgumentError, match="lang must be en or zh; got 'fr'"):
        say(explanation, query, table, lang="fr")


def test_both_languages_say_the_same_kinds_with_own_verbs():
    assert set(LANGUAGES["en"].sentences) == set(LANGUAGES["zh"].sentences)
    for language in LANGUAGES.values():
        assert set(language.verbs) == set(VERBS) >= set(OF_DOMAIN.values())
        assert len({verb.past for verb in language.verbs.values()}) == len(
            VERBS
        )  # a verb that is read is one verb


@example("because you")
@given(st.text())
def test_foreign_text_is_refused(text):
    try:
        made = parse(text)
    except ArgumentError as error:
        assert "only the sentences of its templates" in str(error)
    else:
        assert made == () and text == ""


@pytest.mark.parametrize(
    ("verb", "domain", "en", "zh"),
    [
        ("viewed", "shop", "you viewed", "您浏览过“X”"),
        ("", "shop", "you bought", "您买过“X”"),
        ("", "other", "you chose", "您选过“X”"),
        ("listened", "artist", "you listened to", "您听过“X”"),
        ("", "music", "you listened to", "您听过《X》"),
        ("liked", "other", "you liked", "您喜欢过“X”"),
        ("read", "other", "you read", "您读过《X》"),
        ("viewed", "film", "you viewed", "您浏览过《X》"),
        ("booked", "other", "you booked", "您预订过“X”"),
    ],
)
def test_verbs_and_quotes_go_by_what_the_data_declare(verb, domain, en, zh):
    explanation, query, table = case(["X"], [2.0])
    for lang, part in (("en", en), ("zh", zh)):
        text = say(explanation, query, table, lang=lang, domain=domain, verb=verb, clock=False)
        assert part in text and "X" in text
        [first, *_] = parse(text, lang)
        assert (first.things, first.verb) == ((Thing("X"),), verb_of(verb, domain))


def test_a_choice_that_is_added_is_said_with_the_participle():
    why = Explanation(
        9,
        1.0,
        1.0,
        (Reason("addition", (0,), 0.5),),
        0.0,
        "counterfactual additions (3 tried)",
        False,
    )
    text = say(why, Query([1]), ItemTable(("A", "B")))
    assert text == "Had you also chosen “A”, its lead over the next items would be larger."
    assert [claim.verb for claim in parse(text)] == ["chose"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_title_ends_its_own_quotation_in_either_kind_of_quotes(lang):
    for title in ("》《", "”“", "》”", "A》，看过《B", "A”，买过“B", "“《》”"):
        for domain in ("film", "shop"):
            explanation, query, table = case([title], [2.0])
            [first, *_] = parse(
                say(explanation, query, table, lang=lang, domain=domain, clock=False), lang
            )
            assert first.things == (Thing(title),)


def test_no_date_is_said_where_no_time_is_known():
    """Time 0 stands for an unknown one; a query without times has none; data without a clock have no dates."""
    for times, clock in ((None, True), ([0, 0], True), ([1_500_000_000, 1_500_000_001], False)):
        explanation, query, table = case(["A", "B"], [2.0, 1.0], times)
        assert say(explanation, query, table, clock=clock).startswith(
            "Based in part on what you chose: “A” and “B”."
        )
        assert "年" not in say(explanation, query, table, clock=clock, lang="zh")
    explanation, query, table = case(["A", "B"], [2.0, 1.0], [0, 1_500_000_000])
    assert say(explanation, query, table).startswith(
        "Based in part on what you chose: “A” and “B” (14 July 2017)."
    )


def test_the_date_is_that_of_the_persons_zone():
    late = 1_500_075_000  # 14 July 2017, 23:30 UTC
    explanation, query, table = case(["A"], [2.0], [late])
    for zone, day in (
        (True, 14),
        (ZoneInfo("Asia/Shanghai"), 15),
        (ZoneInfo("America/New_York"), 14),
    ):
        text = say(explanation, query, table, clock=zone)
        assert f"({day} July 2017)" in text and parse(text)[0].things == (
            Thing("A", date(2017, 7, day)),
        )
        assert faithful(text, explanation, query, table, clock=zone)
    assert not faithful(
        say(explanation, query, table), explanation, query, table, clock=ZoneInfo("Asia/Shanghai")
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("own", "kind"), [(3.0, "contrast"), (1.0, "below")])
def test_a_contrast_says_which_one_stands_above(lang, own, kind):
    """Weights: what each event adds to the item beyond the other, whose score (the base) is 2."""
    reasons = (Reason("event", (0,), 0.5), Reason("event", (1,), -0.25))
    why = Explanation(2, own, 2.0, reasons, own - 2.25, "contrast (exact)", True, against=3)
    text = say(why, Query([0, 1]), ItemTable(("A", "B", "C", "D")), lang=lang)
    [claim] = parse(text, lang)
    assert (claim.kind, claim.other, claim.things) == (
        kind,
        "D",
        (Thing("A" if kind == "contrast" else "B"),),
    )
    assert ("above" in text or "之前" in text) == (kind == "contrast")


def test_an_equal_score_stands_above_where_its_number_is_smaller():
    for against, kind in ((3, "contrast"), (1, "below")):
        reasons = (Reason("event", (0,), 0.5), Reason("event", (1,), -0.5))
        why = Explanation(2, 2.0, 2.0, reasons, 0.0, "contrast (exact)", True, against=against)
        [claim] = parse(say(why, Query([0, 1]), ItemTable(("A", "B", "C", "D"))))
        assert claim.kind == kind


def test_counts_of_items_have_the_measure_word_of_what_they_are():
    assert [counted_items(2, domain, "zh") for domain in DOMAINS] == [
        "2部电影",
        "2本书",
        "2首歌",
        "2位艺人",
        "2款游戏",
        "2件商品",
        "2个项目",
    ]
    assert [counted_items(n, "game", "en") for n in (1, 2)] == ["1 game", "2 games"]
    assert counted_items(2, "elsewhere", "zh") == "2个项目"
