"""The type of what a transform of a function f returns: it is called like f.

Where f takes a Variable first, the transformed function takes a Variable or an array; so do the Variables that follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, ParamSpec, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable

P = ParamSpec("P")
T_contra = TypeVar("T_contra", contravariant=True)
V_co = TypeVar("V_co", covariant=True)
A_co = TypeVar("A_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)
N_co = TypeVar("N_co", covariant=True)

if TYPE_CHECKING:

    class Traced(Variable):  # type: ignore[misc]  # to a checker alone
        """A Variable that NumPy's stubs take for an array.

        It is what the parameter of a lambda is to a checker, so that `lambda x: np.sum(x)` type-checks. A function that
        takes Variables takes it.
        """

        def __array__(self) -> NDArray[Any]: ...

else:
    Traced = Variable

# The result of a function of Variables; NumPy's stubs say that np.stack and its like return arrays.
Result: TypeAlias = Variable | NDArray[Any] | np.number[Any] | complex


class IsDataclass(Protocol):
    """An instance of a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]  # Any: as typeshed has it


class IsAttrs(Protocol):
    """An instance of an attrs class."""

    __attrs_attrs__: ClassVar[Any]  # Any: as attrs has it


# What a derivative may be taken with respect to. Any: a type cannot say how containers nest.
Differentiable: TypeAlias = (
    Variable
    | ArrayOrNumber
    | tuple[Any, ...]
    | list[Any]
    | Mapping[Any, Any]
    | Sequence[Operand]
    | IsDataclass
    | IsAttrs
)


class CalledLike(Generic[T_contra, P, V_co, A_co, R_co, N_co]):
    """A function of a T and further arguments.

    If T is a Variable, its result for Variables is V, for arrays A, for a
    Python number N; if T is anything else, its result is R. It is a
    class rather than a protocol because a checker compares classes by name, protocols overload by overload.
    """

    # The first one is what a checker takes where another transform is applied. The others tell Variables apart place by
    # place, so that an array of which a checker does not know the dtype fits one of them alone.
    @overload
    def __call__(
        self: CalledLike[Variable, P, V_co, A_co, R_co, N_co], x: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> V_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable, Variable, Variable], V_co, A_co, R_co, N_co],
        x: ArrayOrNumber,
        y: ArrayOrNumber,
        z: ArrayOrNumber,
        w: ArrayOrNumber,
        /,
    ) -> A_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable, Variable, Variable], V_co, A_co, R_co, N_co],
        x: Variable,
        y: Operand,
        z: Operand,
        w: Operand,
        /,
    ) -> V_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable, Variable, Variable], V_co, A_co, R_co, N_co],
        x: ArrayOrNumber,
        y: Variable,
        z: Operand,
        w: Operand,
        /,
    ) -> V_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable, Variable, Variable], V_co, A_co, R_co, N_co],
        x: ArrayOrNumber,
        y: ArrayOrNumber,
        z: Variable,
        w: Operand,
        /,
    ) -> V_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable, Variable, Variable], V_co, A_co, R_co, N_co],
        x: ArrayOrNumber,
        y: ArrayOrNumber,
        z: ArrayOrNumber,
        w: Variable,
        /,
    ) -> V_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable, Variable], V_co, A_co, R_co, N_co],
        x: ArrayOrNumber,
        y: ArrayOrNumber,
        z: ArrayOrNumber,
        /,
    ) -> A_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable, Variable], V_co, A_co, R_co, N_co],
        x: Variable,
        y: Operand,
        z: Operand,
        /,
    ) -> V_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable, Variable], V_co, A_co, R_co, N_co],
        x: ArrayOrNumber,
        y: Variable,
        z: Operand,
        /,
    ) -> V_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable, Variable], V_co, A_co, R_co, N_co],
        x: ArrayOrNumber,
        y: ArrayOrNumber,
        z: Variable,
        /,
    ) -> V_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable], V_co, A_co, R_co, N_co],
        x: ArrayOrNumber,
        y: ArrayOrNumber,
        /,
    ) -> A_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable], V_co, A_co, R_co, N_co], x: Variable, y: Operand, /
    ) -> V_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Variable], V_co, A_co, R_co, N_co],
        x: ArrayOrNumber,
        y: Variable,
        /,
    ) -> V_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, P, V_co, A_co, R_co, N_co], x: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> N_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, P, V_co, A_co, R_co, N_co], x: ArrayOrNumber, /, *args: P.args, **kwargs: P.kwargs
    ) -> A_co: ...
    @overload
    def __call__(
        self: CalledLike[float, P, V_co, A_co, R_co, N_co], x: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> R_co: ...
    @overload
    def __call__(
        self: CalledLike[int, P, V_co, A_co, R_co, N_co], x: int, /, *args: P.args, **kwargs: P.kwargs
    ) -> N_co: ...
    @overload
    def __call__(self, x: T_contra, /, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # mypy cannot match P and Q with Any
        raise NotImplementedError  # what a transform returns is a plain function
