"""How the page starts: with a key where there is no demo, from the command line where there is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.serve.helpers import film_data, fitted_folder
from tests.serve.postgres import free_port
from tests.waiting import HANGS
from tests.web import stage
from whyrec.cli import main
from whyrec.serve.api.app import make_app
from whyrec.serve.main import prepare
from whyrec.serve.settings import Settings
from whyrec.serve.store.api_keys import make_key


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """(address, keys by role) of a service that is no demo."""
    folder = tmp_path_factory.mktemp("plain")
    settings = Settings(
        store=f"sqlite:///{folder / 'store.db'}", models=str(folder / "models"), port=free_port()
    )
    prepare(settings, fitted_folder(folder / "m"))
    app = make_app(settings)
    write = app.state.service.store.write
    keys = {
        role: write(lambda c, role=role, user=user: make_key(c, role, 1_700_000_000, user=user)[1])
        for role, user in (("person", "u1"), ("reader", None), ("monitor", None))
    }
    with stage.listening(app, settings.port) as url:
        yield url, keys


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_key_is_asked_for_and_a_wrong_one_is_told(browser, plain, lang):
    url, keys = plain
    page = browser.new_context(locale=stage.LOCALES[lang]).new_page()
    page.goto(url + "/why/i1")
    stage.settle(page)
    assert page.locator(".people, .demo-bar").count() == 0 and stage.axe(page) == []
    page.locator("button[type=submit]").click()
    assert (
        page.locator("#key-wrong").inner_text()
        == {"en": "Enter your key first.", "zh": "请先输入密钥。"}[lang]
    )
    page.fill("#key", "wr_wrong")
    page.keyboard.press("Enter")
    stage.until(
        page,
        "text => document.querySelector('#key-wrong').textContent === text",
        {"en": "The service does not know this key.", "zh": "服务不认识此密钥。"}[lang],
    )
    assert (
        page.evaluate("document.activeElement.id") == "key"
        and page.evaluate("sessionStorage.length") == 0
    )
    page.fill("#key", keys["person"])
    page.keyboard.press("Enter")
    page.locator(".why-back").wait_for()  # where the address had led
    assert keys["person"] not in page.url and page.locator(".nav a").count() == 4
    page.get_by_role("button", name={"en": "Sign out", "zh": "退出"}[lang]).click()
    page.locator("#key").wait_for()
    assert page.evaluate("sessionStorage.length") == 0
    page.context.close()


def test_a_role_without_screens_is_told_so_and_a_key_that_is_gone_signs_out(browser, plain):
    url, keys = plain
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(url)
    stage.settle(page)
    page.fill("#key", keys["monitor"])
    page.keyboard.press("Enter")
    page.get_by_text("A key of the role monitor has no screens here.").wait_for()
    page.evaluate("sessionStorage.setItem('whyrec.key', 'wr_gone')")
    page.reload()
    page.get_by_text("The key is no longer valid. Sign in again.").wait_for()
    page.context.close()


def test_the_command_line_serves_the_demo_on_this_machine_only(tmp_path):
    stage.fit(tmp_path, film_data())
    (tmp_path / "report.html").write_text("<p>the report")
    port = free_port()
    code = f"from pathlib import Path; from whyrec.cli.page import serve_folder; serve_folder(Path({str(tmp_path)!r}), {port})"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    try:
        until = time.monotonic() + HANGS
        while time.monotonic() < until and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/demo/report") as answer:
                    assert answer.read() == b"<p>the report"
                    break
            except OSError:
                time.sleep(0.2)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(
                urllib.request.Request(
                    f"http://127.0.0.1:{port}/v1/demo/people", headers={"Host": "other.example"}
                )
            )
        assert refused.value.code == 403
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=HANGS)
    assert f"http://127.0.0.1:{port}/" in out + err and "only this machine" in " ".join(
        (out + err).split()
    )


def test_without_the_extra_the_demo_says_what_to_install_before_it_begins(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["demo", "--out", str(tmp_path / "out"), "--serve"]) == 2
    assert "pip install 'whyrec[serve]'" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()
