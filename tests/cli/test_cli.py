"""The command line as people and machines meet it: output, JSON, exit codes, and what wrong input is told."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from tests.toys import returning
from whyrec import api, storage
from whyrec.cli import show
from whyrec.cli.app import main
from whyrec.cli.parse import names, parse_columns
from whyrec.core import ArgumentError


def write_plain(folder, people=40, items=12, seed=0):
    """A small plain data set with titles; in it item n is mostly followed by n + 1."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["user,item,time"]
    for person in range(people):
        start = int(rng.integers(0, items))
        lines += [
            f"p{person},i{(start + step) % items},{1_700_000_000 + person * 100 + step * 86_400}"
            for step in range(int(rng.integers(4, 8)))
        ]
    (folder / "events.csv").write_text("\n".join(lines) + "\n")
    (folder / "items.csv").write_text(
        "item,title,genres\n"
        + "".join(f"i{n},Film {n},{'Drama' if n % 2 else 'Comedy'}\n" for n in range(items))
    )
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return write_plain(tmp_path_factory.mktemp("data") / "tiny-film")


@pytest.fixture(scope="module")
def fitted(plain, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "m"
    assert (
        main(
            [
                "fit",
                "--data",
                str(plain),
                "--domain",
                "film",
                "--model",
                "additive",
                "--out",
                str(out),
            ]
        )
        == 0
    )
    return out


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys, *arguments):
    code, out, _ = run(capsys, *arguments, "--json")
    assert code == 0
    return json.loads(out)


def test_recommend_and_explain_agree(capsys, fitted):
    listed = run_json(capsys, "recommend", fitted, "--user", "p3", "-k", 5)
    assert [row["rank"] for row in listed["items"]] == [1, 2, 3, 4, 5]
    first = listed["items"][0]
    why = run_json(capsys, "explain", fitted, "--user", "p3")
    assert (why["item"], why["title"], why["rank"]) == (first["item"], first["title"], 1)
    assert why["score"] == pytest.approx(first["score"], rel=1e-6)
    assert why["score"] == pytest.approx(
        why["base"] + sum(r["weight"] for r in why["reasons"]) + why["rest"], rel=1e-5
    )
    assert why["explained_share"] == 1.0 and why["additive"]
    assert set(why["text"]) == {"en", "zh"}
    assert {
        "user",
        "item",
        "title",
        "rank",
        "score",
        "base",
        "rest",
        "gap",
        "explained_share",
        "method",
        "additive",
        "interval",
        "reasons",
        "removed",
        "text",
    } <= set(why)
    assert {"refs", "rank_before", "rank_after"} <= set(why["removed"])


def test_what_was_removed_is_what_really_happens(capsys, fitted):
    why = run_json(capsys, "explain", fitted, "--user", "p3", "-k", 1)
    assert why["counterfactual"]["found"] and why["counterfactual"]["rank_after"] > 1
    store = storage.open_fitted(fitted)
    query, item = store.data.history("p3"), store.data.item_number(why["item"])
    for removed in (
        why["counterfactual"],
        why["removed"],
    ):  # the smallest set, and what the sentence names
        gone = [
            p for p, item in enumerate(query.items) if store.data.items[item] in removed["refs"]
        ]
        scores = store.model.score([query.without(gone)])[0].astype(float)
        scores[query.items] = -np.inf
        assert removed["rank_before"] == 1 and gone
        assert (
            removed["rank_after"]
            == 1 + (scores > scores[item]).sum() + (scores[:item] == scores[item]).sum()
        )
    assert ("because" in why["text"]["en"].lower()) == why["removed"]["proved"]
    told = run(capsys, "explain", fitted, "--user", "p3", "-k", 1)[1]
    assert f"from #1 to #{why['counterfactual']['rank_after']}" in told


def test_somebody_new_by_items_or_titles(capsys, fitted):
    by_label = run_json(capsys, "recommend", fitted, "--items", "i3,i4")
    by_title = run_json(capsys, "recommend", fitted, "--items", "Film 3, film 4")
    assert by_label["items"] == by_title["items"]
    assert by_label["items"][0]["title"] == "Film 5"


def test_one_item_can_be_asked_about(capsys, fitted):
    why = run_json(
        capsys, "explain", fitted, "--items", "i3,i4", "--item", "Film 9", "--method", "deletion"
    )
    assert (why["title"], why["method"]) == ("Film 9", "deletion (leave-one-out)")


