"""The engineer's and the auditor's screens, each action, in both languages, on simulated and on real people."""

from __future__ import annotations

import json
import re
from itertools import product
from urllib.parse import quote

import pytest

from tests.conftest import find_data
from tests.waiting import wait_for
from tests.web.lively import enliven
from tests.web.stage import axe, fit, service, settle, until
from whyrec import api

ENGINEER = (
    "/operations",
    "/inspector",
    "/atlas",
    "/atlas?view=network",
    "/atlas?view=weights",
    "/quality",
    "/models",
)
AUDITOR = ("/card", "/decisions", "/faithfulness", "/privacy")
LANGS = ("en", "zh")
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module", params=["films", "latest"])
def made(request, tmp_path_factory, browser):
    """A lively service on simulated and on real people; the browser first, so that its lack is told at once."""
    folder = tmp_path_factory.mktemp(f"insight-{request.param}")
    if request.param == "films":
        data = api.load("films")
    else:
        path = find_data("ml-latest-small.zip")
        if path is None:
            pytest.skip(
                "ml-latest-small.zip is not at hand: set WHYREC_DATA to the folder that holds it"
            )
        data = api.load_steps(str(path), item_core=20)[0]
    fit(folder, data)
    with service(folder) as site:
        yield enliven(site, folder, data)


@pytest.fixture
def look(visit, made):
    """look(path, lang=..., role=...) -> the page as an engineer (or an auditor)."""
    return lambda path, **options: visit(made.site, path, **({"role": "engineer"} | options))


def drawn(page, n=1):
    """Wait until n charts are on the screen, each with ink on it."""
    page.evaluate(
        "document.querySelectorAll('.chart').forEach(one => one.scrollIntoView({block: 'center'}))"
    )
    until(
        page,
        """n => [...document.querySelectorAll('.chart')].filter(box => { const canvas = box.querySelector('canvas');
      if (!canvas) { box.scrollIntoView({block: 'center'}); return false; }
      const copy = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
      Object.assign(copy.canvas, {width: canvas.width, height: canvas.height});
      copy.drawImage(canvas, 0, 0);
      return new Set(new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size > 3 }).length >= n""",
        n,
    )
    return page


def text(page, selector="main"):
    return page.locator(selector).first.inner_text()


def press(page, **names):
    """Press the button of this name in the page's language."""
    lang = "zh" if page.evaluate("document.documentElement.lang").startswith("zh") else "en"
    page.get_by_role("button", name=names[lang], exact=True).first.click()
    return settle(page)


@pytest.mark.parametrize("lang", LANGS)
def test_every_screen_opens_in_its_language_with_its_frame(look, made, lang):
    for path in (
        *ENGINEER,
        *AUDITOR,
        f"/inspector?user={quote(made.person)}",
        f"/decisions/{made.answer}",
    ):
        page = look(path, lang=lang)
        assert page.locator("h1").count() == 1
        assert bool(HAN.search(text(page, "h1"))) == (lang == "zh"), path
        for figure in page.locator("figure").all():
            assert figure.locator("h3").inner_text() and figure.locator(".takeaway").inner_text(), (
                path
            )
            assert figure.locator(".about").inner_text(), path
        page.context.close()


@pytest.mark.parametrize(("scheme", "width"), list(product(("light", "dark"), (390, 1440))))
def test_axe_finds_nothing_serious_and_nothing_sticks_out(look, made, scheme, width):
    if made.site.people[0].isdigit() and (scheme, width) != ("dark", 390):
        pytest.skip("once on real people is enough")
    paths = (
        *ENGINEER,
        *AUDITOR,
        f"/inspector?user={quote(made.person)}",
        f"/inspector?user={quote(made.person)}&view=whatif",
        f"/inspector?user={quote(made.person)}&view=inside&model={made.versions[2]}",
        f"/decisions/{made.answer}",
    )
    for path in paths:
        page = look(path, scheme=scheme, width=width)
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.context.close()


