"""Batches of examples, shuffled or in order, and sequences cut into parts that go on from batch to batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.snapshot import is_array
from pydezero.core.variable import Variable
from pydezero.transforms.boundary.arguments import check_count, check_flag
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.tree import Tree, flatten, map_leaves, paths

__all__ = ["Batches", "Sequences", "batches", "sequences"]

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


@attrs.frozen(eq=False)
class Batches(Generic[T_co]):
    """Batches of examples, to be iterated over as often as wanted; see `batches`."""

    arrays: T_co = attrs.field(repr=False)
    size: int
    rng: np.random.Generator | None = attrs.field(repr=False)
    drop_last: bool
    count: int

    def __len__(self) -> int:
        """The number of batches."""
        return self.count // self.size if self.drop_last else -(-self.count // self.size)

    def __iter__(self) -> Iterator[T_co]:
        """The batches; with a Generator in an order that it draws anew."""
        order = np.arange(self.count) if self.rng is None else self.rng.permutation(self.count)
        for i in range(len(self)):
            chosen = order[i * self.size : (i + 1) * self.size]
            yield map_leaves(lambda x, chosen=chosen: x[chosen], self.arrays)


@attrs.frozen(eq=False)
class Sequences(Generic[T_co]):
    """The entries of sequences that go on side by side, to be iterated over as often as wanted; see `sequences`."""

    arrays: T_co = attrs.field(repr=False)
    size: int
    length: int

    def __len__(self) -> int:
        """The number of batches, which is the length of each sequence."""
        return self.length

    def __iter__(self) -> Iterator[T_co]:
        """The batches, from the first entries on."""
        starts = np.arange(self.size) * self.length
        for i in range(self.length):
            yield map_leaves(lambda x, i=i: x[starts + i], self.arrays)


def batches(arrays: T, size: int, rng: np.random.Generator | None = None, *, drop_last: bool = False) -> Batches[T]:
    """Batches of `size` examples, in the order of the data, or in an order that a Generator draws.

    Args:
        arrays: an array, whose first axis counts the examples, or a container of arrays of the same length, such as a
            pair of inputs and labels.
        size: how many examples are in a batch.
        rng: the Generator that draws an order, another one each time that the batches are iterated over; None is the
            order of the data.
        drop_last: whether examples that make no whole batch are left out. Otherwise the last batch is smaller.

    Returns:
        An iterable, with a length, of containers like `arrays`, of fresh arrays.

    Raises:
        TypeError: there is no array in arrays, size is no integer, or rng no Generator.
        ValueError: the data set is empty, the arrays differ in length, or there are fewer examples than one batch.

    >>> import numpy as np
    >>> for x, y in batches((np.arange(5), np.arange(5) ** 2), 2):
    ...     print(x, y)
    [0 1] [0 1]
    [2 3] [4 9]
    [4] [16]
    >>> len(batches(np.arange(5), 2, np.random.default_rng(0), drop_last=True))
    2
    """
    count = _checked("batches", arrays, size)
    if rng is not None and not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"batches: rng must be None or a Generator, such as np.random.default_rng(0), got {type(rng).__name__}"
        )
    check_flag("batches", "drop_last", drop_last)
    return Batches(arrays, int(size), rng, drop_last, count)


def sequences(arrays: T, size: int) -> Sequences[T]:
    """Batches of one long sequence: it is cut into `size` parts, and a batch has the next entry of each part.

    So what a recurrent network remembers of its batch goes on in the next one. Entries that are left over at the end
    are left out.

    Args:
        arrays: an array, whose first axis is the time, or a container of arrays of the same length, such as a pair of
            a sequence and what follows each entry.
        size: the number of parts.

    Returns:
        An iterable, with a length, of containers like `arrays`, of fresh arrays.

    Raises:
        TypeError: there is no array in arrays, or size is no integer.
        ValueError: the data set is empty, the arrays differ in length, or are shorter than the number of parts.

    >>> import numpy as np
    >>> [batch.tolist() for batch in sequences(np.arange(9), 2)]
    [[0, 4], [1, 5], [2, 6], [3, 7]]
    """
    count = _checked("sequences", arrays, size)
    return Sequences(arrays, int(size), count // int(size))


def _checked(where: str, arrays: Tree, size: Any) -> int:
    """How many examples there are.

    Raises:
        TypeError, ValueError: as `batches`.
    """
    check_count(where, "size", size)
    leaves: list[NDArray[Any]] = flatten(arrays)
    names = [f"arrays{path}" for path in paths(arrays)]
    for name, x in zip(names, leaves, strict=True):
        if not is_array(x) or isinstance(x, Variable) or x.ndim == 0:
            raise TypeError(
                f"{where}: {name} must be an array with an axis of examples, got {describe_structure(x)}; "
                "np.asarray(x) makes one of a list"
            )
    if not leaves:
        raise TypeError(f"{where}: arrays must hold an array, got {describe_structure(arrays)}")
    count = len(leaves[0])
    for name, x in zip(names, leaves, strict=True):
        if len(x) != count:
            raise ValueError(f"{where}: {name} has {len(x)} examples, and {names[0]} has {count}")
    if not count:
        raise ValueError(f"{where}: the data set is empty: {names[0]} has shape {leaves[0].shape}")
    if size > count:
        raise ValueError(
            f"{where}: a batch of {size} is larger than the data, of {count} examples; choose a smaller size"
        )
    return count