def test_compare_json(capsys, plain):
    found = run_json(
        capsys,
        "compare",
        "--data",
        plain,
        "--models",
        "popular,cooccurrence",
        "--protocol",
        "next-item",
    )
    assert {"data", "protocol", "users", "items", "rows"} <= set(found)
    assert [row["model"] for row in found["rows"]] == ["popular", "cooccurrence"]
    for row in found["rows"]:
        assert {
            "model",
            "metrics",
            "fit_seconds",
            "score_seconds",
            "peak_mb",
            "explained_share",
        } <= set(row)
        for name in ("ndcg@10", "hr@10", "recall@20", "ndcg@100"):
            interval = row["metrics"][name]
            assert interval["low"] <= interval["mean"] <= interval["high"]
    [difference] = found["comparisons"]
    assert difference["a"] == "cooccurrence" and difference["significant"]
    means = [row["metrics"]["ndcg@10"]["mean"] for row in found["rows"]]
    assert difference["difference"]["mean"] == pytest.approx(means[1] - means[0], abs=2e-5)


def test_compare_tells_what_min_support_costs(capsys, tmp_path):
    data = write_plain(tmp_path / "d", people=150)
    found = run_json(
        capsys,
        "compare",
        "--data",
        data,
        "--models",
        "popular,ease,cooccurrence",
        "--min-support",
        "1, 5,500",
    )
    rows = found["min_support"]
    assert [(row["model"], row["min_support"]) for row in rows] == [
        (model, least) for model in ("ease", "cooccurrence") for least in (1, 5, 500)
    ]
    for row in rows:
        assert row["low"] <= row["cost"] <= row["high"]
        assert row["people"] == 150
    free = [row["low"] <= 0 and row["share"] <= 0.01 for row in rows]
    assert free[2] is free[5] is False  # 500 people never chose the same two films
    assert [row["chosen"] for row in rows] == [
        free[0] and not free[1],
        free[0] and free[1],
        False,
        not free[4],
        free[4],
        False,
    ]
    assert rows[2]["cost"] > 0.05
    plain = run_json(capsys, "compare", "--data", data, "--models", "ease")["min_support"]
    assert [row["min_support"] for row in plain] == [1, 2, 3, 5, 10]
    code, out, _ = run(
        capsys, "compare", "--data", data, "--models", "cooccurrence", "--min-support", "1,500"
    )
    assert code == 0
    assert "What min_support costs 150 validation people, against none" in out
    code, _, err = run(
        capsys, "compare", "--data", data, "--models", "ease", "--min-support", "1;2"
    )
    assert code == 2
    assert "--min-support must be numbers of people by commas; got '1;2'" in err


@pytest.mark.parametrize("protocol", ["strong", "temporal"])
def test_other_protocols(capsys, tmp_path, protocol):
    data = write_plain(tmp_path / "d", people=120)
    found = run_json(
        capsys, "compare", "--data", data, "--models", "popular,ease", "--protocol", protocol
    )
    assert found["protocol"] == protocol and found["cases"] > 5


def test_refit_says_so(capsys, plain):
    found = run_json(capsys, "compare", "--data", plain, "--models", "popular", "--refit")
    assert "each person's last;" in found["notes"][0]


def test_faithful(capsys, plain, fitted):
    found = run_json(capsys, "faithful", fitted, "--data", plain, "--cases", 20)
    assert 20 < found["explained_items"] <= 200
    assert found["cases"] == 20 and found["completeness"] < 1e-5 and found["removal_error"] < 1e-5
    drops = {row["method"]: row["metrics"]["drop"]["mean"] for row in found["rows"]}
    assert drops["top reason"] > drops["random"]
    rows = {row["method"]: row for row in found["rows"]}
    assert {"auto", "random", "best of 10 random", "most recent", "cosine", "jaccard"} <= set(rows)
    for name in ("pos@5", "pos@20", "neg@5", "del", "ins", "cdcg", "pos@5.few"):
        assert rows["auto"]["metrics"][name]["low"] <= rows["auto"]["metrics"][name]["mean"]
    assert rows["auto"]["metrics"]["del"]["mean"] < rows["random"]["metrics"]["del"]["mean"]
    assert found["chosen"]["method"] == "exact" and rows["best of 10 random"]["oracle"]
    code, out, _ = run(
        capsys, "faithful", fitted, "--data", plain, "--cases", 5, "--methods", "exact,lime"
    )
    assert code == 0 and "exact is not better, beyond chance, than:" in out


