"""Run the tests that learn from data as other processors would: rounding differs, and no assertion
may turn on it.

    python scripts/processors.py [--only NAME,...] [FILE ...]

Each setting makes the libraries (OpenBLAS, MKL, oneDNN, torch) take the instructions of another
processor; one has two threads and one eight busy processes beside it. What no variable turns off,
lacking/sitecustomize.py does. Settings whose instructions this processor lacks are named and left
out.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = [
    "tests/models/interpretable",
    "tests/compress",
    "tests/models",
    "tests/privacy",
    "tests/explain",
    "tests/scale/test_together.py",
]
OURS = (
    "OPENBLAS_",
    "MKL_",
    "ATEN_",
    "ONEDNN_",
    "DNNL_",
    "OMP_NUM_THREADS",
)  # taken out of the environment first


@dataclass(frozen=True)
class Setting:
    """needs: a flag of the processor; lacks: what no variable turns off; busy: processes that
    take the cores meanwhile.
    """

    variables: dict[str, str] = field(default_factory=dict)
    needs: str = ""
    lacks: str = ""
    busy: int = 0


def of(
    blas: str, torch: str, mkl: str, onednn: str, needs: str, lacks: str = "bfloat16"
) -> Setting:
    return Setting(
        {
            "OPENBLAS_CORETYPE": blas,
            "ATEN_CPU_CAPABILITY": torch,
            "MKL_ENABLE_INSTRUCTIONS": mkl,
            "ONEDNN_MAX_CPU_ISA": onednn,
        },
        needs,
        lacks,
    )


SETTINGS = {
    "this processor": Setting(),
    "SSE4.2 (Nehalem)": of("Nehalem", "default", "SSE4_2", "SSE41", "sse4_2"),
    "AVX (Sandybridge)": of("Sandybridge", "default", "AVX", "AVX", "avx"),
    "AVX2 (Haswell)": of("Haswell", "avx2", "AVX2", "AVX2", "avx2"),
    "AVX2 (Zen)": of("Zen", "avx2", "AVX2", "AVX2", "avx2"),
    "AVX-512 (SkylakeX)": of("SkylakeX", "avx512", "AVX512", "AVX512_CORE", "avx512bw"),
    "AVX-512 with bfloat16 (Cooperlake)": of(
        "Cooperlake", "avx512", "AVX512", "AVX512_CORE_BF16", "avx512_bf16", ""
    ),
    "without bfloat16": Setting(lacks="bfloat16"),
    "without oneDNN": Setting(lacks="onednn"),
    "two threads": Setting({"OMP_NUM_THREADS": "2"}),
    "eight busy processes": Setting(busy=8),
}


@contextlib.contextmanager
def beside(busy: int) -> Iterator[None]:
    """So many processes that only turn."""
    turning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(busy)]
    try:
        yield
    finally:
        for one in turning:
            one.kill()
            one.wait()


def run(setting: Setting, files: list[str]) -> tuple[int, str]:
    """(pytest's status, what it printed)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    more = {"HF_HUB_OFFLINE": "1"}
    if setting.lacks:
        more |= {
            "WHYREC_PROCESSOR_LACKS": setting.lacks,
            "PYTHONPATH": os.pathsep.join(
                [str(ROOT / "scripts" / "lacking"), *filter(None, [kept.get("PYTHONPATH")])]
            ),
        }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
    with beside(setting.busy):
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=kept | more | setting.variables,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    return done.returncode, done.stdout


def flags() -> set[str] | None:
    """What this processor can do; None where the system does not say."""
    try:
        return set(re.findall(r"\w+", Path("/proc/cpuinfo").read_text()))
    except OSError:
        return None


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", default=FILES)
    parser.add_argument("--only", help=f"of these, divided by commas: {', '.join(SETTINGS)}")
    asked = parser.parse_args()
    chosen = [name.strip() for name in asked.only.split(",")] if asked.only else list(SETTINGS)
    if unknown := [name for name in chosen if name not in SETTINGS]:
        parser.error(f"unknown setting {unknown[0]!r}; known: {', '.join(SETTINGS)}")
    have, failed = flags(), 0
    for name in chosen:
        setting, start = SETTINGS[name], time.perf_counter()
        if setting.needs and setting.needs not in (have or ()):
            print(f"{name:36} left out: this processor has no {setting.needs}", flush=True)
            continue
        status, told = run(setting, asked.files or FILES)
        failed += status != 0
        print(
            f"{name:36} {told.strip().splitlines()[-1] if told.strip() else f'status {status}'}"
            f"  ({time.perf_counter() - start:.0f} s)",
            flush=True,
        )
        if status:
            print(
                "\n".join(
                    line
                    for line in told.splitlines()
                    if line.startswith(("E  ", "FAILED", "ERROR"))
                ),
                flush=True,
            )
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
