"""Picture files as vectors, by a vision model of Hugging Face in a folder (ViT, CLIP's vision
side, DINO).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whyrec.core import ArgumentError, DataError, MissingExtra

__all__ = ["encode_pictures"]


def encode_pictures(
    files: Sequence[str | Path | None], folder: str | Path, *, batch: int = 16
) -> NDArray[np.float32]:
    """(len(files), d) float32: the mean of the model's last hidden states; zeros where there is no
    file (None or "").

    folder: what save_pretrained of a vision model and of its image processor wrote. Raises
    ArgumentError for another folder, DataError for a file that is no picture, MissingExtra without
    transformers and Pillow. Not good for: many thousand pictures without a GPU.
    """
    try:
        import torch
        from PIL import Image
        from transformers import AutoImageProcessor, AutoModel
    except ImportError:
        raise MissingExtra("transformers and Pillow", "text") from None
    for name in ("config.json", "preprocessor_config.json"):
        if not (Path(folder) / name).is_file():
            raise ArgumentError(
                f"a vision model's folder must hold {name}",
                given=str(folder),
                fix="give the folder that save_pretrained of the model and of its image "
                "processor wrote",
            )
    read = AutoImageProcessor.from_pretrained(str(folder), local_files_only=True)
    model: Any = AutoModel.from_pretrained(str(folder), local_files_only=True).eval()
    model = getattr(model, "vision_model", model)  # CLIP and the like hold one beside a text model
    there = [at for at, file in enumerate(files) if file]
    out = np.zeros((len(files), model.config.hidden_size), np.float32)
    for start in range(0, len(there), batch):
        rows = there[start : start + batch]
        pictures = [_open(Path(str(files[at])), Image) for at in rows]
        with torch.inference_mode():
            states = model(**read(images=pictures, return_tensors="pt")).last_hidden_state
        out[rows] = states.mean(1).numpy()
    return out


def _open(file: Path, image: Any) -> Any:
    try:
        with image.open(file) as opened:
            return opened.convert("RGB")
    except (OSError, ValueError) as error:
        raise DataError(
            "pictures must be files that Pillow reads",
            given=f"{file}: {error}",
            fix="leave the cell empty where there is none",
        ) from None
