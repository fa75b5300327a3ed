"""Writes docs/vector_math.md: `python -m tests.transforms.jit.vector_math_table`."""

from __future__ import annotations

import datetime as dt
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from pydezero.transforms.jit import vector_math
from tests.transforms.jit.test_vector_math import FUNCTIONS, loop_of, of_numpy
from tests.transforms.jit.vector_math_cases import ABSOLUTE, Floats, exact, points, ulps

TARGET: Final = Path(__file__).parents[3] / "docs/vector_math.md"
POINTS: Final = 20_000
ELEMENTS: Final = 10_000

HEAD: Final = """# Vector math

`jit` compiles functions such as `sin` to its own code, which has no branches, so that LLVM turns a loop over an array
into SIMD instructions. They are written in plain Python, in `pydezero/transforms/jit/vector_math`; without Numba they
run as they are, slowly, with the same results. float32 is computed in float64 and rounded once more.

The bound is 2 units of the last place (ulp), 4 for `power`, over the whole domain, subnormal numbers included; the
tests compare with mpmath, and zeros, infinities and nan with NumPy and SciPy. Three things are less:

- `sin`, `cos` and `tan` are for arguments up to 2 ** 40 and give nan beyond; where a program meets a larger one, it
  computes the loop again with the functions of the C library.
- `logaddexp` passes through 0 between larger terms: there its absolute error is at most 8e-18.
- `gammaln` and `digamma` of negative numbers pass through 0: there they err by up to 8 ulp of 1.

The methods: reduction of the argument by constants in several parts (Cody and Waite, *Software Manual for the
Elementary Functions*, 1980; Tang, ACM TOMS 15 and 16, 1989 and 1990), polynomials by Chebyshev interpolation (Muller,
*Elementary Functions*; `python -m tests.transforms.jit.polynomials` makes them), and sums of two numbers that keep what
roundings lose (Dekker, *Numerische Mathematik* 18, 1971; Shibata and Petrogalli, *SLEEF*, IEEE TPDS 31, 2020). erf:
W. J. Cody, Math. Comp. 23, 1969; erfc: Shepherd and Laframboise, Math. Comp. 36, 1981; gammaln and digamma: Stirling's
series with the reflection (DLMF 5.11 and 5.5).

"""


def _nanoseconds(call: Callable[[], object]) -> float:
    call()
    best = float("inf")
    for _ in range(60):
        start = time.process_time_ns()
        for _ in range(4):
            call()
        best = min(best, (time.process_time_ns() - start) / 4)
    return best / ELEMENTS


def _usual(name: str) -> tuple[Floats, ...]:
    """Arguments of everyday sizes, for which NumPy is fast."""
    rng = np.random.default_rng(0)
    low, high = {"arcsin": (-0.99, 0.99), "arccos": (-0.99, 0.99), "arctanh": (-0.99, 0.99), "arccosh": (1, 4)}.get(
        name, (0.1, 4)
    )
    x = rng.uniform(low, high, ELEMENTS)
    return (x,) if name in vector_math.UNARY else (x, rng.uniform(-2, 2, ELEMENTS))


def _row(name: str) -> str:
    arguments = points(name, POINTS)
    loop = loop_of(name, "f8")
    found = np.empty_like(arguments[0])
    loop(found.size, *arguments, found)
    values, lost = exact(name, arguments)
    errors = ulps(found, values, lost)
    with np.errstate(all="ignore"):
        of_others = ulps(of_numpy(name)(*arguments), values, lost)
    if name in ABSOLUTE:
        usual = np.abs(values) > 0.1
        errors, of_others = errors[usual], of_others[usual]
    usual_arguments = _usual(name)
    out = np.empty(ELEMENTS)
    ours = _nanoseconds(lambda: loop(out.size, *usual_arguments, out))
    others = _nanoseconds(lambda: of_numpy(name)(*usual_arguments))
    return f"| {name} | {np.max(errors):.2f} | {np.max(of_others):.3g} | {ours:.2f} | {others:.2f} |"


def processor() -> str:
    """The model of the processor, by Linux where it tells."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


def page() -> str:
    """The page."""
    rows = [_row(name) for name in FUNCTIONS]
    about = (
        f"Measured on {dt.datetime.now(tz=dt.UTC).date()} on one thread of {processor()}, NumPy "
        f"{np.__version__}: the largest error over about {POINTS:,} points, and the time for {ELEMENTS:,} elements "
        "(processor time, best of 60). Under NumPy stand SciPy's erf, erfc, expit, log_expit, gammaln and digamma.\n\n"
    )
    title = "| function | ulp | NumPy: ulp | ns an element | NumPy: ns an element |\n|---|---|---|---|---|\n"
    return HEAD + about + title + "\n".join(rows) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
