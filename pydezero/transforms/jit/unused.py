"""Backward graphs without the cotangents of outputs that nobody has used."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pydezero.core.types import Array
from pydezero.graph.taken import results_with_marks, without_nan
from pydezero.transforms.loops.body import Body
from pydezero.transforms.loops.stacking import zeros_of


def with_used(body: Body, used: Sequence[bool | None], values: Sequence[Array]) -> list[Array]:
    """The results of a body that is linear in its cotangents, for those of outputs that are used.

    The others are zeros, which must not make a nan of an infinite factor.

    Args:
        body: the backward graph.
        used: for each argument whether it is the cotangent of an output that is used; None for what is no cotangent.
        values: the arguments, but for the cotangents that are not used.
    """
    given = iter(values)
    args = [zeros_of(x) if flag is False else next(given) for x, flag in zip(body.inputs, used, strict=True)]
    marks = [None if flag is None else np.full(x.shape, flag) for x, flag in zip(body.inputs, used, strict=True)]
    results, found = results_with_marks(body.run, args, marks)
    return [without_nan(y, mark) for y, mark in zip(results, found, strict=True)]
