"""Backward graphs without the cotangents of outputs that nobody has used."""

from __future__ import annotations

from collections.abc import Sequence

from pydezero.core.types import Array
from pydezero.graph.taken import results_of_used
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
    return results_of_used(body.run, args, used)
