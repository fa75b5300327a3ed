"""Operands of libraries whose arrays are none to NumPy's protocols: converted, or left to their own arithmetic."""

from __future__ import annotations

import operator
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose

from pydezero import Variable, grad, hessian, jacobian, jvp, trace, value_and_grad, vjp, vmap

DATA: Final = np.array([1.0, 2.0, 4.0])
OTHER: Final = np.array([3.0, 0.5, 2.0])

OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "pow": operator.pow,
    "mod": operator.mod,
    "floordiv": operator.floordiv,
    "matmul": operator.matmul,
}


class Tensor:
    """An array that is converted by `__array__`, and leaves operators with unknown types to them."""

    def __init__(self, held: Any) -> None:
        self.held = np.asarray(held)

    shape = property(lambda self: self.held.shape)
    dtype = property(lambda self: f"tensor.{self.held.dtype}")  # none of NumPy's

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return self.held


class Exchanged:
    """An array that is converted by DLPack alone."""

    def __init__(self, held: Any) -> None:
        self.held = np.asarray(held)

    def __dlpack__(self, **options: Any) -> Any:
        return self.held.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.held.__dlpack_device__()


class Column(Tensor):
    """A column of a dataframe, some of whose integers may be missing."""

    kind = "i"
    dtype = property(lambda self: self)

    def null_count(self) -> int:
        return int(np.isnan(self.held).sum())