def test_methods_lists_what_the_model_allows(capsys, fitted):
    found = run_json(capsys, "methods", fitted)
    listed = [row["method"] for row in found["methods"]]
    assert {"exact", "shapley", "counterfactual", "learned"} <= set(listed)
    assert not {"integrated-gradients", "attention", "als-decomposition"} & set(listed)
    assert found["auto"] == "exact" and all(row["what"] for row in found["methods"])
    flaws = {row["method"]: row["flaw"] for row in found["methods"]}
    assert "never reads the model" in flaws["examples"] and flaws["exact"] == ""


EVERY = (
    "exact",
    "deletion",
    "deletion-margin",
    "greedy-removal",
    "shapley",
    "lime",
    "counterfactual",
    "counterfactual-additions",
    "contrast",
    "anchor",
    "examples",
)


@pytest.mark.parametrize("method", EVERY)
def test_explain_by_every_method_in_both_languages(capsys, fitted, method):
    why = run_json(capsys, "explain", fitted, "--user", "p3", "--method", method)
    assert why["text"]["en"].endswith(".") and why["text"]["zh"].endswith("。")
    assert why["cost"]["ms"] > 0 and why["chosen"] == {"method": method, "why": "asked for"}
    for lang in ("en", "zh"):
        code, out, _ = run(
            capsys, "explain", fitted, "--user", "p3", "--method", method, "--lang", lang
        )
        assert code == 0 and why["text"][lang].split("“")[0].split("《")[0] in out


def test_a_learned_explainer_is_trained_and_used(capsys, tmp_path):
    plain = write_plain(tmp_path / "data", people=40)
    folder = tmp_path / "m"
    run_json(capsys, "fit", "--data", plain, "--model", "ease", "--out", folder)
    code, _, err = run(capsys, "explain", folder, "--user", "p3", "--method", "learned")
    assert code == 2 and f"run whyrec learn {folder}" in err
    found = run_json(capsys, "learn", folder, "--epochs", 3)
    assert found["people"] == 32 and len(found["curve"]) == 3
    why = run_json(capsys, "explain", folder, "--user", "p3", "--method", "learned")
    assert why["method"] == "learned (amortised, margin)" and why["cost"]["evaluations"] == 1
    graded = run_json(
        capsys, "faithful", folder, "--data", plain, "--methods", "learned", "--cases", 20
    )
    assert graded["cases"] == 8  # only people it was not trained on
    code, _, err = run(capsys, "learn", folder, "--people", 0)
    assert code == 2 and "--people and --epochs must be 1 or more" in err


def test_an_option_of_another_method_is_refused(capsys, fitted):
    code, _, err = run(capsys, "explain", fitted, "--user", "p3", "--against", "Film 9")
    assert code == 2 and "--against belongs to other methods; got method exact" in err


def test_faithful_needs_the_same_items(capsys, tmp_path, fitted):
    other = write_plain(tmp_path / "other", items=9)
    code, _, err = run(capsys, "faithful", fitted, "--data", other)
    assert code == 2
    assert "must have the items the model was fitted on; got 9 items, the model has 12" in err


def test_report_and_demo_write_a_page_and_a_model(capsys, plain, fitted, tmp_path):
    found = run_json(capsys, "report", fitted, "--data", plain, "--out", tmp_path / "r.html")
    assert "<!doctype html>" in (tmp_path / "r.html").read_text()
    assert found["model"] is None
    made = run_json(capsys, "demo", "--data", plain, "--out", tmp_path / "demo")
    assert (tmp_path / "demo" / "report.html").exists()
    assert storage.open_fitted(made["model"]).header["name"] == "additive"
    assert run(capsys, "explain", made["model"], "--user", made["explained"]["user"])[0] == 0


def test_no_histories_leaves_people_out(capsys, plain, tmp_path):
    assert (
        main(
            [
                "fit",
                "--data",
                str(plain),
                "--model",
                "ease",
                "--out",
                str(tmp_path / "m"),
                "--no-histories",
            ]
        )
        == 0
    )
    capsys.readouterr()
    stored = b"".join(path.read_bytes() for path in (tmp_path / "m").iterdir())
    assert b"p3" not in stored
    code, _, err = run(capsys, "recommend", tmp_path / "m", "--user", "p3")
    assert code == 2 and "holds no histories; got --user p3. Fix: give --items a,b,c" in err
    assert run_json(capsys, "recommend", tmp_path / "m", "--items", "i1")["items"]


