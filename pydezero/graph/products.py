"""The product of a cotangent with what its node keeps, in the memory of that where nobody else refers to it.

A fresh array costs as much as the product: the operating system hands out its memory page by page. What a node keeps is
of no use after its rule has run, if the node is let go then, as in the pass of a `grad`; a pullback keeps its nodes.
"""

from __future__ import annotations

from sys import getrefcount
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pydezero.core.ownership import COUNTS
from pydezero.core.variable import Node

NODE_ALONE: Final = 2 if COUNTS else 0
"""The references to a node that the reverse pass is about to let go: its variable, and the argument of getrefcount."""

# Of an array that a node keeps: the node, a variable of ours, and the argument of getrefcount.
_ALONE: Final = 3


def product_in_place(g: NDArray[Any], node: Node, position: int) -> NDArray[Any] | None:
    """The cotangent of the first or second argument of a product, None where its memory is not to be had.

    More references than there are, by a trace function for example, lead to None.
    """
    kept = node.y_residual if position else node.x_residual
    if (
        type(kept) is not np.ndarray
        or getrefcount(kept) != _ALONE
        or not kept.flags.writeable
        or not kept.flags.owndata
        or g.dtype is not kept.dtype
        or g.shape != kept.shape
    ):
        return None
    np.multiply(g, kept, out=kept)
    return kept