# --- engineer ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_operations_show_the_traffic_and_the_failed_requests_of_a_moment(look, made, lang):
    page = drawn(look("/operations?minutes=60&still=yes", lang=lang), 4)
    found = made.get("/v1/operations?minutes=60")
    assert sum(found["series"]["fallbacks"]) >= 4
    assert f"{sum(found['series']['answers'])}" in text(page, ".stats").replace(",", "")
    assert "/v1/items/{item:path}" in text(page, "#latest") and "404" in text(page, "#latest")
    failed = next(row for row in found["latest"] if row["status"] == 404)
    quiet = failed["time"] // 10 * 10 - 2000
    page.goto(f"{made.site.url}/operations?minutes=60&still=yes&at={quiet}")
    settle(page)
    assert "/v1/items/{item:path}" not in text(page, "#latest")
    press(page, en="Show all", zh="显示全部")
    assert "/v1/items/{item:path}" in text(page, "#latest") and "at=" not in page.url
    chart = drawn(page, 1).locator(".chart canvas").first
    box = chart.bounding_box()
    chart.click(position={"x": box["width"] * 0.7, "y": box["height"] * 0.5})
    until(page, "location.search.includes('at=')")
    press(page, en="5 min", zh="5 分钟")
    assert "minutes=5" in page.url and "at=" not in page.url


@pytest.mark.parametrize("lang", LANGS)
def test_the_inspector_shows_two_versions_and_parts_that_add_up(look, made, lang):
    first, second, _ = made.versions
    page = look("/inspector", lang=lang)
    box = page.get_by_role("combobox").first
    box.fill(made.person)
    page.get_by_role("option", name=made.person, exact=True).first.click()
    until(page, "document.querySelectorAll('.ranked li').length >= 10")
    assert f"user={quote(made.person)}" in page.url
    page.locator("select").nth(1).select_option(second)
    until(page, "document.querySelectorAll('.ranked').length === 2")
    seen = made.post(
        "/v1/inspect", {"user": made.person, "models": [first, second], "n": 10, "lang": lang}
    )["models"]
    for at, one in enumerate(seen):
        assert page.locator(".ranked").nth(at).locator("bdi").all_inner_texts() == [
            row["title"] for row in one["items"]
        ]
    drawn(page, 2)
    page.locator(".ranked").first.locator("button.link").nth(3).click()
    settle(page)
    assert f"item={quote(seen[0]['items'][3]['item'], safe='')}" in page.url
    assert seen[0]["items"][3]["title"][:40] in text(page, "figure:has(.signed)")
    total = (
        page.locator(".signed tr.total .value")
        .first.inner_text()
        .replace("+", "")
        .replace("−", "-")
        .replace(",", "")
    )
    assert float(total) == pytest.approx(seen[0]["items"][3]["score"], abs=0.006)
    page.get_by_role("tab", name="JSON").click()
    assert json.loads(text(page, "pre"))["user"] == made.person
    with page.expect_download() as saved:
        press(page, en="Download as JSON", zh="下载 JSON")
    assert json.loads(saved.value.path().read_text())["models"][0]["model"] == first


@pytest.mark.parametrize("lang", LANGS)
def test_what_if_changes_the_list_and_stores_nothing(look, made, lang):
    page = look(f"/inspector?user={quote(made.person)}&view=whatif", lang=lang)
    before = made.get(f"/v1/users/{quote(made.person)}/profile")
    history = made.post("/v1/inspect", {"user": made.person})["history"]
    page.locator(".checks input").first.check()
    until(page, "document.querySelectorAll('figure .table tbody tr').length > 3")
    assert "without=" in page.url
    expected = made.post(
        "/v1/what-if",
        {"user": made.person, "remove_events": [history[-1]["event_id"]], "n": 10, "lang": lang},
    )
    shown = page.locator("figure .table tbody tr").all_inner_texts()
    assert len(shown) == len(expected["moves"]) and expected["moves"][0]["title"] in shown[0]
    page.locator(".card input[role=combobox]").fill(history[0]["title"][:6])
    page.locator(".combo [role=option]").first.click()
    until(page, "location.search.includes('add=')")
    settle(page)
    address = page.url
    page.goto(address)  # a link that was sent on shows the same
    until(page, "document.querySelectorAll('.checks input:checked').length === 1")
    press(page, en="Back to the real history", zh="恢复真实历史")
    assert "without" not in page.url and "add=" not in page.url
    assert made.get(f"/v1/users/{quote(made.person)}/profile") == before


