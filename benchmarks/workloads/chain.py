"""Chains of elementwise operations: what a tool adds to each of them, and what it does to large arrays."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Loss, Namespace, Tensor
from benchmarks.workload import ByHand, Workload, gradient_workload


def problem(size: int) -> Arrays:
    """Elements between 0.5 and 1.5; a 0-d array for one."""
    return (np.random.default_rng(0).uniform(0.5, 1.5, () if size == 1 else size),)


def sin_times_x(steps: int, *, chosen: bool) -> tuple[Loss, ByHand]:
    def loss(xp: Namespace, x: Tensor) -> Tensor:
        y = x
        for _ in range(steps):
            y = xp.sin(y) * x
        return xp.sum(xp.where(x > 0, y, x) if chosen else y)

    def by_hand(x: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
        x = x[()]  # of a 0-d array the NumPy scalar, which is several times faster
        y = x
        kept = []
        for _ in range(steps):
            sine = np.sin(y)
            kept.append((y, sine))
            y = sine * x
        taken = x > 0 if chosen else True
        value = (np.where(taken, y, x) if chosen else y).sum()
        g = (np.ones_like(x) * taken)[()]
        g_x = np.ones_like(x)[()] - g
        while kept:
            y, sine = kept.pop()
            g_x += g * sine
            g *= x
            g *= np.cos(y)
        g_x += g
        return value, (g_x,)

    return loss, by_hand


def _chain(steps: int, sizes: tuple[int, ...], *, chosen: bool = False) -> Workload:
    loss, by_hand = sin_times_x(steps, chosen=chosen)
    return gradient_workload(
        f"where-chain-{steps}" if chosen else f"chain-{steps}",
        f"{steps} x `y = np.sin(y) * x`" + (", then `np.where`" if chosen else ""),
        sizes,
        "elements",
        problem=problem,
        loss=loss,
        by_hand=by_hand,
    )


chain_100 = _chain(100, (1, 10, 100, 1_000, 10_000))
where_chain = _chain(100, (10, 10_000), chosen=True)
chain_10 = _chain(10, (10, 1_000, 1_000_000))


def _ten_elements_and_steps(size: int) -> Arrays:
    """Ten elements, and an array whose length is that of the chain: a loss takes nothing but arrays."""
    return np.random.default_rng(0).uniform(0.5, 1.5, 10), np.empty(size)


def _long_loss(xp: Namespace, x: Tensor, steps: Tensor) -> Tensor:
    y = x
    for _ in range(len(steps)):
        y = xp.sin(y)
    return xp.sum(y)


def _long_by_hand(x: FloatArray, steps: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    y = x
    kept = []
    for _ in range(len(steps)):
        kept.append(y)
        y = np.sin(y)
    g = np.ones_like(x)
    while kept:
        g *= np.cos(kept.pop())
    return float(y.sum()), (g,)


long_chain = gradient_workload(
    "long-chain",
    "n x `y = np.sin(y)` on 10 elements",
    (2_000, 20_000, 200_000),
    "operations",
    problem=_ten_elements_and_steps,
    loss=_long_loss,
    by_hand=_long_by_hand,
    largest={"pydezero-jit": 20_000, "jax-jit": 0},  # XLA refuses to compile it
)


_UNLIKE_STEPS = 1600


def _unlike_kinds() -> tuple[list[int], list[float]]:
    rng = np.random.default_rng(1)
    return rng.integers(0, 5, _UNLIKE_STEPS).tolist(), rng.uniform(0.5, 1.5, _UNLIKE_STEPS).tolist()


_KINDS, _SCALES = _unlike_kinds()


def _thousand_elements_and_steps(size: int) -> Arrays:
    return np.random.default_rng(0).uniform(0.5, 1.5, 1_000), np.empty(size)


def _unlike_loss(xp: Namespace, x: Tensor, steps: Tensor) -> Tensor:
    functions = xp.sin, xp.tanh, xp.cos, xp.arctan, xp.exp
    y = x
    for kind, scale in zip(_KINDS[: len(steps)], _SCALES, strict=False):
        y = functions[kind](-(y * y) * scale) + x
    return xp.sum(y)


def _unlike_by_hand(x: FloatArray, steps: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    functions = np.sin, np.tanh, np.cos, np.arctan, np.exp
    y = x
    kept = []
    for kind, scale in zip(_KINDS[: len(steps)], _SCALES, strict=False):
        z = -(y * y) * scale
        out = functions[kind](z)
        kept.append((kind, scale, y, z, out))
        y = out + x
    value = float(y.sum())
    g = np.ones_like(x)
    g_x = np.zeros_like(x)
    while kept:
        kind, scale, y, z, out = kept.pop()
        g_x += g
        match kind:
            case 0:
                g *= np.cos(z)
            case 1:
                g *= 1 - out * out
            case 2:
                g *= -np.sin(z)
            case 3:
                g /= 1 + z * z
            case _:
                g *= out
        g *= -2 * scale * y
    return value, (g_x + g,)


unlike_chain = gradient_workload(
    "unlike-chain",
    "n unlike steps, `y = f(-(y * y) * c) + x`, on 1,000 elements",
    (100, 400, 1_600),
    "steps",
    problem=_thousand_elements_and_steps,
    loss=_unlike_loss,
    by_hand=_unlike_by_hand,
    largest={"jax": 400, "jax-jit": 400},  # a minute and more to compile
)
