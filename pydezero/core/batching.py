"""Batch rules: what a primitive makes of arguments that stand for many examples at once.

`rule(batched, *args, **params)` gets which of the arguments are batches, along their first axis, and returns the batch
of results along its first axis. The arguments are arrays or Variables of an enclosing transform, so a rule is written
in functions that take both.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pydezero.core.types import Array


def aligned(batched: Sequence[bool], args: Sequence[Array]) -> list[Array]:
    """Arguments that broadcast against each other, example by example, as batches that do.

    An example of fewer axes than another gets axes of length 1 between the batch axis and its own.
    """
    ndims = [len(np.shape(x)) - is_batched for x, is_batched in zip(args, batched, strict=True)]
    most = max(ndims)
    return [
        np.reshape(x, (x.shape[0], *(1,) * (most - ndim), *x.shape[1:])) if is_batched and ndim < most else x
        for x, is_batched, ndim in zip(args, batched, ndims, strict=True)
    ]


def batch_size(batched: Sequence[bool], args: Sequence[Array]) -> int:
    """How many examples there are."""
    size: int = args[list(batched).index(True)].shape[0]
    return size


def all_batched(batched: Sequence[bool], args: Sequence[Array]) -> list[Array]:
    """All arguments as batches: one that is the same for every example is repeated, without a copy."""
    size = batch_size(batched, args)
    return [
        x if is_batched else np.broadcast_to(x, (size, *np.shape(x)))
        for x, is_batched in zip(args, batched, strict=True)
    ]
