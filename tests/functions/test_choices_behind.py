"""A choice by a condition behind any function leaves out the elements it did not take, and changes no other cotangent.

A logarithm of 0 that is not taken makes the reverse pass run again with marks of what is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pydezero import vjp
from tests.functions.case import Call, generator
from tests.functions.cases import WHOLE_CALLS
from tests.functions.checks import assert_all_close, call_through_numpy, chosen, leaves
from tests.rows import over_rows

Chosen = Callable[[Any, Any], Any]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@over_rows(WHOLE_CALLS)
def test_elements_that_are_taken_have_the_cotangents_that_they_have_without_it(call: Call) -> None:
    values = call.case.draw()
    xs = chosen(call, values)
    f = call_through_numpy(call, values)
    outputs = leaves(vjp(f, *xs)[0])
    rng = generator(f"taken of {call}")
    masks = [rng.random(np.shape(y)) < 0.6 for y in outputs]
    weights = [rng.uniform(-1.0, 1.0, np.shape(y)) for y in outputs]

    def gradients(choose: Chosen, zero: Chosen) -> list[Any]:
        def total(at_0: Any, *arguments: Any) -> Any:
            parts = [np.sum(choose(y, m) * w) for y, m, w in zip(leaves(f(*arguments)), masks, weights, strict=True)]
            return np.real(sum(parts)) + zero(at_0 > 0, np.log(at_0))

        _, pullback = vjp(total, 0.0, *xs)
        return list(pullback(1.0)[1:])

    with_choice = gradients(lambda y, m: np.where(m, y, 0.0), lambda m, y: np.where(m, y, 0.0))
    assert_all_close(with_choice, gradients(np.multiply, lambda m, y: 0.0), rtol=1e-10, atol=1e-12)
