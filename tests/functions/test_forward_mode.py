"""Forward mode agrees with differences and with reverse mode: every row, real and complex, first and second order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pytest

from pydezero import vjp
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.forward.linearize import linearize
from tests.functions.case import Array, ArrayCallable, Call, Results
from tests.functions.cases import CALLS, WHOLE_CALLS
from tests.functions.checks import (
    assert_all_close,
    call_through_numpy,
    chosen,
    cotangent_of,
    leaves,
    weighted,
)
from tests.functions.test_second_derivatives import squared
from tests.rows import over_rows

_EPS: Final = 1e-5


def tangents_of(xs: Sequence[Array], seed: str) -> tuple[Array, ...]:
    return tuple(cotangent_of(list(xs), f"tangents of {seed}"))


def slope(f: ArrayCallable, xs: Sequence[Array], tangents: Sequence[Array]) -> list[Array]:
    """The derivative of all results of f in the direction of the tangents, by central differences."""
    ahead, behind = (f(*[x + sign * _EPS * t for x, t in zip(xs, tangents, strict=True)]) for sign in (1, -1))
    pairs = zip(leaves(ahead), leaves(behind), strict=True)
    return [(np.asarray(a, _wide(a)) - np.asarray(b, _wide(b))) / (2 * _EPS) for a, b in pairs]


def _wide(y: Array) -> Any:
    return np.result_type(y, np.float64)


@over_rows(CALLS)
def test_agrees_with_differences_and_with_reverse_mode(call: Call) -> None:
    values = call.case.draw()
    xs = chosen(call, values)
    tangents = tangents_of(xs, str(call))
    f = call_through_numpy(call, values)
    y, moved = jvp(f, tuple(xs), tangents)

    assert_all_close(leaves(moved), slope(call.of(call.case.reference, values), xs, tangents), rtol=1e-6, atol=1e-7)
    assert [t.dtype for t in leaves(moved)] == [np.asarray(of_y).dtype for of_y in leaves(y)]

    # <g, J t> = <J^T g, t>, by the real part where they are complex
    expected, pullback = vjp(f, *xs)
    assert_all_close(leaves(y), leaves(expected), rtol=0, atol=0)
    cotangent = cotangent_of(y, str(call))
    assert weighted(cotangent, moved) == pytest.approx(weighted(pullback(cotangent), tangents), rel=1e-10, abs=1e-12)


@over_rows(WHOLE_CALLS)
def test_linearized_it_is_the_same(call: Call) -> None:
    values = call.case.draw()
    xs = chosen(call, values)
    f = call_through_numpy(call, values)
    y, f_jvp = linearize(f, *xs)
    for seed in ("one", "two"):
        tangents = tangents_of(xs, f"{call} {seed}")
        expected, moved = jvp(f, tuple(xs), tangents)
        assert_all_close(leaves(y), leaves(expected), rtol=0, atol=0)
        assert_all_close(leaves(f_jvp(*tangents)), leaves(moved), rtol=1e-10, atol=1e-12)


@over_rows(WHOLE_CALLS)
def test_single_precision_stays(call: Call) -> None:
    values = call.case.draw(single=True)
    xs = chosen(call, values)
    y, moved = jvp(call_through_numpy(call, values), tuple(xs), tangents_of(xs, str(call)))
    wide = [x.astype(np.result_type(x, np.float64)) for x in xs]
    of_wide = jvp(call_through_numpy(call, values), tuple(wide), tangents_of(xs, str(call)))[1]
    assert [t.dtype for t in leaves(moved)] == [np.asarray(of_y).dtype for of_y in leaves(y)]
    assert_all_close(leaves(moved), leaves(of_wide), rtol=1e-2, atol=1e-3)


def of_reverse(f: ArrayCallable, call: Call, xs: Sequence[Array]) -> ArrayCallable:
    """The gradients of f with respect to all arguments."""
    cotangent = cotangent_of(vjp(f, *xs)[0], str(call))

    def gradients(*arguments: Results) -> Results:
        return list(vjp(f, *arguments)[1](cotangent))

    return gradients


def of_forward(f: ArrayCallable, call: Call, xs: Sequence[Array]) -> ArrayCallable:
    """The derivative of f in the direction of random tangents."""
    tangents = tangents_of(xs, f"inner {call}")

    def moved(*arguments: Results) -> Results:
        return jvp(f, arguments, tangents)[1]

    return moved


@pytest.mark.parametrize("derivative", [of_reverse, of_forward], ids=["reverse", "forward"])
@over_rows(WHOLE_CALLS)
def test_forward_over_either_mode_agrees_with_differences(call: Call, derivative: Any) -> None:
    values = call.case.draw()
    xs = chosen(call, values)
    first = derivative(squared(call_through_numpy(call, values)), call, xs)
    tangents = tangents_of(xs, f"outer {call}")
    _, moved = jvp(first, tuple(xs), tangents)
    assert_all_close(leaves(moved), slope(first, xs, tangents), rtol=1e-6, atol=1e-7)


@over_rows(WHOLE_CALLS)
def test_reverse_over_forward_agrees_with_differences(call: Call) -> None:
    values = call.case.draw()
    xs = chosen(call, values)
    first = of_forward(squared(call_through_numpy(call, values)), call, xs)
    y, pullback = vjp(first, *xs)
    cotangent = cotangent_of(y, f"outer {call}")
    tangents = tangents_of(xs, f"outer {call}")
    expected = weighted(cotangent, slope(first, xs, tangents))
    assert weighted(pullback(cotangent), tangents) == pytest.approx(expected, rel=1e-6, abs=1e-7)
