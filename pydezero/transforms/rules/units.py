"""Units of pint's in what a custom rule gets and returns.

A rule computes with quantities, so its cotangents have units, too. What is differentiated in the end is unknown to it,
and taken for a number: the cotangent of an output in metres is in 1 / metre, and the rule's units say the rest. A
cotangent that it returns is in any unit that converts to 1 over that of the argument, a tangent in one that converts to
that of the output.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from pydezero.containers import HOLE
from pydezero.core.types import Array
from pydezero.lazy import load
from pydezero.tree import Tree, filled, flatten
from pydezero.units import units, with_unit_powers


def cotangents_like(template: Tree, cotangents: Sequence[Array]) -> Tree:
    """A container of cotangents, built like the output: `template` has holes in the places of its arrays."""
    return filled(with_unit_powers(template, -1), cotangents)


def tangents_like(template: Tree, tangents: Sequence[Array]) -> Tree:
    """A container of tangents, built like the arguments: `template` has holes in the places of their arrays."""
    return filled(with_unit_powers(template, 1), tangents)


def in_units_of(template: Tree, power: int, tree: Tree, what: str) -> list[Any]:
    """The leaves of a container that is built like a template, in a power of the units of the template.

    Raises:
        TypeError: one is in a unit that does not convert to that.
    """
    leaves = flatten(tree)
    if "pint" not in sys.modules:
        return leaves
    pairs = zip(leaves, flatten(template), units(tree), units(with_unit_powers(template, power)), strict=True)
    return [
        leaf if given == wanted or place is not HOLE or leaf is None else leaf * _factor(given, wanted, what)
        for leaf, place, given, wanted in pairs
    ]


def _factor(given: Any, wanted: Any, what: str) -> float:
    factor: float = load("pydezero.arrays", "unit_factor")(given, wanted, what)
    return factor
