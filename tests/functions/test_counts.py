"""Reductions whose derivative divides by a number of elements: in half precision, of equal elements, of too few."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import grad, jvp, vmap
from tests.functions.case import generator

_MANY: Final = 70_000  # more than half precision can count

_Function = Callable[[Any], Any]


def _derivatives(f: _Function, x: Any, t: Any) -> tuple[Any, Any]:
    """The gradient of a sum, and the tangent of it in a direction."""
    return grad(lambda x: np.sum(f(x)))(x), jvp(lambda x: np.sum(f(x)), (x,), (t,))[1]


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize(
    "f",
    [
        np.mean,
        np.average,
        np.max,
        np.min,
        np.nanmax,
        np.nanmin,
        np.nanmean,
        lambda x: np.mean(x, axis=0),
        lambda x: np.max(x[:, np.newaxis], axis=0),
        lambda x: np.nanmin(x[np.newaxis], axis=1),
    ],
)
def test_half_precision_counts_many_ties(f: _Function) -> None:
    x = np.ones(_MANY, np.float16)
    found, moved = _derivatives(f, x, x)
    assert found.dtype == np.float16
    np.testing.assert_array_equal(found, np.full(_MANY, 1 / _MANY, np.float16))
    assert moved == pytest.approx(1.0, rel=1e-3)


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("f", [np.mean, np.var, np.std, np.nanmean, np.nanvar, np.nanstd])
@pytest.mark.parametrize("n", [5, _MANY])
def test_half_precision_is_as_good_as_its_numbers(f: _Function, n: int) -> None:
    x = generator("half").normal(size=n).astype(np.float16)
    t = generator("tangent").normal(size=n).astype(np.float16) + x
    found, moved = _derivatives(f, x, t)
    expected, expected_moved = _derivatives(f, x.astype(float), t.astype(float))
    assert found.dtype == np.float16
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=1e-7)
    assert moved == pytest.approx(expected_moved, rel=5e-3)


_DEVIATIONS: Final[dict[str, _Function]] = {
    "std": np.std,
    "ddof": lambda x: np.std(x, ddof=1),
    "axis": lambda x: np.std(x[np.newaxis], axis=1),
    "keepdims": lambda x: np.std(x[:, np.newaxis], axis=0, keepdims=True),
    "dtype": lambda x: np.std(x, dtype=float),
    "where": lambda x: np.std(x, where=[True, True, False]),
    "mean": lambda x: np.std(x, mean=np.mean(x)),
    "nanstd": np.nanstd,
    "nanstd of some": lambda x: np.nanstd(np.concatenate([x, [np.nan]])),
    "vmap": lambda x: vmap(np.std)(np.stack([x, x])),
    "complex": lambda x: np.std(x + 1j * x),
}


@pytest.mark.parametrize("f", _DEVIATIONS.values(), ids=_DEVIATIONS)
def test_the_deviation_of_equal_elements_has_derivative_0(f: _Function) -> None:
    t = np.array([1.0, -2.0, 5.0])
    for c in [0.0, 0.1, 1e-200, *generator("constants").normal(size=50)]:
        found, moved = _derivatives(f, np.full(3, c), t)
        np.testing.assert_array_equal(found, 0)
        assert moved == 0


def test_a_small_deviation_is_not_taken_for_none() -> None:
    x = 1e3 + np.array([0.0, 1e-3, 3e-3])
    deviation = x - np.mean(x)
    expected = deviation / (3 * np.sqrt(np.mean(deviation**2)))
    for f in (np.std, np.nanstd, lambda x: np.std(x, mean=np.mean(x))):
        np.testing.assert_allclose(_derivatives(f, x, x)[0], expected, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(grad(lambda x: np.std(x, mean=np.zeros(1)))(np.full(3, 0.1)), 1 / 3)


@pytest.mark.filterwarnings("ignore:invalid value", "ignore:Degrees of freedom", "ignore:divide by zero")
@pytest.mark.parametrize("options", [{}, {"dtype": float}], ids=["", "dtype"])
@pytest.mark.parametrize("f", [np.var, np.std, np.nanvar, np.nanstd])
def test_too_few_elements_have_no_deviation(f: Any, options: Any) -> None:
    found, moved = _derivatives(lambda x: f(x, ddof=1, **options), np.ones(1), np.ones(1))
    assert np.isnan(found).all()
    assert np.isnan(moved)


@pytest.mark.filterwarnings(
    "ignore:invalid value", "ignore:divide by zero", "ignore:Degrees of", "ignore:Mean of empty"
)
@pytest.mark.parametrize("f", [np.var, np.std, np.nanvar, np.nanstd])
def test_no_elements_have_no_deviation(f: Any) -> None:
    for shape, axis in (((0,), None), ((2, 0), 1), ((0, 2), 1)):
        assert grad(lambda x, axis=axis: np.sum(f(x, axis=axis)))(np.ones(shape)).shape == shape


@pytest.mark.parametrize("f", [np.max, np.min])
def test_more_equal_elements_than_half_precision_counts(f: Callable[[Any], Any]) -> None:
    found = grad(f)(np.ones(70_000, np.float16))
    np.testing.assert_allclose(found, 1 / 70_000, rtol=5e-3)
    assert found.dtype == np.float16


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
@pytest.mark.parametrize("dtype", [np.uint8, np.float16])
def test_more_weight_than_half_precision_holds(dtype: Any) -> None:
    weights = np.full(_MANY, 200, dtype)
    found, moved = _derivatives(
        lambda x: np.average(x, weights=weights), np.ones(_MANY, np.float16), np.ones(_MANY, np.float16)
    )
    np.testing.assert_array_equal(found, np.full(_MANY, 1 / _MANY, np.float16))
    assert moved == pytest.approx(1.0, rel=1e-3)
