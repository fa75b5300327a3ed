"""The arguments of `pydezero.scipy.ndimage`."""

from __future__ import annotations

from typing import Final

import numpy as np

from pydezero.scipy import ndimage
from tests.functions.case import generator
from tests.scipy.arguments.row import Row

X: Final = generator("ndimage").normal(size=(4, 5))
W: Final = generator("weights").normal(size=(2, 3))
U: Final = np.array([[0.3, 1.7, 2.6, 0.2], [3.3, 0.4, 1.9, -1.3]])

ROWS: Final = (
    Row(
        "ndimage.convolve",
        {
            "input": (lambda x: ndimage.convolve(x, W), X),
            "weights": (lambda w: ndimage.convolve(X, w), W),
            "cval": (lambda c: ndimage.convolve(X, W, mode="constant", cval=c), 0.5),
        },
        note="all modes, `origin`, `axes`",
    ),
    Row(
        "ndimage.correlate",
        {
            "input": (lambda x: ndimage.correlate(x, W), X),
            "weights": (lambda w: ndimage.correlate(X, w), W),
            "cval": (lambda c: ndimage.correlate(X, W, mode="constant", cval=c), 0.5),
        },
        note="all modes, `origin`, `axes`",
    ),
    Row(
        "ndimage.gaussian_filter",
        {
            "input": (lambda x: ndimage.gaussian_filter(x, 0.8), X),
            "sigma": (lambda s: ndimage.gaussian_filter(X, [s, 0.6]), 0.8),
            "cval": (lambda c: ndimage.gaussian_filter(X, 0.8, mode="constant", cval=c), 0.5),
        },
        note="all modes and orders; the radius of the kernel counts as constant",
    ),
    Row(
        "ndimage.map_coordinates",
        {
            "input": (lambda x: ndimage.map_coordinates(x, U), X),
            "coordinates": (lambda u: ndimage.map_coordinates(X, u), U),
            "cval": (lambda c: ndimage.map_coordinates(X, U, cval=c), 0.5),
        },
        note="all modes and orders; with order 0 the derivative by the coordinates is 0",
    ),
)
