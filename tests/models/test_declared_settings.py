"""What the settings of every model declare: their types, their ranges, and where they are searched."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from tests.toys import random_data
from whyrec import registry, storage
from whyrec.core import ArgumentError, BadArtefact, artefact
from whyrec.core.settings import declared, searched

MODELS = list(registry.names("models"))
# Models in models, names, tables and unions of kinds: their own fit says what they must be.
FREE = {
    "min_support": (
        "knn",
        "ease",
        "slim",
        "cooccurrence",
        "sequential-rules",
        "pctm",
        "additive",
        "graph",
    ),
    "budget": ("additive",),
    "learned": ("additive",),
    "mix": ("additive",),
    "similarity_terms": ("additive",),
    "glass": ("fused",),
    "large": ("fused", "compact"),
    "readable": ("fused",),
    "base_model": ("graph",),
    "model": ("sharded",),
}
NOT_SEARCHED = ["popular", "private", "private-sequence", "sharded", "fused", "compact"]
NUMBERS = [
    (name, key)
    for name in MODELS
    for key, one in declared(registry.find("models", name)).items()
    if one.kind in (int, float)
]


# Numbers that mean something below 0, too.
SIGNED = [("pctm", "popularity")]


def made(name):
    return registry.find("models", name)


@pytest.mark.parametrize("name", MODELS)
def test_every_setting_is_typed(name):
    free = [key for key, one in declared(made(name)).items() if one.kind is None]
    assert free == [key for key in free if name in FREE.get(key, ())]


@pytest.mark.parametrize(("name", "key"), [one for one in NUMBERS if one not in SIGNED])
def test_every_number_has_a_lower_end(name, key):
    setting = declared(made(name))[key].setting
    assert max(setting.low, setting.above) >= 0


@pytest.mark.parametrize(("name", "key"), SIGNED)
def test_a_number_of_either_sign_has_both_ends(name, key):
    setting = declared(made(name))[key].setting
    assert -math.inf < setting.low < 0 < setting.high < math.inf


@pytest.mark.parametrize("name", MODELS)
def test_the_defaults_are_allowed_on_every_road(name):
    model = registry.create_model(name)
    config = artefact.model_config(model)
    assert artefact.model_config(made(name)(**config)) == config
    assert artefact.model_config(registry.create_model(name, **config)) == config


# Never taken from the declarations: what nobody could mean.
WRONG = [
    ("als", "alpha", -3.0),
    ("als", "regularization", -0.1),
    ("als", "embedding_size", 0),
    ("bpr", "learning_rate", 0.0),
    ("knn", "neighbours", 0),
    ("knn", "similarity", "jaccard"),
    ("svd", "embedding_size", -1),
    ("ease", "ridge", 0.0),
    ("ease", "ridge", "300"),
    ("ease", "ridge", float("nan")),
    ("slim", "neighbours", 10_001),
    ("slim", "event_decay", 1.1),
    ("cooccurrence", "decay", -0.1),
    ("sequential-rules", "weighting", "cubic"),
    ("sequential-rules", "last", 0),
    ("pctm", "tau", 0.0),
    ("pctm", "query_decay", 1.0),
    ("pctm", "gap_shape", "linear"),
    ("pctm", "popularity", -2.5),
    ("personal-popular", "decay", 1.01),
    ("additive", "ridge", (50.0, -1.0)),
    ("additive", "repeat_term", "yes"),
    ("graph", "neighbours", 0),
    ("graph", "people", 1),
    ("lowrank", "dropout", 1.5),
    ("lowrank", "loss", "mse"),
    ("sequence", "loss", "ful"),
    ("sequence", "blocks", 0),
    ("sequence", "cold_item_boost", 0.0),
    ("tree", "max_depth", 0),
    ("rules", "linear", "no"),
    ("ebm", "interactions", -1),
    ("rating", "warmup", -1),
    ("fused", "explained_share_min", 1.5),
    ("compact", "epochs", -1),
    ("sharded", "shards", 0),
    ("private", "epsilon", 0.0),
    ("private", "delta", 1.0),
    ("private-sequence", "popularity", 1.0),
]


@pytest.mark.parametrize(("name", "key", "value"), WRONG)
def test_what_nobody_can_mean_is_refused_on_every_road(name, key, value):
    assert key in declared(made(name))  # else the setting would be unknown, not refused
    with pytest.raises(ArgumentError, match=rf"^{key} of {name} must be .*; got .*\. Fix: give "):
        registry.create_model(name, **{key: value})
    with pytest.raises(ArgumentError, match=rf"^{key} must be .*; got .*\. Fix: give {key} of "):
        made(name)(**{key: value})


def inside(one):
    """Values that the declaration allows."""
    s = one.setting
    if s.choices:
        return st.sampled_from(s.choices)
    if one.kind is int:
        return st.integers(math.ceil(s.low), 10**6 if math.isinf(s.high) else math.floor(s.high))
    low, high = max(s.low, s.above), min(s.high, s.below)
    return st.floats(
        low,
        None if math.isinf(high) else high,
        exclude_min=s.above >= s.low,
        exclude_max=s.below <= s.high and not math.isinf(high),
        allow_infinity=False,
    )


def outside(one):
    """Numbers beyond either end of it."""
    s = one.setting
    ends = []
    low, high = max(s.low, s.above), min(s.high, s.below)
    number = st.integers if one.kind is int else st.floats
    if one.kind is int:
        ends += [] if math.isinf(low) else [number(max_value=int(low) - 1)]
        ends += [] if math.isinf(high) else [number(min_value=int(high) + 1)]
    else:
        ends += [] if math.isinf(low) else [st.floats(max_value=low, exclude_max=s.low >= s.above)]
        ends += (
            [] if math.isinf(high) else [st.floats(min_value=high, exclude_min=s.high <= s.below)]
        )
    return st.one_of(ends)


@pytest.mark.parametrize(("name", "key"), NUMBERS)
@settings(max_examples=25)
@given(data=st.data())
def test_inside_the_range_is_taken_and_outside_is_refused(name, key, data):
    one = declared(made(name))[key]
    value = data.draw(inside(one))
    assert getattr(made(name)(**{key: value}), key) == value
    assert getattr(registry.create_model(name, **{key: value}), key) == value
    wrong = data.draw(outside(one))
    with pytest.raises(ArgumentError) as caught:
        registry.create_model(name, **{key: wrong})
    said = str(caught.value)
    assert f"{key} of {name}" in said and repr(wrong) in said and one.setting.range in said


def test_every_model_has_a_space_or_says_why_not():
    assert [name for name in MODELS if not searched(made(name))] == NOT_SEARCHED
    for name in NOT_SEARCHED:
        assert made(name).not_tuned
    for name in ("private", "private-sequence"):
        assert "epsilon" in made(name).not_tuned


@pytest.mark.parametrize(
    ("name", "key"), [(name, key) for name in MODELS for key in searched(made(name))]
)
def test_what_is_searched_is_allowed_and_holds_the_default(name, key):
    one = searched(made(name))[key]
    s = one.setting
    values = s.grid or s.search
    for value in values:
        assert getattr(registry.create_model(name, **{key: value}), key) == value
    default = one.default
    if isinstance(default, Sequence) and not isinstance(default, str):
        default = default[0]
    if s.grid:
        assert default in s.grid and len(set(s.grid)) == len(s.grid) >= 2
    else:
        low, high = s.search
        assert low < high and low <= default <= high and (low > 0 or not s.log)
        assert one.kind is float or (isinstance(low, int) and isinstance(high, int))


# The search spaces of these models in version 0.1: what they were searched over stays. Only knn has
# more: few neighbours are best on sparse data, and BM25's b.
BEFORE: Mapping[str, Mapping[str, object]] = {
    "sequence": {
        "learning_rate": (1e-3, 1e-2),
        "dropout": (0.1, 0.5),
        "event_dropout": (0.0, 0.5),
        "item_dropout": (0.0, 0.5),
        "width": [64, 128],
        "blocks": (1, 3),
        "text_dims": [64, 128, 256],
    },
    "als": {
        "embedding_size": [32, 64, 128, 256],
        "regularization": (0.01, 100.0),
        "alpha": (1.0, 50.0),
        "epochs": (5, 30),
    },
    "knn": {
        "neighbours": (3, 500),
        "similarity": ["cosine", "tfidf", "bm25"],
        "bm25_b": (0.0, 1.0),
    },
    "cooccurrence": {
        "window": (1, 20),
        "decay": (0.3, 1.0),
        "query_decay": (0.3, 1.0),
        "power": (0.0, 1.0),
    },
}


@pytest.mark.parametrize("name", BEFORE)
def test_the_spaces_of_before_are_searched_as_before(name):
    found = {
        key: list(one.setting.grid) or one.setting.search
        for key, one in searched(made(name)).items()
    }
    assert found == BEFORE[name]
    logs = {key for key, one in searched(made(name)).items() if one.setting.log}
    assert logs == {
        "sequence": {"learning_rate"},
        "als": {"regularization", "alpha"},
        "knn": {"neighbours"},
    }.get(name, set())


def test_a_folder_with_a_setting_that_is_not_allowed_is_refused_in_one_paragraph(tmp_path):
    data = random_data()
    folder = storage.save(
        tmp_path / "m", registry.create_model("ease").fit(data), data, name="ease"
    )
    stored = artefact.load(folder)
    config = {**stored.header["config"], "ridge": -1.0}
    artefact.save(folder, replace(stored, header={**stored.header, "config": config}))
    with pytest.raises(BadArtefact) as caught:
        storage.open_fitted(folder)
    assert str(caught.value) == (
        f"{folder} cannot be opened: ridge of ease must be above 0; got -1.0. "
        "Fix: fit the model again with a setting that is allowed."
    )
