"""Padding by any widths, in every mode; and what it does not take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from pydezero import Variable, functions, grad, jvp, vmap
from tests.functions.case import Array, generator
from tests.functions.checks import assert_linear

# What takes a Variable, or a mistake, that NumPy's stubs do not know of.
untyped: Final[Any] = np

_settings: Final = settings(max_examples=80)

_LINEAR: Final = ("edge", "linear_ramp", "mean", "reflect", "symmetric", "wrap")


def _draw(shape: tuple[int, ...]) -> Array:
    return generator(f"pad {shape}").uniform(-2, 2, shape)


@_settings
@given(
    shape=stn.array_shapes(max_dims=3, max_side=4),
    mode=st.sampled_from(_LINEAR),
    is_odd=st.booleans(),
    length=st.integers(1, 5),
    data=st.data(),
)
def test_widths(shape: tuple[int, ...], mode: Any, is_odd: bool, length: int, data: st.DataObject) -> None:
    """Widths may be longer than the array, which then is repeated, or reflected, more than once."""
    widths = data.draw(st.lists(st.tuples(*[st.integers(0, 9)] * 2), min_size=len(shape), max_size=len(shape)))
    kwargs: dict[str, Any] = {}
    if mode in ("reflect", "symmetric") and is_odd:
        kwargs["reflect_type"] = "odd"
    elif mode == "mean":
        kwargs["stat_length"] = length
    assert_linear(lambda x: untyped.pad(x, widths, mode, **kwargs), _draw(shape))


@_settings
@given(shape=stn.array_shapes(max_dims=3, min_side=0, max_side=3), values=st.sampled_from([(), (2,), (1, 1)]))
def test_constants(shape: tuple[int, ...], values: tuple[int, ...]) -> None:
    def f(x: Any, v: Any) -> Any:
        # NumPy looks for a Variable in the array alone.
        return (functions.pad if isinstance(v, Variable) else np.pad)(x, (2, 1), constant_values=v)

    assert_linear(f, _draw(shape), _draw(values))


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        ({0: 1}, ((1, 1), (0, 0))),
        ({-1: (0, 2)}, ((0, 0), (0, 2))),
        ({0: (1, 0), 1: 3}, ((1, 0), (3, 3))),
        ({}, ((0, 0), (0, 0))),
    ],
)
def test_widths_by_axis(width: dict[int, Any], expected: Any) -> None:
    x = _draw((2, 3))
    np.testing.assert_array_equal(functions.pad(Variable(x), width, "edge").data, untyped.pad(x, expected, "edge"))


@pytest.mark.parametrize("mode", ["maximum", "minimum"])
def test_elements_that_tie_share_the_derivative(mode: Any) -> None:
    found = grad(lambda x: np.sum(untyped.pad(x, (0, 2), mode)))(np.array([1.0, 1.0]))
    np.testing.assert_array_equal(found, [2.0, 2.0])


def test_empty_gives_anything_and_has_no_derivative_there() -> None:
    x, g = _draw((2, 3)), _draw((4, 5))
    y = untyped.pad(Variable(x), 1, "empty")
    assert y.shape == (4, 5)
    np.testing.assert_array_equal(y.data[1:-1, 1:-1], x)
    np.testing.assert_array_equal(grad(lambda x: np.sum(g * untyped.pad(x, 1, "empty")))(x), g[1:-1, 1:-1])


def test_infinite_elements_stay_where_they_are() -> None:
    x = np.array([np.inf, 1.0, 2.0])
    with np.errstate(invalid="ignore"):
        for mode, kind in (("reflect", "odd"), ("symmetric", "odd"), ("reflect", "even")):
            expected = untyped.pad(x, 4, mode, reflect_type=kind)
            np.testing.assert_array_equal(untyped.pad(Variable(x), 4, mode, reflect_type=kind).data, expected)


@pytest.mark.parametrize("mode", ["mean", "median", "linear_ramp", "edge", "constant"])
def test_integers_stay_integers(mode: Any) -> None:
    x = np.array([1, 2, 4, 9])
    expected = untyped.pad(x, 2, mode)
    found = untyped.pad(Variable(x), 2, mode)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(getattr(found, "data", found), expected)


def test_constants_that_are_batches() -> None:
    x, v = _draw((2, 3)), _draw((4, 2, 2))
    found = vmap(lambda v: functions.pad(x, (1, 2), constant_values=v))(v)
    np.testing.assert_array_equal(found, [untyped.pad(x, (1, 2), constant_values=row) for row in v])


def test_a_constant_and_its_tangent() -> None:
    x = _draw((3,))
    _, tangent = jvp(lambda c: functions.pad(x, 1, constant_values=c), (np.array(2.0),), (np.array(5.0),))
    np.testing.assert_array_equal(tangent, [5.0, 0.0, 0.0, 0.0, 5.0])


_MISTAKES: Final[tuple[tuple[Callable[[Any], Any], type[Exception], str], ...]] = (
    (lambda x: untyped.pad(x, 1, lambda *args: None), TypeError, r"np\.concatenate"),
    (lambda x: untyped.pad(x, 1, "mirror"), ValueError, "mirror.*constant, edge"),
    (lambda x: untyped.pad(x, 1, "edge", end_values=1.0), ValueError, "end_values.*edge"),
    (lambda x: untyped.pad(x, 1, stat_length=1), ValueError, "stat_length.*constant"),
    (lambda x: untyped.pad(x, 1, "edge", text=1.0), TypeError, "text="),
    (lambda x: untyped.pad(x, 1.5), TypeError, "integers.*1.5"),
    (lambda x: untyped.pad(x, -1), ValueError, "negative.*-1"),
    (lambda x: untyped.pad(x, (1, 2, 3)), ValueError, "broadcast"),
    (lambda x: untyped.pad(x, {2: 1}), np.exceptions.AxisError, "axis 2"),
    (lambda x: untyped.pad(x[:0], 1, "edge"), ValueError, "axis 0 has no elements.*edge"),
    (lambda x: untyped.pad(x, 1, "maximum", stat_length=0), ValueError, "stat_length must be at least 1.*maximum"),
    (lambda x: untyped.pad(x, 0, "minimum", stat_length=0), ValueError, "stat_length must be at least 1.*minimum"),
    (lambda x: untyped.pad(x, 1, "mean", stat_length=-1), ValueError, "stat_length.*-1"),
    (lambda x: untyped.pad(np.ones(2), 1, constant_values=x[0, 0]), TypeError, r"\.data"),
)


@pytest.mark.parametrize(("f", "error", "message"), _MISTAKES)
def test_mistakes(f: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        f(Variable(np.ones((2, 3))))
