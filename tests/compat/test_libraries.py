"""einops and autoray take Variables once they have been registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.testing import assert_allclose

from pydezero import grad, vmap
from pydezero.compat.libraries import register_autoray, register_einops
from pydezero.testing import check_grads

X: Final = np.arange(6.0).reshape(2, 3) + 0.5

REARRANGED: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "rearrange": lambda einops, x: einops.rearrange(x, "a b -> (b a)"),
    "rearrange of a list": lambda einops, x: einops.rearrange([x, 2 * x], "k a b -> (k a) b"),
    "mean": lambda einops, x: einops.reduce(x, "a b -> b", "mean"),
    "max": lambda einops, x: einops.reduce(x, "a b -> a", "max"),
    "repeat": lambda einops, x: einops.repeat(x, "a b -> a b c", c=2),
    "einsum": lambda einops, x: einops.einsum(x, x, "a b, a c -> b c"),
    "pack": lambda einops, x: einops.pack([x, x[0]], "* b")[0],
}


@pytest.mark.parametrize("use", REARRANGED.values(), ids=list(REARRANGED))
def test_einops(use: Callable[[Any, Any], Any]) -> None:
    einops = pytest.importorskip("einops")
    register_einops(einops)
    check_grads(lambda x: use(einops, x) ** 2, (X,))
    assert_allclose(vmap(lambda x: use(einops, x))(np.stack([X, 2 * X])), [use(einops, x) for x in (X, 2 * X)])


def test_autoray() -> None:
    autoray = pytest.importorskip("autoray")
    register_autoray(autoray)
    found = grad(lambda x: autoray.do("sum", autoray.do("sin", x)) + autoray.do("linalg.norm", x))(X)
    assert_allclose(found, np.cos(X) + X / np.linalg.norm(X))
