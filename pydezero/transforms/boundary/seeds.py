"""Cotangents and tangents that the user gives, checked against what they belong to."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero.core.broadcasting import cast, cotangent_dtype
from pydezero.core.foreign import arrayed, check_together, placed
from pydezero.core.snapshot import check_numeric, is_number
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, bottom, is_numeric
from pydezero.graph.seeds import watched_like
from pydezero.transforms.boundary.lifting import Lifted
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.tree import Tree, same_structure, values_at_holes
from pydezero.units import same_but_for_names, with_unit_powers


def checked_seed(
    seed: Any, output: Variable, where: str, *, of: str = "the output", what: str = "the cotangent"
) -> Array:
    """A cotangent of an output, in its dtype; or a tangent of an input, in the words of `of` and `what`.

    Raises:
        TypeError: it is not numeric, or complex where the output is real.
        ValueError: it has another shape than the output.
    """
    if not is_numeric(seed):
        seed = arrayed(seed)
        if not is_numeric(seed):
            raise TypeError(f"{where}: {what} must be an array or a number, got {type(seed).__name__}")
    if not isinstance(seed, Variable):
        seed = np.asarray(seed) if is_number(seed) else seed
        check_numeric(seed, where)
        if type(seed) is not np.ndarray:
            seed = placed(seed)
    if seed.shape != output.shape:
        raise ValueError(f"{where}: {of} has shape {output.shape}, {what} {seed.shape}")
    dtype = cotangent_dtype(output.dtype)
    if seed.dtype.kind == "c" and dtype.kind != "c":
        raise TypeError(f"{where}: {of} is real ({dtype}), {what} complex ({seed.dtype}); take its .real")
    if type(seed) is not np.ndarray or type(output._value) is not np.ndarray:
        check_together(bottom(seed), f"{where}: {what}", bottom(output), of)
    seed = cast(seed, dtype)
    return seed if isinstance(seed, Variable) else watched_like(output._value, seed)


def is_marked_tangent(template: Tree, tangent: Tree) -> bool:
    """Whether a tangent that is of another structure than what it belongs to is so by names and units alone.

    The tangent of what is in degrees Celsius is a difference of such.
    """
    return same_but_for_names(template, tangent, or_units=False) or same_but_for_names(
        with_unit_powers(template, 1), tangent, or_units=False
    )


def check_tuples(primals: object, tangents: object, where: str, example: str) -> None:
    """Raise a TypeError unless primals and tangents are tuples with an entry for each argument of a function."""
    for what, given in (("primals", primals), ("tangents", tangents)):
        if type(given) is not tuple or not given:
            found = f"and {what} is an empty tuple" if type(given) is tuple else f"got {describe_structure(given)}"
            raise TypeError(
                f"{where}: {what} must be a tuple with one entry for each argument of the function, {found}; "
                f"write {example} for a function of one argument"
            )


def checked_tangents(inputs: Lifted, tangents: tuple[Tree, ...], where: str) -> tuple[list[Array], AnyNode | None]:
    """A tangent for each Variable of the inputs, and the highest node among all arguments.

    Raises:
        TypeError: a tangent is not built like its primal, holds something else than numbers, or complex ones for real.
        ValueError: there are not as many tangents as primals, or one of another shape.
    """
    if len(tangents) != len(inputs.template):
        raise ValueError(f"{where}: got {len(inputs.template)} primals and {len(tangents)} tangents; each takes one")
    remaining = iter(inputs.variables)
    seeds: list[Array] = []
    outer = inputs.outer
    for i, (template, tangent) in enumerate(zip(inputs.template, tangents, strict=True)):
        if not (same_structure(template, tangent) or is_marked_tangent(template, tangent)):
            raise TypeError(
                f"{where}: tangent {i} must be built like primal {i}, {describe_structure(inputs.trees[i])}; "
                f"got {describe_structure(tangent)}"
            )
        for t in values_at_holes(template, tangent):
            seeds.append(checked_seed(t, next(remaining), where, of=f"primal {i}", what=f"tangent {i}"))
            if type(t) is Variable and (outer is None or t.node.level > outer.level):
                outer = t.node
    return seeds, outer
