"""Web pages of other origins: refused by default, allowed by name."""

from __future__ import annotations

import pytest

from tests.serve.helpers import served
from whyrec.core import ArgumentError
from whyrec.serve.settings import read_settings

SHOP = "https://shop.example"
ASKED = {
    "Origin": SHOP,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
}
ALLOW = "access-control-allow-origin"


def test_no_origin_is_allowed_by_default(here):
    assert ALLOW not in here.client.options("/v1/recommendations", headers=ASKED).headers
    answer = here.call("POST", "/v1/recommendations", json={"user": "u1"}, headers={"Origin": SHOP})
    assert answer.status_code == 200 and ALLOW not in answer.headers


def test_a_named_origin_is_allowed_and_no_other(tmp_path):
    with served(tmp_path, origins=f"http://localhost:3000, {SHOP}") as here:
        asked = here.client.options("/v1/recommendations", headers=ASKED)
        assert asked.status_code == 200 and asked.headers[ALLOW] == SHOP
        for answer in (
            here.call("POST", "/v1/recommendations", json={}, headers={"Origin": SHOP}),
            here.client.get("/v1/me", headers={"Origin": SHOP}),  # errors can be read as well
        ):
            assert answer.headers[ALLOW] == SHOP
            assert "access-control-allow-credentials" not in answer.headers
        other = {**ASKED, "Origin": "https://evil.example"}
        assert ALLOW not in here.client.options("/v1/recommendations", headers=other).headers
        assert ALLOW not in here.client.get("/v1/me", headers=other).headers


@pytest.mark.parametrize("text", ["*", "shop.example", "https://a.example/", "null", "ftp://a"])
def test_what_is_no_origin_is_refused(text):
    with pytest.raises(ArgumentError, match="origins such as"):
        read_settings(None, {"WHYREC_ORIGINS": text})


def test_the_times_of_answers_are_those_of_answers_alone():
    from whyrec.serve.telemetry.recent import RecentMetrics

    recent = RecentMetrics(lambda: (0.0, 0.0, 0.0), now=lambda: 1_000_000.0)
    for _ in range(99):
        recent.saw("GET", "/{path:path}", 200, 0.0005, "a")
    recent.saw("POST", "/v1/recommendations", 200, 0.017, "b")
    recent.saw("POST", "/v1/recommendations", 401, 0.0003, "c")
    series = recent.series(1)
    assert series["answers"][-1] == 1
    assert series["p50_ms"][-1] < 1 and 16 < series["answers_p50_ms"][-1] < 18
    assert series["answers_p50_ms"][0] is None
