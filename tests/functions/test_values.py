"""The value of a function of Variables is that of NumPy's function of arrays: elements, shape and dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero import Variable, vjp
from tests.functions.case import Array, Call, Case, Results
from tests.functions.cases import CALLS, FUNCTION_CASES, WHOLE_CALLS
from tests.functions.checks import leaves, plain
from tests.rows import over_rows


def _assert_same(actual: Results, expected: Results) -> None:
    pairs = zip(plain(actual), map(np.asarray, leaves(expected)), strict=True)
    for a, e in pairs:
        assert (a.shape, a.dtype) == (e.shape, e.dtype)
        precision = 16 * np.finfo(e.dtype).eps if e.dtype.kind in "fc" else 0.0
        np.testing.assert_allclose(a, e, rtol=precision, atol=precision)


def _as_variables(call: Call, values: list[Array]) -> list[Any]:
    return [Variable(x) if i in call.positions else x for i, x in enumerate(values)]


@over_rows(CALLS)
def test_of_variables_through_numpy(call: Call) -> None:
    values = call.case.draw()
    result = call.case.through_numpy(*_as_variables(call, values))
    assert all(isinstance(y, Variable) for y in leaves(result))
    _assert_same(result, call.case.reference(*values))


@over_rows([call for call in WHOLE_CALLS if call.case in FUNCTION_CASES])
def test_of_variables_typed(call: Call) -> None:
    values = call.case.draw()
    result = call.case.typed(*_as_variables(call, values))
    assert all(isinstance(y, Variable) for y in leaves(result))
    _assert_same(result, call.case.reference(*values))


@over_rows(FUNCTION_CASES)
def test_of_arrays_typed(case: Case) -> None:
    values = case.draw()
    result = case.typed(*values)
    assert not any(isinstance(y, Variable) for y in leaves(result))
    _assert_same(result, case.reference(*values))


@over_rows(WHOLE_CALLS)
def test_of_variables_holding_variables(call: Call) -> None:
    """Of a Variable of an enclosing transform the value is the Variable of that transform."""
    case, values = call.case, call.case.draw()
    xs = [values[i] for i in call.positions]

    def inner(*outer: Variable) -> Results:
        result, _ = vjp(call.of(case.through_numpy, values), *outer)
        assert all(isinstance(y, Variable) for y in leaves(result))
        return result

    result, _ = vjp(inner, *xs)
    _assert_same(result, case.reference(*values))