@pytest.mark.parametrize("lang", LANGS)
def test_inside_the_model_shows_rules_or_says_how_to_get_them(look, made, lang):
    page = look(f"/inspector?user={quote(made.person)}&view=inside", lang=lang)
    assert "whyrec fit --model sequence" in text(page) and "whyrec fit --model tree" in text(page)
    assert {"en": "Attention, not cause", "zh": "注意力，并非原因"}[lang] in text(page)
    page = look(
        f"/inspector?user={quote(made.person)}&view=inside&model={made.versions[2]}", lang=lang
    )
    path = made.post("/v1/inspect", {"user": made.person, "models": [made.versions[2]]})["models"][
        0
    ]["inside"]["rules"]["paths"][0]
    assert path["steps"][0][lang] in text(page)


@pytest.mark.parametrize("lang", LANGS)
def test_the_atlas_finds_selects_and_shows_neighbours_of_the_full_space(look, made, lang):
    page = drawn(look("/atlas", lang=lang))
    item = made.get("/v1/weights")["items"][2]
    assert {"en": "Distances are approximate", "zh": "距离仅为近似"}[lang] in text(
        page, ".takeaway"
    )
    page.get_by_role("combobox").fill(item["title"][:12])
    page.get_by_role("option", name=item["title"]).first.click()
    until(page, "document.querySelectorAll('aside .ranked li').length === 50")
    near = made.get(f"/v1/atlas/neighbours/{quote(item['item'], safe='')}?n=50")["neighbours"]
    assert page.locator("aside .ranked bdi").all_inner_texts() == [row["title"] for row in near]
    page.locator("aside .ranked button").first.click()
    until(
        page, "title => document.querySelector('aside h3')?.innerText === title", near[0]["title"]
    )
    assert quote(near[0]["item"], safe="") in page.url
    press(
        page, en="Show its network", zh="查看其网络"
    )  # the map may still stand there: it counts as drawn
    until(
        page,
        "title => document.querySelector('figure h3')?.innerText.includes(title)",
        near[0]["title"],
    )
    page.get_by_role("tab").nth(2).click()
    until(
        page,
        "title => document.body.innerText.includes(title)",
        made.get("/v1/weights")["strongest"][0]["source"],
    )


def test_a_lasso_makes_a_slice_that_stands_in_the_address(look, made):
    page = drawn(look("/atlas"))
    canvas = page.locator(".chart canvas").first
    canvas.scroll_into_view_if_needed()
    press(page, en="Lasso: draw around points", zh="")
    settle(page)  # the lasso is ready, and nothing moves any more
    box = canvas.bounding_box()
    at = lambda x, y: (box["x"] + x * box["width"], box["y"] + y * box["height"])  # noqa: E731
    page.mouse.move(*at(0.1, 0.15))
    page.mouse.down()
    for x, y in (
        (0.5, 0.15),
        (0.95, 0.15),
        (0.95, 0.6),
        (0.95, 0.97),
        (0.5, 0.97),
        (0.1, 0.97),
        (0.1, 0.5),
    ):
        page.mouse.move(*at(x, y), steps=4)
    page.mouse.up()
    until(page, "location.search.includes('around=')")
    until(page, "!!document.querySelector('aside table')")
    shown = int(re.sub(r"\D.*", "", text(page, "aside h3").replace(",", "")))
    whole = made.get("/v1/atlas")
    assert 0.3 * len(whole["x"]) < shown <= len(whole["x"])
    page.reload()
    until(page, "!!document.querySelector('aside table')")
    assert int(re.sub(r"\D.*", "", text(page, "aside h3").replace(",", ""))) == shown
    page.locator("aside select").select_option(
        whole["groups"][0]
    )  # the same by keyboard: all of a tag
    settle(page)
    until(
        page,
        "n => document.querySelector('aside h3')?.innerText.replace(',', '').startsWith(String(n) + ' ')",
        whole["group"].count(0),
    )
    press(page, en="Drop the slice", zh="")
    assert "around" not in page.url and "tag=" not in page.url


