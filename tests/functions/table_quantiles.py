"""Medians and quantiles."""

from __future__ import annotations

from itertools import chain
from typing import Any, Final

import numpy as np

from tests.functions.case import Argument, Case, Results, any_case, case, given, real

CONTINUOUS: Final = (
    "linear",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "median_unbiased",
    "normal_unbiased",
)
STEPS: Final = (
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "lower",
    "higher",
    "midpoint",
    "nearest",
)
_HOLES: Final = np.array([[False, False, True, False], [True, False, True, False]])
_WEIGHTS: Final = np.array([2.0, 0.0, 1.0, 3.0])


def _parts(*shape: int, whole: float = 1) -> Argument:
    """Parts of the elements."""
    return Argument(shape, ((0.02 * whole, 0.98 * whole),))


def _holed(m: Any, x: Results) -> Results:
    return m.where(_HOLES, np.nan, x)


def _of_method(method: str) -> list[Case]:
    if method in CONTINUOUS:
        return case(
            f"quantile {method}", lambda m, x, q: m.quantile(x, q, axis=0, method=method), real(5, 2), _parts(3)
        )
    return case(
        f"quantile {method}", lambda m, x: m.quantile(x, [0.0, 0.125, 0.3, 0.75], axis=1, method=method), real(2, 4)
    )


QUANTILES: Final = [
    *any_case("median", lambda m, x: m.median(x), real(5)),
    *any_case("median axis", lambda m, x: m.median(x, axis=1), real(2, 4)),
    *any_case("median axes", lambda m, x: m.median(x, axis=(2, 0), keepdims=True), real(2, 3, 2)),
    *case("median scalar", lambda m, x: m.median(x), real()),
    *any_case("nanmedian", lambda m, x: m.nanmedian(_holed(m, x)), real(2, 4)),
    *any_case("nanmedian axis", lambda m, x: m.nanmedian(_holed(m, x), axis=1, keepdims=True), real(2, 4)),
    *chain.from_iterable(_of_method(method) for method in (*CONTINUOUS, *STEPS)),
    *case("quantile", lambda m, x: m.quantile(x, 0.3), real(2, 3)),
    *case("quantile axes", lambda m, x: m.quantile(x, [[0.0, 1.0]], axis=(0, 2), keepdims=True), real(2, 3, 2)),
    *case("quantile of a scalar", lambda m, x, q: m.quantile(x, q), real(), _parts()),
    *case("quantile at the ends", lambda m, x: m.quantile(x, [0, 1], axis=-1), real(2, 3)),
    *case(
        "quantile weights",
        lambda m, x, w: m.quantile(x, [0.0, 0.3, 0.6], 1, method="inverted_cdf", weights=w),
        real(2, 4),
        given(_WEIGHTS),
    ),
    *case(
        "quantile weights of all",
        lambda m, x: m.quantile(x, 0.45, method="inverted_cdf", weights=np.outer([1, 2], _WEIGHTS)),
        real(2, 4),
    ),
    *case("percentile", lambda m, x, q: m.percentile(x, q), real(2, 3), _parts(whole=100)),
    *case("percentile method", lambda m, x: m.percentile(x, 50, axis=0, method="higher"), real(4, 2)),
    *case("nanquantile", lambda m, x: m.nanquantile(_holed(m, x), [0.2, 0.7], axis=1), real(2, 4)),
    *case("nanquantile all", lambda m, x: m.nanquantile(_holed(m, x), 0.5, method="lower", keepdims=True), real(2, 4)),
    *case("nanquantile q", lambda m, x, q: m.nanquantile(_holed(m, x), q, 1), real(2, 4), _parts(2)),
    *case(
        "nanquantile weights",
        lambda m, x: m.nanquantile(_holed(m, x), 0.6, axis=1, method="inverted_cdf", weights=np.stack([_WEIGHTS] * 2)),
        real(2, 4),
    ),
    *case("nanpercentile", lambda m, x: m.nanpercentile(_holed(m, x), 40, axis=1, method="hazen"), real(2, 4)),
]
