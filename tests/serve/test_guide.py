"""As a new user would: the verbs of the command line, and the guide's curl lines against a service in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.serve.helpers import film_data, fitted_folder
from tests.serve.postgres import free_port
from tests.waiting import HANGS
from whyrec import api, registry, storage
from whyrec.cli import main
from whyrec.serve.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films") / "M"
    data = api.load("films")
    return storage.save(folder, registry.model("additive", mix={}).fit(data), data, name="additive")


def start(folder, url, port, *arguments):
    command = [
        sys.executable,
        "-m",
        "whyrec",
        "serve",
        *arguments,
        "--store",
        url,
        "--port",
        str(port),
    ]
    environment = {**os.environ, "WHYREC_MODELS": str(folder / "models"), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + HANGS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2):
                return process
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError(f"not ready: {process.communicate()}")


def test_the_curl_lines_of_the_guide(films, store_url, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    text = (ROOT / "docs" / "guide" / "service.md").read_text()
    lines = re.findall(r"^curl .*$", text, re.M)
    assert len(lines) >= 8
    port = free_port()
    process = start(tmp_path, store_url, port, str(films))
    try:
        time.sleep(0.2)
        os.set_blocking(process.stdout.fileno(), False)
        key = re.search(r"wr_\S+", process.stdout.read())[0]
        environment = {**os.environ, "KEY": key, "URL": f"http://127.0.0.1:{port}"}
        answers = [
            json.loads(
                subprocess.run(
                    ["sh", "-c", line], env=environment, capture_output=True, text=True, check=True
                ).stdout
            )
            for line in lines
        ]
    finally:
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=HANGS)
    assert not [answer for answer in answers if "urn:whyrec" in str(answer.get("type"))], answers
    assert process.returncode in (0, -signal.SIGTERM), log
    assert (
        len(answers[0]["items"]) == 10
        and answers[0]["source"] == "user"
        and answers[1]["source"] == "session"
    )
    assert answers[2]["accepted"] == 1 and answers[-1]["erased"]["profile"] == 1
    rows = [json.loads(line) for line in log.splitlines()]
    assert "p0001" not in log and "alien" not in log and key not in log
    assert sum(row["event"] == "request" for row in rows) >= len(lines)
    second = start(tmp_path, store_url, port)  # without M: the store knows its model
    second.send_signal(signal.SIGTERM)
    out, _ = second.communicate(timeout=HANGS)
    assert second.returncode in (0, -signal.SIGTERM) and "key" not in out


def test_keys_export_import_and_retrain_from_the_command_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from whyrec.serve.main import prepare

    prepare(read_settings(), fitted_folder(tmp_path / "m"))

    def run(*arguments, code=0):
        assert main(list(arguments)) == code
        return capsys.readouterr()

    made = json.loads(run("key", "new", "--role", "person", "--user", "u1", "--json").out)
    assert made["key"].startswith("wr_") and made["user"] == "u1"
    assert made["key"] not in run("key", "list", "--json").out
    run("key", "remove", made["id"])
    assert (
        "must be one that `whyrec key list` shows" in run("key", "remove", made["id"], code=2).err
    )
    assert (
        "a key of the role person has a user" in run("key", "new", "--role", "person", code=2).err
    )
    data = film_data()
    for form in ("csv", "parquet", "recbole"):
        counts = json.loads(run("store", "export", form, "--format", form, "--json").out)
        assert counts["events"] == len(data) and counts["items"] == data.n_items
        again = api.load(form)
        assert sorted(
            zip(
                (again.users[u] for u in again.user),
                (again.items[i] for i in again.item),
                again.time.tolist(),
                strict=True,
            )
        ) == sorted(
            zip(
                (data.users[u] for u in data.user),
                (data.items[i] for i in data.item),
                data.time.tolist(),
                strict=True,
            )
        )
        assert again.item_table.title[0].startswith("Film")
    run("store", "import", "csv", "--store", "sqlite:///second.db")
    first = json.loads(
        run("store", "export", "out2", "--store", "sqlite:///second.db", "--json").out
    )
    run("store", "import", "csv", "--store", "sqlite:///second.db")
    assert (
        json.loads(run("store", "export", "out3", "--store", "sqlite:///second.db", "--json").out)
        == first
    )
    assert (
        "must be one of csv, parquet, recbole"
        in run("store", "export", "x", "--format", "xml", code=2).err
    )
    assert "must have chosen, since the serving model was fitted" in run("retrain", code=2).err
    assert (
        "the first start needs a model" in run("serve", "--store", "sqlite:///third.db", code=2).err
    )


def test_settings_come_from_file_environment_and_arguments(tmp_path):
    from whyrec.core import ArgumentError, UnknownNameError

    file = tmp_path / "s.toml"
    file.write_text('store = "sqlite:///a.db"\nport = 9000\nrate = 5')
    made = read_settings(file, {"WHYREC_PORT": "9001"}, port=None, host="0.0.0.0")
    assert (made.store, made.port, made.rate, made.host) == ("sqlite:///a.db", 9001, 5.0, "0.0.0.0")
    assert made.models_folder == Path("a.db.models")
    with pytest.raises(ArgumentError, match="port must be a number from 1 to 65535; got 'x'"):
        read_settings(None, {"WHYREC_PORT": "x"})
    assert read_settings(None, {"WHYREC_KEEP_DAYS": "0"}).keep_days == 0
    with pytest.raises(ArgumentError, match="keep_days must be 0 or more; got '-1'"):
        read_settings(None, {"WHYREC_KEEP_DAYS": "-1"})
    file.write_text("colour = 1")
    with pytest.raises(UnknownNameError, match="unknown setting of the service 'colour'"):
        read_settings(file, {})
