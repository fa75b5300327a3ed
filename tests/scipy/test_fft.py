"""`scipy.fft` where the tables do not go: what raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.fft

from pydezero import Variable
from pydezero.core.operators import EscapeError
from pydezero.scipy import fft

X: Any = Variable(np.ones((2, 3)))


def test_scipys_functions_name_ours() -> None:
    with pytest.raises(EscapeError, match=r"pydezero\.scipy\.fft\.dct"):
        scipy.fft.dct(X)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda: fft.dct(X, 5), "dct: type is 5"),  # type: ignore[call-overload]
        (lambda: fft.idst(X, norm="unit"), "idst: norm is 'unit'"),  # type: ignore[call-overload]
        (lambda: fft.dct(X[:, :1], 1), "the length along the axis 1 is 1; it must be at least 2"),
        (lambda: fft.dct(X, axis=2), "dct: axis 2 is out of bounds"),
        (lambda: fft.dst(X, n=-2), "dst: a length is -2; it must be at least 1"),
        (lambda: fft.dctn(X, s=(0, 3)), "dctn: a length is 0"),
        (lambda: fft.idct(X, [2]), r"idct: type is \[2\]"),  # type: ignore[call-overload]
        (lambda: fft.idctn(X, axes=(0, -2)), "repeated axis"),
        (lambda: fft.dctn(X, s=(2, 3), axes=(0,)), "s must have a length for each axis"),
        (lambda: fft.dct(X * 1j, norm="ortho", orthogonalize=False), "of a complex x"),
    ],
)
def test_mistakes(f: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        f()
