"""`custom_jvp`: what a rule must not do, and what it is answered with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import functions, grad
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.rules.custom_jvp import custom_jvp
from pydezero.transforms.rules.stop_gradient import stop_gradient

# Any: NumPy's stubs know no Variable.
Operation = Callable[..., Any]

array = np.array([0.5, -1.5, 2.0])


# Closures.


def test_a_variable_of_an_outer_transform_is_a_constant_to_the_rule() -> None:
    def f(x: Any) -> Any:
        scaled: Operation = custom_jvp(lambda p, t: (x * p[0], x * t[0]))(lambda y: x * y)
        return grad(scaled)(2.0) * x

    assert grad(f)(3.0) == 6.0  # d(x * x) / dx
    assert jvp(f, (3.0,), (1.0,))[1] == 6.0
    assert_array_equal(vmap(f)(array), array**2)


CLOSURES: dict[str, Callable[[Any], Operation]] = {
    "in the function": lambda x: custom_jvp(lambda p, t: (p[0] * x, t[0]))(lambda y: y * x),
    "in the tangent": lambda x: custom_jvp(lambda p, t: (1.0 * p[0], t[0] * x))(lambda y: 1.0 * y),
}
ESCAPING: dict[str, Callable[[Callable[[Any], Any]], Any]] = {
    "grad": lambda f: grad(f)(3.0),
    "jvp": lambda f: jvp(f, (3.0,), (1.0,)),
    "vmap": lambda f: vmap(f)(array),
}


@pytest.mark.parametrize("transform", ESCAPING.values(), ids=list(ESCAPING))
@pytest.mark.parametrize("make", CLOSURES.values(), ids=list(CLOSURES))
def test_a_variable_that_the_function_was_not_given(
    make: Callable[[Any], Operation], transform: Callable[[Callable[[Any], Any]], Any]
) -> None:
    if transform is ESCAPING["vmap"] and make is not CLOSURES["in the function"]:
        assert_array_equal(transform(lambda x: make(x)(2.0 * x)), 2 * array)
    else:
        with pytest.raises(ValueError, match=r"custom_jvp.*not given.*pass it as an argument"):
            transform(lambda x: make(x)(2.0 * x))


# Mistakes.

WRONG: dict[str, tuple[Any, type[Exception], str]] = {
    "no pair": (lambda p, t: t[0], TypeError, r"returned an array of shape \(2,\).*a pair \(output, tangent\)"),
    "None": (lambda p, t: None, TypeError, "is a return missing"),
    "three": (lambda p, t: (p[0], t[0], t[0]), TypeError, "a tuple of 3.*a pair"),
    "no array": (lambda p, t: ("text", t[0]), TypeError, "the rule returned a str.*must return an array"),
    "structure": (lambda p, t: (p[0], [t[0]]), TypeError, r"a list of 1 \(.*\) as the tangent of an array"),
    "shape": (lambda p, t: (p[0], t[0][:1]), ValueError, r"tangent of shape \(1,\) for an output of shape \(2,\)"),
    "a string": (lambda p, t: (p[0], "t"), TypeError, "str as the tangent"),
    "a primal depends on a tangent": (lambda p, t: (p[0] + t[0], t[0]), ValueError, "depends on the primals alone"),
    "square": (lambda p, t: (p[0], t[0] * t[0]), ValueError, "must be linear.*(square|multiply)"),
    "sine": (lambda p, t: (p[0], np.sin(t[0])), ValueError, "must be linear.*sin"),
    "maximum": (lambda p, t: (p[0], np.maximum(t[0], 0.0)), ValueError, "must be linear.*maximum"),
    "a constant": (lambda p, t: (p[0], np.ones(2)), ValueError, "must be linear.*not zero"),
}


@pytest.mark.parametrize(("rule", "error", "message"), WRONG.values(), ids=list(WRONG))
def test_a_wrong_rule_raises_and_is_named(rule: Any, error: type[Exception], message: str) -> None:
    def named(x: Any) -> Any:
        return 1.0 * x

    operation: Operation = custom_jvp(rule)(named)
    with pytest.raises(error, match=rf"(?s)custom_jvp\(named\).*{message}"):
        grad(lambda x: functions.sum(operation(x)))(np.ones(2))


@pytest.mark.parametrize("arguments", [(None, lambda p, t: (p, t)), (lambda x: x, None), (lambda x: x, 3.0)])
def test_a_forgotten_rule(arguments: Any) -> None:
    f, rule = arguments
    with pytest.raises(TypeError, match=r"custom_jvp.*must be a function, got"):
        custom_jvp(rule)(f)


def test_a_static_argument_that_is_a_variable_raises() -> None:
    operation: Operation = custom_jvp(lambda n, p, t: (n * p[0], n * t[0]), 0)(lambda n, x: n * x)
    with pytest.raises(TypeError, match=r"argument 0 is in nondiff_argnums.*stop_gradient"):
        grad(lambda x: operation(x, x))(2.0)
    assert grad(lambda x: operation(stop_gradient(x), x))(2.0) == 2.0
