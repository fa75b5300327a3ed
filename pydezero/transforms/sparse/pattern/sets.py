"""Sets of columns for the elements of an array: which inputs each of them may depend on.

The sets of an array are a union of *parts*. A part is a table of sets and, for each element of the array, the number of
a row in it. So what only moves elements (a view, a broadcast, a gather) moves numbers of rows, and an addition puts the
parts of both operands side by side; the unions are taken when somebody asks for them, all at once.

Row 0 of each table is the empty set, so that a 0 is what an element has that depends on nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

Indices: TypeAlias = NDArray[np.intp]

_MOST_PARTS: Final = 24
"""How many parts the sets of an array may have before their union is taken."""

_SPARSEST: Final = 16
"""A table of booleans is used for a union if it is at most so many times larger than what is in it."""


_INT32: Final = 1 << 31


@attrs.frozen(eq=False)
class Table:
    """Sets of columns, one for each row; row 0 is the empty set.

    Attributes:
        indptr: where in `indices` each row begins, and where the last one ends.
        indices: the columns of each row, in rising order and none twice.
        width: the number of columns that there are.
        is_single: whether every row but the first has exactly one column.
    """

    indptr: Indices
    indices: Indices
    width: int
    is_single: bool

    @property
    def height(self) -> int:
        """The number of rows, with the empty one."""
        return len(self.indptr) - 1

    @property
    def firsts(self) -> Indices:
        """For a table of single columns the column of each row, with -1 for the empty one."""
        return np.concatenate([np.array([-1]), self.indices])


@attrs.frozen(eq=False)
class Part:
    """A table, and the number of a row in it for each element of an array."""

    table: Table
    rows: Indices = attrs.field(converter=np.asarray)  # NumPy gives scalars for arrays of shape ()

    def reshaped(self, rows: Indices) -> Part:
        """A table of the same sets with other numbers."""
        return Part(self.table, rows)

    def is_like(self, other: Part) -> bool:
        """Whether it has the same numbers of rows of the same table."""
        if self.table is not other.table:
            return False
        a, b = self.rows, other.rows
        if a is b or not a.size:
            return True
        if a.item(0) != b.item(0) or a.item(-1) != b.item(-1):  # nearly all that differ do so there
            return False
        return a.size <= 2 or np.array_equal(a, b)  # the first and the last element


# The sets of an array; () if it depends on nothing. All rows have the shape of the array.
Sets: TypeAlias = tuple[Part, ...]


def singles(columns: Indices, width: int) -> Table:
    """The table whose row k + 1 is the set of one column, the k-th of those given."""
    indptr = np.arange(-1, len(columns) + 1)
    indptr[0] = 0
    return Table(indptr, columns, width, is_single=True)


def table_of(indptr: Indices, indices: Indices, width: int) -> Table:
    """The table of some sets, behind the empty one."""
    is_single = len(indices) == len(indptr) - 1 and bool(np.all(np.diff(indptr) == 1))
    return Table(np.concatenate([np.array([0]), indptr]), indices, width, is_single)


def joined_tables(tables: Sequence[Table]) -> tuple[Table, list[int]]:
    """The rows of several tables in one, and what is to be added to the numbers of the rows of each."""
    if len(tables) == 1:
        return tables[0], [0]
    starts = np.cumsum([0, *[len(table.indices) for table in tables]])
    indptr = [table.indptr[2:] + start for table, start in zip(tables, starts, strict=False)]
    offsets = np.cumsum([0, *[table.height - 1 for table in tables[:-1]]])
    joined = Table(
        np.concatenate([np.array([0, 0]), *indptr]),
        np.concatenate([table.indices for table in tables]),
        tables[0].width,
        is_single=all(table.is_single for table in tables),
    )
    return joined, [int(x) for x in offsets]


def united(sets: Sequence[Sets], shape: tuple[int, ...]) -> Sets:
    """The sets of an array of this shape whose elements depend on those of several, which are broadcast to it."""
    present = [x for x in sets if x]
    if not present:
        return ()
    if len(present) == 1 and present[0][0].rows.shape == shape:
        return present[0]
    parts: list[Part] = []
    for some in present:
        for part in some:
            moved = part if part.rows.shape == shape else part.reshaped(np.broadcast_to(part.rows, shape))
            if not any(moved.is_like(other) for other in parts):
                parts.append(moved)
    return tuple(parts) if len(parts) <= _MOST_PARTS else (collapsed(parts, shape),)


def collapsed(parts: Sequence[Part], shape: tuple[int, ...]) -> Part:
    """The union of some parts as one part. Along axes that all of them repeat, it is taken once."""
    once = tuple(
        [
            slice(0, 1) if n > 1 and all(part.rows.strides[axis] == 0 for part in parts) else slice(None)
            for axis, n in enumerate(shape)
        ]
    )
    few = [part.reshaped(part.rows[once]) for part in parts]
    size = few[0].rows.size
    table = table_of(*rows_of(few, size), parts[0].table.width)
    return Part(table, np.broadcast_to(np.arange(1, size + 1).reshape(few[0].rows.shape), shape))


def rows_of(parts: Sequence[Part], size: int) -> tuple[Indices, Indices]:
    """The union of some parts, as `indptr` and `indices` with a row for each of the elements."""
    if not parts:
        return np.zeros(size + 1, np.intp), np.zeros(0, np.intp)
    if all(part.table.is_single for part in parts):
        # Half as large where that is enough, because most of the time is taken by the sort.
        columns = np.empty((size, len(parts)), np.int32 if parts[0].table.width < _INT32 else np.intp)
        for i, part in enumerate(parts):
            columns[:, i] = part.table.firsts[part.rows.ravel()]
        kept = columns >= 0
        if len(parts) > 1:
            columns.sort(axis=1)
            kept = columns >= 0
            kept[:, 1:] &= columns[:, 1:] != columns[:, :-1]
        return _ends(np.count_nonzero(kept, axis=1)), columns[kept].astype(np.intp)
    if len(parts) == 1:
        (part,) = parts
        rows = part.rows.ravel()
        return _ends(np.diff(part.table.indptr)[rows]), _columns(part.table, rows)
    elements = np.tile(np.arange(size), len(parts))
    table, offsets = joined_tables([part.table for part in parts])
    rows = np.concatenate(
        [
            np.where(part.rows.ravel() > 0, part.rows.ravel() + offset, 0)
            for part, offset in zip(parts, offsets, strict=True)
        ]
    )
    return _united_rows(table, elements, rows, size)


@attrs.frozen(eq=False)
class Share:
    """The sets that elements of an array give to others: element k of `elements` to the one at place k of `groups`."""

    sets: Sets
    elements: Indices
    groups: Indices


def gathered(shares: Sequence[Share], shape: tuple[int, ...]) -> Sets:
    """The sets of an array of a shape, where the set of an element is the union of those of its share."""
    size = math.prod(shape)
    found: list[tuple[Table, Indices, Indices]] = []
    for share in shares:
        for part in share.sets:
            rows = part.rows.ravel()[share.elements]
            present = rows > 0
            if present.all():
                found.append((part.table, share.groups, rows))
            else:
                found.append((part.table, share.groups[present], rows[present]))
    if not any(len(rows) for _, _, rows in found):
        return ()
    tables = {id(table): table for table, _, _ in found}
    table, offsets = joined_tables(list(tables.values()))
    offset_of = dict(zip(tables, offsets, strict=True))
    groups = np.concatenate([some for _, some, _ in found])
    rows = np.concatenate([some + offset_of[id(table)] for table, _, some in found])
    indptr, indices = _united_rows(table, groups, rows, size)
    return (Part(table_of(indptr, indices, table.width), np.arange(1, size + 1).reshape(shape)),)


def dense(sets: Sequence[Sets], shape: tuple[int, ...]) -> Sets:
    """The sets of an array of which every element depends on every element of several."""
    shares = []
    for some in sets:
        for part in some:
            size = part.rows.size
            shares.append(Share((part,), np.arange(size), np.zeros(size, np.intp)))
    one = gathered(shares, (1,)) if math.prod(shape) else ()
    return tuple([part.reshaped(np.broadcast_to(part.rows.reshape((1,) * len(shape)), shape)) for part in one])


def moved(sets: Sequence[Sets], sizes: Sequence[int], numbers: Indices) -> Sets:
    """The sets of an array whose elements are taken from several arrays.

    `numbers` says which element is taken, counted from 1 through all of the arrays; 0 stands for none.
    """
    if len(sets) == 1:
        return tuple([part.reshaped(_with_none(part.rows)[numbers]) for part in sets[0]])
    ordered = [sorted(some, key=lambda part: id(part.table)) for some in sets]
    found: list[Part] = []
    for place in range(max(map(len, ordered), default=0)):
        tables: dict[int, Table] = {id(x[place].table): x[place].table for x in ordered if place < len(x)}
        table, offsets = joined_tables(list(tables.values()))
        offset_of = dict(zip(tables, offsets, strict=True))
        rows = [np.zeros(1, np.intp)]
        for some, size in zip(ordered, sizes, strict=True):
            if place < len(some):
                own = some[place].rows.ravel()
                offset = offset_of[id(some[place].table)]
                rows.append(np.where(own > 0, own + offset, 0) if offset else own)
            else:
                rows.append(np.zeros(size, np.intp))
        found.append(Part(table, np.concatenate(rows)[numbers]))
    return tuple(found)


def _with_none(rows: Indices) -> Indices:
    return np.concatenate([np.zeros(1, np.intp), rows.ravel()])


def _ends(counts: Indices) -> Indices:
    indptr = np.zeros(len(counts) + 1, np.intp)
    np.cumsum(counts, out=indptr[1:])
    return indptr


def _columns(table: Table, rows: Indices) -> Indices:
    """The columns of some rows of a table, one row after the other."""
    if table.is_single:
        found: Indices = table.firsts[rows[rows > 0]] if not rows.all() else table.indices[rows - 1]
        return found
    counts = np.diff(table.indptr)[rows]
    starts = table.indptr[rows]
    shift = starts - (np.cumsum(counts) - counts)
    columns: Indices = table.indices[np.arange(int(counts.sum())) + np.repeat(shift, counts)]
    return columns


def _united_rows(table: Table, groups: Indices, rows: Indices, size: int) -> tuple[Indices, Indices]:
    """The union of the sets of each group, as `indptr` and `indices`."""
    if size == 1:
        seen = np.zeros(table.height, np.bool)
        seen[rows] = True
        marked = np.zeros(table.width, np.bool)
        marked[_columns(table, np.flatnonzero(seen))] = True
        columns = np.flatnonzero(marked)
        return np.array([0, len(columns)]), columns
    if not table.is_single:  # rows that are met several times in a group may be long
        keys = _distinct(groups * table.height + rows, size * table.height)
        groups, rows = keys // table.height, keys % table.height
        counts = np.diff(table.indptr)[rows]
        groups = np.repeat(groups, counts)
    elif not rows.all():
        groups, rows = groups[rows > 0], rows[rows > 0]
    keys = _distinct(groups * table.width + _columns(table, rows), size * table.width)
    return _ends(np.bincount(keys // table.width, minlength=size)), keys % table.width


def _distinct(keys: Indices, end: int) -> Indices:
    """The keys, which are less than `end`, in rising order and each once."""
    if end <= _SPARSEST * len(keys):
        seen = np.zeros(end, np.bool)
        seen[keys] = True
        return np.flatnonzero(seen)
    ordered = np.sort(keys.astype(np.int32) if end <= _INT32 else keys)
    kept = np.ones(len(ordered), np.bool)
    kept[1:] = ordered[1:] != ordered[:-1]
    return ordered[kept].astype(np.intp, copy=False)
