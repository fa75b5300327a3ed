"""float32 in, float32 gradient out, close to that of float64; every argument's gradient has the argument's dtype."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest

from pydezero import Variable, functions, gradients, vjp
from tests.functions.case import Array, ArrayCallable, Call, Results, generator
from tests.functions.cases import CASES, WHOLE_CALLS
from tests.functions.checks import (
    assert_all_close,
    assert_first_derivatives,
    call_through_numpy,
    chosen,
    cotangent_of,
    leaves,
)
from tests.rows import over_rows


@over_rows(WHOLE_CALLS)
def test_single_precision_stays_single(call: Call) -> None:
    precise, values = call.case.draw(), call.case.draw(single=True)
    y, pullback = vjp(call_through_numpy(call, values), *chosen(call, values))
    z, precise_pullback = vjp(call_through_numpy(call, precise), *chosen(call, precise))
    found = pullback(cotangent_of(y, str(call)))
    expected = precise_pullback(cotangent_of(z, str(call)))
    assert_all_close(leaves(y), leaves(z), rtol=1e-3, atol=1e-4)
    _assert_dtypes_of_numpy(call, y, values)
    assert_all_close(found, expected, rtol=2e-3, atol=1e-3)
    assert [g.dtype for g in found] == [values[i].dtype for i in call.positions]


def _assert_dtypes_of_numpy(call: Call, results: Results, values: list[Array]) -> None:
    expected = leaves(call.case.reference(*values))
    assert [y.dtype for y in leaves(results)] == [y.dtype for y in expected]


_SEVERAL: Final = [Call(case, case.differentiable) for case in CASES if len(case.differentiable) > 1]


@over_rows(_SEVERAL)
def test_single_and_double_precision_together(call: Call) -> None:
    values = call.case.draw()
    first = call.positions[0]
    values[first] = values[first].astype(
        np.result_type(values[first].real.astype("f4"), 1j) if call.case.is_complex else "f4"
    )
    y, pullback = vjp(call_through_numpy(call, values), *chosen(call, values))
    _assert_dtypes_of_numpy(call, y, values)
    assert [g.dtype for g in pullback(cotangent_of(y, str(call)))] == [values[i].dtype for i in call.positions]


_NUMBERS: Final = [
    (call, j)
    for call in _SEVERAL
    if not call.case.is_complex
    for j in call.positions
    if not call.case.arguments[j].shape
]


@over_rows(_NUMBERS)
def test_a_number_has_the_precision_that_it_has_in_numpy(row: tuple[Call, int]) -> None:
    """One among the differentiated arguments, as a Python number, and one that is a constant."""
    call, j = row
    values: list[Any] = call.case.draw(single=True)
    values[j] = float(values[j])
    y, _ = vjp(call_through_numpy(call, values), *chosen(call, values))
    _assert_dtypes_of_numpy(call, y, values)
    others = Call(call.case, tuple([i for i in call.positions if i != j]))
    y, _ = vjp(call_through_numpy(others, values), *chosen(others, values))
    _assert_dtypes_of_numpy(others, y, values)


@over_rows([call for call in _SEVERAL if call.case.is_complex])
def test_a_real_argument_among_complex_ones(call: Call) -> None:
    values = call.case.draw()
    first = call.positions[0]
    values[first] = values[first].real.copy()
    assert_first_derivatives(call, values)


_INTEGER_FUNCTIONS: Final[tuple[tuple[str, ArrayCallable], ...]] = (
    ("x + x", lambda x: x + x),
    ("x * 3", lambda x: x * 3),
    ("x * 2.5", lambda x: x * 2.5),
    ("x / 2", lambda x: x / 2),
    ("x ** 2", lambda x: x**2),
    ("x ** 3", lambda x: x**3),
    ("2 ** x", lambda x: 2**x),
    ("x // 2", lambda x: x // 2),
    ("x % 2", lambda x: x % 4),
    ("-x", lambda x: -x),
    ("abs", abs),
    ("sqrt", np.sqrt),
    ("maximum", lambda x: np.maximum(x, 2)),
    ("where", lambda x: np.where(x > 2, x, 0)),
    ("clip", lambda x: np.clip(x, 2, 5)),
    ("sum", lambda x: np.sum(x, axis=0)),
    ("mean", lambda x: np.mean(x, axis=0)),
    ("prod", lambda x: np.prod(x, axis=1)),
    ("max", lambda x: np.max(x, axis=1)),
    ("var", np.var),
    ("std", np.std),
    ("cumsum", np.cumsum),
    ("reshape", lambda x: np.reshape(x, -1)),
    ("transpose", np.transpose),
    ("index", lambda x: x[1, ::2]),
    ("index by ints", lambda x: x[[0, 0]]),
    ("at set", lambda x: x.at[0].set(2 * x[1])),
    ("at add", lambda x: x.at[0].add(x[1])),
    ("concatenate", lambda x: np.concatenate([x, x])),
    ("matmul", lambda x: x @ x.T),
    ("einsum", lambda x: np.einsum("ij,kj->ik", x, x)),
    ("trace", np.trace),
    ("diag", np.diag),
    ("real", np.real),
    ("imag", np.imag),
    ("conjugate", np.conjugate),
)


@pytest.mark.parametrize("dtype", ["i8", "i4", "u1"])
@pytest.mark.parametrize("f", [f for _, f in _INTEGER_FUNCTIONS], ids=[name for name, _ in _INTEGER_FUNCTIONS])
def test_integers_have_float64_gradients(f: ArrayCallable, dtype: str) -> None:
    n = np.array([[1, 4, 3], [5, 2, 6]], dtype)
    whole, exact = Variable(n), Variable(n.astype(float))
    found = gradients(f(whole), whole)
    assert found.dtype == np.float64
    # NumPy computes the sine or the root of a uint8 in float16, and what is computed from those is no better.
    precise = f(whole).dtype != np.float16
    np.testing.assert_allclose(found, gradients(f(exact), exact), rtol=1e-12 if precise else 1e-3)


def test_integer_results_have_numpys_dtype() -> None:
    n = np.array([3, 4], np.int32)
    assert (Variable(n) * 2).dtype == np.int32
    assert functions.sum(Variable(n)).dtype == np.sum(n).dtype
    assert (Variable(n) / 2).dtype == np.float64


@pytest.mark.parametrize("number", [2, 2.5, True], ids=str)
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "power", "maximum", "hypot", "arctan2"])
def test_python_numbers_do_not_promote(name: str, number: float) -> None:
    x = Variable(np.array([1.5, 2.5], np.float32))
    function = getattr(functions, name)
    for y in (function(x, number), function(number, x)):
        assert y.dtype == np.float32
        assert gradients(y, x).dtype == np.float32


def test_a_mask_does_not_promote() -> None:
    x = Variable(np.array([-1.5, 2.5], np.float32))
    y = x * (x > 0)
    assert y.dtype == np.float32
    np.testing.assert_array_equal(gradients(y, x), np.array([0, 1], np.float32))


@pytest.mark.parametrize(("source", "target"), [("f8", "f4"), ("f4", "f8"), ("f8", "f2"), ("f4", "c16"), ("c8", "c16")])
def test_astype_converts_the_gradient_back(source: str, target: str) -> None:
    x = np.array([0.5, 1.5], source)
    y, pullback = vjp(lambda x: x.astype(target), x)
    assert y.dtype == np.dtype(target)
    (g,) = pullback(np.array([2, 3], target))
    assert g.dtype == np.dtype(source)
    np.testing.assert_array_equal(g, np.array([2, 3]))


def test_astype_of_integers_is_plain() -> None:
    y: Any = Variable(np.array([0.5, 1.5])).astype(int)
    assert type(y) is np.ndarray
    np.testing.assert_array_equal(y, [0, 1])


@pytest.mark.parametrize("shape", [(), (3,)], ids=str)
def test_half_precision_stays_half(shape: tuple[int, ...]) -> None:
    x = np.asarray(generator("half").uniform(0.5, 1.5, shape), np.float16)
    y, pullback = vjp(lambda x: np.sqrt(x) * 2.0 + x**3, x)
    assert y.dtype == np.float16
    (g,) = pullback(np.ones(shape, np.float16))
    assert g.dtype == np.float16
