"""Numbers that are not finite, equal or 0 give the same derivatives compiled, in a graph and without either."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import pytest

from pydezero import grad, jvp, trace
from pydezero.transforms.jit.compile import compiled
from pydezero.transforms.staging.passes import simplify

pytest.importorskip("numba")

_WEIGHTS: Final = np.array([1.0, 10.0, 100.0, 1000.0])

# Functions of rows of four numbers.
_CHOOSING: Final[dict[str, Callable[[Any], Any]]] = {
    "max": lambda x: np.max(x, axis=1),
    "max of all": lambda x: np.max(x) * np.ones(3),
    "square of max": lambda x: np.max(x, axis=1) ** 2,
    "square of max of all": lambda x: np.max(x) ** 2 + np.sum(x),
    "cube of min": lambda x: np.min(x, axis=1) ** 3,
    "root of max": lambda x: np.max(x, axis=1) ** 0.5,
    "exp of max": lambda x: np.exp(np.max(x, axis=1)),
    "ptp": lambda x: np.ptp(x, axis=1) ** 2,
    "nanmax": lambda x: np.nanmax(x, axis=1) ** 2,
    "fmax": lambda x: np.fmax.reduce(x, axis=1) ** 2,
    "running max": lambda x: np.maximum.accumulate(x, axis=1) @ _WEIGHTS,
    "sort": lambda x: np.sort(x, axis=1) @ _WEIGHTS,
    "median": lambda x: np.median(x, axis=1) ** 2,
    "quantile": lambda x: np.quantile(x, 0.3, axis=1) ** 2,
    "largest norm": lambda x: np.linalg.norm(x, np.inf, axis=1) ** 2,
    "an element": lambda x: np.take_along_axis(x, np.argmax(x, axis=1)[:, None], 1)[:, 0] ** 2,
    "two": lambda x: np.maximum(x[:, 0], x[:, 1]) ** 2 + np.fmin(x[:, 2], x[:, 3]) ** 2,
    "a bound": lambda x: (
        np.exp(np.maximum(x[:, 0], x[:, 1])) + np.minimum(x[:, 2], 0.0) ** 3 + np.fmax(x[:, 3], 1.0) ** 2
    ),
    "clip": lambda x: np.clip(x[:, 0], x[:, 1], 2.0) ** 2 + np.exp(np.clip(x[:, 3], 0.0, 1.0)),
}


def _total(f: Callable[[Any], Any], x: Any) -> Any:
    return np.sum(f(x))


def _all(x: Any) -> list[Any]:
    found: list[Any] = []
    for f in _CHOOSING.values():
        gradient: Any = grad(partial(_total, f))
        tangent: Any = np.full((3, 4), 0.5)
        found += [f(x), gradient(x), *jvp(partial(_total, f), (x,), (tangent,)), jvp(gradient, (x,), (tangent,))[1]]
    return found


@pytest.mark.filterwarnings("ignore:All-NaN")
def test_functions_that_choose() -> None:
    ordinary = np.random.default_rng(0).normal(size=(3, 4))
    with np.errstate(all="ignore"):
        graph = simplify(trace(_all)(ordinary))
        program = compiled(graph)
        for value in (np.nan, np.inf, -np.inf, 0.0, -0.0, 1e300, 5e-324):
            for places in (np.s_[0, 1], np.s_[:2, 1:3], np.s_[...]):
                x = ordinary.copy()
                x[places] = value
                for i, (y, of_graph, of_program) in enumerate(
                    zip(_all(x), graph.run([x]), program.run([x]), strict=True)
                ):
                    message = f"result {i % 5} of {list(_CHOOSING)[i // 5]} for {value} at {places}"
                    np.testing.assert_allclose(of_graph, y, rtol=1e-12, atol=1e-300, err_msg=message)
                    np.testing.assert_allclose(of_program, y, rtol=1e-12, atol=1e-300, err_msg=message)
