"""Every verb and option of version 0.1 is still there, takes a value where it took one, and no verb asks for more than then.

The list is of `whyrec --help` of version 0.1. A verb or option that is renamed later stays in it: its old name works for one
version with a warning on standard error.
"""

from __future__ import annotations

import pytest
import typer

from tests.cli.test_cli import fitted, plain, run  # noqa: F401 - fixtures
from whyrec.cli.app import app

VERBS = {  # verb: its options, with = where they take a value and ! where they must be given, and <arguments>
    "": "--debug",
    "add": "--items=! --json --large= --out=! <m>!",
    "audit": "--attacks --cases= --columns= --data=! --json --out= --reasons= --seed= <m>!",
    "batch": "--address= --block= --engine= --json --neighbours= --out=! --people= --reasons= --workers= -k= <m>!",
    "compare": "--columns= --data=! --graph= --item-core= --json --k-core= --min-value= --models= --protocol= --refit --repeat --seed=",
    "compress": "--budget-mb= --epochs= --json --max-loss= --min-reasons= --out=! --people= --seed= <folder>!",
    "data": "",
    "data check": "--columns= --json --out= <path>!",
    "data get": "--folder= <name>!",
    "data list": "--json",
    "demo": "--columns= --data= --json --out= --port= --seed= --serve",
    "explain": "--against= --budget= --item= --items= --json --lang= --method= --polish-model= --polish= --user= -k= <m>!",
    "faithful": "--cases= --columns= --data=! --json --methods= --seed= <m>!",
    "fit": "--address= --checkpoint= --columns= --config= --data=! --engine= --graph= --item-core= --json --k-core= --ledger= --log= --max-minutes= --min-value= --model=! --no-histories --out=! --repeat --seed= --workers=",
    "forget": "--check --json --out=! --users=! <m>!",
    "fuse": "--columns= --config= --data=! --explained-share-min= --item-core= --json --k-core= --min-value= --out=! --people= --repeat --seed=",
    "estimate-policy": "--clip= --config= --days= --json --new=! --reward= --seed= --store=",
    "judge": "--clip= --config= --days= --json --new=! --reward= --seed= --store=",
    "key": "",
    "key list": "--config= --json --store=",
    "key new": "--config= --json --note= --role= --store= --user=",
    "key remove": "--config= --store= <id>!",
    "learn": "--epochs= --json --out= --people= --seed= <m>!",
    "look": "--json --out=! --seed= --views= <m>!",
    "methods": "--json <m>!",
    "plan": "--engine= --events=! --items=! --json --lang= --machines=! --users=!",
    "prepare": "--address= --data=! --engine= --item-core= --json --k-core= --min-value= --out=! --protocol= --repeat --shard= --workers=",
    "recommend": "--items= --json --lang= --user= -k= <m>!",
    "report": "--columns= --data=! --json --out= --seed= <m>!",
    "retrain": "--config= --json --promote --seed= --store=",
    "rules": "--json --lang= -k= <m>!",
    "serve": "--address= --config= --engine= --host= --policy= --port= --store= --workers= <m>",
    "store": "",
    "store export": "--config= --format= --json --store= <out>!",
    "store import": "--columns= --config= --json --repeat --store= <data>!",
    "tune": "--address= --columns= --config= --data=! --engine= --item-core= --json --k-core= --min-value= --model=! --out=! --protocol= --repeat --seed= --store=! --trials= --workers=",
    "update": "--check --columns= --data=! --json --out=! <m>!",
}


def commands(command, path=""):
    """{verb: the parser} of a command and all below it."""
    found = {path: command}
    for name, below in getattr(command, "commands", {}).items():
        found |= commands(below, f"{path} {name}".strip())
    return found


def taken(command):
    """{option: how `VERBS` would write it} of a verb, each spelling by itself."""
    found = {}
    for one in command.params:
        if one.param_type_name == "option":
            for spelling in (*one.opts, *one.secondary_opts):
                found[spelling] = spelling + "=" * (not one.is_flag) + "!" * one.required
        else:
            found[f"<{one.name}>"] = f"<{one.name}>" + "!" * one.required
    return found


NOW = commands(typer.main.get_command(app))


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_of_version_0_1_takes_what_it_took(verb):
    now = taken(NOW[verb]).values()
    then = VERBS[verb].split()
    for one in then:  # what had to be given may be left out now
        assert one in now or one.removesuffix("!") in now, f"{verb} {one}"
    needed = {one for one in now if one.endswith("!")}
    assert needed <= set(then)


@pytest.mark.parametrize("verb", VERBS)
def test_its_help_is_shown(verb, capsys):
    code, out, err = run(capsys, *verb.split(), "--help")
    assert code == 0 and out and not err


def test_an_old_name_of_an_explainer_works_with_a_line_on_standard_error(capsys, fitted):  # noqa: F811
    asked = ("explain", fitted, "--user", "p3", "-k", 3)
    code, _, err = run(capsys, *asked, "--method", "removal")
    assert code == 0
    assert err == (
        "whyrec: the explainer removal is greedy-removal now; "
        "the old name works in this version only\n"
    )
    code, _, err = run(capsys, *asked, "--method", "greedy-removal")
    assert (code, err) == (0, "")


def test_an_old_verb_works_with_a_line_on_standard_error(capsys, tmp_path):
    asked = ("--new", tmp_path / "none", "--store", f"sqlite:///{tmp_path}/store.db")
    code, out, err = run(capsys, "judge", *asked)
    first, rest = err.split("\n", 1)
    assert first == (
        "whyrec: whyrec judge is whyrec estimate-policy now; "
        "the old name works in this version only"
    )
    assert (code, out, rest) == run(capsys, "estimate-policy", *asked)
    assert "\n  judge " not in run(capsys, "--help")[1]
