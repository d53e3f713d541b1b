"""Picture files by a tiny vision model made here, without a hub."""

from __future__ import annotations

import numpy as np
import pytest

from whyrec.core import ArgumentError, DataError
from whyrec.models.item_content.image_features import encode_pictures

transformers = pytest.importorskip("transformers")
Image = pytest.importorskip("PIL.Image")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("vit")
    config = transformers.ViTConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=16,
        patch_size=8,
    )
    transformers.ViTModel(config).save_pretrained(path)
    transformers.ViTImageProcessor(size={"height": 16, "width": 16}).save_pretrained(path)
    return path


def test_pictures_become_vectors_and_missing_ones_zeros(folder, tmp_path):
    for name, colour in (("red", (255, 0, 0)), ("blue", (0, 0, 255))):
        Image.new("RGB", (20, 30), colour).save(tmp_path / f"{name}.png")
    red, blue = tmp_path / "red.png", tmp_path / "blue.png"
    found = encode_pictures([red, None, blue, red, ""], folder, batch=2)
    assert found.shape == (5, 16) and not found[[1, 4]].any()
    np.testing.assert_allclose(found[0], found[3], atol=1e-5)
    assert np.abs(found[0] - found[2]).max() > 1e-3


def test_what_is_no_picture_or_no_model_is_refused(folder, tmp_path):
    (tmp_path / "a.png").write_text("no picture")
    with pytest.raises(DataError, match="a.png"):
        encode_pictures([tmp_path / "a.png"], folder)
    with pytest.raises(ArgumentError, match=r"config\.json"):
        encode_pictures([], tmp_path)
