"""Step 14 of Deep Learning from Scratch 3, with its exact numbers; the three bugs of its `.grad` made impossible."""

import numpy as np
import pytest

from pydezero import Variable, add, as_variable, exp, functions, grad, gradients, numerical_diff, square


def test_a_variable_used_twice() -> None:
    x = Variable(np.array(3.0))
    y = add(x, x)
    assert y.data == 6.0
    assert gradients(y, x) == 2.0


def test_the_second_computation_starts_from_nothing() -> None:
    x = Variable(np.array(3.0))
    assert gradients(add(x, x), x) == 2.0
    assert gradients(add(add(x, x), x), x) == 3.0
    assert gradients(add(x, x), x) == 2.0


def test_gradients_of_an_integer_share_no_memory() -> None:
    array = np.array(3)
    x = Variable(array)
    y = add(x, x)
    of_y, of_x = gradients(y, (y, x))
    assert of_y == 1
    assert of_x == 2
    for one, other in [(of_y, of_x), (of_y, array), (of_x, array), (of_y, y.data), (of_x, x.data)]:
        assert not np.shares_memory(one, other)
    of_x += 40
    assert of_y == 1
    assert y.data == 6
    assert array == 3


def composed(x: Variable) -> Variable:
    return square(exp(square(x)))


def test_a_composition() -> None:
    x = Variable(np.array(0.5))
    found = gradients(composed(x), x)
    assert found == 3.297442541400256
    assert grad(composed)(0.5) == 3.297442541400256
    assert numerical_diff(composed, x) == pytest.approx(found, abs=1e-6)


def test_a_graph_with_two_branches() -> None:
    x = Variable(np.array(2.0))
    a = square(x)
    y = add(square(a), square(a))
    assert y.data == 32.0
    assert gradients(y, x) == 64.0


def test_the_operators_of_appendix_a_leave_aliases_alone() -> None:
    x = as_variable(3.0)
    y = x
    y += x
    assert (x.data, y.data) == (3.0, 6.0)
    assert gradients(y, x) == 2.0


def test_the_names_of_the_book_are_those_of_the_library() -> None:
    assert (add, exp, square) == (functions.add, functions.exp, functions.square)
