"""The quick way to choose between many elements and 0 gives what `np.where` gives, bit by bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray

from pydezero import grad, nn, vmap
from pydezero.functions.elementwise.masking import choose, masked, masked_out

_SIZE: Final = 600  # more than the number from which the quick way is taken
_ARRANGED: Final[dict[str, Callable[[NDArray[Any]], NDArray[Any]]]] = {
    "contiguous": lambda x: x,
    "transposed": lambda x: x.reshape(20, 30).T,
    "backwards": lambda x: x[::-1],
    "strided": lambda x: np.repeat(x, 2)[::2],
    "broadcast": lambda x: np.broadcast_to(x, (2, _SIZE)),
    "byte-swapped": lambda x: x.astype(x.dtype.newbyteorder()),
}


def _numbers(dtype: type) -> NDArray[Any]:
    x: NDArray[Any] = np.random.default_rng(0).normal(size=_SIZE).astype(dtype)
    if x.dtype.kind in "fc":
        x[:4] = np.nan, np.inf, -np.inf, -0.0
    return x


@pytest.mark.parametrize("arranged", _ARRANGED)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.int32])
def test_chosen_elements_are_those_of_where(dtype: type, arranged: str) -> None:
    x: Any = _ARRANGED[arranged](_numbers(dtype))
    for mask in (np.random.default_rng(1).random(x.shape) < 0.5, np.arange(x.shape[-1]) % 3):
        for found, wanted in (
            (masked(mask, x), np.where(mask, x, 0)),
            (masked_out(mask, x), np.where(mask, 0, x)),
            (choose(mask, x, 0), np.where(mask, x, 0)),
            (choose(mask, 0, x), np.where(mask, 0, x)),
            (choose(mask, x, 0.0), np.where(mask, x, 0.0)),
            (choose(mask, -0.0, x), np.where(mask, -0.0, x)),
            (choose(mask, x, -x), np.where(mask, x, -x)),
        ):
            assert found.dtype == wanted.dtype
            np.testing.assert_array_equal(found, wanted)
            np.testing.assert_array_equal(np.signbit(found.real), np.signbit(wanted.real))
            assert not np.shares_memory(found, x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_branches_of_many_elements_have_no_influence(dtype: type) -> None:
    x: Any = np.linspace(-1, 1, _SIZE, dtype=dtype)
    with np.errstate(all="ignore"):
        for f, slope in (
            (lambda x: np.where(x > 0, np.log(x), 0), 1 / x),
            (lambda x: np.where(x <= 0, 0, np.sqrt(x)), 0.5 / np.sqrt(x)),
            (lambda x: np.where(x > 0, np.sqrt(nn.relu(x)), x), 0.5 / np.sqrt(x)),
        ):
            found = grad(lambda x, f=f: np.sum(f(x)))(x)
            wanted = np.where(x > 0, slope, f(x)[0] / x[0])
            np.testing.assert_allclose(found, wanted, rtol=1e-6)
            np.testing.assert_array_equal(vmap(grad(lambda x, f=f: np.sum(f(x))))(x[np.newaxis])[0], found)
            assert found.dtype == dtype
