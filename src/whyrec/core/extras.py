"""The extra of whyrec that installs each optional library."""

from __future__ import annotations

from whyrec.core.errors import MissingExtra, WhyrecError

__all__ = ["as_missing_extra"]

EXTRAS = {
    "text": ("torch", "transformers", "tokenizers", "safetensors", "peft", "optuna", "captum"),
    "serve": ("fastapi", "uvicorn", "onnxruntime", "alembic", "psycopg", "prometheus_client"),
    "viz": ("matplotlib", "plotly", "tensorboard", "umap"),
    "compress": ("onnx", "onnxscript"),
    "fuse": ("sklearn", "interpret"),
    "scale": ("ray", "faiss"),
    "privacy": ("opacus", "dp_accounting", "opendp"),
    "files": ("openpyxl", "zstandard"),
}
NAMES = {"sklearn": "scikit-learn", "interpret": "interpret-core", "faiss": "faiss-cpu"}


def as_missing_extra(error: BaseException) -> WhyrecError | None:
    """Return what to say about a failed import: which extra installs the library.

    Args:
        error: Any error.

    Returns:
        The MissingExtra, or None if the error is no failed import of an optional library.

    >>> print(as_missing_extra(ModuleNotFoundError(name="torch.nn")))
    this needs the library 'torch', which is not installed. Fix: pip install 'whyrec[text]'.
    """
    if not isinstance(error, ModuleNotFoundError):
        return None
    library = (error.name or "").partition(".")[0]
    for extra, libraries in EXTRAS.items():
        if library in libraries:
            return MissingExtra(NAMES.get(library, library), extra)
    return None
