"""Downloads against a real server on this machine: whole, checked, or not there at all."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from whyrec.core import DataError, UnknownNameError
from whyrec.data.registry import KNOWN, KnownSet, cache_folder, digest, fetch, find, get

BODY = bytes(range(256)) * 10_000


class Handler(BaseHTTPRequestHandler):
    """/short.zip ends early, /endless.zip does not say its length, /none.zip is not there."""

    def do_GET(self) -> None:
        if self.path == "/none.zip":
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/endless.zip":
            self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY[:1000] if self.path == "/short.zip" else BODY)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYREC_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("WHYREC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def published(url: str, checksum: str | None = None) -> KnownSet:
    return KnownSet("some", "a set", "http://page", url, "CC0", "nobody", checksum)


def test_a_download_arrives_whole_and_says_how_far_it_is(server: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    for algorithm in ("md5", "sha256"):
        known = published(
            f"{server}/set.zip", f"{algorithm}:{hashlib.new(algorithm, BODY).hexdigest()}"
        )
        path = fetch(
            known,
            tmp_path / algorithm / "new",
            progress=lambda done, total: seen.append((done, total)),
        )
        assert path == tmp_path / algorithm / "new" / "set.zip" and path.read_bytes() == BODY
        assert [p.name for p in path.parent.iterdir()] == ["set.zip"]
    assert seen[-1] == (len(BODY), len(BODY)) and seen == sorted(seen[: len(seen) // 2]) * 2
    assert digest(path) == hashlib.sha256(BODY).hexdigest()


@pytest.mark.parametrize(
    "file, limit, expected",
    [
        ("none.zip", 10**9, "must be reachable and"),
        ("none.zip", 10**9, "HTTP Error 404"),
        ("short.zip", 10**9, "must be reachable"),
        ("set.zip", 10**6, "must not send more than 1,000,000 bytes; got 2,560,000"),
        ("endless.zip", 10**6, "must not send more than 1,000,000 bytes; got more"),
    ],
)
def test_a_failed_download_leaves_nothing(
    server: str, tmp_path: Path, file: str, limit: int, expected: str
) -> None:
    with pytest.raises(DataError) as error:
        fetch(published(f"{server}/{file}"), tmp_path / "to", limit=limit)
    assert expected in str(error.value) and f"{server}/{file}" in str(error.value)
    assert not list((tmp_path / "to").iterdir())


def test_a_wrong_checksum_is_refused_and_the_old_file_stays(server: str, tmp_path: Path) -> None:
    (tmp_path / "set.zip").write_text("mine")
    with pytest.raises(
        DataError, match=f"must have the md5 0123; got {hashlib.md5(BODY).hexdigest()}"
    ):
        fetch(published(f"{server}/set.zip", "md5:0123"), tmp_path)
    assert (tmp_path / "set.zip").read_text() == "mine"


def test_a_server_that_does_not_answer_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        fetch(published("http://127.0.0.1:9/set.zip"), tmp_path)
    assert "http://127.0.0.1:9/set.zip must be reachable" in str(error.value)
    assert f"put the file by hand at {tmp_path / 'set.zip'}" in str(error.value)


def test_get_takes_what_is_at_hand_first(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find("ml-1m") is None and cache_folder() == tmp_path / "cache"
    monkeypatch.setitem(
        KNOWN, "ml-1m", replace(KNOWN["ml-1m"], url=f"{server}/ml-1m.zip", checksum=None)
    )
    assert get("ml-1m") == tmp_path / "cache" / "ml-1m.zip" == find("ml-1m")
    (tmp_path / "data" / "ml-1m").mkdir(parents=True)
    assert get("ml-1m") == tmp_path / "data" / "ml-1m"
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "ml-1m.zip").write_text("mine")
    assert get("ml-1m", tmp_path / "own").read_text() == "mine"


def test_the_list_is_complete_and_well_formed() -> None:
    for name, known in KNOWN.items():
        assert known.name == name and known.file.endswith(".zip") and known.licence and known.cite
        assert known.url.startswith("https://") and known.page.startswith("https://")
        if known.checksum:
            algorithm, _, digits = known.checksum.partition(":")
            assert len(bytes.fromhex(digits)) == hashlib.new(algorithm).digest_size
    with pytest.raises(UnknownNameError, match="Did you mean 'ml-100k'"):
        get("ml-100")