def test_a_point_is_selected_by_a_press_and_people_lead_to_the_inspector(look, made):
    page = drawn(look("/atlas?fine=no"))
    found = made.get("/v1/atlas")
    place = page.evaluate(
        """([x, y]) => { const chart = [...document.querySelectorAll('.chart')][0];
        const box = chart.getBoundingClientRect(), at = chart.whyrec.convertToPixel({gridIndex: 0}, [x, y]); return [box.x + at[0], box.y + at[1]]; }""",
        [found["x"][0], found["y"][0]],
    )
    page.mouse.click(*place)
    until(page, "location.search.includes('item=')")
    page = drawn(look("/atlas?kind=people"))
    assert made.get("/v1/atlas/people")["label"]
    page.goto(f"{made.site.url}/atlas?kind=people&item={quote(made.person)}")
    settle(page)
    page.locator("aside a").click()
    until(page, "location.pathname === '/inspector'")


@pytest.mark.parametrize("lang", LANGS)
def test_quality_by_slice_beside_another_version_with_the_experiment(look, made, lang):
    first, second, _ = made.versions
    page = drawn(look(f"/quality?against={second}", lang=lang), 2)
    mine, theirs = (
        made.get(f"/v1/findings/{version}/next-item")["result"] for version in (first, second)
    )
    stats = text(page, ".stats")
    assert (
        f"{mine['overall']['ndcg@10']['mean']:.3f}" in stats
        and f"{theirs['overall']['ndcg@10']['mean']:.3f}" in stats
    )
    figure = page.locator("figure").first
    figure.locator("summary").first.click()
    rows = figure.locator("tbody tr").all_inner_texts()
    assert len(rows) == len([row for row in mine["slices"] if row["slice"] == "history"])
    page.get_by_role("tab").nth(1).click()
    until(page, "location.search.includes('slice=popularity')")
    page.locator("select").last.select_option("hr@10")
    assert "metric=hr" in page.url
    assert "sums" in text(page) and {"en": "percentage points", "zh": "个百分点"}[lang] in text(
        page
    )


def test_a_measurement_is_started_from_the_page_and_followed(look, made):
    third = made.versions[2]
    page = look(f"/quality?model={third}")
    press(
        page,
        en="Measure"
        if made.get(f"/v1/findings/{third}/next-item")["state"] == "missing"
        else "Measure again",
        zh="",
    )
    until(page, "!!document.querySelector('.stats .stat')")
    assert made.get(f"/v1/findings/{third}/next-item")["state"] == "done"
    page = look(f"/quality?model={third}&protocol=since-fit")
    press(
        page,
        en="Measure"
        if made.get(f"/v1/findings/{third}/since-fit")["state"] == "missing"
        else "Measure again",
        zh="",
    )
    until(
        page,
        "/people must have chosen/.test(document.body.innerText) || !!document.querySelector('.stats .stat')",
    )


@pytest.mark.parametrize("lang", LANGS)
def test_a_version_is_promoted_after_asking_and_taken_back(look, made, lang):
    first, second, _ = made.versions
    page = drawn(look("/models", lang=lang))
    row = page.locator("tbody tr", has_text=second).first
    row.get_by_role("button", name={"en": "Promote", "zh": "启用"}[lang], exact=True).click()
    page.keyboard.press("Escape")
    assert made.get("/v1/card")["model"] == first
    row.get_by_role("button", name={"en": "Promote", "zh": "启用"}[lang], exact=True).click()
    page.get_by_role("button", name={"en": "Yes, let it serve", "zh": "确认启用"}[lang]).click()
    page.locator(".toast").wait_for()
    assert made.get("/v1/card")["model"] == second
    page.locator(".toast .button").first.click()
    until(
        page,
        "version => [...document.querySelectorAll('tbody tr')].some(row => row.innerText.includes(version) && row.querySelector('.badge.good'))",
        first,
    )
    assert made.get("/v1/card")["model"] == first
    page.locator("tbody tr", has_text=first).first.get_by_role(
        "button", name={"en": "Roll back", "zh": "回退"}[lang], exact=True
    ).click()
    page.get_by_role("button", name={"en": "Yes, roll back", "zh": "确认回退"}[lang]).click()
    until(
        page,
        "version => [...document.querySelectorAll('tbody tr')].some(row => row.innerText.includes(version) && row.querySelector('.badge.good'))",
        second,
    )
    made.post(f"/v1/models/{first}:promote")
    page.locator(".pressed button").nth(1).click()
    assert "cost=time" in page.url


