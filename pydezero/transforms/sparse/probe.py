"""The check of a pattern by one product of the derivative with a random vector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import bottom
from pydezero.transforms.sparse.colouring.record import Colouring
from pydezero.transforms.sparse.layout import Matrix
from pydezero.transforms.sparse.pattern.pattern import Pattern
from pydezero.transforms.sparse.products import Products, in_doubt, tolerance

# How many rows in doubt are looked at, and how many of these are computed in full, the most doubtful ones.
_MOST: Final = 1000
_EXAMINED: Final = 5
# What a row may differ by where it cannot be computed in full.
_LOOSE: Final = 1e-6

# The differences of two products, and the rows in which they are more than the usual rounding.
Comparison: TypeAlias = tuple[NDArray[Any], NDArray[np.intp]]

_NONE: Final = np.zeros(0, np.intp)


def probe_for(size: int) -> NDArray[np.float64]:
    """A vector with which it is practically impossible that elements cancel; always the same one."""
    return np.random.default_rng(size).uniform(1.0, 2.0, size)


def weights_for(pattern: Pattern, colouring: Colouring, probe: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The weight of each element of the products in the product with a probe.

    None if an element of the products may stand for several elements of the matrix, or for none.
    """
    if colouring.kind not in ("columns", "rows") or not colouring.number:
        return None
    is_rows = colouring.kind == "rows"
    i, j = pattern.coordinates
    count = colouring.of_rows if is_rows else colouring.of_columns
    weights = np.zeros((count, pattern.shape[1] if is_rows else pattern.shape[0]))
    weights.ravel()[colouring.source] = probe[i if is_rows else j]
    return weights


def compare(probed: NDArray[Any], expected: NDArray[Any]) -> Comparison:
    """The differences of a product of the derivative from that of the matrix, and the places of doubtful ones."""
    with np.errstate(all="ignore"):
        difference = np.abs(probed - expected)
        allowed = np.abs(probed)  # a sum is no larger than its terms
        allowed *= tolerance(probed.dtype)
        is_doubtful = difference > allowed  # nan and infinity say nothing
    return difference, np.flatnonzero(is_doubtful) if np.count_nonzero(is_doubtful) else _NONE


def check_probe(
    probed: NDArray[Any],
    comparison: Comparison,
    matrix: Matrix,
    probe: NDArray[np.float64],
    products: Products,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> None:
    """Raise a ValueError if the product of the derivative with a vector is not that of the recovered matrix.

    Where the two differ by more than the usual rounding, the row in doubt is computed in full: what f computes may
    cancel, and then the difference is rounding all the same.

    Args:
        probed: the product of the derivative.
        comparison: with that of the matrix.
        matrix: the matrix, with a stored element for each place of the pattern.
        probe: the vector.
        products: how further ones are computed.
        args: the arguments of f.
        kwargs: its keyword arguments.
    """
    difference, doubtful = comparison
    if not len(doubtful):
        return
    most = tolerance(probed.dtype)
    if len(doubtful) > _MOST:
        doubtful = doubtful[np.argsort(np.abs(probed[doubtful]) / difference[doubtful])[:_MOST]]
    # The terms of a sum that cancels tell how much rounding there is.
    rows: Matrix = matrix if products.column_seeds else matrix.T.tocsr()
    ratios = []
    for i in doubtful.tolist():
        here = slice(rows.indptr[i], rows.indptr[i + 1])
        terms = float(np.abs(rows.data[here]) @ probe[rows.indices[here]])
        ratios.append((float(difference[i]) / terms if terms else np.inf, i))
    worst = [(ratio, i) for ratio, i in sorted(ratios, reverse=True)[:_EXAMINED] if ratio > most]
    if products.mixes_complex:  # then neither mode has both a row and a column
        found: list[tuple[int, int | None]] = [(i, None) for ratio, i in worst if ratio > _LOOSE]
    else:
        found = [(i, j) for _, i in worst if (j := _missing(i, rows, products, args, kwargs)) is not None]
    if found:
        raise ValueError(_complaint(found, products))


def is_covered(probed: Array, matrix: Any, probe: NDArray[np.float64], products: Products) -> Array:
    """Whether a matrix whose entries may be Variables has the product with a vector that the derivative has.

    It is what `check_probe` tells, without a second look: rounding in what cancels inside of f is let pass.

    Args:
        probed: the product of the derivative.
        matrix: a SparseArray.
        probe: the vector.
        products: how the product was computed.
    """
    lines = matrix if products.column_seeds else matrix.T
    terms = attrs.evolve(lines, data=np.abs(lines.data)) @ probe
    return np.logical_not(np.any(in_doubt(probed, lines @ probe, terms, max(_LOOSE, tolerance(probed.dtype)))))


def _missing(i: int, rows: Matrix, products: Products, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> int | None:
    """The largest element of a row that is not in the pattern (of a column, if the probe is by rows); None if zero."""
    by_rows = not products.column_seeds
    alone = products.column(i) if by_rows else products.row(i)
    row = np.nan_to_num(np.abs(bottom(alone(*args, **kwargs)[0])[0]))
    outside = row.copy()
    outside[rows.indices[rows.indptr[i] : rows.indptr[i + 1]]] = 0
    j = int(np.argmax(outside))
    return j if outside[j] > 100 * np.finfo(row.dtype).eps * np.max(row) else None


def _complaint(found: list[tuple[int, int | None]], products: Products) -> str:
    lines = "columns" if not products.column_seeds else "rows"
    if found[0][1] is None:
        places = f"in {lines} {', '.join([str(i) for i, _ in found])}"
    else:
        pairs = [(j, i) if lines == "columns" else (i, j) for i, j in found]
        places = f"at (row, column) = {', '.join(map(str, pairs))}"
    sparsity = "hessian_sparsity" if products.is_hessian else "sparsity"
    return (
        f"{products.where}: the pattern does not cover the derivative at these arguments, which is other than zero "
        f"{places}. If a branch of the function depends on values, call prepare(*args) again with these arguments, or "
        f"give pattern={sparsity}(f, scope='global')(*args), which holds for all branches"
    )
