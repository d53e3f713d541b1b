"""The small text encoder: near the one it was made from, a quarter of its bytes, and in its place wherever one is named."""

from __future__ import annotations

import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("torch")
pytest.importorskip("onnxruntime")

from tests.toys import titled_data
from whyrec import registry
from whyrec.cli.app import app
from whyrec.compress.encoder import shrink
from whyrec.core import ArgumentError
from whyrec.models.item_content.text_encoder import encode, find_encoder, open_encoder

TEXTS = [
    "Alien. Horror, Science Fiction.",
    "Amélie",
    "異形",
    "",
    "A controller for a console, black, wireless",
    "Jaws. " * 60,
]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoder") / "small"
    run = CliRunner().invoke(app, ["compress", "minilm", "--out", str(folder)])
    assert run.exit_code == 0 and "22.8 MB" in run.output, run.output
    return folder


def test_it_reads_as_the_large_one_does(small):
    large, light = encode(TEXTS), encode(TEXTS, small)
    assert light.shape == large.shape and (light[3] == 0).all()
    some = [0, 1, 2, 4, 5]
    assert (large[some] * light[some]).sum(1).min() > 0.96
    np.testing.assert_allclose(np.linalg.norm(light[some], axis=1), 1.0, atol=1e-5)
    near = lambda vectors: np.argsort(-(vectors[some] @ vectors[0]), kind="stable")[:2].tolist()  # noqa: E731
    assert near(large) == near(light)


def test_a_model_reads_through_it_and_so_do_items_added_later(small):
    data = titled_data()
    model = registry.model(
        "sequence", text=str(small), text_dims=8, width=8, blocks=1, heads=2, length=20, epochs=1
    ).fit(data)
    grown = model.extend(data.item_table.take(np.array([2])), ["again"])
    np.testing.assert_allclose(
        grown.side_[-1], model.side_[2], atol=0.35
    )  # rounded by what else is in the batch
    assert grown.score(data.histories[:3]).shape == (3, data.n_items + 1)


def test_what_is_no_encoder_is_refused(tmp_path):
    from transformers import GPT2Config, GPT2Model

    tokenizer = open_encoder(find_encoder("minilm"))[0]
    with pytest.raises(ArgumentError, match="must be an encoder"):
        shrink(
            tokenizer,
            GPT2Model(GPT2Config(vocab_size=10, n_embd=8, n_layer=1, n_head=2)),
            tmp_path / "out",
        )
    run = CliRunner().invoke(
        app, ["compress", str(tmp_path / "nothing"), "--out", str(tmp_path / "out2")]
    )
    assert run.exit_code != 0 and not (tmp_path / "out2").exists()
