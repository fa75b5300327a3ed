"""Sums of products with a number, which follow from sums that a program has already."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest

from pydezero import cond, value_and_grad
from tests.transforms.jit.test_compile import check, program_of

pytest.importorskip("numba")

# Any: of a Variable NumPy's stubs know nothing.

_SIZE: Final = 1 << 16
_X: Final = np.random.default_rng(0).normal(size=_SIZE)


def _logsumexp(x: Any) -> Any:
    largest = np.max(x)
    return np.log(np.sum(np.exp(x - largest))) + largest


def _several(x: Any) -> Any:
    """Sums that follow from others, with numbers on either side, and one that follows from such a sum."""
    e = np.exp(x)
    total = np.sum(e)
    share = np.sum(e / total * 0.5)
    scaled = e * total
    return total, np.sum(3.0 * e), np.sum(scaled), np.sum(share * scaled), np.sum(x * e), scaled[:3], share


def _in_a_branch(x: Any) -> Any:
    total = np.sum(x)
    return cond(total > 0, lambda: np.sum(total * x), lambda: total) + np.sum(2.0 * x)


def test_the_gradient_of_logsumexp_takes_three_loops() -> None:
    program = program_of(value_and_grad(_logsumexp), _X)
    # The fourth is a branch: for a sum that is not finite.
    assert program.text().count("loop over [") == 4
    check(program, _X, relative=1e-12)
    for x in (np.full(_SIZE, np.nan), np.where(_X > 2, np.inf, _X), np.full(_SIZE, -np.inf), np.zeros(_SIZE)):
        check(program, x, relative=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sums_that_follow_from_others(dtype: Any) -> None:
    x = _X.astype(dtype)
    relative = 1e-12 if dtype is np.float64 else 1e-5
    program = program_of(lambda x: (_several(x), _in_a_branch(x)), x)
    assert program.text().count("if") >= 3
    check(program, x, relative=relative)
    check(program, np.abs(x), relative=relative)


def test_a_sum_that_overflows_is_computed_as_it_is_written() -> None:
    program = program_of(lambda x, c: (np.sum(x), np.sum(c * x), np.sum(x) * 0.0, 1.0 + np.sum(c * x)), _X, 0.5)
    large = np.full(_SIZE, 1e304)
    check(program, large, 1e-300, relative=1e-12)
    check(program, large, 0.0, relative=1e-12)
    check(program, _X, np.nan, relative=1e-12)
    check(program, np.where(_X > 3, np.inf, 0.0), 1.0, relative=1e-12)
