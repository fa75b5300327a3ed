"""Indexing, its transpose, and updates of elements."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.functions.indexing import batched_index as batched_index
    from pydezero.functions.indexing.indexing import getitem as getitem
    from pydezero.functions.indexing.indexing import iterate as iterate
    from pydezero.functions.indexing.indices_as_arguments import gather as gather
    from pydezero.functions.indexing.indices_as_arguments import scatter_at as scatter_at
    from pydezero.functions.indexing.indices_as_arguments import set_at as set_at
