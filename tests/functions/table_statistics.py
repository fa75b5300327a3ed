"""Sums and means with all their parameters, running products, averages, correlations, histograms."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tests.functions.case import Case, Results, any_case, case, given, nonzero, positive, real

_MASK: Final = np.array([[True, False, True, True], [False, True, True, False]])
# Where nan is put among the elements.
_HOLES: Final = np.array([[False, False, True, False], [True, False, False, False]])


def _holed(m: Any, x: Results) -> Results:
    return m.where(_HOLES, np.nan, x)


# np.sum and its like hand an initial value that is a Variable to a Variable only.
def _with_initial(name: str, domain: Any, **params: Any) -> list[Case]:
    function = name.split()[0]
    return case(
        name,
        lambda m, x, y: getattr(m, function)(x, initial=y, **params),
        domain(2, 4),
        domain(),
        in_numpy=lambda x, y: getattr(np, function)(x, initial=y, **params),
    )


_KEYWORDS: Final = [
    *any_case("sum where", lambda m, c, x: m.sum(x, axis=0, where=c), given(_MASK), real(2, 4)),
    *any_case("sum where of a row", lambda m, c, x: m.sum(x, where=c, keepdims=True), given(_MASK[0]), real(2, 4)),
    *any_case("sum dtype", lambda m, x: m.sum(x, 1, np.complex128), real(2, 3)),
    *_with_initial("sum initial", real, axis=1),
    *any_case("prod where", lambda m, c, x: m.prod(x, axis=-1, where=c), given(_MASK), nonzero(2, 4)),
    *_with_initial("prod initial where dtype", nonzero, where=_MASK, dtype=np.complex128),
    *_with_initial("max initial", real, axis=1),
    *_with_initial("max initial where", real, axis=0, where=_MASK, keepdims=True),
    *_with_initial("min initial where", real, where=_MASK),
    *any_case("mean where", lambda m, c, x: m.mean(x, axis=0, where=c), given(_MASK), real(2, 4)),
    *any_case("mean where keepdims", lambda m, x: m.mean(x, where=_MASK, keepdims=True), real(2, 4)),
    *any_case("mean dtype", lambda m, x: m.mean(x, 0, np.complex128), real(2, 3)),
    *any_case("var where", lambda m, c, x: m.var(x, axis=1, where=c), given(_MASK), real(2, 4)),
    *any_case("var where ddof", lambda m, x: m.var(x, where=_MASK, ddof=1, keepdims=True), real(2, 4)),
    *case("var dtype", lambda m, x: m.var(x, 0, np.float64), real(3, 2)),
    *any_case("var complex dtype", lambda m, x: m.real(m.var(x, 0, np.complex128)), real(3, 2)),
    *any_case("std complex dtype", lambda m, x: m.real(m.std(x, 1, np.complex128, where=_MASK)), real(2, 4)),
    *any_case("var correction", lambda m, x: m.var(x, axis=1, correction=1), real(2, 3)),
    *case("var mean", lambda m, x, y: m.var(x, axis=1, mean=y), real(2, 3), real(2, 1)),
    *any_case("var mean of itself", lambda m, x: m.var(x, axis=1, mean=m.mean(x, 1, keepdims=True)), real(2, 3)),
    *any_case("std where", lambda m, c, x: m.std(x, axis=1, where=c), given(_MASK), real(2, 4)),
    *case("std mean correction", lambda m, x, y: m.std(x, mean=y, correction=1), real(4), real(1)),
    *any_case("cumsum dtype", lambda m, x: m.cumsum(x, 0, np.complex128), real(2, 3)),
]

_CUMULATIVE: Final = [
    *any_case("cumprod", lambda m, x: m.cumprod(x), nonzero(2, 3)),
    *any_case("cumprod axis=0", lambda m, x: m.cumprod(x, axis=0), nonzero(4, 2)),
    *any_case("cumprod axis=-1", lambda m, x: m.cumprod(x, -1), nonzero(2, 5)),
    *any_case("cumprod scalar", lambda m, x: m.cumprod(x), real()),
    *any_case("cumprod dtype", lambda m, x: m.cumprod(x, 0, np.complex128), nonzero(3)),
    *case("cumprod empty", lambda m, x: m.cumprod(x, axis=1), real(2, 0)),
    *any_case("nancumsum", lambda m, x: m.nancumsum(_holed(m, x)), real(2, 4)),
    *any_case("nancumsum axis", lambda m, x: m.nancumsum(_holed(m, x), axis=0), real(2, 4)),
    *any_case("nancumprod", lambda m, x: m.nancumprod(_holed(m, x)), nonzero(2, 4)),
    *any_case("nancumprod axis", lambda m, x: m.nancumprod(_holed(m, x), axis=-1), nonzero(2, 4)),
]
# Newer than the oldest NumPy that is supported.
_NEWER: Final = [
    *any_case("cumulative_sum", lambda m, x: m.cumulative_sum(x), real(3)),
    *any_case("cumulative_sum initial", lambda m, x: m.cumulative_sum(x, axis=1, include_initial=True), real(2, 3)),
    *any_case("cumulative_sum dtype", lambda m, x: m.cumulative_sum(x, axis=-1, dtype=np.complex128), real(2, 3)),
    *any_case("cumulative_prod", lambda m, x: m.cumulative_prod(x, axis=-1), nonzero(2, 3)),
    *any_case(
        "cumulative_prod initial", lambda m, x: m.cumulative_prod(x, axis=0, include_initial=True), nonzero(3, 2)
    ),
]

_NAN: Final = [
    *any_case("nansum", lambda m, x: m.nansum(_holed(m, x)), real(2, 4)),
    *any_case("nansum axis", lambda m, x: m.nansum(_holed(m, x), axis=0, where=_MASK, keepdims=True), real(2, 4)),
    *any_case("nansum no nan", lambda m, x: m.nansum(x, axis=1, initial=2.0), real(2, 4)),
    *any_case("nanprod", lambda m, x: m.nanprod(_holed(m, x), axis=1), nonzero(2, 4)),
    *any_case("nanmean", lambda m, x: m.nanmean(_holed(m, x)), real(2, 4)),
    *any_case("nanmean axis", lambda m, x: m.nanmean(_holed(m, x), axis=1, keepdims=True), real(2, 4)),
    *any_case("nanmean where", lambda m, x: m.nanmean(_holed(m, x), axis=-1, where=_MASK), real(2, 4)),
    *any_case("nanvar", lambda m, x: m.nanvar(_holed(m, x)), real(2, 4)),
    *any_case("nanvar axis", lambda m, x: m.nanvar(_holed(m, x), axis=1, ddof=1, keepdims=True), real(2, 4)),
    *any_case("nanstd", lambda m, x: m.nanstd(_holed(m, x), axis=(0, 1)), real(2, 4)),
    *any_case("nanstd axis", lambda m, x: m.nanstd(_holed(m, x), axis=1), real(2, 4)),
    *case("nanmax", lambda m, x: m.nanmax(_holed(m, x)), real(2, 4)),
    *case("nanmax axis", lambda m, x: m.nanmax(_holed(m, x), axis=1, keepdims=True), real(2, 4)),
    *case("nanmax initial", lambda m, x: m.nanmax(_holed(m, x), axis=0, initial=0.1, where=_MASK), real(2, 4)),
    *case("nanmin", lambda m, x: m.nanmin(_holed(m, x)), real(2, 4)),
    *case("nanmin axis", lambda m, x: m.nanmin(_holed(m, x), axis=0), real(2, 4)),
]

_STATISTICS: Final = [
    *any_case("average", lambda m, x: m.average(x, axis=1), real(2, 3)),
    *any_case("average weights", lambda m, x, w: m.average(x, weights=w), real(2, 3), positive(2, 3)),
    *any_case("average weights of an axis", lambda m, x, w: m.average(x, 1, w, keepdims=True), real(2, 3), positive(3)),
    *any_case("average weights of axes", lambda m, x, w: m.average(x, (2, 0), w), real(2, 3, 4), positive(4, 2)),
    *any_case(
        "average returned",
        lambda m, x, w: m.average(m.stack([x, w]), 1, m.stack([w, x * x + w]), returned=True),
        real(3),
        positive(3),
    ),
    *case("ptp", lambda m, x: m.ptp(x), real(2, 3)),
    *case("ptp axis", lambda m, x: m.ptp(x, axis=0, keepdims=True), real(3, 2)),
    *any_case("cov", lambda m, x: m.cov(x), real(2, 4)),
    *any_case("cov of one", lambda m, x: m.cov(x, bias=True), real(4)),
    *any_case("cov y", lambda m, x, y: m.cov(x, y, rowvar=False), real(4, 2), real(4)),
    *any_case("cov ddof dtype", lambda m, x: m.cov(x, ddof=2, dtype=np.complex128), real(2, 4)),
    *case("cov fweights", lambda m, x: m.cov(x, fweights=[1, 2, 0, 3]), real(2, 4)),
    *case("cov aweights", lambda m, x, w: m.cov(x, aweights=w), real(2, 4), positive(4)),
    *case("cov weights", lambda m, x, w: m.cov(x, fweights=[1, 2, 0, 3], aweights=w), real(2, 4), positive(4)),
    *case("cov weights bias", lambda m, x, w: m.cov(x, bias=True, aweights=w), real(4), positive(4)),
    *any_case("corrcoef", lambda m, x: m.corrcoef(x), real(2, 4)),
    *any_case("corrcoef y", lambda m, x, y: m.corrcoef(x, y, rowvar=False), real(5, 1), real(5, 2)),
]

_VALUES: Final = np.array([0.3, 1.7, 1.0, 2.0, -0.5, 0.2])
_EDGES: Final = np.array([0.0, 0.3, 1.0, 2.0])

# The edges, which depend on the values, are in test_statistics: vmap refuses them.
_HISTOGRAMS: Final = [
    *case("bincount", lambda m, w: m.bincount([0, 3, 1, 3], w), real(4)),
    *case("bincount minlength", lambda m, w: m.bincount([0, 1, 1], weights=w, minlength=4), real(3)),
    *any_case("histogram", lambda m, w: m.histogram(_VALUES, weights=w)[0], real(6)),
    *any_case("histogram range", lambda m, w: m.histogram(_VALUES, 4, (0, 1), weights=w)[0], real(6)),
    *case("histogram density", lambda m, w: m.histogram(_VALUES, _EDGES, None, True, w)[0], positive(6)),
    *any_case(
        "histogram edges",
        lambda m, x, w: m.histogram(x, _EDGES, weights=w)[0],
        given(np.reshape(_VALUES, (2, 3))),
        real(2, 3),
    ),
    *case(
        "histogram density of edges",
        lambda m, e, w: m.histogram(_VALUES, m.append(-1.0, m.cumsum(e)), density=True, weights=w)[0],
        positive(3),
        positive(6),
    ),
    *case(
        "histogram_bin_edges", lambda m, e: m.histogram_bin_edges(_VALUES, e * np.array([1.0, 8.0, 64.0])), positive(3)
    ),
    *case("histogram2d", lambda m, w: m.histogram2d(_VALUES, _VALUES[::-1], 3, weights=w)[0], real(6)),
    *case(
        "histogram2d edges",
        lambda m, w: m.histogram2d(_VALUES, _VALUES[::-1], _EDGES, density=True, weights=w)[0],
        positive(6),
    ),
    *case(
        "histogramdd",
        lambda m, w: m.histogramdd(np.stack([_VALUES, _VALUES**2], 1), (2, _EDGES), weights=w)[0],
        real(6),
    ),
]

STATISTICS: Final = [
    *_KEYWORDS,
    *_CUMULATIVE,
    *(_NEWER if hasattr(np, "cumulative_sum") else []),
    *_NAN,
    *_STATISTICS,
    *_HISTOGRAMS,
]
