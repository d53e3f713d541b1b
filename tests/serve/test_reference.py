"""The API reference: one page that needs nothing from elsewhere and has every operation and field."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from whyrec.serve.api.reference import reference


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids, self.links, self.tags, self.open = [], [], [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        self.links += [found[name] for name in ("href", "src") if name in found]
        self.ids += [found["id"]] if "id" in found else []
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_works_alone_and_is_complete(here):
    answer = here.client.get("/docs")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script" not in policy
    page = Reader()
    page.feed(answer.text)
    assert not page.open and "script" not in page.tags and "img" not in page.tags
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        assert link == "/openapi.json" or (link[0] == "#" and link[1:] in page.ids), link
    described = here.client.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        for method in methods:
            assert f"<b>{method.upper()}</b> <code>{path}</code>" in answer.text
    for name, schema in described["components"]["schemas"].items():
        assert f'id="schema-{name}"' in answer.text
        for field in schema.get("properties", {}):
            assert f"<code>{field}</code>" in answer.text
    assert "Fields of EventIn" in answer.text and "Fields of ItemRow" in answer.text
    assert "undefined" not in answer.text.lower()


def test_texts_cannot_become_markup():
    evil = "<script>alert(1)</script> `<b>`"
    page = {
        "info": {"title": evil, "version": "1", "description": evil},
        "paths": {
            "/x": {"get": {"operationId": "x", "description": evil, "responses": {"200": {}}}}
        },
        "components": {"schemas": {"A": {"description": evil, "type": "object", "enum": [evil]}}},
    }
    text = reference(page)
    assert "<script" not in text and not re.search(r"<code><b>", text)
