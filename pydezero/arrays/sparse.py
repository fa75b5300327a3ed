"""Sparse arrays of PyData's library `sparse`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import numpy as np

from pydezero.arrays.words import Words

__all__ = ["sparse_words"]


class _SparseWords(Words):
    library: ClassVar[str] = "sparse"
    advice: ClassVar[str] = "x.todense() is the ndarray of a sparse array x"
    dense: ClassVar[str] = "x.todense()"

    def check(self, x: Any, where: str) -> None:
        if type(x).__name__ == "DOK":  # it has no sum, and no product
            raise TypeError(f"{where}: a DOK of sparse is for building arrays; pass x.to_coo()")

    @staticmethod
    def in_numpy(x: Any) -> Any:
        return x.todense()

    def __init__(self) -> None:
        self.primitives: Mapping[str, Callable[..., Any]] = {"std": self.std, "var": self.var}

    @staticmethod
    def var(x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
        """`np.var`: that of sparse has no `ddof`."""
        found = x.var(axis=axis, keepdims=keepdims)
        count = x.size / found.size
        return found * (count / (count - ddof)) if ddof else found

    @classmethod
    def std(cls, x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
        """`np.std`, likewise."""
        return np.sqrt(cls.var(x, axis, ddof, keepdims))

    def shared(self, g: Any, ties: Any, chosen: Any) -> Any:
        # What is not stored in a sparse array of counts would be zero.
        return super().shared(g, ties.todense() if hasattr(ties, "todense") else ties, chosen)

    @staticmethod
    def by_dense(function: Callable[..., Any], *xs: Any) -> Any:
        dense = [x.todense() if hasattr(x, "todense") else x for x in xs]
        return type(next(x for x in xs if hasattr(x, "todense"))).from_numpy(function(*dense))


sparse_words: Final = _SparseWords()
