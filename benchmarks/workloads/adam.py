"""Updates of Adam: parameters and moments from those before, without the gradient.

By hand they are written in place, with one array for intermediate values; the others give fresh arrays.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.tools import FloatArray, Run, Tool
from benchmarks.workload import FLOOR, Contenders, Workload
from pydezero import jit, optim

_RATE, _B1, _B2, _EPS = 1e-3, 0.9, 0.999, 1e-8


def _problem(size: int) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=size), rng.normal(size=size)


def by_hand(p: FloatArray, g: FloatArray) -> Run:
    """Updates in place, the numbers first put together as the paper advises."""
    p, mean, square, work = p.copy(), np.zeros_like(p), np.zeros_like(p), np.empty_like(p)
    step = 0

    def update() -> FloatArray:
        nonlocal step
        step += 1
        correction = (1 - _B2**step) ** 0.5
        np.multiply(mean, _B1, out=mean)
        np.multiply(g, 1 - _B1, out=work)
        np.add(mean, work, out=mean)
        np.multiply(square, _B2, out=square)
        np.multiply(g, g, out=work)
        np.multiply(work, 1 - _B2, out=work)
        np.add(square, work, out=square)
        np.sqrt(square, out=work)
        np.add(work, _EPS * correction, out=work)
        np.divide(mean, work, out=work)
        np.multiply(work, _RATE * correction / (1 - _B1**step), out=work)
        np.subtract(p, work, out=p)
        return p

    return update


def of_pydezero(p: FloatArray, g: FloatArray, *, compiled: bool = False) -> Run:
    """Updates by `optim.adam`, as they are or compiled."""
    optimizer = optim.adam(_RATE, b1=_B1, b2=_B2, eps=_EPS)
    step: Any = jit(optimizer.update) if compiled else optimizer.update  # Any: jit of a generic method
    params, state = p, optimizer.init(p)

    def update() -> Any:
        nonlocal params, state
        params, state = step(g, state, params)
        return params

    return update


def _of_optax(p: FloatArray, g: FloatArray, *, compiled: bool) -> Run:
    jax: Any = importlib.import_module("jax")  # Any: they may be absent, and then have no types
    optax: Any = importlib.import_module("optax")
    optimizer = optax.adam(_RATE, b1=_B1, b2=_B2, eps=_EPS)

    def updated(g: Any, state: Any, params: Any) -> Any:
        updates, state = optimizer.update(g, state, params)
        return optax.apply_updates(params, updates), state

    step = jax.jit(updated) if compiled else updated
    gradient, params = jax.numpy.asarray(g), jax.numpy.asarray(p)
    state = optimizer.init(params)

    def update() -> Any:
        nonlocal params, state
        params, state = step(gradient, state, params)
        return jax.block_until_ready(params)

    return update


def _contenders(size: int, tools: Sequence[Tool]) -> Contenders:
    p, g = _problem(size)
    runs: dict[str, Run] = {FLOOR: by_hand(p, g)}
    has_optax = importlib.util.find_spec("optax") is not None
    for tool in tools:
        if tool.name in ("pydezero", "pydezero-jit"):
            runs[tool.name] = of_pydezero(p, g, compiled=tool.name == "pydezero-jit")
        elif tool.name in ("jax", "jax-jit") and has_optax:
            runs[tool.name] = _of_optax(p, g, compiled=tool.name == "jax-jit")
    return runs


# All make steps of their own, and are not asked for the same ones: `tests/optim` compares them.
adam = Workload("adam", "updates of Adam (JAX: optax)", (1000, 1_000_000), "parameters", _contenders, compared=False)
