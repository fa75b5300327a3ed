"""The arguments of the functions of `pydezero.scipy.spatial.distance`."""

from __future__ import annotations

from typing import Final

import numpy as np

from pydezero.scipy.spatial import distance
from tests.scipy.arguments.row import Row

A: Final = np.array([[1.0, -2.0], [0.3, 1.0], [0.7, 0.2]])
B: Final = np.array([[0.5, 1.0], [2.0, 0.1]])
W: Final = np.array([0.5, 2.0])
VI: Final = np.array([[2.0, 0.5], [0.5, 1.0]])

ROWS: Final = (
    Row(
        "spatial.distance.cdist",
        {
            "XA": (lambda a: distance.cdist(a, B), A),
            "XB": (lambda b: distance.cdist(A, b, "cosine"), B),
            "w": (lambda w: distance.cdist(A, B, "minkowski", p=3, w=w), W),
            "VI": (lambda v: distance.cdist(A, B, "mahalanobis", VI=v), VI),
        },
        {"p": (lambda p: distance.cdist(A, B, "minkowski", p=p), 3.0)},
        "of eight metrics",
    ),
    Row(
        "spatial.distance.pdist",
        {
            "X": (lambda x: distance.pdist(x), A),
            "w": (lambda w: distance.pdist(A, "cityblock", w=w), W),
            "VI": (lambda v: distance.pdist(A, "mahalanobis", VI=v), VI),
        },
        {"p": (lambda p: distance.pdist(A, "minkowski", p=p), 3.0)},
        "of eight metrics",
    ),
    Row("spatial.distance.squareform", {"X": (lambda x: distance.squareform(x), np.array([3.0, 5.0, 4.0]))}),
)
