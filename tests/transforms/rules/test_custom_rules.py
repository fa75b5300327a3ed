"""`custom_vjp` and `custom_jvp`: functions whose rules are the true derivative have it in every transform."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from pydezero import Variable, grad, gradients, numerical_diff
from pydezero.transforms.batching.vmap import vmap
from tests.transforms.rules import test_custom_jvp, test_custom_vjp
from tests.transforms.rules.derivatives import TRANSFORMS, total

array = np.array([0.5, -1.5, 2.0])

FUNCTIONS = {
    **{f"custom_vjp, {name}": f for name, f in test_custom_vjp.TRUE.items()},
    **{f"custom_jvp, {name}": f for name, f in test_custom_jvp.TRUE.items()},
}
TRUE_FUNCTIONS = pytest.mark.parametrize("f", FUNCTIONS.values(), ids=list(FUNCTIONS))


@TRUE_FUNCTIONS
@pytest.mark.parametrize("x", [np.array(0.7), array, array.reshape(3, 1)], ids=["()", "(3,)", "(3, 1)"])
def test_gradients_agree_with_numerical_ones(f: Callable[[Any], Any], x: Any) -> None:
    found = grad(total(f))(x)
    assert found.shape == x.shape
    assert_allclose(found, numerical_diff(f, x), rtol=1e-5, atol=1e-6)
    by_hand = Variable(x)
    assert_allclose(gradients(f(by_hand), by_hand), found)


@TRUE_FUNCTIONS
def test_three_orders(f: Callable[[Any], Any]) -> None:
    slope = grad(f)
    for _ in range(2):
        assert_allclose(grad(slope)(0.4), numerical_diff(slope, 0.4), rtol=1e-5, atol=1e-6)
        slope = grad(slope)


@TRUE_FUNCTIONS
@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform(name: str, f: Callable[[Any], Any]) -> None:
    transform, expected = TRANSFORMS[name]
    assert_allclose(transform(f)(array), expected(f, array), rtol=1e-6, atol=1e-8)


@TRUE_FUNCTIONS
@pytest.mark.parametrize("names", [*product(["grad", "vjp", "jvp", "trace"], ["grad", "vjp", "jvp"])], ids=" of ".join)
def test_every_transform_of_every_transform(names: tuple[str, str], f: Callable[[Any], Any]) -> None:
    outer, inner = (TRANSFORMS[name] for name in names)
    g = inner[0](f)
    assert_allclose(outer[0](g)(array), outer[1](g, array), rtol=1e-6, atol=1e-8)


@TRUE_FUNCTIONS
@pytest.mark.parametrize("name", ["grad", "vjp", "jvp"])
def test_batches_of_every_transform(name: str, f: Callable[[Any], Any]) -> None:
    batch = np.stack([array, 0.5 * array + 0.1])
    inner = TRANSFORMS[name][0](f)
    assert_allclose(vmap(inner)(batch), [inner(x) for x in batch], rtol=1e-10)
