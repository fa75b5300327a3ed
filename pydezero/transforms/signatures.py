"""What the type checker knows of `grad(f)` and `value_and_grad(f)` for a function of Variables.

Such a function may be called with Variables, which gives Variables, and with numbers and arrays, which gives arrays.
The arguments that are not differentiated stay what they are. For a function of anything else (an `NDArray[np.float64]`,
a float, a container of arrays) no protocol is needed: the gradient has the type of the argument.
"""

from __future__ import annotations

from typing import Any, ParamSpec, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.variable import Variable

P = ParamSpec("P")
Aux_co = TypeVar("Aux_co", covariant=True)

Floats: TypeAlias = NDArray[np.floating[Any]]


class Grad(Protocol[P]):
    """`grad(f)`."""

    @overload
    def __call__(self, x: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self, x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> Floats: ...


class GradWithAux(Protocol[P, Aux_co]):
    """`grad(f, has_aux=True)`."""

    @overload
    def __call__(self, x: Variable, /, *args: P.args, **kwargs: P.kwargs) -> tuple[Variable, Aux_co]: ...
    @overload
    def __call__(self, x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> tuple[Floats, Aux_co]: ...


class GradOfSecond(Protocol[P]):
    """`grad(f, argnums=1)`."""

    @overload
    def __call__(self, x: Variable, y: Variable, /, *args: P.args, **kwargs: P.kwargs) -> Variable: ...
    @overload
    def __call__(self, x: Variable, y: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> Floats: ...


class GradOfBoth(Protocol[P]):
    """`grad(f, argnums=(0, 1))`."""

    @overload
    def __call__(self, x: Variable, y: Variable, /, *args: P.args, **kwargs: P.kwargs) -> tuple[Variable, Variable]: ...
    @overload
    def __call__(self, x: ArrayLike, y: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> tuple[Floats, Floats]: ...


class ValueAndGrad(Protocol[P]):
    """`value_and_grad(f)`."""

    @overload
    def __call__(self, x: Variable, /, *args: P.args, **kwargs: P.kwargs) -> tuple[Variable, Variable]: ...
    @overload
    def __call__(self, x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> tuple[Floats, Floats]: ...


class ValueAndGradWithAux(Protocol[P, Aux_co]):
    """`value_and_grad(f, has_aux=True)`."""

    @overload
    def __call__(
        self, x: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[tuple[Variable, Aux_co], Variable]: ...
    @overload
    def __call__(self, x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> tuple[tuple[Floats, Aux_co], Floats]: ...


class ValueAndGradOfSecond(Protocol[P]):
    """`value_and_grad(f, argnums=1)`."""

    @overload
    def __call__(self, x: Variable, y: Variable, /, *args: P.args, **kwargs: P.kwargs) -> tuple[Variable, Variable]: ...
    @overload
    def __call__(self, x: Variable, y: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> tuple[Floats, Floats]: ...


class ValueAndGradOfBoth(Protocol[P]):
    """`value_and_grad(f, argnums=(0, 1))`."""

    @overload
    def __call__(
        self, x: Variable, y: Variable, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Variable, tuple[Variable, Variable]]: ...
    @overload
    def __call__(
        self, x: ArrayLike, y: ArrayLike, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Floats, tuple[Floats, Floats]]: ...