class Unconvertible(Tensor):
    """A tensor on another device."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        raise RuntimeError("use x.cpu() first")


class Quantity:
    """A number or array with a unit, without ufuncs: NumPy leaves operators with it to it."""

    __array_ufunc__ = None

    def __init__(self, held: Any) -> None:
        self.held = held


class Labelled:
    """An array with labels, with ufuncs of its own."""

    def __init__(self, held: Any) -> None:
        self.held = held

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return Labelled(getattr(ufunc, method)(*[x.held if isinstance(x, Labelled) else x for x in inputs]))


class Symbol:
    """A type of which NumPy knows nothing."""

    def __init__(self, held: Any) -> None:
        self.held = held


def _give_operators(kind: Any) -> None:
    for name, compute in OPERATORS.items():

        def direct(self: Any, other: Any, compute: Any = compute) -> Any:
            return kind(compute(self.held, other))

        def reflected(self: Any, other: Any, compute: Any = compute) -> Any:
            return kind(compute(other, self.held))

        setattr(kind, f"__{name}__", direct)
        setattr(kind, f"__r{name}__", reflected)


for _kind in (Quantity, Labelled, Symbol):
    _give_operators(_kind)


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("kind", [Tensor, Exchanged])
def test_an_operand_is_converted(kind: Any, name: str) -> None:
    compute = OPERATORS[name]
    for f, expected in (
        (lambda x: np.sum(compute(x, kind(OTHER))), lambda x: np.sum(compute(x, OTHER))),
        (lambda x: np.sum(compute(kind(OTHER), x)), lambda x: np.sum(compute(OTHER, x))),
    ):
        assert_allclose(grad(f)(DATA), grad(expected)(DATA))
        assert_allclose(hessian(f)(DATA), hessian(expected)(DATA))
        assert_allclose(jvp(f, (DATA,), (OTHER,)), jvp(expected, (DATA,), (OTHER,)))
        assert_allclose(vmap(f)(np.stack([DATA, OTHER])), vmap(expected)(np.stack([DATA, OTHER])))


USES: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "maximum": lambda x, q: np.maximum(x, q),
    "where": lambda x, q: np.where(DATA > 1, x, q),
    "concatenate": lambda x, q: np.concatenate([x, q]),
    "dot": lambda x, q: np.dot(x, q),
    "set": lambda x, q: x.at[:].set(q),
    "index": lambda x, q: x[q > 1.0] if isinstance(q, np.ndarray) else x[np.asarray(q.held) > 1.0],
    "number": lambda x, q: x[0] * q,
}


@pytest.mark.parametrize("use", USES.values(), ids=list(USES))
def test_a_constant_is_converted_wherever_it_is_used(use: Callable[[Any, Any], Any]) -> None:
    assert_allclose(jacobian(lambda x: use(x, Tensor(OTHER)))(DATA), jacobian(lambda x: use(x, OTHER))(DATA))
    assert_allclose(trace(lambda x: use(x, Tensor(OTHER)))(DATA)(DATA), use(Variable(DATA), OTHER).data)


def test_a_constant_is_converted_beside_a_number() -> None:
    value, slope = value_and_grad(lambda x: np.sum(x * Tensor(OTHER)))(2.0)
    assert_allclose((value, slope), (11.0, 5.5))


def test_comparisons_take_what_numpy_cannot_compare() -> None:
    x: Any = Variable(DATA)  # Any: to the types a Tensor is no operand
    assert (x < Tensor(OTHER)).tolist() == (DATA < OTHER).tolist()
    assert (x == Tensor(DATA)).tolist() == [True, True, True]


ARGUMENTS: Final[dict[str, Callable[[Any], Any]]] = {
    "grad": lambda q: grad(lambda x: np.sum(x**3))(q),
    "value_and_grad": lambda q: value_and_grad(lambda x: np.sum(x**3))(q)[1],
    "jacobian": lambda q: jacobian(lambda x: x**3)(q),
    "hessian": lambda q: hessian(lambda x: np.sum(x**3))(q),
    "in a container": lambda q: grad(lambda p: np.sum(p["a"] ** 3))({"a": q})["a"],
    "jvp": lambda q: jvp(lambda x: x**3, (q,), (q,))[1],
    "vjp": lambda q: vjp(lambda x: x**3, q)[1](q)[0],
    "vmap": lambda q: vmap(lambda x: x**3)(q),
    "vmap beside an array": lambda q: vmap(lambda x, y: x * y)(DATA, q),
    "not differentiated": lambda q: grad(lambda x, y: np.sum(x * y))(DATA, q),
    "trace": lambda q: trace(lambda x: x**3)(q)(q),
}


@pytest.mark.parametrize("use", ARGUMENTS.values(), ids=list(ARGUMENTS))
@pytest.mark.parametrize("kind", [Tensor, Exchanged])
def test_an_argument_is_converted(kind: Any, use: Callable[[Any], Any]) -> None:
    result = use(kind(OTHER))
    assert type(result) is np.ndarray
    assert_allclose(result, use(OTHER))


def test_memory_that_is_shared_by_the_conversion_may_change_later() -> None:
    held = OTHER.copy()
    _, pull = vjp(lambda x: x * Tensor(held), DATA)
    held[:] = 100.0
    assert_allclose(pull(np.ones(3))[0], OTHER)


REFUSED: Final[dict[str, tuple[Any, str]]] = {
    "integers that are missing": (Column([1.0, np.nan, 2.0]), r"Column with missing values.*\.to_numpy\(\)"),
    "text": (Tensor(["a", "b", "c"]), r"dtype <U1.*to_numpy\(dtype=float\)"),
    "another device": (Unconvertible(OTHER), r"use x\.cpu\(\) first"),
    "nothing to convert": (object(), "an operand must be a Variable, an array or a number, got object"),
}


@pytest.mark.parametrize(("operand", "message"), REFUSED.values(), ids=list(REFUSED))
def test_what_would_be_lost_is_refused(operand: Any, message: str) -> None:
    uses: tuple[Any, ...] = (operator.mul, np.maximum)
    for use in uses:
        with pytest.raises(TypeError, match=f"(?s){message}"):
            use(Variable(DATA), operand)
    with pytest.raises(TypeError, match=r"missing values|dtype <U1|x\.cpu|dtype object"):
        Variable(DATA) ** operand
    with pytest.raises(TypeError, match="argument 0"):
        grad(lambda x: np.sum(x))(operand)


def test_what_is_not_converted_stays_in_its_container() -> None:
    def f(params: Any) -> Any:
        assert type(params["names"]) is Tensor
        return np.sum(params["x"] ** 2)

    result = grad(f)({"x": DATA, "names": Tensor(["a"])})
    assert_allclose(result["x"], 2 * DATA)


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("kind", [Quantity, Labelled, Symbol])
def test_operators_are_left_to_a_type_with_arithmetic_of_its_own(kind: Any, name: str) -> None:
    compute = OPERATORS[name]
    for f, of_arrays in (
        (lambda x: compute(x, kind(OTHER)), lambda x: compute(x, OTHER)),
        (lambda x: compute(kind(OTHER), x), lambda x: compute(OTHER, x)),
    ):
        held, expected = _held(kind, f), _summed(of_arrays)
        assert_allclose(grad(held)(DATA), grad(expected)(DATA))
        assert_allclose(hessian(held)(DATA), hessian(expected)(DATA))
        assert_allclose(vmap(held)(np.stack([DATA, OTHER])), [expected(DATA), expected(OTHER)])


def _held(kind: Any, f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def held(x: Any) -> Any:
        result: Any = f(x)
        assert isinstance(result, kind)
        return np.sum(result.held)

    return held


def _summed(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: np.sum(f(x))


def test_ufuncs_are_left_to_a_type_that_has_them() -> None:
    labelled: Any = Labelled(OTHER)  # NumPy's stubs know no operand like these
    quantity: Any = Quantity(OTHER)
    x: Any = Variable(DATA)
    assert_allclose(grad(lambda x: np.sum(np.hypot(x, labelled).held))(DATA), DATA / np.hypot(DATA, OTHER))
    with pytest.raises(TypeError, match="does not support ufuncs"):
        np.multiply(x, quantity)


def test_a_type_that_declines_is_refused_in_our_words() -> None:
    class Declines(Symbol):
        def __rmul__(self, other: object) -> Any:
            return NotImplemented

    with pytest.raises(TypeError, match=r"multiply: an operand must be .* got Declines"):
        Variable(DATA) * Declines(OTHER)


def _installed(module: str, make: Callable[[Any], Any]) -> Any:
    pytest.importorskip(module)
    return make(import_module(module))


CONVERTED: Final[dict[str, Callable[[Any], Any]]] = {
    "pandas": lambda pandas: pandas.Series(OTHER),
    "polars": lambda polars: polars.Series(OTHER),
    "torch": lambda torch: torch.tensor(OTHER),
    "jax.numpy": lambda jnp: jnp.array(OTHER, dtype=np.float32),
}


@pytest.mark.parametrize("module", CONVERTED)
def test_the_arrays_of_a_library_are_converted(module: str) -> None:
    q = _installed(module, CONVERTED[module])
    assert_allclose(grad(lambda x: np.sum(x * q))(DATA), OTHER)
    if module != "polars":  # whose operators raise for what they do not know
        assert_allclose(grad(lambda x: np.sum(q * x))(DATA), OTHER)
    assert_allclose(grad(lambda x: np.sum(x**2))(q), 2 * OTHER)
    assert_allclose(vmap(lambda x: x * x)(q), OTHER**2)


def test_a_method_of_a_dataframe_says_what_to_write() -> None:
    q = _installed("pandas", CONVERTED["pandas"])
    with pytest.raises(TypeError, match=r"q\.to_numpy\(\) @ x rather than q @ x.*pandas"):
        grad(lambda x: q @ x)(DATA)
    assert_allclose(grad(lambda x: q.to_numpy() @ x)(DATA), OTHER)


@pytest.mark.parametrize("values", [[1, None, 3], ["a", "b", "c"]], ids=["missing", "text"])
@pytest.mark.parametrize("module", ["pandas", "polars"])
def test_a_series_that_is_no_array_of_numbers_is_refused(module: str, values: Any) -> None:
    def series(library: Any) -> Any:
        dtype = {"dtype": "Int64"} if module == "pandas" and None in values else {}
        return library.Series(values, **dtype)

    q = _installed(module, series)
    with pytest.raises(TypeError, match=r"multiply: a Series.*to_numpy"):
        Variable(DATA) * q


def test_units_and_labels_stay_outside_of_the_graph() -> None:
    q = _installed("pint", lambda pint: pint.UnitRegistry().Quantity(OTHER, "m"))
    for f in (lambda x: x * q, lambda x: q * x, lambda x: np.multiply(x, q)):
        assert_allclose(grad(lambda x, f=f: np.sum(f(x).to("cm").magnitude))(DATA), 100 * OTHER)
    with pytest.raises(TypeError, match=r"a Quantity.*x\.magnitude"):
        Variable(q)


def test_labels_stay_outside_of_the_graph() -> None:
    q = _installed("xarray", lambda xarray: xarray.DataArray(OTHER, dims="t"))
    for f in (lambda x: x * q, lambda x: q * x, lambda x: np.multiply(x, q)):
        assert_allclose(grad(lambda x, f=f: np.sum(f(x).data))(DATA), OTHER)
    with pytest.raises(TypeError, match="got DataArray"):
        Variable(q)
