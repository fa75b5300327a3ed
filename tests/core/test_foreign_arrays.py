"""Arrays of another library, which speak NumPy's protocols: they go in, and their like comes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from pydezero import Variable, as_array, grad, gradients, value_and_grad, vjp


class Duck:
    """An array of another library: what it holds comes out only by `to_numpy`, as on a GPU or a cluster."""

    def __init__(self, held: Any) -> None:
        self._held = np.asarray(held)

    shape = property(lambda self: self._held.shape)
    dtype = property(lambda self: self._held.dtype)
    ndim = property(lambda self: self._held.ndim)
    size = property(lambda self: self._held.size)
    T = property(lambda self: Duck(self._held.T))

    def to_numpy(self) -> Any:
        return self._held

    def copy(self) -> Duck:
        return Duck(self._held.copy())

    def astype(self, dtype: Any) -> Duck:
        return Duck(self._held.astype(dtype))

    def __array__(self, *args: object, **kwargs: object) -> Any:
        raise TypeError("a Duck is not turned into an ndarray silently")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return _ducked(getattr(ufunc, method)(*_held(inputs), **_held(kwargs)))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return _ducked(func(*_held(args), **_held(kwargs)))

    def __getitem__(self, index: Any) -> Duck:
        return Duck(self._held[_held(index)])

    def __setitem__(self, index: Any, value: Any) -> None:
        self._held[_held(index)] = _held(value)

    def __bool__(self) -> bool:
        return bool(self._held)


def _held(x: Any) -> Any:
    if isinstance(x, tuple | list):
        return type(x)(map(_held, x))
    if isinstance(x, dict):
        return {key: _held(value) for key, value in x.items()}
    return x._held if isinstance(x, Duck) else x


def _ducked(x: Any) -> Any:
    if isinstance(x, tuple | list):
        return type(x)(map(_ducked, x))
    return Duck(x) if isinstance(x, np.ndarray | np.generic) else x


def _operator(ufunc: np.ufunc, *, reflected: bool = False) -> Callable[..., Any]:
    def operator(self: Duck, *others: Any) -> Any:
        # Like an ndarray: leave it to an operand that has its own idea of ufuncs.
        return ufunc(*others, self) if reflected else ufunc(self, *others)

    return operator


for _name, _ufunc in {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "pow": np.power,
    "matmul": np.matmul,
}.items():
    setattr(Duck, f"__{_name}__", _operator(_ufunc))
    setattr(Duck, f"__r{_name}__", _operator(_ufunc, reflected=True))
for _name, _ufunc in {
    "neg": np.negative,
    "eq": np.equal,
    "gt": np.greater,
    "lt": np.less,
    "ge": np.greater_equal,
    "le": np.less_equal,
}.items():
    setattr(Duck, f"__{_name}__", _operator(_ufunc))


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "add": lambda x: x + x,
    "subtract": lambda x: 3.0 - x,
    "multiply": lambda x: x * x * 2,
    "divide": lambda x: 1 / x,
    "power": lambda x: x**3,
    "sin": lambda x: np.sin(x) * x,
    "exp": lambda x: np.exp(-x),
    "broadcast": lambda x: x * x[:, :1] + x[0],
    "maximum": lambda x: np.maximum(x, 1.5),
    "where": lambda x: np.where(x > 2, x, x * x),
    "mean": lambda x: np.mean(x, axis=0),
    "max": lambda x: np.max(x, axis=1),
    "reshape": lambda x: np.reshape(x, (3, 2)) * 2,
    "transpose": lambda x: x.T * x.T,
    "concatenate": lambda x: np.concatenate([x, x * x]),
    "matmul": lambda x: x @ x.T,
    "index": lambda x: x[np.array([0, 0])] * x[1, 2],
    "identity": lambda x: x,
}


def data() -> Any:
    return np.arange(1.0, 7.0).reshape(2, 3) / 2


def duck() -> Any:  # to a type checker no array
    return Duck(data())


def assert_ducks(*results: object) -> None:
    assert [type(result) for result in results] == [Duck] * len(results)


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=list(FUNCTIONS))
def test_values_and_gradients_are_of_the_foreign_type(f: Callable[[Any], Any]) -> None:
    results: Any = value_and_grad(lambda x: np.sum(f(x)))(Duck(data()))
    value, gradient = results
    expected_value, expected = value_and_grad(lambda x: np.sum(f(x)))(data())
    assert_ducks(value, gradient)
    assert_allclose(value.to_numpy(), expected_value)
    assert_allclose(gradient.to_numpy(), expected)


@pytest.mark.parametrize("name", ["add", "multiply", "sin", "mean", "matmul"])
def test_second_order(name: str) -> None:
    def slopes(x: Any) -> Any:
        return np.sum(grad(lambda x: np.sum(np.sin(FUNCTIONS[name](x))))(x))

    found: Any = grad(slopes)(Duck(data()))
    assert_ducks(found)
    assert_allclose(found.to_numpy(), grad(slopes)(data()))


def test_pullback() -> None:
    y, pullback = vjp(lambda x: x * x, duck())
    (gradient,) = pullback(Duck(np.ones((2, 3))))
    assert_ducks(y, gradient)
    assert_allclose(gradient.to_numpy(), 2 * data())


@pytest.mark.parametrize("name", ["add", "multiply", "identity", "mean"])
def test_a_graph_built_by_hand(name: str) -> None:
    x = Variable(Duck(data()))
    y = FUNCTIONS[name](x)
    assert type(y.data) is Duck
    found: Any = gradients(y, x)
    assert_ducks(found)
    plain = Variable(data())
    assert_allclose(found.to_numpy(), gradients(FUNCTIONS[name](plain), plain))


def test_a_variable_that_has_no_influence_gets_zeros_of_the_foreign_type() -> None:
    found: Any = grad(lambda x: np.array(1.0))(Duck(data()))
    assert_ducks(found)
    assert_allclose(found.to_numpy(), np.zeros((2, 3)))


def test_the_record_of_a_foreign_array() -> None:
    foreign = Duck(data())
    x: Any = Variable(foreign)
    assert (x.shape, x.ndim, x.size, x.dtype, len(x)) == ((2, 3), 2, 6, np.float64, 2)
    foreign[0, 0] = 100.0
    assert x[0, 0].data.to_numpy() == 0.5
    assert as_array(foreign) is foreign  # type: ignore[comparison-overlap]  # a Duck passes for an ndarray


def test_gradients_do_not_share_memory_with_a_foreign_input() -> None:
    foreign = duck()
    y, pullback = vjp(lambda x: x, foreign)
    (gradient,) = pullback(foreign)
    assert not np.shares_memory(y.to_numpy(), foreign.to_numpy())
    assert not np.shares_memory(gradient.to_numpy(), foreign.to_numpy())


def test_a_foreign_array_without_numbers_is_rejected() -> None:
    with pytest.raises(TypeError, match="object"):
        Variable(Duck(np.array([None])))