def test_config_sets_the_model_up(capsys, plain, tmp_path):
    (tmp_path / "c.toml").write_text("ridge = [5.0, 50.0]\ntune_on = 20\n")
    out = tmp_path / "m"
    assert (
        main(
            [
                "fit",
                "--data",
                str(plain),
                "--model",
                "additive",
                "--config",
                str(tmp_path / "c.toml"),
                "--out",
                str(out),
            ]
        )
        == 0
    )
    capsys.readouterr()
    fitted = storage.open_fitted(out)
    assert list(fitted.model.ridge) == [5.0, 50.0]
    assert fitted.header["config"]["tune_on"] == 20


def test_the_same_seed_gives_the_same_folder(capsys, plain, tmp_path):
    for name in "ab":
        assert (
            main(
                [
                    "fit",
                    "--data",
                    str(plain),
                    "--model",
                    "bpr",
                    "--seed",
                    "3",
                    "--out",
                    str(tmp_path / name),
                ]
            )
            == 0
        )
    capsys.readouterr()
    listed = [sorted(p.name for p in (tmp_path / name).glob("*-*")) for name in "ab"]
    assert listed[0] == listed[1]  # the files carry their content's hash in their names


def test_data_check(capsys, plain, tmp_path):
    assert run(capsys, "data", "check", plain)[0] == 0
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "events.csv").write_text("user,item,value\na,x,1\nb,,2\nc,y,many\n")
    code, out, _ = run(capsys, "data", "check", bad, "--json", "--out", tmp_path / "found.json")
    found = json.loads(out)
    assert code == 1 and found["rows"] == 3
    assert {"column", "row", "value", "required", "fix"} <= set(found["problems"][0])
    assert any(
        p["column"] == "value" and p["row"] == 3 and p["value"] == "many" for p in found["problems"]
    )
    assert json.loads((tmp_path / "found.json").read_text()) == found


