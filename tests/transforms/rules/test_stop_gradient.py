"""`stop_gradient`: constants, under every transform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import Variable, grad, gradients, vjp
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.rules.stop_gradient import stop_gradient, value
from pydezero.transforms.staging.trace import trace

# Any: NumPy's stubs know no Variable.
Scalar = Callable[[Any], Any]

array = np.array([0.5, -1.5, 2.0])
ones = np.ones(3)


class Pair(NamedTuple):
    a: Any
    b: Any


def f(x: Any) -> Any:
    """x^2, of which one factor is a constant: the derivative is x."""
    return x * stop_gradient(x)


def total(f: Scalar) -> Scalar:
    return lambda x: np.sum(f(x))


DERIVATIVES: dict[str, Callable[[Scalar], Scalar]] = {
    "grad": lambda f: grad(total(f)),
    "vjp": lambda f: lambda x: vjp(f, x)[1](np.ones(np.shape(x)))[0],
    "jvp": lambda f: lambda x: jvp(f, (x,), (np.ones(np.shape(x)),))[1],
    "vmap of grad": lambda f: vmap(grad(f)),
    "grad of vmap": lambda f: grad(total(vmap(f))),
    "vmap of jvp": lambda f: vmap(lambda x: jvp(f, (x,), (1.0,))[1]),
    "jvp of vmap": lambda f: lambda x: jvp(vmap(f), (x,), (np.ones(np.shape(x)),))[1],
    "trace of grad": lambda f: lambda x: trace(grad(total(f)))(1.1 * x)(x),
    "grad of trace": lambda f: lambda x: grad(total(trace(f)(1.1 * x)))(x),
}


@pytest.mark.parametrize("d", DERIVATIVES.values(), ids=list(DERIVATIVES))
def test_every_transform(d: Callable[[Scalar], Scalar]) -> None:
    assert_array_equal(d(f)(array), array)


@pytest.mark.parametrize("outer", ["grad", "vjp", "jvp", "trace of grad"])
@pytest.mark.parametrize("inner", ["grad", "vjp", "jvp"])
def test_it_is_a_constant_to_each_transform_around_it(outer: str, inner: str) -> None:
    """The inner derivative is a constant by itself, to the outer transform too."""
    assert_array_equal(DERIVATIVES[outer](DERIVATIVES[inner](f))(array), np.zeros(3))
    assert_array_equal(DERIVATIVES[outer](lambda x: DERIVATIVES[inner](f)(x) * x)(array), array)


@pytest.mark.parametrize("transform", [vmap, lambda f: lambda x: trace(f)(1.1 * x)(x)], ids=["vmap", "trace"])
def test_values_pass(transform: Callable[[Scalar], Scalar]) -> None:
    assert_array_equal(transform(f)(array), array**2)


def test_containers() -> None:
    def g(pair: Pair) -> Any:
        stopped = stop_gradient({"pair": pair, "note": "text", "rest": (None, 1.0)})
        assert type(stopped["pair"]) is Pair
        assert stopped["note"] == "text"
        assert stopped["rest"] == (None, 1.0)
        return np.sum(pair.a * stopped["pair"].b[0])

    found = grad(g)(Pair(array, [2 * array]))
    assert_array_equal(found.a, 2 * array)
    assert_array_equal(found.b[0], np.zeros(3))


def test_by_hand() -> None:
    x = Variable(array)
    assert_array_equal(gradients(f(x).sum(), x), array)


@pytest.mark.parametrize("value", [2.0, 2, True, np.float32(2.0), "text", None], ids=repr)
def test_numbers_and_other_things_stay_what_they_are(value: Any) -> None:
    assert stop_gradient(value) == value
    assert type(stop_gradient(value)) is type(value)


def test_it_shares_no_memory() -> None:
    assert not np.shares_memory(stop_gradient(array), array)

    def overwrites(x: Any) -> Any:
        y = stop_gradient(x)
        z = x * x
        y[:] = 100.0
        return np.sum(z)

    assert_array_equal(grad(overwrites)(array), 2 * array)


def test_a_straight_through_estimator() -> None:
    def rounded(x: Any) -> Any:
        return x + stop_gradient(np.rint(x) - x)

    assert_array_equal(grad(lambda x: np.sum(rounded(x) ** 2))(array), 2 * np.rint(array))


NESTINGS: dict[str, Callable[[Scalar, Any], Any]] = {
    "grad": lambda f, x: grad(f)(x),
    "grad of grad": lambda f, x: grad(grad(f))(x),
    "grad of grad of grad": lambda f, x: grad(grad(grad(f)))(x),
    "jvp": lambda f, x: jvp(f, (x,), (1.0,)),
    "jvp of grad": lambda f, x: jvp(grad(f), (x,), (1.0,)),
    "grad of jvp": lambda f, x: grad(lambda x: jvp(f, (x,), (1.0,))[1])(x),
}


@pytest.mark.parametrize("nested", NESTINGS.values(), ids=list(NESTINGS))
def test_the_bare_value_under_all_transforms(nested: Callable[[Scalar, Any], Any]) -> None:
    seen: list[Any] = []

    def f(x: Any) -> Any:
        seen.append(value(x))
        return x**3

    nested(f, 2.0)
    (found,) = seen
    assert type(found) is np.ndarray
    assert found.dtype == np.float64
    assert found.shape == ()
    assert found == 2.0
    assert not found.flags.writeable
    with pytest.raises(ValueError, match="WRITEABLE"):
        found.flags.writeable = True


def test_the_value_of_anything_else_is_itself() -> None:
    for x in (array, 2.0, "text", None):
        assert value(x) is x
    assert_array_equal(value(Variable(array)), array)


def scaled(x: Any) -> Any:
    return x * value(x)


def test_there_is_no_one_value_under_vmap_and_trace() -> None:
    with pytest.raises(TypeError, match=r"vmap.*3 examples.*value\(x\) is not one value"):
        vmap(value)(array)
    with pytest.raises(TypeError, match=r"vmap.*value\(x\) is not one value"):
        vmap(grad(scaled))(array)
    with pytest.raises(TypeError, match=r"value\(x\) needs a value"):
        trace(scaled)(1.0)
