"""Errors in Chinese: every text that the service raises an error with has a translation, and a live service gives it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import whyrec.serve
from whyrec.serve.api import problem_texts
from whyrec.serve.api.problems import accepted, responses
from whyrec.serve.store.engine import POSTGRES, SQLITE, UNREACHABLE

FOLDER = Path(whyrec.serve.__file__).parent
PLACES = {
    "ProblemError": (2, 3),
    "problem": (2, 3),
    "StoreError": (1, 2),
}  # where the detail and the fix stand
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def text_of(node):
    """A constant, or an f-string with X for what is put in; None of what is made elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "X" for part in node.values
        )
    return None


def raised():
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in PLACES:
                for at in PLACES[node.func.id]:
                    if len(node.args) > at and (text := text_of(node.args[at])) is not None:
                        yield pytest.param(text, id=f"{path.stem}-{text[:40]}")


@pytest.mark.parametrize("text", list(raised()))
def test_every_error_of_the_service_has_its_chinese(text):
    assert (found := problem_texts.translated(text, "zh")) is not None and CHINESE.search(found)


def test_many_errors_are_looked_at_and_the_stores_too():
    assert len(list(raised())) > 30
    for _, required, fix in (*SQLITE.values(), *POSTGRES.values(), UNREACHABLE):
        for text in (required, fix, f"{required}; nothing of this request was kept"):
            assert CHINESE.search(problem_texts.translated(text, "zh") or "")
    stated = {*responses(404, 405), 404, 405}
    assert len(stated) == 13
    assert all(CHINESE.search(problem_texts.title(status, "zh")) for status in stated)
    assert {
        problem_texts.title(status, lang) for status in stated for lang in ("en", "zh")
    }.isdisjoint({"Error", "出错"})


ZH = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "detail", "fix"),
    [
        ("GET", "/v1/items/none/similar", None, 404, "没有这个项目：'none'", "已有的是："),
        ("POST", "/v1/recommendations", {"n": 0}, 422, "body.n：须不小于 1", "请修改所列的字段"),
        (
            "POST",
            "/v1/recommendations",
            {"nn": 1},
            422,
            "body.nn：不认识此字段",
            "请修改所列的字段",
        ),
        ("POST", "/v1/recommendations?x=1", {}, 422, "此路径只接受参数", "请去掉该参数"),
        ("GET", "/v1/nowhere", None, 404, "没有这个路径", "可用的路径见"),
        (
            "POST",
            "/v1/what-if",
            {"cut_paths": [{"item": "i1", "path": "link-1"}]},
            409,
            "只有图模型的路径可以切断",
            "训练 graph 模型",
        ),
    ],
)
def test_what_went_wrong_and_what_to_do_are_chinese_for_who_asks_for_it(
    here, method, path, body, status, detail, fix
):
    answer = here.call(method, path, headers=ZH, **({} if body is None else {"json": body}))
    made = answer.json()
    assert (answer.status_code, answer.headers["content-language"]) == (status, "zh")
    assert detail in made["detail"] and fix in made["fix"] and CHINESE.search(made["title"])
    plain = here.call(method, path, **({} if body is None else {"json": body}))
    assert plain.headers["content-language"] == "en" and not CHINESE.search(plain.text)


def test_a_missing_key_and_a_body_that_is_too_large_are_chinese_too(here):
    missing = here.client.get("/v1/me", headers=ZH).json()
    assert missing["detail"].startswith("需要 API 密钥") and missing["fix"].startswith(
        "请发送请求头"
    )
    large = here.call(
        "POST", "/v1/events", headers={**ZH, "Content-Length": "999999999999"}, content=b"{}"
    )
    assert large.status_code == 413 and large.json()["fix"] == "请分成几次请求发送"


def test_a_refusal_without_a_translation_still_says_so_in_chinese():
    assert problem_texts.refused("odd thing; got 3.", "do it", "zh") == (
        "请求与现有的数据或设置不符（原文：odd thing; got 3.）",
        "请按原文处理：do it",
    )
    assert problem_texts.refused("odd thing.", "", "zh")[1] == "请核对所填的名称和取值"


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("zh-TW", "zh"),
        ("en-GB,zh;q=0.9", "en"),
        ("zh;q=0.2, en;q=0.1", "zh"),
        ("fr", "en"),
        ("zh;q=x", "en"),
        ("*", "en"),
    ],
)
def test_the_language_that_is_accepted(header, lang):
    assert accepted(header) == lang
