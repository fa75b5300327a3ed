"""The type of `vmap(f)`: it is called like f, and arrays may stand where f takes Variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from numpy.typing import NDArray

from pydezero.core.variable import Variable
from pydezero.transforms.boundary.signatures import CalledLike, IsAttrs, IsDataclass

P = ParamSpec("P")
T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)

# Any: the dtype, which is that of what f returns.
Arrays: TypeAlias = NDArray[Any]

# An int, None, or a container of them: what a prefix of a container of the user's is, no type can say.
Axes: TypeAlias = int | tuple[Any, ...] | list[Any] | Mapping[Any, Any] | IsDataclass | IsAttrs | None


class Batched(CalledLike[T, P, Variable, Arrays, R_co, Arrays, Arrays], Generic[T, P, R_co]):
    """`vmap(f)`."""