# --- auditor -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_card_says_what_counts_and_prints(look, made, lang, tmp_path):
    page = drawn(look("/card", lang=lang, role="auditor"), 2)
    card = made.get("/v1/card")
    assert card["data_hash"][:24] in text(page)
    share = f"{100 * card['parameters'][0]['share']['mean']:.1f}%"
    assert share in text(page, ".takeaway") and share in text(page)
    assert page.locator("nav[aria-label] li").count() == 6  # an auditor sees the auditor's screens
    page.emulate_media(media="print")
    assert (
        not page.locator("header.top").is_visible()
        and not page.locator(".toolbar").first.is_visible()
    )
    pdf = page.pdf(format="A4", path=tmp_path / "card.pdf")
    assert pdf[:5] == b"%PDF-" and len(pdf) > 20_000


@pytest.mark.parametrize("lang", LANGS)
def test_a_decision_is_found_replayed_and_explained(look, visit, made, lang):
    page = look("/decisions", lang=lang, role="auditor")
    page.get_by_role("textbox").fill(made.answer)
    press(page, en="Open", zh="打开")
    until(page, "location.pathname.startsWith('/decisions/')")
    settle(page)
    drawn(page)
    record = made.get(f"/v1/decisions/{made.answer}")
    assert page.locator(".verdict.good").count() == 1 and record["replay"]["sha256"] in text(page)
    assert page.locator(".ranked b").all_inner_texts() == [row["title"] for row in record["items"]]
    # The logged sentences to the letter (they are English); on the Chinese page the same reasons in Chinese before them.
    said = page.locator(
        ".ranked .told" if lang == "en" else ".ranked .told-more > span[lang=en]"
    ).evaluate_all("all => all.map(one => one.textContent)")
    assert said == [row["text"] for row in record["items"]]
    if lang == "zh":
        here = made.get(f"/v1/recommendations/{made.answer}/explanation?lang=zh")["items"]
        assert page.locator(".ranked .told").evaluate_all(
            "all => all.map(one => one.textContent)"
        ) == [row["text"] for row in here]
    fall = record["waterfalls"][2]
    page.locator("select").select_option(fall["item"])
    until(
        page,
        "title => document.querySelector('figure h3').innerText.includes(title)",
        fall["title"],
    )
    page.locator("figure summary").first.click()
    assert page.locator("figure tbody tr").count() == len(fall["steps"]) + 2 + (
        fall["other_events"] > 0
    ) + (abs(fall["rest"]) > 1e-9)
    page.goto(f"{made.site.url}/decisions/none-such")
    page.locator(".note.bad").wait_for()
    visit.__self__.troubles.remove(
        "error: Failed to load resource: the server responded with a status of 404 (Not Found)"
    )


@pytest.mark.parametrize("lang", LANGS)
def test_faithfulness_draws_the_curves_and_fairness(look, made, lang):
    page = drawn(look("/faithfulness", lang=lang, role="auditor"), 3)
    found = made.get(f"/v1/findings/{made.versions[0]}/faithfulness")["result"]
    curve = {(row["by"], row["left_out"]): row for row in found["curves"]}
    assert f"{curve['reasons', 5]['drop']['mean']:.2f}" in text(page, ".takeaway")
    page.locator("select").nth(1).select_option("kept")
    until(page, "location.search.includes('measure=kept')")
    kept = [int(share) for share in re.findall(r"(\d+)%", text(page, ".takeaway"))]
    expected = [100 * curve[by, 5]["still_first"]["mean"] for by in ("reasons", "random")]
    assert kept == pytest.approx(expected, abs=0.51)
    assert "10⁻" in text(page) or found["sum_error"] == 0
    row = page.locator("tr", has_text="examples")
    assert ("does not pass: " if lang == "en" else "未通过：") in row.inner_text()


def check(**more):
    """A check of sentences as the contract has it: three claims of 18,340 false."""
    kinds = {
        "rank": (3900, 2),
        "share": (4010, 0),
        "count": (310, 1),
        "because": (1210, 0),
        "a kind of later": (5, 0),
    }
    example = {
        "recommendation_id": "3f0c",
        "item": "<b>odd</b>",
        "claim": "rank",
        "said": "#9 to #12",
        "found": "#9 to #2",
    }
    return {
        "checked": 412,
        "sentences": 4120,
        "claims": 18340,
        "false": 3,
        "unverifiable": 40,
        "kinds": [
            {"kind": kind, "claims": claims, "false": false}
            for kind, (claims, false) in kinds.items()
        ],
        "places": [
            {"rank": rank, "claims": 1834, "false": int(rank in (3, 5, 7))} for rank in range(1, 11)
        ],
        "examples": [
            example,
            example
            | {"recommendation_id": None, "claim": "count", "said": "10 times", "found": "9"},
        ],
        "because": 0.31,
        "support": {"under": [5, 0.13], "median": 40},
        "recency": {"latest": 0.41},
        "when": 1_796_022_000,
        "model": "0123456789abcdef",
    } | more


