"""`x.flat`: the elements of an array as one sequence."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from pydezero.core.types import Index
from pydezero.core.variable import Variable
from pydezero.functions.elementwise.arithmetic import positive
from pydezero.functions.indexing.indexing import getitem, iterate
from pydezero.functions.methods.refusals import as_array, set_item
from pydezero.functions.shapes.shape import ravel


@attrs.frozen(eq=False)
class FlatIterator:
    """The elements of a Variable, one after the other, as in `ndarray.flat`, but read-only."""

    base: Variable

    def __len__(self) -> int:
        return self.base.size

    def __iter__(self) -> Iterator[Variable]:
        return iterate(ravel(self.base))

    def __getitem__(self, index: Index) -> Variable:
        result: Variable = getitem(ravel(self.base), index)
        return result

    def copy(self) -> Variable:
        """All elements in one axis."""
        return positive(ravel(self.base))

    __setitem__ = set_item
    __array__ = as_array
