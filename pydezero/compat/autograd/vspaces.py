"""The vector space of the values that are built like a given one: `vspace(x).zeros()`, `vspace(x).size`, ..."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np

from pydezero import tree
from pydezero.core.variable import bottom, is_numeric


@attrs.frozen(eq=False)
class VSpace:
    """The vector space of a number, an array, or a container of them, over the real numbers.

    A complex number counts as two real ones.
    """

    example: Any  # a container of plain arrays

    @property
    def shape(self) -> Any:
        """The shape of an array, or the spaces of the parts of a container."""
        if is_numeric(self.example):
            return np.shape(self.example)
        return tree.map_leaves(VSpace, self.example)

    @property
    def ndim(self) -> int:
        """The number of axes of an array."""
        return np.ndim(self.example)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of an array."""
        return np.result_type(self.example)

    @property
    def iscomplex(self) -> bool:
        """Whether there is a complex number in it."""
        return any(np.iscomplexobj(x) for x in tree.flatten(self.example))

    @property
    def size(self) -> int:
        """The number of real numbers in it."""
        return sum(np.size(x) * (2 if np.iscomplexobj(x) else 1) for x in tree.flatten(self.example))

    def zeros(self) -> Any:
        """The zero of the space."""
        return tree.map_leaves(np.zeros_like, self.example)

    def ones(self) -> Any:
        """The sum of the standard basis: ones everywhere, 1 + 1i for a complex number."""
        return tree.map_leaves(lambda x: np.ones_like(x) * (1 + 1j if np.iscomplexobj(x) else 1), self.example)

    def randn(self) -> Any:
        """Independent normal random numbers, of NumPy's global generator."""

        def drawn(x: Any) -> Any:
            normal = np.random.standard_normal
            numbers = normal(np.shape(x)) + (1j * normal(np.shape(x)) if np.iscomplexobj(x) else 0.0)
            return np.asarray(numbers, np.result_type(x))

        return tree.map_leaves(drawn, self.example)

    def standard_basis(self) -> Iterator[Any]:
        """The unit vectors, in the order of the elements; of a complex number first 1, then 1i."""
        leaves = tree.flatten(self.example)
        for i, leaf in enumerate(leaves):
            for place in np.ndindex(np.shape(leaf)):
                for unit in (1.0, 1.0j) if np.iscomplexobj(leaf) else (1.0,):
                    made = [np.zeros_like(x) for x in leaves]
                    made[i][place] = unit
                    yield tree.unflatten(self.example, made)

    def add(self, x: Any, y: Any) -> Any:
        """The sum of two vectors."""
        return tree.map_leaves(lambda a, b: a + b, x, y)

    def scalar_mul(self, x: Any, a: Any) -> Any:
        """A vector times a number."""
        return tree.map_leaves(lambda b: b * a, x)

    def inner_prod(self, x: Any, y: Any) -> Any:
        """The real inner product of two vectors."""
        pairs = zip(tree.flatten(x), tree.flatten(y), strict=True)
        return sum(np.real(np.sum(np.conj(a) * b)) for a, b in pairs)

    def covector(self, x: Any) -> Any:
        """The cotangent of a vector, in the convention of the gradients of complex numbers: its conjugate."""
        return tree.map_leaves(lambda a: np.conj(a) if np.iscomplexobj(a) else a, x)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VSpace) or not tree.same_structure(self.example, other.example):
            return False
        pairs = zip(tree.flatten(self.example), tree.flatten(other.example), strict=True)
        return all(np.shape(a) == np.shape(b) and np.result_type(a) == np.result_type(b) for a, b in pairs)


def vspace(value: Any) -> VSpace:
    """The vector space of a value, which may hold Variables.

    >>> vspace({"a": 1.0, "b": np.ones((2, 2))}).size
    5
    """
    return VSpace(tree.map_leaves(lambda x: np.asarray(bottom(x)), value))
