"""The digits of scikit-learn: 1797 small images, which come with it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["digits"]


def digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Handwritten digits of 8 x 8 pixels, which come with scikit-learn, so that no network is needed.

    They are those of E. Alpaydin, C. Kaynak, "Optical recognition of handwritten digits", UCI (1998).

    Returns:
        The images, of shape (1797, 8, 8), from 0 to 1, and the digit of each.

    Raises:
        ImportError: scikit-learn is not installed.

    >>> images, labels = digits()  # doctest: +SKIP
    """
    try:
        from sklearn.datasets import load_digits  # it takes half a second, and is optional
    except ImportError as error:
        raise ImportError(
            f"digits: scikit-learn, which has them, cannot be imported ({error}): pip install 'pydezero[data]'"
        ) from error
    found: Any = load_digits()  # Any: scikit-learn has no types
    return found.images / 16.0, found.target.astype(np.int64)
