"""The type of what a transform of a function f returns: it is called like f.

Where f takes a Variable first, the transformed function takes a Variable or an array; so do the Variables that follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeAlias,
    TypeVar,
    final,
    overload,
)

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable

P = ParamSpec("P")
Q = ParamSpec("Q")
T_contra = TypeVar("T_contra", contravariant=True)
V_co = TypeVar("V_co", covariant=True)
A_co = TypeVar("A_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)
N_co = TypeVar("N_co", covariant=True)
S_co = TypeVar("S_co", covariant=True)

if TYPE_CHECKING:

    class Traced(Variable):  # type: ignore[misc]  # to a checker alone
        """A Variable that NumPy's stubs take for an array.

        It is what the parameter of a lambda is to a checker, so that `lambda x: np.sum(x)` type-checks. A function that
        takes Variables takes it.
        """

        def __array__(self) -> NDArray[Any]: ...

else:
    Traced = Variable


@final
class Unannotated:
    """A type of which there is no instance: a parameter takes it if it has no annotation, or Any for one."""


# The result of a function of Variables; NumPy's stubs say that np.stack and its like return arrays.
Result: TypeAlias = Variable | NDArray[Any] | np.number[Any] | complex


# An array of numbers or bools; a number of any kind, float or not.
Numbers: TypeAlias = NDArray[np.number[Any] | np.bool]
AnyNumber: TypeAlias = np.number[Any] | np.bool | complex

# What a function of Variables returns for Python numbers, for those of NumPy, for arrays. Any: a curve returns an
# array, a norm a number, and of a Variable no type says how many elements it has.
OfPython: TypeAlias = np.float64 | Any
OfNumPy: TypeAlias = np.floating[Any] | Any
OfArrays: TypeAlias = NDArray[np.floating[Any]] | Any


class IsDataclass(Protocol):
    """An instance of a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]  # Any: as typeshed has it


class IsAttrs(Protocol):
    """An instance of an attrs class."""

    __attrs_attrs__: ClassVar[Any]  # Any: as attrs has it


# Any: a type cannot say how containers nest.
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
"""What a derivative may be taken with respect to; the bound of a type variable in generic code."""


class Overloaded(Protocol):
    """A function that takes a float, and an array of floats as well."""

    @overload
    def __call__(self, x: float, /) -> complex | np.number[Any]: ...
    @overload
    def __call__(self, x: NDArray[np.float64], /) -> complex | np.number[Any]: ...


# What a function returns whose derivative is asked for without has_aux: no text beside it.
Outcome: TypeAlias = (
    Variable | ArrayOrNumber | tuple[Differentiable, ...] | list[Any] | Mapping[Any, Any] | IsDataclass | IsAttrs
)


