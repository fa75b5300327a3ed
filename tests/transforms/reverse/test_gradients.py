"""`gradients`: the reverse pass over a graph built by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import Variable, functions, grad, gradients


def inputs() -> tuple[Variable, Variable]:
    return Variable(np.array([1.0, 2.0])), Variable(np.array([3.0, 5.0]))


def test_a_single_variable_gives_an_array_and_several_give_a_tuple() -> None:
    x, y = inputs()
    z = x * y
    alone = gradients(z, x)
    assert type(alone) is np.ndarray
    assert_array_equal(alone, [3, 5])
    for wrt in ((x, y), [x, y]):
        several = gradients(z, wrt)
        assert type(several) is tuple
        assert_array_equal(several, [[3, 5], [1, 2]])
    assert gradients(z, ()) == ()


def test_values_on_the_way_and_the_output_itself() -> None:
    x, _ = inputs()
    a = x * x
    b = functions.exp(a)
    of_b, of_a, of_x = gradients(b, (b, a, x))
    assert_array_equal(of_b, [1, 1])
    assert_allclose(of_a, np.exp([1, 4]))
    assert_allclose(of_x, 2 * np.array([1, 2]) * np.exp([1, 4]))


def test_a_value_on_the_way_gets_only_what_flows_through_it() -> None:
    x, _ = inputs()
    a = x * x
    assert_array_equal(gradients(a * a + x, a), [2, 8])


def test_the_seed_is_the_cotangent_of_the_output() -> None:
    x, _ = inputs()
    z = x * x
    of_z, of_x = gradients(z, (z, x), np.array([10.0, 100.0]))
    assert_array_equal(of_z, [10, 100])
    assert_array_equal(of_x, [20, 400])
    assert gradients(functions.sum(z), x, 3).tolist() == [6, 12]


BAD_SEEDS: dict[str, tuple[Any, type[Exception], str]] = {
    "another shape": (np.ones(3), ValueError, r"output has shape \(2,\), the cotangent \(3,\)"),
    "a number": (1.0, ValueError, r"the cotangent \(\)"),
    "broadcastable": (np.ones((1, 2)), ValueError, r"the cotangent \(1, 2\)"),
    "complex": (np.ones(2) * 1j, TypeError, "complex.*real"),
    "a list": ([1.0, 1.0], TypeError, "list"),
    "text": ("ones", TypeError, "str"),
    "objects": (np.array([None, None]), TypeError, "object"),
}


@pytest.mark.parametrize(("seed", "error", "message"), BAD_SEEDS.values(), ids=list(BAD_SEEDS))
def test_a_wrong_seed_raises(seed: Any, error: type[Exception], message: str) -> None:
    x, y = inputs()
    with pytest.raises(error, match=message):
        gradients(x * y, x, seed)


def test_a_variable_without_influence_gets_zeros_of_its_shape_and_dtype() -> None:
    x, y = inputs()
    unrelated = (y, Variable(np.ones((2, 3), np.float32)), Variable(np.array(3)))
    found = gradients(x * x, unrelated)
    for one, variable in zip(found, unrelated, strict=True):
        assert_array_equal(one, np.zeros(variable.shape))
    assert [one.dtype for one in found] == [np.float64, np.float32, np.float64]


def test_a_later_value_has_no_influence() -> None:
    x, _ = inputs()
    a = x * x
    later = a * a
    assert_array_equal(gradients(a, later), [0, 0])


def test_integers_and_booleans_have_float64_gradients() -> None:
    for data in (np.array([1, 2]), np.array([True, False])):
        x = Variable(data)
        found = gradients(x * 3, x)
        assert_array_equal(found, [3, 3])
        assert found.dtype == np.float64


def test_twice_gives_the_same_in_other_memory() -> None:
    x, y = inputs()
    z = functions.sin(x * y)
    first, second = gradients(z, x), gradients(z, x)
    assert_array_equal(first, second)
    assert not np.shares_memory(first, second)


def test_the_same_variable_twice_gives_separate_arrays() -> None:
    x, y = inputs()
    first, second = gradients(x * y, (x, x))
    assert_array_equal(first, second)
    assert not np.shares_memory(first, second)


def test_two_variables_that_meet_in_one_cotangent_get_separate_arrays() -> None:
    x, y = inputs()
    z = x + y
    found = gradients(z, (x, y, z))
    assert_array_equal(found, np.ones((3, 2)))
    found[0][:] = 9
    assert_array_equal(found[1:], np.ones((2, 2)))


WRONG: dict[str, tuple[Callable[[Variable], Any], type[Exception], str]] = {
    "y is an array": (lambda x: gradients(np.ones(2), x), TypeError, "y must be a Variable"),  # type: ignore[call-overload]  # the point
    "wrt is an array": (lambda x: gradients(x, np.ones(2)), TypeError, "wrt must"),  # type: ignore[call-overload]  # the point
    "wrt holds a number": (lambda x: gradients(x, [x, 1.0]), TypeError, "got a float at place 1"),  # type: ignore[list-item]  # the point
    "wrt is a number": (lambda x: gradients(x, 3), TypeError, "wrt must"),  # type: ignore[call-overload]  # the point
    "wrt is None": (lambda x: gradients(x, None), TypeError, "wrt must"),  # type: ignore[call-overload]  # the point
}


@pytest.mark.parametrize(("call", "error", "message"), WRONG.values(), ids=list(WRONG))
def test_wrong_arguments_raise(call: Callable[[Variable], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(inputs()[0])


def test_variables_of_another_transform_raise() -> None:
    x, _ = inputs()
    with pytest.raises(ValueError, match=r"inside a transformed function.*grad or vjp"):
        grad(lambda y: functions.sum(gradients(functions.sum(y * x), x)))(np.ones(2))


def test_gradients_of_a_value_that_is_being_differentiated_are_right_or_raise() -> None:
    def slope(x: Variable) -> Any:
        return gradients(x * x * x, x) * 1.0

    try:
        found = grad(slope)(2.0)
    except (TypeError, ValueError) as error:
        assert "grad" in str(error)  # noqa: PT017  # either is fine: the right answer or an exception
    else:
        assert found == 12.0


def test_a_closure_of_grad_over_a_variable_made_by_hand() -> None:
    x, _ = inputs()
    slope: Any = grad(lambda y: functions.sum(x * x * y))(np.array([1.0, 1.0]))
    assert_array_equal(slope.data, [1, 4])
    assert_array_equal(gradients(slope, x), [2, 4])
