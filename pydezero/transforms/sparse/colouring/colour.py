"""`colour`: a colouring of a pattern, with the plan by which elements are recovered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, get_args

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.transforms.sparse.colouring.greedy import acyclic, partial, star
from pydezero.transforms.sparse.colouring.lattice import lattice, symmetric_lattice
from pydezero.transforms.sparse.colouring.orders import Lists, lists, ordered
from pydezero.transforms.sparse.colouring.record import Colouring, Indices, Kind, Order, count_of
from pydezero.transforms.sparse.colouring.substitution import Plan, steps_of
from pydezero.transforms.sparse.pattern.pattern import Pattern

# All pairs of neighbours are met when vertices are ordered by what is left of them.
_MOST_PAIRS: Final = 20_000_000


def colour(pattern: Pattern, kind: Kind, order: Order | None = None) -> Colouring:
    """A colouring of the columns or rows of a matrix: which of them share a product.

    Every element in the pattern can be recovered from the products: it is alone in one of them (with "acyclic": after
    others have been subtracted). The colours are found greedily; few colours are not always the fewest possible.

    Args:
        pattern: the pattern of the matrix.
        kind: "columns": no two columns of a colour have elements in the same row. "rows": the same of the transpose.
            "both": an element is recovered from a column or from a row, which is best where some rows and columns are
            full. "star" and "acyclic" are for columns of a symmetric matrix: "star" recovers an element or the one on
            the other side of the diagonal, "acyclic" needs still fewer colours, and recovers by substitution, in which
            rounding errors add up.
        order: in which order the columns or rows get their colours: as they are ("natural"), those that meet most
            others first ("largest-first"), those that meet fewest of what remains last ("smallest-last"). None tries
            formulas for grids and then these, until the number of colours is the smallest possible, and takes the best.
            For many million pairs of columns that meet, it leaves out "smallest-last".

    Raises:
        TypeError: pattern is no `Pattern`.
        ValueError: kind or order is none of these; the pattern is not symmetric, as "star" and "acyclic" require.

    Sources: see `pydezero.transforms.sparse.colouring`; for "both", A. Montoison, G. Dalle, A. Gebremedhin, "Revisiting
    sparse matrix coloring and bicoloring", 2025: it is a star colouring of the graph that joins rows with columns, in
    which a colour that nothing is recovered from is left out.

    >>> from pydezero import Pattern
    >>> arrow = Pattern.from_coordinates([0, 0, 0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 2, 3, 0, 1, 0, 2, 0, 3], (4, 4))
    >>> [(kind, colour(arrow, kind).number) for kind in ("columns", "rows", "both", "star", "acyclic")]
    [('columns', 4), ('rows', 4), ('both', 3), ('star', 2), ('acyclic', 2)]
    """
    if not isinstance(pattern, Pattern):
        raise TypeError(
            f"colour: pattern must be a Pattern, as sparsity(f)(x) and Pattern.from_coordinates return, got a "
            f"{type(pattern).__name__}"
        )
    if kind not in get_args(Kind):
        raise ValueError(f"colour: kind must be one of {', '.join(map(repr, get_args(Kind)))}, got {kind!r}")
    if order is not None and order not in get_args(Order):
        raise ValueError(f"colour: order must be one of {', '.join(map(repr, get_args(Order)))} or None, got {order!r}")
    return _BY_KIND[kind](pattern, order)


def of_columns(pattern: Pattern, order: Order | None) -> Colouring:
    """No two columns of a colour have elements in the same row."""
    columns = _groups_apart(pattern, order)
    i, j = pattern.coordinates
    return Colouring("columns", pattern.shape, columns, _none(pattern.shape[0]), columns[j] * pattern.shape[0] + i)


def of_rows(pattern: Pattern, order: Order | None) -> Colouring:
    """No two rows of a colour have elements in the same column."""
    rows = _groups_apart(pattern.T, order)
    i, j = pattern.coordinates
    return Colouring("rows", pattern.shape, _none(pattern.shape[1]), rows, rows[i] * pattern.shape[1] + j)


def of_both(pattern: Pattern, order: Order | None) -> Colouring:
    """An element is recovered from a column or from a row."""
    best = bicoloured(pattern, order)
    # The fullest row and column: fewer colours of columns, or of rows, there cannot be.
    least_columns = int(np.diff(pattern.indptr).max(initial=0))
    least_rows = int(np.bincount(pattern.indices).max(initial=0))
    for least, of in sorted([(least_columns, of_columns), (least_rows, of_rows)], key=lambda x: x[0]):
        if least < best.number:
            found = of(pattern, order)
            best = attrs.evolve(found, kind="both") if found.number < best.number else best
    return best


def bicoloured(pattern: Pattern, order: Order | None) -> Colouring:
    """The colouring of rows and columns that a star colouring of the graph which joins them is."""
    transpose = pattern.T
    joined = lists(
        np.concatenate([pattern.indptr, transpose.indptr[1:] + pattern.nnz]),
        np.concatenate([pattern.indices + pattern.shape[0], transpose.indices]),
    )
    tried = (_bicoloured(pattern, star(joined, vertices)) for vertices in _orders(order, joined))
    return min(tried, key=lambda found: found.number)


def _bicoloured(pattern: Pattern, colours: Indices) -> Colouring:
    """The colouring of rows and columns that a star colouring of the graph of both is.

    Of an element's row and column, the later one has no other neighbour with the colour of the earlier one.
    """
    m, n = pattern.shape
    i, j = pattern.coordinates
    from_column = colours[:m][i] > colours[m:][j]
    rows, columns = _none(m), _none(n)
    by_row, by_column = colours[i[~from_column]], colours[m + j[from_column]]
    _copy_used(colours[:m], by_row, rows)
    _copy_used(colours[m:], by_column, columns)
    count = int(columns.max(initial=-1)) + 1
    source = np.where(from_column, columns[j] * m + i, count * m + rows[i] * n + j)
    return Colouring("both", pattern.shape, columns, rows, source)


def _copy_used(colours: Indices, used: Indices, into: Indices) -> None:
    """Write the colours that are used into an array, in their places, numbered from 0 on."""
    kept = np.unique(used)
    places = np.searchsorted(kept, colours)
    is_used = kept[np.minimum(places, len(kept) - 1)] == colours if len(kept) else np.zeros(len(colours), np.bool)
    into[is_used] = places[is_used]


def of_star(pattern: Pattern, order: Order | None) -> Colouring:
    """An element of a symmetric matrix is recovered, or the one on the other side of the diagonal."""
    columns = _symmetric(pattern, "star", order, star, _is_star)
    i, j = pattern.coordinates
    is_alone = _is_alone(i, j, columns)
    source = np.where(is_alone, columns[j], columns[i]) * pattern.shape[0] + np.where(is_alone, i, j)
    return Colouring("star", pattern.shape, columns, _none(pattern.shape[0]), source)


def of_acyclic(pattern: Pattern, order: Order | None) -> Colouring:
    """An element of a symmetric matrix is recovered by substitution."""
    last: list[tuple[Indices, Plan | None]] = []  # the colours that were tried last, and their plan

    def is_acyclic(part: Pattern, colours: Indices) -> bool:
        last[:] = [(colours, steps_of(part, colours))] if _is_proper(*part.coordinates, colours) else []
        return bool(last) and last[0][1] is not None

    columns = _symmetric(pattern, "acyclic", order, acyclic, is_acyclic)
    plan = last[0][1] if last and last[0][0] is columns else steps_of(pattern, columns)
    assert plan is not None
    steps, source = plan
    return Colouring("acyclic", pattern.shape, columns, _none(pattern.shape[0]), source, steps)


def _symmetric(
    pattern: Pattern,
    kind: Kind,
    order: Order | None,
    greedy: Callable[[Lists, Sequence[int]], Indices],
    is_valid: Callable[[Pattern, Indices], bool],
) -> Indices:
    """The colours of the columns of a symmetric matrix: the fewest that are found by a formula, or greedily."""
    near = _graph(pattern, kind)
    least = _least(len(near), len(near.flat) // 2)
    best: Indices | None = None
    for place, vertices in enumerate(_orders(order, near)):
        found = greedy(near, vertices)
        best = found if best is None or count_of(found) < count_of(best) else best
        if order is None and not place:
            by_formula = symmetric_lattice(pattern, is_valid, count_of(best))
            best = best if by_formula is None else by_formula
        if count_of(best) <= least:
            break
    assert best is not None
    return best


def _least(vertices: int, edges: int) -> int:
    """The fewest colours of a graph of which any two make trees: those have fewer edges than vertices."""
    colours = min(vertices, 1)
    while (colours - 1) * vertices - colours * (colours - 1) // 2 < edges:
        colours += 1
    return colours


def _is_star(pattern: Pattern, columns: Indices) -> bool:
    """Whether each element is alone in a product, or the one on the other side of the diagonal is."""
    i, j = pattern.coordinates
    return _is_proper(i, j, columns) and bool(np.all(_is_alone(i, j, columns) | _is_alone(j, i, columns)))


def _is_alone(i: Indices, j: Indices, columns: Indices) -> NDArray[np.bool]:
    """Whether the elements (i, j) of a symmetric matrix are alone in the product with the colour of column j."""
    count = count_of(columns)
    met = np.bincount(i * count + columns[j], minlength=len(columns) * count)
    found: NDArray[np.bool] = met[i * count + columns[j]] == 1
    return found


def _is_proper(i: Indices, j: Indices, columns: Indices) -> bool:
    """Whether columns that meet in an element (i, j) of a symmetric matrix differ in colour."""
    return bool(np.all((columns[i] != columns[j]) | (i == j)))


def _groups_apart(pattern: Pattern, order: Order | None) -> Indices:
    """Colours of the columns that differ within each row."""
    if order is None and (tiles := lattice(pattern)) is not None:
        return tiles
    transpose = pattern.T
    near = lists(transpose.indptr, transpose.indices)
    groups = lists(pattern.indptr, pattern.indices)
    best: Indices | None = None
    for vertices in _orders(order, near, groups):
        found = partial(near, len(groups), vertices)
        if best is None or count_of(found) < count_of(best):
            best = found
        if count_of(best) == groups.most:  # as few as the elements of the fullest row
            break
    assert best is not None
    return best


def _orders(order: Order | None, near: Lists, groups: Lists | None = None) -> Iterator[Sequence[int]]:
    """The orders to try, each computed when it is asked for."""
    if order is not None:
        yield ordered(order, near, groups)
        return
    yield ordered("natural", near, groups)
    if groups is None or np.sum(np.square(np.diff(groups.starts))) <= _MOST_PAIRS:
        yield ordered("smallest-last", near, groups)
    yield ordered("largest-first", near, groups)


def _graph(pattern: Pattern, kind: Kind) -> Lists:
    """The neighbours of each column of a symmetric matrix: those that have an element together off the diagonal."""
    i, j = pattern.coordinates
    transpose = pattern.T
    same = pattern.shape[0] == pattern.shape[1] and np.array_equal(pattern.indptr, transpose.indptr)
    if not (same and np.array_equal(pattern.indices, transpose.indices)):
        raise ValueError(
            f"colour: a colouring of kind {kind!r} is for symmetric matrices, and the pattern of shape {pattern.shape} "
            "is not symmetric; use 'columns', 'rows' or 'both'"
        )
    off = i != j
    counts = np.concatenate([[0], np.cumsum(np.bincount(i[off], minlength=pattern.shape[0]))])
    return lists(counts, j[off])


def _none(size: int) -> Indices:
    return np.full(size, -1)


_BY_KIND: Final[dict[Kind, Callable[[Pattern, Order | None], Colouring]]] = {
    "columns": of_columns,
    "rows": of_rows,
    "both": of_both,
    "star": of_star,
    "acyclic": of_acyclic,
}