def test_items_come_again_only_where_asked(capsys, tmp_path):
    data = returning()
    lines = [
        "user,item,time",
        *(
            f"{data.users[u]},{data.items[i]},{t}"
            for u, i, t in zip(data.user, data.item, data.time, strict=True)
        ),
    ]
    (tmp_path / "events.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "c.toml").write_text('parts = ["ease", "transitions"]\n', encoding="utf-8")
    used = set(data.history("u3").items.tolist())
    for again in (True, False):
        given = ["--repeat"] if again else []
        out = tmp_path / f"m{again}"
        run_json(
            capsys,
            "fit",
            "--data",
            tmp_path,
            "--model",
            "additive",
            "--config",
            tmp_path / "c.toml",
            "--out",
            out,
            *given,
        )
        items = run_json(capsys, "recommend", str(out), "--user", "u3", "-k", "3")["items"]
        assert {int(row["item"][1:]) in used for row in items} == ({True} if again else {False})
        assert ("before (" in items[0]["text"]["en"]) == again
    best = next(
        row["item"]
        for row in run_json(
            capsys, "recommend", str(tmp_path / "mTrue"), "--user", "u3", "-k", "1"
        )["items"]
    )
    assert (
        run_json(capsys, "explain", str(tmp_path / "mTrue"), "--user", "u3", "--item", best)["rank"]
        == 1
    )
    notes = run_json(
        capsys,
        "compare",
        "--data",
        str(tmp_path),
        "--models",
        "personal-popular,popular",
        "--repeat",
    )["notes"]
    assert "seen items may come again" in notes[0]


def test_data_list(capsys):
    found = run_json(capsys, "data", "list")
    assert {"films", "ml-1m", "ml-latest-small"} <= {row["name"] for row in found["sets"]}


WRONG = [
    (["compare", "--data", "nowhere.zip"], "nowhere.zip"),
    (["compare"], "Missing option '--data'"),
    (["explan", "x"], "No such command 'explan'"),
    (
        ["compare", "--data", "PLAIN", "--models", "eese"],
        "unknown model 'eese'. Did you mean 'ease'",
    ),
    (
        ["compare", "--data", "PLAIN", "--protocol", "nextitem"],
        "unknown protocol 'nextitem'. Did you mean 'next-item'",
    ),
    (["compare", "--data", "PLAIN", "--min-value", "9"], "min_value"),
    (["compare", "--data", "PLAIN", "--k-core", "500"], "k_core"),
    (["compare", "--data", "PLAIN", "--columns", "user"], "--columns is written user=NAME"),
    (["recommend", "FITTED", "--user", "p33x"], "unknown user 'p33x'. Did you mean 'p33'"),
    (
        ["recommend", "FITTED", "--items", "Film 33"],
        "unknown item 'Film 33'. Did you mean 'Film 3'",
    ),
    (["recommend", "FITTED"], "give --user or --items, and only one of them; got neither"),
    (["recommend", "FITTED", "--user", "p1", "--items", "i1"], "got both"),
    (["recommend", "FITTED", "--user", "p1", "-k", "0"], "k must be 1 or more; got 0"),
    (["recommend", "FITTED", "--user", "p1", "--lang", "fr"], "--lang must be en or zh; got 'fr'"),
    (["recommend", "PLAIN", "--user", "p1"], "is no model folder: it has no manifest.json"),
    (
        ["explain", "FITTED", "--items", "i1", "--item", "i1"],
        "an item the person has not chosen yet; got 'i1'",
    ),
    (
        ["explain", "FITTED", "--user", "p1", "--method", "exactly"],
        "unknown explainer 'exactly'. Did you mean 'exact'",
    ),
    (
        ["explain", "FITTED", "--user", "p1", "--method", "als-decomposition"],
        "like als; got AdditiveRecommender",
    ),
    (
        ["explain", "FITTED", "--items", "i0,i1,i2,i3,i4,i5,i6,i7,i8,i9,i10,i11"],
        "an item the person has not seen",
    ),
    (
        ["fit", "--data", "PLAIN", "--model", "ease", "--out", "PLAIN"],
        "a new, empty or earlier model folder",
    ),
    (
        ["fit", "--data", "PLAIN", "--model", "ease", "--out", "x", "--config", "none.toml"],
        "a readable TOML file; got none.toml",
    ),
    (
        ["fit", "--data", "PLAIN", "--model", "ease", "--out", "FILE/m"],
        "FILE/m must be a place to read and write; got Not a dir",
    ),
    (
        ["demo", "--data", "PLAIN", "--out", "FILE/d"],
        "must be a place to read and write; got Not a directory. Fix: check",
    ),
    (
        ["report", "FITTED", "--data", "PLAIN", "--out", "FILE/r.html"],
        "must be a place to read and write; got ",
    ),
    (["faithful", "FITTED", "--data", "PLAIN", "--cases", "0"], "--cases must be 1 or more; got 0"),
    (["data", "check", "nowhere"], "got 'nowhere', which is not there"),
    (["data", "get", "ml-1"], "unknown"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=[" ".join(a) for a, _ in WRONG])
def test_wrong_arguments_get_one_paragraph_and_code_2(capsys, plain, fitted, arguments, message):
    file = plain / "items.csv"  # nothing can be written below a file
    places = {"PLAIN": plain, "FITTED": fitted}
    code, out, err = run(
        capsys, *(places.get(a, str(a).replace("FILE", str(file))) for a in arguments)
    )
    err = err.replace(str(file), "FILE")
    assert code == 2
    assert out == ""
    assert message in err
    assert err.startswith("whyrec: ") and err.count("\n") == 1
    assert "Traceback" not in err


WRONG_SETTINGS = [
    ("additive", 'ridge = "many"', "ridge of additive must be a number; got 'many'"),
    ("additive", "ridge = [50.0, -1.0]", "ridge of additive must be above 0; got -1.0"),
    ("additive", "ridge = []", "ridge of additive must be at least one number; got none"),
    ("additive", "tune_on = 1.5", "tune_on of additive must be a whole number; got 1.5"),
    ("additive", "mix = 3", "mix must name its numbers, as in share = 0.5; got 3"),
    ("additive", "[mix]\nshre = 0.5", "unknown number of mix 'shre'. Did you mean 'share'"),
    ("additive", '[mix]\nshare = "half"', "share of mix must be a number, 0 or more; got 'half'"),
    ("als", "embedding_size = -3", "embedding_size of als must be 1 or more; got -3"),
    ("als", "regularization = nan", "regularization of als must be a number; got nan"),
    ("als", "epochs = true", "epochs of als must be a whole number; got True"),
    ("cooccurrence", "decay = 1.5", "decay of cooccurrence must be from 0 to 1; got 1.5"),
    ("knn", "similarity = 3", "similarity of knn must be text; got 3"),
    ("ease", "rigde = 3.0", "unknown setting of ease 'rigde'. Did you mean 'ridge'"),
]


@pytest.mark.parametrize(
    ("model", "setting", "message"), WRONG_SETTINGS, ids=[s for _, s, _ in WRONG_SETTINGS]
)
def test_wrong_settings_get_one_paragraph_and_code_2(
    capsys, plain, tmp_path, model, setting, message
):
    (tmp_path / "c.toml").write_text(setting)
    code, out, err = run(
        capsys,
        "fit",
        "--data",
        plain,
        "--model",
        model,
        "--config",
        tmp_path / "c.toml",
        "--out",
        tmp_path / "m",
    )
    assert (code, out) == (2, "")
    assert message in err and err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["--debug", "compare", "--data", "nowhere"], ["compare", "--data", "nowhere", "--debug"]],
)
def test_debug_shows_the_trace_wherever_it_stands(capsys, arguments):
    code, _, err = run(capsys, *arguments)
    assert code == 2 and "Traceback" in err
    assert "Traceback" not in run(capsys, "compare", "--data", "nowhere")[2]


