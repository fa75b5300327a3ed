"""Long loops of compiled programs in pieces: they give what they give in one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

pytest.importorskip("numba")

from pydezero import at, grad, jit, value_and_grad, vmap
from pydezero.transforms.jit import emit_cuts
from tests.rows import over_rows


def chain(x: Any) -> Any:
    """Values that are needed a few steps later, some of them at the end."""
    y, first = x, np.sin(x)
    for i in range(12):
        y = np.tanh(y) * first + x / (1.5 + i) + np.sqrt(1 + y * y)
    return y * first


def decisions(x: Any) -> Any:
    """Truths, integers and single precision go from piece to piece."""
    positive, count = x > 0.1, np.floor(x * 7).astype(np.int32)
    single = np.exp(x).astype(np.float32)
    y = chain(x)
    return np.where(positive, y, -y) + count * (count % 3) + single * single


def sums(x: Any) -> Any:
    """Reductions, which must see each element once."""
    y = chain(x)
    return np.sum(y) + np.max(y) * np.sum(y * y) + np.prod(1 + 1e-6 * y)


def rows(x: Any) -> Any:
    """Reductions along either axis."""
    y = chain(x)
    return np.sum(np.cos(y), axis=0) + np.sum(np.sum(y, axis=1) ** 2) + y[0]


def updates(x: Any) -> Any:
    """Additions to an array, and views of what is computed."""
    y = chain(x)
    z = at(y)[::2].add(np.sin(y[::2]))
    return np.sum(z[1:] * z[:-1]) + np.sum(chain(z) * y)


def large(x: Any) -> Any:
    """Arguments beyond the limit of a function."""
    return np.sin(np.floor(x * 1e9)) * chain(x) + chain(np.cos(x * 1e10))


def places(x: Any) -> Any:
    """Writes to many places of one array, some of which overlap."""
    parts = [np.sin(part) * (i + 1) for i, part in enumerate(np.split(x, 13))]
    y = np.concatenate(parts[::-1])
    for i in range(6):
        y = at(y)[i : i + 40].add(np.cos(x[i : i + 40]))
    return np.sum(y * y) + np.sum(x[1:] * x[:-1])


PROGRAMS: Final[dict[str, tuple[Callable[[Any], Any], tuple[int, ...]]]] = {
    "chain": (chain, (1000,)),
    "of a number": (chain, ()),
    "of one element": (chain, (1,)),
    "of few elements": (chain, (7,)),
    "of a few lanes": (chain, (21,)),
    "of a prime number": (chain, (1009,)),
    "gradient": (grad(lambda x: np.sum(chain(x) ** 2)), (130,)),
    "value and gradient": (value_and_grad(sums), (2500,)),
    "rows": (rows, (5, 70)),
    "gradient of rows": (grad(lambda x: np.sum(rows(x))), (70, 5)),
    "transposed": (lambda x: chain(x).T + chain(x.T) * 2, (9, 31)),
    "batch": (vmap(grad(lambda x: np.sum(chain(x) * x))), (6, 17)),
    "decisions": (decisions, (333,)),
    "updates": (grad(updates), (101,)),
    "places": (value_and_grad(places), (65,)),
    "large": (large, (77,)),
    "threads": (value_and_grad(lambda x: np.sum(chain(x))), (70_001,)),
}


@over_rows(PROGRAMS)
def test_pieces(name: str) -> None:
    f, shape = PROGRAMS[name]
    x = np.random.default_rng(0).uniform(0.2, 0.9, shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYDEZERO_CACHE", "off")
        whole = jit(f)(x)
        patch.setattr(emit_cuts, "LONGEST", 15)
        patch.setattr(emit_cuts, "_LONGEST_BLOCK", 64)
        compiled = jit(f)
        found = compiled(x)
        assert ("in piece(" in compiled.lower(x).source) == (x.size > 1)
        for a, b, c in zip(*map(_leaves, (found, whole, f(x))), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-13)
            np.testing.assert_allclose(a, c, rtol=1e-10)


def _leaves(x: Any) -> tuple[Any, ...]:
    return x if isinstance(x, tuple) else (x,)


def test_elements_are_the_same_to_the_last_bit() -> None:
    x = np.random.default_rng(0).normal(size=259)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYDEZERO_CACHE", "off")
        whole = jit(decisions)(x)
        patch.setattr(emit_cuts, "LONGEST", 40)
        np.testing.assert_array_equal(jit(decisions)(x), whole)


def test_a_program_grows_in_proportion() -> None:
    """Each piece has a bounded length, whatever the number of steps."""
    functions = [np.sin, np.tanh, np.arctan, np.square, np.exp, np.sqrt]
    chosen = np.random.default_rng(0).integers(0, len(functions), 150)

    def f(x: Any, count: int) -> Any:
        y = x
        for i in range(count):
            y = functions[chosen[i]](np.abs(y) / (1 + 0.1 * i)) + x
        return np.sum(y)

    for count in (50, 150):
        program = jit(grad(f), static_argnames="count").lower(np.ones(1000), count=count)
        assert len(program.plan.parts) == 1
        pieces = program.source.split("in piece(")[1:]
        assert 0.04 * count < len(pieces) < 0.2 * count
        assert max([piece.count("\n") for piece in pieces]) < 1000
