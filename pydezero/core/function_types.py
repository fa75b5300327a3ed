"""The types of functions of arrays: a Variable among the arguments gives a Variable, arrays alone an array.

They are for annotations. Modules that every program loads import them for the type checker alone, since the classes
take longer to make than the rest of such a module.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ParamSpec, Protocol, TypeAlias, overload

from numpy.typing import NDArray

from pydezero.core.types import ArrayOrNumber, Listed
from pydezero.core.variable import Operand, Variable

# A result that has a Variable for each Variable among the arguments, and an array for each array.
Mixed: TypeAlias = tuple[Variable | NDArray[Any], ...]

P = ParamSpec("P")


class UnaryFunction(Protocol):
    """A function of one array: a Variable gives a Variable, anything else what NumPy gives."""

    __name__: str

    @overload
    def __call__(self, x: Variable, /) -> Variable: ...
    @overload
    def __call__(self, x: float, /) -> float: ...
    @overload
    def __call__(self, x: ArrayOrNumber, /) -> NDArray[Any]: ...


class BinaryFunction(Protocol):
    """A function of two arrays: a Variable on either side gives a Variable."""

    __name__: str

    @overload
    def __call__(self, x1: Variable, x2: Operand, /) -> Variable: ...
    @overload
    def __call__(self, x1: ArrayOrNumber, x2: Variable, /) -> Variable: ...
    @overload
    def __call__(self, x1: float, x2: float, /) -> float: ...
    @overload
    def __call__(self, x1: ArrayOrNumber, x2: ArrayOrNumber, /) -> NDArray[Any]: ...


class ArrayFunction(Protocol[P]):
    """A function of an array and parameters: a Variable gives a Variable, anything else what NumPy gives."""

    __name__: str

    @overload
    def __call__(self, a: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self, a: ArrayOrNumber, /, *args: P.args, **kwargs: P.kwargs) -> NDArray[Any]: ...


class BinaryArrayFunction(Protocol[P]):
    """A function of two arrays and parameters: a Variable on either side gives a Variable."""

    __name__: str

    @overload
    def __call__(self, a: Variable, b: Operand | Listed, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self, a: ArrayOrNumber | Listed, b: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(
        self, a: ArrayOrNumber, b: ArrayOrNumber | Listed, /, *args: P.args, **kwargs: P.kwargs
    ) -> NDArray[Any]: ...


class JoiningFunction(Protocol[P]):
    """A function of a sequence of arrays: one Variable among them makes the result a Variable."""

    __name__: str

    @overload
    def __call__(self, arrays: Sequence[Variable], /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # what holds no Variable is told apart first
        self, arrays: Sequence[ArrayOrNumber], /, *args: P.args, **kwargs: P.kwargs
    ) -> NDArray[Any]: ...
    @overload
    def __call__(self, arrays: Sequence[Operand], /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
