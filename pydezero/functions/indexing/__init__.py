"""Indexing, its transpose, and updates of elements."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.functions.indexing import batched_index as batched_index
