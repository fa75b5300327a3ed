"""The records of functions that solvers call: they compute what the functions compute, and so do their pullbacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Variable, functions, tree
from pydezero.core.operators import EscapeError
from pydezero.core.variable import is_numeric
from pydezero.scipy.integrate.pure import Closed, Pure, UnforeseenError, parts_of, vector_of
from pydezero.transforms.records.recording import Record, as_value, recorded
from tests.functions.case import Case
from tests.functions.cases import CASES

# The rows are many, and what is recorded of them are the same operations again and again.
SOME: Final = CASES[::25]


def _function_of(case: Case) -> tuple[Any, list[Any]]:
    """The function of a row by its differentiable arguments, as a tuple of all numbers in its result; and these."""
    rng = np.random.default_rng(0)
    given = [argument.draw(rng, np.dtype(np.float64)) for argument in case.arguments]

    def function(*xs: Any) -> tuple[Any, ...]:
        args = list(given)
        for i, x in zip(case.differentiable, xs, strict=True):
            args[i] = x
        return tuple([leaf for leaf in tree.flatten(case.function(functions, *args)) if is_numeric(leaf)])

    return function, [as_value(given[i]) for i in case.differentiable]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_a_record_computes_what_the_function_does(case: Case) -> None:
    function, xs = _function_of(case)
    try:
        expected = function(*xs)
        record = recorded(case.name, function, xs)
    except (AttributeError, EscapeError):
        pytest.skip("it takes no arrays, or has no graph")
    _compare(record.of_arrays(xs), expected)
    _compare(record.of_variables(xs), expected)
    pullback = Pure(case.name, function, len(expected)).pullback(range(len(xs)))
    cotangents = [np.ones_like(y)[()] for y in expected]
    _compare(pullback.of_arrays(*xs, *cotangents), pullback(*xs, *cotangents))


def _compare(found: Sequence[Any] | None, expected: Sequence[Any]) -> None:
    assert found is not None
    for x, y in zip(found, expected, strict=True):
        assert np.shape(x) == np.shape(y)
        assert_allclose(x, y, rtol=1e-10, atol=1e-12)


def test_numbers_are_those_of_numpy() -> None:
    """Floats of Python divide by zero with an exception, and have no dtype."""
    pure = Pure("f", lambda x, y: (x / y, np.array([1.0]) * x, y * 1e200 * 1e200, x))
    with np.errstate(divide="ignore"):
        quotient, vector, large, same = pure.of_arrays(np.float64(1.0), np.float64(0.0))
    assert (quotient, large, same) == (np.inf, 0.0, 1.0)
    assert type(quotient) is type(large) is type(same) is np.float64
    assert_array_equal(vector, [1.0])


def test_captured_variables_are_arguments_of_the_record() -> None:
    a, b = Variable(np.array(2.0)), Variable(np.array([1.0, 3.0]))
    closed = Closed("f", lambda x: (a * a * x + b,), 1)
    closed.record(np.float64(1.0))
    assert [x.shape for x in closed.variables] == [(), (2,)]  # a * a is computed once, outside
    (found,) = closed.of_arrays(np.float64(3.0), np.float64(10.0), np.array([0.0, 1.0]))
    assert_array_equal(found, [30.0, 31.0])


def test_a_record_for_each_way() -> None:
    a, b = Variable(np.array(2.0)), Variable(np.array(5.0))
    closed = Closed("f", lambda x: (x * a if x > 0 else x * b,), 1)
    closed.record(np.float64(1.0))
    assert closed.variables == [a]
    with pytest.raises(UnforeseenError, match="pass what it needs in args="):
        closed.of_arrays(np.float64(-1.0), np.float64(2.0))
    assert closed.variables == [a, b]
    for x, expected in ((-1.0, -5.0), (1.0, 2.0), (-1.0, -5.0)):
        assert closed.of_arrays(np.float64(x), np.float64(2.0), np.float64(5.0)) == (expected,)


def test_an_array_that_is_captured_is_kept_as_it_was() -> None:
    factors = np.array([1.0, 2.0])
    record: Record = recorded("f", lambda x: (factors * x,), [np.float64(1.0)])
    factors[:] = 0.0
    assert_array_equal(record.evaluate(np.float64(3.0))[0], [3.0, 6.0])


def test_vectors_and_their_parts() -> None:
    parts = [np.float64(1.0), np.float64(2.0), np.array([[3.0, 4.0]]), np.float64(5.0)]
    vector = vector_of(parts)
    assert_array_equal(vector, [1.0, 2.0, 3.0, 4.0, 5.0])
    for part, again in zip(parts, parts_of(vector, parts), strict=True):
        assert_array_equal(part, again)
    assert vector_of([]).shape == (0,)
