"""The type of `vmap(f)`: it is called like f, and arrays may stand where f takes Variables."""

from __future__ import annotations

from typing import Any, ParamSpec, Protocol, TypeAlias, overload

from numpy.typing import ArrayLike, NDArray

from pydezero.core.variable import Operand, Variable

P = ParamSpec("P")

# Any: the dtype, which is that of what f returns.
Arrays: TypeAlias = NDArray[Any]


class Batched(Protocol[P]):
    """`vmap(f)` of a function of up to three Variables, or of a Variable and arguments that stay what they are."""

    @overload
    def __call__(self: Batched[[Variable]], x: Variable, y: Operand, /) -> Variable: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # Variables are told apart first
        self: Batched[[Variable]], x: ArrayLike, y: Variable, /
    ) -> Variable: ...
    @overload
    def __call__(self: Batched[[Variable]], x: ArrayLike, y: ArrayLike, /) -> Arrays: ...
    @overload
    def __call__(self: Batched[[Variable, Variable]], x: Variable, y: Operand, z: Operand, /) -> Variable: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # Variables are told apart first
        self: Batched[[Variable, Variable]], x: ArrayLike, y: Variable, z: Operand, /
    ) -> Variable: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # Variables are told apart first
        self: Batched[[Variable, Variable]], x: ArrayLike, y: ArrayLike, z: Variable, /
    ) -> Variable: ...
    @overload
    def __call__(self: Batched[[Variable, Variable]], x: ArrayLike, y: ArrayLike, z: ArrayLike, /) -> Arrays: ...
    @overload
    def __call__(self, x: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self, x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> Arrays: ...
