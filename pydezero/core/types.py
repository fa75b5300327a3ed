"""The names that the annotations share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeAlias, overload

from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from pydezero.core.variable import Variable

P = ParamSpec("P")

# What a rule computes with: an ndarray, a NumPy scalar, an array of another library that speaks NumPy's protocols, or
# a Variable. NumPy's stubs make a ufunc call on such an operand Any, so nothing more precise survives the first call.
Array: TypeAlias = Any

# What a rule keeps: nothing (None), one thing, or a tuple of several; arrays, shapes, parameters of any type.
Residual: TypeAlias = Any

# The entries of an index and the parameters of NumPy functions are as various as NumPy's own stubs leave them.
Index: TypeAlias = Any

Operand: TypeAlias = "Variable | ArrayLike"
Axis: TypeAlias = int | tuple[int, ...] | None
Shape: TypeAlias = int | Sequence[int]


class UnaryFunction(Protocol):
    """A function of one array: a Variable gives a Variable, anything else what NumPy gives."""

    __name__: str

    @overload
    def __call__(self, x: Variable, /) -> Variable: ...
    @overload
    def __call__(self, x: ArrayLike, /) -> NDArray[Any]: ...


class BinaryFunction(Protocol):
    """A function of two arrays: a Variable on either side gives a Variable."""

    __name__: str

    @overload
    def __call__(self, x: Variable, y: Operand, /) -> Variable: ...
    @overload
    def __call__(self, x: ArrayLike, y: Variable, /) -> Variable: ...
    @overload
    def __call__(self, x: ArrayLike, y: ArrayLike, /) -> NDArray[Any]: ...


class ArrayFunction(Protocol[P]):
    """A function of an array and parameters: a Variable gives a Variable, anything else what NumPy gives."""

    __name__: str

    @overload
    def __call__(self, a: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self, a: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> NDArray[Any]: ...


class BinaryArrayFunction(Protocol[P]):
    """A function of two arrays and parameters: a Variable on either side gives a Variable."""

    __name__: str

    @overload
    def __call__(self, a: Variable, b: Operand, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self, a: ArrayLike, b: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self, a: ArrayLike, b: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> NDArray[Any]: ...


class JoiningFunction(Protocol[P]):
    """A function of a sequence of arrays: one Variable among them makes the result a Variable."""

    __name__: str

    @overload
    def __call__(self, arrays: Sequence[Variable], /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # what holds no Variable is told apart first
        self, arrays: Sequence[ArrayLike], /, *args: P.args, **kwargs: P.kwargs
    ) -> NDArray[Any]: ...
    @overload
    def __call__(self, arrays: Sequence[Operand], /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