def test_a_fault_of_our_own_is_not_hidden(monkeypatch):
    monkeypatch.setattr(api, "load_steps", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["compare", "--data", "films"])


def steady(text):
    """Output without what changes from run to run: seconds, memory, places."""
    text = re.sub(r"\S*/(m|report\.html|model)\b", r"<\1>", text)
    return re.sub(r"(?<= )\d+\.\d+ s\b", "<n> s", text)


@pytest.mark.parametrize("verb", ["recommend", "explain", "explain-zh", "check", "fit"])
def test_golden_output(capsys, plain, fitted, tmp_path, snapshot, verb):
    arguments = {
        "recommend": ["recommend", fitted, "--user", "p3", "-k", 3],
        "explain": ["explain", fitted, "--user", "p3"],
        "explain-zh": ["explain", fitted, "--user", "p3", "--lang", "zh"],
        "check": ["data", "check", plain],
        "fit": ["fit", "--data", plain, "--model", "cooccurrence", "--out", tmp_path / "m"],
    }[verb]
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    assert steady(out) == snapshot


@pytest.fixture(scope="module")
def readable(tmp_path_factory):
    """A folder of each interpretable model, small."""
    folder = tmp_path_factory.mktemp("readable")
    data = write_plain(folder / "tiny-film", people=80)
    (folder / "tree.toml").write_text(
        "candidates = 8\nnegatives = 5\nmin_samples = 15\nmax_depth = 3\n"
    )
    (folder / "rules.toml").write_text("candidates = 8\nnegatives = 5\ntrees = 5\nmax_rules = 6\n")
    (folder / "ebm.toml").write_text(
        "candidates = 8\nnegatives = 5\nbags = 1\nrounds = 40\ninteractions = 0\n"
    )
    for name in ("tree", "rules", "ebm"):
        assert (
            main(
                [
                    "fit",
                    "--data",
                    str(data),
                    "--model",
                    name,
                    "--config",
                    str(folder / f"{name}.toml"),
                    "--out",
                    str(folder / name),
                ]
            )
            == 0
        )
    return folder


@pytest.mark.parametrize("name", ["tree", "rules", "ebm"])
def test_interpretable_models_explain_in_both_languages(capsys, readable, name):
    why = run_json(capsys, "explain", readable / name, "--user", "p3")
    assert why["method"] == "features" and why["explained_share"] == 1.0 and abs(why["gap"]) < 1e-5
    assert all(set(reason["text"]) == {"en", "zh"} and reason["label"] for reason in why["reasons"])
    opening = {
        "Main reasons: “": "主要理由：“",
        "Reasons for it: “": "支持它的理由：“",
    }  # by how much of the lead they make
    en = next(one for one in opening if why["text"]["en"].startswith(one))
    assert why["text"]["zh"].startswith(opening[en])
    assert (
        run_json(capsys, "recommend", readable / name, "--user", "p3", "-k", 2)["items"][0]["item"]
        == why["item"]
    )


