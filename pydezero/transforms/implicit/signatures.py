"""The type of what `custom_root` and its relatives make of a function of Variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable

# A function, what it begins with (or the right side), and parameters: of whatever types they have.
Solver: TypeAlias = Callable[..., Any]


class Solution(Protocol):
    """The solution as a function of a start (or right side) and parameters: of arrays alone it is an array."""

    @overload
    def __call__(  # type: ignore[overload-overlap]  # what holds no Variable is told apart first
        self, init: ArrayOrNumber | None, /, *params: ArrayOrNumber
    ) -> NDArray[np.floating[Any]]: ...
    @overload
    def __call__(self, init: Operand | None, /, *params: Operand) -> Variable: ...
