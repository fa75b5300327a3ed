"""The type of what a transform with `argnums` returns: it is called like f.

What holds for the first argument in `boundary.signatures` holds here for the second one, or for the first two.
"""

from __future__ import annotations

from typing import Any, Generic, Literal, ParamSpec, TypeAlias, TypeVar, overload

from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.transforms.boundary.signatures import AnyNumber, Numbers

P = ParamSpec("P")
T_contra = TypeVar("T_contra", contravariant=True)
U_contra = TypeVar("U_contra", contravariant=True)
V_co = TypeVar("V_co", covariant=True)
A_co = TypeVar("A_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)
N_co = TypeVar("N_co", covariant=True)
S_co = TypeVar("S_co", covariant=True)
NA_co = TypeVar("NA_co", covariant=True)
AN_co = TypeVar("AN_co", covariant=True)

# What `argnums` is in the overloads of transforms.
Both: TypeAlias = tuple[Literal[0], Literal[1]]
OtherwiseFirst: TypeAlias = tuple[Literal[0]] | Literal[-1]


class OfSecond(Generic[T_contra, U_contra, P, V_co, A_co, R_co, N_co, S_co]):
    """A transform with `argnums=1` of a function of a T, a U and further arguments.

    If U is a Variable, its result for Variables is V, for arrays A, for a Python number N, for one of NumPy's or a
    complex one S; if U is anything else, it is R.
    """

    @overload
    def __call__(
        self: _Of[T_contra, P, V_co, A_co, N_co, S_co], x: T_contra, y: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> N_co: ...
    @overload
    def __call__(
        self: _Of[T_contra, P, V_co, A_co, N_co, S_co], x: T_contra, y: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> V_co: ...
    @overload
    def __call__(
        self: _Of[T_contra, P, V_co, A_co, N_co, S_co], x: T_contra, y: AnyNumber, /, *args: P.args, **kwargs: P.kwargs
    ) -> S_co: ...
    @overload
    def __call__(
        self: _Of[T_contra, P, V_co, A_co, N_co, S_co], x: T_contra, y: Numbers, /, *args: P.args, **kwargs: P.kwargs
    ) -> A_co: ...
    @overload
    def __call__(
        self: _Of[Variable, P, V_co, A_co, N_co, S_co], x: Operand, y: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> N_co: ...
    @overload
    def __call__(
        self: _Of[Variable, P, V_co, A_co, N_co, S_co], x: Operand, y: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> V_co: ...
    @overload
    def __call__(
        self: _Of[Variable, P, V_co, A_co, N_co, S_co], x: Operand, y: AnyNumber, /, *args: P.args, **kwargs: P.kwargs
    ) -> S_co: ...
    @overload
    def __call__(
        self: _Of[Variable, P, V_co, A_co, N_co, S_co], x: Operand, y: Numbers, /, *args: P.args, **kwargs: P.kwargs
    ) -> A_co: ...
    @overload
    def __call__(
        self: _Of[Variable, [Variable], V_co, A_co, N_co, S_co], x: ArrayOrNumber, y: float, z: ArrayOrNumber, /
    ) -> N_co: ...
    @overload
    def __call__(
        self: _Of[Variable, [Variable], V_co, A_co, N_co, S_co], x: ArrayOrNumber, y: AnyNumber, z: ArrayOrNumber, /
    ) -> S_co: ...
    @overload
    def __call__(
        self: _Of[Variable, [Variable], V_co, A_co, N_co, S_co], x: ArrayOrNumber, y: Numbers, z: ArrayOrNumber, /
    ) -> A_co: ...
    @overload
    def __call__(
        self: _Of[Variable, [Variable], V_co, A_co, N_co, S_co], x: Operand, y: Operand, z: Operand, /
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfSecond[T_contra, int, P, V_co, A_co, R_co, N_co, S_co],
        x: T_contra,
        y: int,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> N_co: ...
    @overload
    def __call__(self, x: T_contra, y: U_contra, /, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # mypy cannot match P and Q with Any
        raise NotImplementedError  # what a transform returns is a plain function


# What is true of it where U is a Variable, of whatever R.
_Of: TypeAlias = OfSecond[T_contra, Variable, P, V_co, A_co, Any, N_co, S_co]


class OfBoth(Generic[T_contra, U_contra, P, V_co, A_co, R_co, N_co, NA_co, AN_co]):
    """A transform with `argnums=(0, 1)` of a function of a T, a U and further arguments.

    If both are Variables, its result for Variables is V, for arrays A, for Python numbers N, for a Python number and an
    array NA, for an array and a Python number AN. Otherwise it is R.
    """

    @overload
    def __call__(
        self: _OfTwo[P, V_co, A_co, N_co, NA_co, AN_co], x: float, y: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> N_co: ...
    @overload
    def __call__(
        self: _OfTwo[P, V_co, A_co, N_co, NA_co, AN_co], x: float, y: Numbers, /, *args: P.args, **kwargs: P.kwargs
    ) -> NA_co: ...
    @overload
    def __call__(
        self: _OfTwo[P, V_co, A_co, N_co, NA_co, AN_co], x: Numbers, y: float, /, *args: P.args, **kwargs: P.kwargs
    ) -> AN_co: ...
    @overload
    def __call__(
        self: _OfTwo[P, V_co, A_co, N_co, NA_co, AN_co], x: Numbers, y: Numbers, /, *args: P.args, **kwargs: P.kwargs
    ) -> A_co: ...
    @overload
    def __call__(
        self: _OfTwo[P, V_co, A_co, N_co, NA_co, AN_co],
        x: ArrayOrNumber,
        y: ArrayOrNumber,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Any: ...
    @overload
    def __call__(
        self: _OfTwo[P, V_co, A_co, N_co, NA_co, AN_co], x: Operand, y: Operand, /, *args: P.args, **kwargs: P.kwargs
    ) -> V_co: ...
    @overload
    def __call__(
        self: _OfTwo[[Variable], V_co, A_co, N_co, NA_co, AN_co], x: float, y: float, z: ArrayOrNumber, /
    ) -> N_co: ...
    @overload
    def __call__(
        self: _OfTwo[[Variable], V_co, A_co, N_co, NA_co, AN_co], x: float, y: Numbers, z: ArrayOrNumber, /
    ) -> NA_co: ...
    @overload
    def __call__(
        self: _OfTwo[[Variable], V_co, A_co, N_co, NA_co, AN_co], x: Numbers, y: float, z: ArrayOrNumber, /
    ) -> AN_co: ...
    @overload
    def __call__(
        self: _OfTwo[[Variable], V_co, A_co, N_co, NA_co, AN_co], x: Numbers, y: Numbers, z: ArrayOrNumber, /
    ) -> A_co: ...
    @overload
    def __call__(
        self: _OfTwo[[Variable], V_co, A_co, N_co, NA_co, AN_co],
        x: ArrayOrNumber,
        y: ArrayOrNumber,
        z: ArrayOrNumber,
        /,
    ) -> Any: ...
    @overload
    def __call__(
        self: _OfTwo[[Variable], V_co, A_co, N_co, NA_co, AN_co], x: Operand, y: Operand, z: Operand, /
    ) -> V_co: ...
    @overload
    def __call__(
        self: OfBoth[int, int, P, V_co, A_co, R_co, N_co, NA_co, AN_co],
        x: int,
        y: int,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> N_co: ...
    @overload
    def __call__(self, x: T_contra, y: U_contra, /, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # mypy cannot match P and Q with Any
        raise NotImplementedError  # what a transform returns is a plain function


# Of two Variables, of whatever R.
_OfTwo: TypeAlias = OfBoth[Variable, Variable, P, V_co, A_co, Any, N_co, NA_co, AN_co]
