"""Sparse arrays of PyData's library `sparse`."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from pydezero.arrays.words import Words

__all__ = ["sparse_words"]


class _SparseWords(Words):
    library: ClassVar[str] = "sparse"
    advice: ClassVar[str] = "x.todense() is the ndarray of a sparse array x"

    @staticmethod
    def in_numpy(x: Any) -> Any:
        return x.todense()


sparse_words: Final = _SparseWords()