@pytest.fixture
def told(look):
    """told(body, ...) -> the screen of the auditor, given these answers one after the other: what the service cannot be
    brought to find is told by the contract."""

    def show(*bodies, lang="en", **options):
        page, left = look("/card", role="auditor", lang=lang, **options), list(bodies)
        page.route(
            "**/v1/audit/sentences",
            lambda route: route.fulfill(json=left.pop(0) if len(left) > 1 else left[0]),
        )
        page.goto(page.url.replace("/card", "/auditor/sentences"))
        return settle(page)

    return show


@pytest.mark.parametrize(("lang", "width"), [("en", 1440), ("zh", 390)])
def test_false_sentences_are_shown_by_kind_and_place(told, lang, width):
    found = check()
    page = told(found, lang=lang, width=width)
    assert text(page, "h1") == {"en": "Are the sentences true?", "zh": "句子是否属实？"}[lang]
    verdict = text(page, ".verdict.bad")
    assert (
        "18,300" in verdict and "4,120" in verdict and "412" in verdict and "40" in verdict
    )  # what cannot be checked is no truth
    assert "< 0.1%" in text(page, ".stats")  # three of so many are not none
    tables = page.locator("tbody")
    rows = [row.split("\t") for row in tables.nth(1).locator("tr").all_inner_texts()]
    assert [row[1:3] for row in rows] == [
        [f"{one['claims']:,}", str(one["false"])] for one in found["kinds"]
    ]
    assert (
        rows[-1][0] == "a kind of later"
        and rows[0][0] == {"en": "Place before and after a removal", "zh": "去掉前后的位次"}[lang]
    )
    assert [row.split("\t")[2] for row in tables.nth(2).locator("tr").all_inner_texts()] == [
        "0",
        "0",
        "1",
        "0",
        "1",
        "0",
        "1",
        "0",
        "0",
        "0",
    ]
    example = tables.nth(0)
    assert (
        "#9 to #12" in example.inner_text()
        and "#9 to #2" in example.inner_text()
        and "<b>odd</b>" in example.inner_text()
    )
    assert {"en": "made for the check", "zh": "为核查而生成"}[lang] in example.locator("tr").nth(
        1
    ).inner_text()
    assert example.locator("a").get_attribute("href") == "/decisions/3f0c?item=%3Cb%3Eodd%3C%2Fb%3E"
    rests = text(page, ".sections > section:last-child")
    assert all(f"{share}%" in rests for share in (31, 13, 41)) and "40" in rests
    assert axe(page) == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_true_sentences_and_an_empty_log_are_told_apart(told):
    nothing = {
        "kinds": [],
        "places": [],
        "examples": [],
        "because": None,
        "support": None,
        "recency": None,
    }
    assert "All 18,340 claims" in text(
        told(check(false=0, unverifiable=0, **nothing)), ".verdict.good"
    )
    page = told(
        check(false=0, claims=40, sentences=40, **nothing)
    )  # each of them of something that is gone
    assert page.locator(
        ".verdict.good, .verdict.bad"
    ).count() == 0 and "No claim could be checked" in text(page, ".verdict")


def test_a_check_of_sentences_is_started_and_followed(told):
    """As any measurement stands: missing, running with its progress, failed with why, done."""
    finding = {
        "kind": "sentences",
        "state": "missing",
        "progress": None,
        "seconds": None,
        "error": None,
        "result": None,
    }
    page = told(
        finding,
        finding | {"state": "running", "progress": 0.4},
        finding | {"state": "failed", "error": "The store is away."},
        finding | {"state": "done", "result": check()},
    )
    assert "Not checked yet" in text(page, ".measuring") and page.locator(".verdict").count() == 0
    press(page, en="Check now")
    until(page, "/40%/.test(document.querySelector('.measuring').innerText)")
    assert page.locator(".measuring .button").is_disabled()
    until(page, "/The store is away/.test(document.querySelector('.measuring').innerText)")
    press(page, en="Check again")
    page.locator(".verdict.bad").wait_for()