@pytest.mark.parametrize("name", ["tree", "rules", "ebm"])
def test_rules_are_told_with_true_examples(capsys, readable, name):
    found = run_json(capsys, "rules", readable / name)
    assert (
        found["model"] == name
        and found["absent"]["near"]
        and {"name", "text"} <= set(found["features"][0])
    )
    store = storage.open_fitted(readable / name)
    for row in found["statements"]:
        assert set(row["text"]) == {"en", "zh"}
        if row["example"]:
            last = store.data.history(row["example"]["user"]).items[-1]
            assert store.data.items[last] == row["example"]["item"]
    assert any(row["example"] for row in found["statements"])
    assert len(run_json(capsys, "rules", readable / name, "-k", 1)["statements"]) == 1


def test_rules_without_histories_have_no_examples(capsys, readable):
    assert (
        main(
            [
                "fit",
                "--data",
                str(readable / "tiny-film"),
                "--model",
                "tree",
                "--config",
                str(readable / "tree.toml"),
                "--out",
                str(readable / "bare"),
                "--no-histories",
            ]
        )
        == 0
    )
    capsys.readouterr()
    assert {
        row["example"] for row in run_json(capsys, "rules", readable / "bare")["statements"]
    } == {None}


def test_rules_of_other_models_are_refused(capsys, fitted, readable):
    code, _, err = run(capsys, "rules", fitted)
    assert code == 2 and "tree, rules or ebm; got additive. Fix: whyrec fit --model rules." in err
    code, _, err = run(capsys, "rules", readable / "tree", "-k", 0)
    assert code == 2 and "-k must be 1 or more; got 0" in err


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["tree", "rules"])
def test_golden_rules(capsys, readable, snapshot, name, lang):
    code, out, _ = run(capsys, "rules", readable / name, "--lang", lang)
    assert code == 0 and out == snapshot


def test_the_report_of_a_tree_draws_it(capsys, readable):
    code, _, _ = run(
        capsys,
        "report",
        readable / "tree",
        "--data",
        readable / "tiny-film",
        "--out",
        readable / "r.html",
    )
    page = (readable / "r.html").read_text()
    assert code == 0 and '<section id="tree">' in page and page.count('class="tree ') == 4


@pytest.mark.parametrize(("events", "counted"), [(8, ""), (9, ""), (10, "2 further events")])
def test_a_single_further_event_is_told_rather_than_counted(capsys, events, counted):
    show.explained(
        {
            "title": "T",
            "rank": 1,
            "user": "u",
            "method": "exact",
            "explained_share": 1.0,
            "score": 1.0,
            "base": 0.0,
            "rest": 0.0,
            "additive": True,
            "reasons": [
                {"kind": "event", "weight": 0.1, "label": f"event {n}"} for n in range(events)
            ],
            "text": {"en": "."},
            "counterfactual": {"found": False, "labels": [], "k": 10},
        },
        "en",
    )
    out = capsys.readouterr().out
    assert (counted in out) and ("further" in out) == bool(counted)
    assert out.count(" event ") == (8 if counted else events)


def test_columns_are_read_with_quotes_and_commas():
    assert parse_columns('user="Customer, ID",item=Code') == {
        "user": "Customer, ID",
        "item": "Code",
    }
    assert parse_columns("") is None
    assert names("a, b,,a") == ["a", "b"]
    with pytest.raises(ArgumentError, match="--columns is written"):
        parse_columns("user=")


def test_a_graph_is_read_and_its_first_link_is_cut(tmp_path, capsys):
    films = api.load("films")
    rows = ["head,relation,tail"] + [
        f"{label},genre,{genre}"
        for label, genres in zip(films.items, films.item_table.categories, strict=True)
        for genre in genres
    ]
    graph = tmp_path / "links.csv"
    graph.write_text("\n".join(rows), encoding="utf-8")
    config = tmp_path / "graph.toml"
    config.write_text("people = false\nthen = false\ntune_on = 300\n", encoding="utf-8")
    out = tmp_path / "m"
    assert main(
        [
            "fit",
            "--data",
            "films",
            "--graph",
            str(graph),
            "--model",
            "graph",
            "--config",
            str(config),
            "--out",
            str(out),
        ]
    ) in (0, None)
    capsys.readouterr()
    assert main(["explain", str(out), "--user", films.users[0], "--json"]) in (0, None)
    told = json.loads(capsys.readouterr().out)
    assert told["method"] == "paths"
    assert told["reasons"][0]["label"].startswith("genre ")
    assert told["cut"]["rank_after"] >= told["cut"]["rank_before"] == told["rank"]
    assert main(["explain", str(out), "--user", films.users[0], "--lang", "zh"]) in (0, None)
    assert "切断：没有链接“与《" in capsys.readouterr().out
