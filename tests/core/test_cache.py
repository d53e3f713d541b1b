"""Where the cache lies: the first of three places that is named."""

from __future__ import annotations

from pathlib import Path

from whyrec.core.cache import cache_folder


def test_the_cache_is_where_it_is_said_to_be(monkeypatch, tmp_path):
    monkeypatch.setenv("WHYREC_CACHE", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "own"
    monkeypatch.delenv("WHYREC_CACHE")
    assert cache_folder() == tmp_path / "xdg" / "whyrec"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "whyrec"