@pytest.mark.parametrize("lang", LANGS)
def test_sentences_of_the_service_are_checked(look, made, lang):
    """The service's own check, where it has one."""
    if "/v1/audit/sentences" not in made.get("/openapi.json")["paths"]:
        pytest.skip("this service does not check sentences")
    made.post("/v1/audit/sentences")
    page = look("/auditor/sentences", role="auditor", lang=lang)
    wait_for(
        lambda: made.get("/v1/audit/sentences")["state"] != "running", "the check of sentences"
    )
    until(page, "!!document.querySelector('.verdict')")
    assert page.locator(".verdict.good").count() == 1 and axe(page) == []


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "3 answers did not add up"), ("zh", "3 份回答相加不符")]
)
def test_operations_alarm_where_answers_did_not_add_up(look, made, lang, said):
    page = look("/operations?still=yes", lang=lang)
    assert page.locator("#gaps").count() == 0  # none of the traffic of these tests
    given = made.get("/v1/operations?minutes=15") | {"gaps": {"answers": 3, "last": 1_796_022_000}}
    page.route("**/v1/operations*", lambda route: route.fulfill(json=given))
    page.reload()
    assert (
        said in text(settle(page), "#gaps[role=alert]")
        and "2026" in text(page, "#gaps")
        and axe(page) == []
    )


@pytest.mark.parametrize("lang", LANGS)
def test_promises_are_shown_with_their_tests_and_state(look, made, lang):
    page = look("/auditor/promises", role="auditor", lang=lang)
    page.locator("table tbody tr").first.wait_for()
    found = made.get("/v1/promises")
    assert page.locator("table tbody tr").count() == len(found["promises"]) >= 30
    here = [row for row in found["promises"] if row["state"] != "absent"]
    verdict = text(page, ".verdict")
    assert str(found["holding"]) in verdict and str(len(here)) in verdict
    first = found["promises"][0]
    shown = text(page, "table tbody")
    assert first["zh" if lang == "zh" else "words"] in shown and first["tests"][0] in shown
    assert found["commit"] in verdict


@pytest.mark.parametrize("lang", LANGS)
def test_the_ledger_shows_what_is_stored_and_checks_receipts(look, made, lang):
    page = look("/privacy", lang=lang, role="auditor")
    ledger = made.get("/v1/ledger")
    assert f"{next(row['rows'] for row in ledger['stored'] if row['table'] == 'events'):,}" in text(
        page
    )
    assert ledger["receipts"][0]["receipt_id"] in text(page) and "whyrec audit" in text(page)
    box, check = page.get_by_role("textbox"), {"en": "Check", "zh": "核验"}
    box.fill(json.dumps(made.receipt))
    press(page, **check)
    page.locator(".verdict.good").wait_for()
    box.fill(json.dumps(made.receipt | {"erased": made.receipt["erased"] | {"events": 12345}}))
    press(page, **check)
    page.locator(".verdict.bad").wait_for()
    box.fill("no receipt at all")
    press(page, **check)
    assert page.locator("#receipt-wrong").inner_text()


def test_screens_print_to_pdf_without_buttons(look, made, tmp_path):
    for path in ("/faithfulness", "/privacy", f"/decisions/{made.answer}"):
        page = look(path, role="auditor")
        drawn(page, page.locator(".chart").count()) if page.locator(".chart").count() else None
        page.emulate_media(media="print")
        assert not any(
            button.is_visible() for button in page.locator("main .toolbar button").all()
        ), path
        assert len(page.pdf(format="A4")) > 10_000


def test_the_keyboard_alone_walks_the_inspector(look, made):
    page = look(f"/inspector?user={quote(made.person)}")
    tab = page.get_by_role("tab").first
    tab.focus()
    page.keyboard.press("ArrowRight")
    until(page, "location.search.includes('view=whatif')")
    box = page.locator(".checks input").first
    box.focus()
    page.keyboard.press("Space")
    until(page, "location.search.includes('without=')")
