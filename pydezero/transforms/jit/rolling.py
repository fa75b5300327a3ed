"""The choice of Python loops, recorded step by step, that become loops in a program."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from pydezero.core.primitive import Elementwise
from pydezero.functions.indexing.indexing import getitem_p
from pydezero.transforms.jit.fuse import LARGE
from pydezero.transforms.jit.native_names import is_function
from pydezero.transforms.jit.views import VIEWS
from pydezero.transforms.loops.roll import roll_where
from pydezero.transforms.staging.equation import Equation, Reference
from pydezero.transforms.staging.graph import Graph

_FEWEST: Final = 100
"""So many equations of a loop are compiled one by one: straight code runs faster than a loop."""

_MOST: Final = 2000
"""So many additions take too long to compile one by one, whatever they gain."""

_FUNCTION: Final = 10  # so many additions take as long to compile as a function


def rolled(graph: Graph[..., Any]) -> Graph[..., Any]:
    """The graph with the loops that a program is better off with than with their steps one after the other."""
    return roll_where(graph, _is_better)


def _is_better(step: Sequence[Equation], count: int) -> bool:
    if count * len(step) < _FEWEST:
        return False
    # A fused loop keeps the values of all steps in registers, and a loop of steps writes each to memory.
    if all(map(_is_fused, step)) and max([_nbytes(y) for x in step for y in x.outputs]) >= LARGE:
        return count * sum([_FUNCTION if is_function(equation.name) else 1 for equation in step]) > _MOST
    return True


def _is_fused(equation: Equation) -> bool:
    """Whether an equation is computed in the loop over elements of what it takes."""
    return isinstance(equation.primitive, Elementwise) or equation.primitive is getitem_p or equation.name in VIEWS


def _nbytes(x: Reference) -> int:
    return math.prod(x.shape) * x.dtype.itemsize
