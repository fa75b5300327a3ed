"""The names that the annotations of all modules share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike as DTypeLike
    from numpy.typing import NDArray as NDArray
else:
    # The same for who reads annotations at run time. To import numpy.typing, which nothing else needs, takes as long as
    # several modules of ours: it writes documentation. So what `import pydezero` loads has these from here.
    _Scalar = TypeVar("_Scalar", bound=np.generic)
    NDArray = np.ndarray[tuple[Any, ...], np.dtype[_Scalar]]
    DTypeLike = Any

# An operand of a rule: an ndarray, a NumPy scalar, an array of another library that speaks NumPy's protocols, or
# a Variable. NumPy's stubs make a ufunc call on such an operand Any, so nothing more precise survives the first call.
Array: TypeAlias = Any

# The residual that a rule keeps for the reverse pass: nothing (None), one thing, or a tuple of several; arrays, shapes,
# parameters of any type.
Residual: TypeAlias = Any

# The entries of an index and the parameters of NumPy functions are as various as NumPy's own stubs leave them.
Index: TypeAlias = Any

# A bool. NumPy 2.5's stubs take True and False there, but nothing that may be either.
KeepDims: TypeAlias = Any

NUMERIC_KINDS: Final = "biufc"
"""The kinds of dtypes that hold numbers or booleans, as `dtype.kind` has them."""

# What takes part in an operation beside Variables. NumPy's ArrayLike has strings, bytes and nested lists too, whose
# operators NumPy does not have.
ArrayOrNumber: TypeAlias = NDArray[np.number[Any] | np.bool] | np.number[Any] | np.bool | complex

# Numbers in lists or tuples, as NumPy takes them for indices, points, weights and masks.
Listed: TypeAlias = Sequence[complex] | Sequence[Sequence[complex]]


class ForeignArray(Protocol):
    """An array of another library that speaks NumPy's protocols."""

    # Any: as each library has them.
    def __array_ufunc__(self, ufunc: np.ufunc, method: Any, /, *inputs: Any, **kwargs: Any) -> Any: ...
    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any, /) -> Any: ...
    @property
    def shape(self) -> Any: ...
    @property
    def dtype(self) -> Any: ...


Axis: TypeAlias = int | tuple[int, ...] | None
Shape: TypeAlias = int | Sequence[int]
