"""Arrays of another library, which speak NumPy's protocols: they go in, and their like comes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose

from pydezero import (
    Function,
    Variable,
    as_array,
    custom_vjp,
    functions,
    grad,
    gradients,
    hessian,
    jacobian,
    jvp,
    linearize,
    trace,
    value_and_grad,
    vjp,
    vmap,
)


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


class Labelled:
    """An array of another library that holds whatever it is given, a Variable too, as a quantity with a unit does."""

    def __init__(self, held: Any) -> None:
        self._held = held

    shape = property(lambda self: self._held.shape)
    dtype = property(lambda self: self._held.dtype)

    def copy(self) -> Labelled:
        return Labelled(self._held.copy())

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return Labelled(getattr(ufunc, method)(*[x._held if isinstance(x, Labelled) else x for x in inputs], **kwargs))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return Labelled(func(*[x._held if isinstance(x, Labelled) else x for x in args], **kwargs))

    def __mul__(self, other: Any) -> Any:
        ours: Any = self
        return np.multiply(ours, other)


class Slotted:
    """An array of another library that keeps such an array in a slot."""

    __slots__ = ("_inside",)

    def __init__(self, inside: Labelled) -> None:
        self._inside = inside

    shape = property(lambda self: self._inside.shape)
    dtype = property(lambda self: self._inside.dtype)
    __array_ufunc__ = __array_function__ = None


def labelled(held: Any) -> Any:
    """A `Labelled`, of which the type checker knows nothing."""
    return Labelled(held)


ONES: Final = np.ones(3)
WRAPPED: Final[dict[str, Callable[[Any], Any]]] = {
    "made": lambda w: Labelled(np.sum(w)),
    "computed": lambda w: np.sum(Labelled(np.arange(3.0)) * w),
    "inside of another": lambda w: Slotted(Labelled(np.sum(w))),
    "as an operand": lambda w: functions.sum(w * labelled(w)),
}
TRANSFORMS: Final[dict[str, Callable[[Callable[[Any], Any]], Any]]] = {
    "grad": lambda f: grad(f)(ONES),
    "value_and_grad": lambda f: value_and_grad(f)(ONES),
    "vjp": lambda f: vjp(f, ONES),
    "a container from vjp": lambda f: vjp(lambda w: {"y": f(w), "z": w}, ONES),
    "jvp": lambda f: jvp(f, (ONES,), (ONES,)),
    "linearize": lambda f: linearize(f, ONES),
    "jacobian": lambda f: jacobian(f)(ONES),
    "hessian": lambda f: hessian(f)(ONES),
    "vmap": lambda f: vmap(f)(np.ones((2, 3))),
    "trace": lambda f: trace(f)(ONES),
    "Function": lambda f: grad(lambda w: Function(lambda x: f(w), lambda g, x: g * x)(2.0))(ONES),
    "custom_vjp": lambda f: grad(lambda v: grad(custom_vjp(lambda w: (f(v), w), lambda w, g: (g * w,))(np.sum))(v))(
        ONES
    ),
    "grad of grad": lambda f: grad(lambda w: functions.sum(grad(f)(w)))(ONES),
}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=list(TRANSFORMS))
@pytest.mark.parametrize("f", WRAPPED.values(), ids=list(WRAPPED))
def test_an_array_around_a_variable_is_no_constant(
    f: Callable[[Any], Any], transform: Callable[[Callable[[Any], Any]], Any]
) -> None:
    with pytest.raises((TypeError, ValueError)):
        transform(f)
    with pytest.raises(TypeError, match=r"a (Labelled|Slotted) around a Variable"):
        grad(f)(ONES)


class WithUnit(np.ndarray[Any, Any]):
    """An array whose functions are of other numbers, as the sine of an angle in degrees is."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        plain = [np.asarray(x) if isinstance(x, WithUnit) else x for x in inputs]
        return getattr(ufunc, method)(*[np.deg2rad(x) if ufunc is np.sin else x for x in plain], **kwargs)


class WithFunctions(np.ndarray[Any, Any]):
    """An array that has NumPy's functions do something else."""

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return None


class WithProduct(np.ndarray[Any, Any]):
    """An array with a product of its own."""

    def __rmul__(self, other: Any) -> Any:
        return other @ self


class Plain(np.ndarray[Any, Any]):
    """An array that knows where it is from, and computes as every array does."""

    source = "a file"

    def __array_finalize__(self, obj: Any) -> None:
        self.source = getattr(obj, "source", "a file")


USES: Final[dict[str, Callable[[Any], Any]]] = {
    "an argument": lambda a: grad(np.sum)(a),
    "an argument of vjp": lambda a: vjp(np.sum, a)[1](1.0)[0],
    "an argument of jvp": lambda a: jvp(np.sum, (ONES,), (a,))[1],
    "an argument of vmap": lambda a: vmap(lambda x: x)(a),
    "an argument of trace": lambda a: trace(np.sum)(a),
    "a product": lambda a: grad(lambda w: np.sum(w * a))(ONES),
    "np.multiply": lambda a: grad(lambda w: np.sum(functions.multiply(a, w)))(ONES),
    "a matrix product": lambda a: grad(lambda w: functions.matmul(w, a))(ONES),
    "a choice": lambda a: grad(lambda w: np.sum(functions.where(w > 0, w, a)))(ONES),
    "joined": lambda a: grad(lambda w: functions.sum(functions.concatenate([w, a])))(ONES),
    "a Variable": lambda a: Variable(a),
    "meshgrid": lambda a: vjp(lambda w: np.meshgrid(w, a)[0], ONES)[0],
    "a sum in a dtype": lambda a: grad(lambda w: np.sum(np.add(w, a, dtype=np.float64)))(ONES),
    "an update": lambda a: vjp(lambda w: w.at[:].add(a), ONES)[0],
    "an index": lambda a: grad(lambda w: np.sum(w[a[:1].astype(int)]))(ONES),
    "the result": lambda a: vjp(lambda w: a, ONES)[0],
    "a batch": lambda a: vmap(lambda w: w * a)(ONES),
    "forward mode": lambda a: jvp(lambda w: w * a, (ONES,), (ONES,))[1],
}


@pytest.mark.parametrize("use", USES.values(), ids=list(USES))
@pytest.mark.parametrize("kind", [WithUnit, WithFunctions, WithProduct, np.ma.MaskedArray], ids=lambda x: x.__name__)
def test_a_subclass_with_arithmetic_of_its_own_is_refused(kind: Any, use: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match=rf"{kind.__name__} has arithmetic of its own.*pass np\.asarray\(x\)"):
        use(ONES.view(kind))


@pytest.mark.parametrize(
    "use", [use for name, use in USES.items() if name not in ("a Variable", "an argument of trace")]
)
def test_a_subclass_without_is_an_array_like_any_other(use: Callable[[Any], Any], tmp_path: Path) -> None:
    a = np.arange(1.0, 4.0)
    on_disk: Any = np.memmap(tmp_path / "numbers", np.float64, mode="w+", shape=(3,))
    on_disk[:] = a
    for found in (use(a.view(Plain)), use(on_disk)):
        assert type(found) is type(use(a))
        assert_allclose(found, use(a))