class CalledLike(Generic[T_contra, P, V_co, A_co, R_co, N_co, S_co]):
    """A function of a T and further arguments.

    If T is a Variable, its result for Variables is V, for arrays A, for a Python number N, for one of NumPy's or a
    complex one S; if T is anything else, its result is R. It is a class rather than a protocol because a checker
    compares classes by name, protocols overload by overload.
    """

    # The first one is what a checker takes where another transform is applied. The others tell Variables apart place by
    # place, so that an array of which a checker does not know the dtype fits one of them alone.
    @overload
    def __call__(
        self: CalledLike[Variable, P, V_co, A_co, R_co, N_co, S_co], x: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfFour[V_co, A_co, R_co, N_co, S_co], x: float, y: ArrayOrNumber, z: ArrayOrNumber, w: ArrayOrNumber, /
    ) -> N_co: ...
    @overload
    def __call__(
        self: OfFour[V_co, A_co, R_co, N_co, S_co],
        x: AnyNumber,
        y: ArrayOrNumber,
        z: ArrayOrNumber,
        w: ArrayOrNumber,
        /,
    ) -> S_co: ...
    @overload
    def __call__(
        self: OfFour[V_co, A_co, R_co, N_co, S_co], x: Numbers, y: ArrayOrNumber, z: ArrayOrNumber, w: ArrayOrNumber, /
    ) -> A_co: ...
    @overload
    def __call__(
        self: OfFour[V_co, A_co, R_co, N_co, S_co], x: Variable, y: Operand, z: Operand, w: Operand, /
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfFour[V_co, A_co, R_co, N_co, S_co], x: ArrayOrNumber, y: Variable, z: Operand, w: Operand, /
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfFour[V_co, A_co, R_co, N_co, S_co], x: ArrayOrNumber, y: ArrayOrNumber, z: Variable, w: Operand, /
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfFour[V_co, A_co, R_co, N_co, S_co], x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, w: Variable, /
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfThree[V_co, A_co, R_co, N_co, S_co], x: float, y: ArrayOrNumber, z: ArrayOrNumber, /
    ) -> N_co: ...
    @overload
    def __call__(
        self: OfThree[V_co, A_co, R_co, N_co, S_co], x: AnyNumber, y: ArrayOrNumber, z: ArrayOrNumber, /
    ) -> S_co: ...
    @overload
    def __call__(
        self: OfThree[V_co, A_co, R_co, N_co, S_co], x: Numbers, y: ArrayOrNumber, z: ArrayOrNumber, /
    ) -> A_co: ...
    @overload
    def __call__(self: OfThree[V_co, A_co, R_co, N_co, S_co], x: Variable, y: Operand, z: Operand, /) -> V_co: ...
    @overload
    def __call__(self: OfThree[V_co, A_co, R_co, N_co, S_co], x: ArrayOrNumber, y: Variable, z: Operand, /) -> V_co: ...
    @overload
    def __call__(
        self: OfThree[V_co, A_co, R_co, N_co, S_co], x: ArrayOrNumber, y: ArrayOrNumber, z: Variable, /
    ) -> V_co: ...
    @overload
    def __call__(self: OfTwo[V_co, A_co, R_co, N_co, S_co], x: float, y: ArrayOrNumber, /) -> N_co: ...
    @overload
    def __call__(self: OfTwo[V_co, A_co, R_co, N_co, S_co], x: AnyNumber, y: ArrayOrNumber, /) -> S_co: ...
    @overload
    def __call__(self: OfTwo[V_co, A_co, R_co, N_co, S_co], x: Numbers, y: ArrayOrNumber, /) -> A_co: ...
    @overload
    def __call__(self: OfTwo[V_co, A_co, R_co, N_co, S_co], x: Variable, y: Operand, /) -> V_co: ...
    @overload
    def __call__(self: OfTwo[V_co, A_co, R_co, N_co, S_co], x: ArrayOrNumber, y: Variable, /) -> V_co: ...
    # Variables and arrays for further Variables, where f takes something else behind them: arrays alone and no numbers,
    # because mypy does not compare what stands before a Q.
    @overload
    def __call__(
        self: ThreeAndMore[Q, V_co, A_co, R_co, N_co, S_co],
        x: ArrayOrNumber,
        y: Variable,
        z: Variable | Numbers,
        /,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> V_co: ...
    @overload
    def __call__(
        self: ThreeAndMore[Q, V_co, A_co, R_co, N_co, S_co],
        x: ArrayOrNumber,
        y: Numbers,
        z: Variable,
        /,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> V_co: ...
    @overload
    def __call__(
        self: TwoAndMore[Q, V_co, A_co, R_co, N_co, S_co],
        x: ArrayOrNumber,
        y: Variable,
        /,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> V_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, P, V_co, A_co, R_co, N_co, S_co], x: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> N_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, P, V_co, A_co, R_co, N_co, S_co], x: AnyNumber, /, *args: P.args, **kwargs: P.kwargs
    ) -> S_co: ...
    @overload
    def __call__(
        self: CalledLike[Variable, P, V_co, A_co, R_co, N_co, S_co], x: Numbers, /, *args: P.args, **kwargs: P.kwargs
    ) -> A_co: ...
    @overload
    def __call__(
        self: ThreeAndMore[Q, V_co, A_co, R_co, N_co, S_co],
        x: Variable,
        y: Numbers,
        z: Numbers,
        /,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> V_co: ...
    @overload
    def __call__(
        self: ThreeAndMore[Q, V_co, A_co, R_co, N_co, S_co],
        x: float,
        y: Numbers,
        z: Numbers,
        /,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> N_co: ...
    @overload
    def __call__(
        self: ThreeAndMore[Q, V_co, A_co, R_co, N_co, S_co],
        x: AnyNumber,
        y: Numbers,
        z: Numbers,
        /,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> S_co: ...
    @overload
    def __call__(
        self: ThreeAndMore[Q, V_co, A_co, R_co, N_co, S_co],
        x: Numbers,
        y: Numbers,
        z: Numbers,
        /,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> A_co: ...
    @overload
    def __call__(
        self: ThreeAndMore[Q, V_co, A_co, R_co, N_co, S_co],
        x: Variable,
        y: Numbers,
        z: Variable,
        /,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> V_co: ...
    @overload
    def __call__(
        self: TwoAndMore[Q, V_co, A_co, R_co, N_co, S_co], x: Variable, y: Numbers, /, *args: Q.args, **kwargs: Q.kwargs
    ) -> V_co: ...
    @overload
    def __call__(
        self: TwoAndMore[Q, V_co, A_co, R_co, N_co, S_co], x: float, y: Numbers, /, *args: Q.args, **kwargs: Q.kwargs
    ) -> N_co: ...
    @overload
    def __call__(
        self: TwoAndMore[Q, V_co, A_co, R_co, N_co, S_co],
        x: AnyNumber,
        y: Numbers,
        /,
        *args: Q.args,
        **kwargs: Q.kwargs,
    ) -> S_co: ...
    @overload
    def __call__(
        self: TwoAndMore[Q, V_co, A_co, R_co, N_co, S_co], x: Numbers, y: Numbers, /, *args: Q.args, **kwargs: Q.kwargs
    ) -> A_co: ...
    @overload
    def __call__(
        self: CalledLike[float, P, V_co, A_co, R_co, N_co, S_co], x: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> R_co: ...
    @overload
    def __call__(
        self: CalledLike[int, P, V_co, A_co, R_co, N_co, S_co], x: int, /, *args: P.args, **kwargs: P.kwargs
    ) -> N_co: ...
    @overload
    def __call__(self, x: T_contra, /, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    # A function without annotations is one of Variables to pyright, but it may take containers.
    @overload
    def __call__(
        self: CalledLike[Variable, [Unannotated], V_co, A_co, R_co, N_co, S_co], x: Any, /, *args: Any, **kwargs: Any
    ) -> Any: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Unannotated, Unannotated], V_co, A_co, R_co, N_co, S_co],
        x: Any,
        /,
        *args: Any,
        **kwargs: Any,
    ) -> Any: ...
    @overload
    def __call__(
        self: CalledLike[Variable, [Unannotated, Unannotated, Unannotated], V_co, A_co, R_co, N_co, S_co],
        x: Any,
        /,
        *args: Any,
        **kwargs: Any,
    ) -> Any: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # mypy cannot match P and Q with Any
        raise NotImplementedError  # what a transform returns is a plain function


# The types of `self` for functions of Variables: of so many, or of two or three with something else behind them.
OfTwo: TypeAlias = CalledLike[Variable, [Variable], V_co, A_co, R_co, N_co, S_co]
OfThree: TypeAlias = CalledLike[Variable, [Variable, Variable], V_co, A_co, R_co, N_co, S_co]
OfFour: TypeAlias = CalledLike[Variable, [Variable, Variable, Variable], V_co, A_co, R_co, N_co, S_co]
TwoAndMore: TypeAlias = CalledLike[Variable, Concatenate[Variable, Q], V_co, A_co, R_co, N_co, S_co]
ThreeAndMore: TypeAlias = CalledLike[Variable, Concatenate[Variable, Variable, Q], V_co, A_co, R_co, N_co, S_co]

# A function of a T and further arguments that returns an R for whatever may stand for a T. An alias and no class, so
# that a checker takes what is more precise for one of these.
Returning: TypeAlias = CalledLike[T_contra, P, R_co, R_co, R_co, R_co, R_co]


class NoSuchArgument:
    """The type of a transform whose argnums names an argument that f has not, or that holds no number.

    A call of it is an error to a checker, as it is when the program runs.
    """
