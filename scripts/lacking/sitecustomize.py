"""Python reads this at its start where the folder is on PYTHONPATH, and so does every process it
starts: torch then believes that the processor lacks what WHYREC_PROCESSOR_LACKS names (bfloat16,
onednn), for which it has no variable of its own."""

from __future__ import annotations

import importlib.util
import os
import sys
from importlib.machinery import ModuleSpec
from typing import Any


class Lacking:
    """Waits for torch.cpu, which most processes never import, and changes it there and then."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != "torch.cpu":
            return None
        sys.meta_path.remove(self)
        found = importlib.util.find_spec(name)
        if found is not None and found.loader is not None:
            execute = found.loader.exec_module

            def changed(module: Any) -> None:
                execute(module)
                take_away(module)

            found.loader.exec_module = changed  # type: ignore[method-assign]
        return found


def take_away(cpu: Any) -> None:
    lacks = os.environ.get("WHYREC_PROCESSOR_LACKS", "").split(",")
    if "bfloat16" in lacks:
        for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
            setattr(cpu, name, lambda: False)
    if "onednn" in lacks:
        sys.modules["torch"]._C._set_mkldnn_enabled(False)


sys.meta_path.insert(0, Lacking())  # type: ignore[arg-type]
