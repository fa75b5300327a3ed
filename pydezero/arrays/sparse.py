"""Sparse arrays of PyData's library `sparse`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from pydezero.arrays.words import Words

__all__ = ["sparse_words"]


class _SparseWords(Words):
    library: ClassVar[str] = "sparse"
    advice: ClassVar[str] = "x.todense() is the ndarray of a sparse array x"

    @staticmethod
    def in_numpy(x: Any) -> Any:
        return x.todense()

    @staticmethod
    def by_dense(function: Callable[..., Any], *xs: Any) -> Any:
        dense = [x.todense() if hasattr(x, "todense") else x for x in xs]
        return type(next(x for x in xs if hasattr(x, "todense"))).from_numpy(function(*dense))


sparse_words: Final = _SparseWords()
