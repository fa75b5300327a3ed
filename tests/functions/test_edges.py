"""Arrays without elements or axes, axes of length 1, and operands that are no arrays of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
import scipy.special

from pydezero import Variable, grad, jvp
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
