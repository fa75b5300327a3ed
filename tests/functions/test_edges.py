"""Arrays without elements or axes, axes of length 1, and operands that are no arrays of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
import scipy.special

from pydezero import Variable, grad, jvp, numerical_diff, trace, vjp, vmap
from pydezero.scipy import special
from pydezero.testing import check_grads
from tests.functions.case import generator

_Function = Callable[..., Any]

_WITH_MASKED: Final[dict[str, _Function]] = {
    "multiply": lambda x, m: x * m,
    "power": lambda x, m: x**m,
    "average": lambda x, m: np.average(x, weights=m),
    "cross": lambda x, m: np.linalg.cross(x, m),
    "lstsq": lambda x, m: np.linalg.lstsq(np.linalg.outer(x, x), m),
    "average of it": lambda x, m: np.average(m, weights=x),
    "linspace": lambda x, m: np.linspace(x, m, 3),
    "linspace from it": lambda x, m: np.linspace(m, x, 3),
    "geomspace": lambda x, m: np.geomspace(x, m, 3),
    "interp": lambda x, m: np.interp(x, m, x),
    "cov": lambda x, m: np.cov(x, m),
    "convolve": np.convolve,
    "gradient": np.gradient,
    "polyval": np.polyval,
    "polymul": np.polymul,
    "select": lambda x, m: np.select([np.array([True, False, True])], [x], m),
    "histogram": lambda x, m: np.histogram(m, weights=x)[0],
    "logsumexp": lambda x, m: special.logsumexp(x, b=m),
    "jv": lambda x, m: special.jv(m, x),
}


@pytest.mark.parametrize("f", _WITH_MASKED.values(), ids=_WITH_MASKED)
def test_a_masked_array_is_no_operand(f: _Function) -> None:
    masked = np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])
    with pytest.raises(TypeError, match="MaskedArray has arithmetic of its own"):
        f(Variable(np.array([1.0, 2.0, 3.0])), masked)


_OF_NOTHING: Final[dict[str, _Function]] = {
    "max": lambda x: np.max(x[x > 10], initial=2.0),
    "min": lambda x: np.min(x[x > 10], initial=2.0),
    "nanmax": lambda x: np.nanmax(x[x > 10], initial=2.0),
    "max along an axis": lambda x: np.max(np.reshape(x[x > 10], (2, 0)), axis=1, initial=2.0),
    "max with its axis": lambda x: np.max(np.reshape(x[x > 10], (2, 0)), axis=1, initial=2.0, keepdims=True),
    "max masked": lambda x: np.max(x[x > 10], initial=2.0, where=True),
    "split": lambda x: np.concatenate(np.split(x[x > 10], 2)),
    "split at": lambda x: np.concatenate(np.split(x[x > 10], [0, 1])),
    "array_split": lambda x: np.concatenate(np.array_split(x[x > 10], 3)),
    "polymul": lambda x: np.polymul(x[x > 10], [1.0, 2.0]),
    "polymul by it": lambda x: np.polymul([1.0, 2.0], x[x > 10]),
}


@pytest.mark.parametrize("f", _OF_NOTHING.values(), ids=_OF_NOTHING)
def test_of_no_elements(f: _Function) -> None:
    x = np.ones(3)
    np.testing.assert_array_equal(f(Variable(x)).data, f(x), strict=True)
    np.testing.assert_array_equal(grad(lambda x: np.sum(f(x)))(x), 0)
    assert jvp(lambda x: np.sum(f(x)), (x,), (x,))[1] == 0


def test_the_initial_value_of_no_elements_is_differentiated() -> None:
    assert grad(lambda x: np.max(np.ones(0) * x, initial=x))(2.0) == 1.0


@pytest.mark.parametrize("n", [1, 2, 5])
def test_as_many_parts_as_asked_for(n: int) -> None:
    empty: Any = Variable(np.ones(0))
    assert [part.shape for part in np.split(empty, n)] == [part.shape for part in np.split(np.ones(0), n)]


def test_an_index_of_no_axes() -> None:
    assert grad(lambda x: x[()] * x[()])(3.0) == 6.0
    assert grad(lambda x: x[()] * x[...])(3.0) == 6.0
    assert grad(lambda x: (x[None] * x[()])[0])(3.0) == 6.0
    np.testing.assert_array_equal(grad(lambda x: np.sum(x[()] * x[()]))(np.array([1.0, 2.0])), [2, 4])


# Of a number NumPy takes an axis 0 in a reduction by a ufunc and where it counts places, though not in a mean.
_AT_AXIS_0: Final[dict[str, _Function]] = {
    "sum": lambda x: np.sum(x, axis=0),
    "sum keepdims": lambda x: x.sum(axis=-1, keepdims=True),
    "prod": lambda x: np.prod(x, axis=-1),
    "prod initial": lambda x: np.prod(x, axis=0, initial=2.0),
    "max": lambda x: np.max(x, axis=0),
    "max initial": lambda x: np.max(x, axis=0, initial=0.5),
    "min where": lambda x: np.min(x, axis=-1, initial=9.0, where=np.array(True)),
    "nansum": lambda x: np.nansum(x, axis=0),
    "nanmax": lambda x: np.nanmax(x, axis=0),
    "nanvar": lambda x: np.nanvar(x, axis=0) + x,
    "ptp": lambda x: np.ptp(x, axis=0),
    "cumsum": lambda x: np.cumsum(x, axis=0),
    "cumprod": lambda x: x.cumprod(axis=-1),
    "nancumsum": lambda x: np.nancumsum(x, axis=0),
    "take": lambda x: np.take(x, [0, 0], axis=0),
    "repeat": lambda x: np.repeat(x, 2, axis=-1),
    "compress": lambda x: np.compress([True], x, axis=0),
    "squeeze": lambda x: np.squeeze(x, axis=0),
    "add.reduce": lambda x: np.add.reduce(x, axis=0),
    "argmax": lambda x: np.argmax(x, axis=0) + x,
    "argsort": lambda x: np.argsort(x, axis=0) + x,
    "any": lambda x: np.any(x > 1, axis=0) * x,
    "logsumexp": lambda x: special.logsumexp(x, axis=0),
    "softmax": lambda x: special.softmax(x, axis=-1) * x,
    "log_softmax": lambda x: special.log_softmax(x, axis=0) * x,
}
_WITHOUT_AXIS_0: Final[dict[str, _Function]] = {
    "mean": lambda x: np.mean(x, axis=0),
    "var": lambda x: np.var(x, axis=-1),
    "median": lambda x: np.median(x, axis=0),
    "sort": lambda x: np.sort(x, axis=0),
    "sum of axis 1": lambda x: np.sum(x, axis=1),
    "cumprod of axis 1": lambda x: np.cumprod(x, axis=1),
    "flip": lambda x: np.flip(x, axis=0),
    "logsumexp of axis 1": lambda x: special.logsumexp(x, axis=1),
}


@pytest.mark.parametrize("f", _AT_AXIS_0.values(), ids=_AT_AXIS_0)
def test_axis_0_of_a_number(f: _Function) -> None:
    x = np.array(2.5)
    for found in (vjp(f, x)[0], trace(f)(x)(x), vmap(f)(np.stack([x, x]))[0]):
        np.testing.assert_array_equal(found, f(x))
        assert np.shape(found) == np.shape(f(x))
    total: _Function = lambda x: np.sum(f(x) ** 2)
    expected = numerical_diff(total, x)
    for gradient in (grad(total)(x), jvp(total, (x,), (np.array(1.0),))[1], vmap(grad(total))(x[None])[0]):
        np.testing.assert_allclose(gradient, expected, rtol=1e-6)


@pytest.mark.parametrize("f", _WITHOUT_AXIS_0.values(), ids=_WITHOUT_AXIS_0)
def test_an_axis_that_a_number_does_not_have(f: _Function) -> None:
    x = np.array(2.5)
    for call in (f, lambda x: vjp(f, x), lambda x: vmap(f)(np.stack([x, x])), lambda x: trace(f)(x)):
        with pytest.raises(np.exceptions.AxisError):
            call(x)


_CASTS: Final[dict[str, _Function]] = {
    "var complex": lambda x: np.var(x, dtype=complex),
    "std complex": lambda x: np.std(x, axis=0, dtype=np.complex64),
    "var longdouble": lambda x: np.var(x, axis=1, dtype=np.longdouble),
    "var int": lambda x: np.var(x, axis=0, dtype=np.int64),
    "mean uint8": lambda x: np.mean(x, dtype=np.uint8),
    "var uint8": lambda x: np.var(x, dtype=np.uint8),
    "std int": lambda x: np.std(x, dtype=np.int32),
    "mean bool": lambda x: np.mean(x, dtype=bool),
    "mean where": lambda x: np.mean(x, axis=0, where=np.array([[True], [False], [True]])),
    "nanvar of a mean": lambda x: np.nanvar(x, axis=0, mean=np.mean(x, axis=0, keepdims=True, dtype=float)),
}


@pytest.mark.parametrize("dtype", ["f8", "f4", ">f8"])
@pytest.mark.parametrize("f", _CASTS.values(), ids=_CASTS)
def test_reductions_in_a_dtype_are_numpys(f: _Function, dtype: str) -> None:
    x = (10 * generator("dtype").normal(size=(3, 2)) + 150).astype(dtype)
    for found in (vjp(f, x)[0], vmap(f)(x[None])[0]):
        np.testing.assert_allclose(found, f(x), rtol=1e-5)
        assert found.dtype == np.asarray(f(x)).dtype


_STRETCHED: Final[tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...]] = (
    ("i,i", (2,), (1,)),
    ("i,i", (1,), (2,)),
    ("ij,ij->i", (2, 1), (2, 3)),
    ("ij,ij->ij", (1, 3), (2, 1)),
    ("ij,jk->ik", (2, 1), (3, 2)),
    ("ij,jk", (2, 3), (1, 2)),
    ("ii,i", (3, 3), (1,)),
    ("ii,i->i", (3, 3), (1,)),
    ("i...,i...->...", (2, 3), (1, 3)),
    ("ij->j", (1, 2), ()),
)


@pytest.mark.parametrize(("subscripts", "x_shape", "y_shape"), _STRETCHED)
def test_einsum_repeats_axes_of_length_1(subscripts: str, x_shape: Any, y_shape: Any) -> None:
    rng = generator(subscripts)
    xs = [rng.normal(size=shape) for shape in (x_shape, y_shape)[: 1 + ("," in subscripts)]]
    check_grads(lambda *xs: np.einsum(subscripts, *xs), tuple(xs))


@pytest.mark.parametrize("name", ["logsumexp", "softmax", "log_softmax"])
def test_over_no_axes(name: str) -> None:
    f, scipys = getattr(special, name), getattr(scipy.special, name)
    a = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(f(Variable(a), axis=()).data, scipys(a, axis=()))
    expected = np.ones((2, 2)) if name == "logsumexp" else np.zeros((2, 2))
    np.testing.assert_allclose(grad(lambda a: np.sum(f(a, axis=())))(a), expected)


def test_the_imaginary_part_of_a_negative_number_has_no_sign() -> None:
    for x in (Variable(np.array([-2.0, 1.0])).imag, np.imag(Variable(np.array([-2.0, 1.0])))):
        assert not np.signbit(x.data).any()
    assert grad(np.imag)(-2.0) == 0


_POWERS: Final[dict[str, _Function]] = {
    "power": lambda x, y: x**y,
    "float_power": np.float_power,
    "powm1": scipy.special.powm1,
}


@pytest.mark.parametrize("f", _POWERS.values(), ids=_POWERS)
def test_both_second_derivatives_of_a_power_with_exponent_0(f: _Function) -> None:
    of_x: Any = grad(f, 0)
    of_y: Any = grad(f, 1)
    seconds: list[Any] = [grad(of_x, 1), grad(of_y, 0)]
    for second in seconds:
        assert second(23.0, 0.0) == pytest.approx(1 / 23)
    assert jvp(lambda y: of_x(23.0, y), (0.0,), (1.0,))[1] == pytest.approx(1 / 23)
    assert grad(lambda x: of_x(x, 0.0))(23.0) == 0
    for x in (0.0, 1e-310):
        assert of_x(x, 0.0) == 0


def test_the_weight_0_of_logsumexp() -> None:
    a, b = np.array([0.3, 1.2, -0.4]), np.array([1.0, 0.0, 2.0])
    check_grads(lambda a, b: special.logsumexp(a, b=b), (a, b))
    np.testing.assert_allclose(
        grad(lambda a: special.logsumexp(a, b=b))(np.array([0.0, 2000.0, 0.0])), [1 / 3, 0, 2 / 3]
    )


@pytest.mark.parametrize("f", [np.logaddexp, np.logaddexp2])
def test_logaddexp_of_equal_large_numbers(f: _Function) -> None:
    for x in (0.0, 1e50, -1e50):
        np.testing.assert_array_equal(grad(f, (0, 1))(x, x), (0.5, 0.5))
        assert jvp(f, (x, x), (1.0, 2.0))[1] == 1.5
    assert grad(lambda x: f(x, x))(1e50) == 1.0
