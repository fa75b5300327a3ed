"""Functions that make arrays. What a Variable goes into is a Variable, everything else a plain array."""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from pydezero import functions as F
from pydezero.core.snapshot import is_array
from pydezero.core.typed import binary_array_function, has_variable
from pydezero.core.types import Array, ArrayOrNumber, Shape
from pydezero.core.variable import Operand, Variable

__all__ = [
    "arange",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "full",
    "full_like",
    "linspace",
    "meshgrid",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]


def check_device(device: object, name: str) -> None:
    """Raise a ValueError if a device is none that holds plain arrays."""
    if device not in (None, "cpu"):
        raise ValueError(f"{name}: the device of plain arrays is 'cpu', got {device!r}; make the array in its library")


def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
) -> NDArray[Any]:
    """The numbers from start (or 0, if there is no stop) below stop, step by step, in an array of one axis.

    >>> arange(2, 8, 3)
    array([2, 5])
    """
    check_device(device, "arange")
    make: Any = np.arange  # the stubs of NumPy 2.0 take no dtype with floats
    found: NDArray[Any] = make(start, step=step, dtype=dtype) if stop is None else make(start, stop, step, dtype=dtype)
    return found


# Any: NumPy takes whatever has a sequence, a buffer or an interface of arrays, Variables in lists too.
@overload
def asarray(
    obj: Variable, /, *, dtype: DTypeLike | None = ..., device: str | None = ..., copy: bool | None = ...
) -> Variable: ...
@overload
def asarray(
    obj: ArrayLike, /, *, dtype: DTypeLike | None = ..., device: str | None = ..., copy: bool | None = ...
) -> NDArray[Any]: ...
@overload
def asarray(
    obj: Any, /, *, dtype: DTypeLike | None = ..., device: str | None = ..., copy: bool | None = ...
) -> Any: ...
def asarray(obj: Any, /, *, dtype: DTypeLike | None = None, device: str | None = None, copy: bool | None = None) -> Any:
    """An array of numbers in nested lists, or of an array; a Variable of a Variable, or of lists with Variables.

    A Variable never changes, so that `copy` makes no difference for it.

    Raises:
        ValueError: a copy would have to be made and `copy` is False, or the device is none of plain arrays.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> asarray([1.0, Variable(np.array(2.0))])
    variable([1. 2.])
    """
    if type(obj) is Variable:
        moved = obj if device is None else obj.to_device(device)
        return moved if dtype is None or moved.dtype == dtype else F.astype(moved, dtype)
    check_device(device, "asarray")
    if has_variable(obj):
        return F.array(obj, dtype)
    if is_array(obj) and not isinstance(obj, np.ndarray):  # of another library: it is not asked for its values
        found = obj if dtype is None or obj.dtype == dtype else obj.astype(dtype)
        return found.copy() if copy and found is obj else found
    return np.asarray(obj, dtype=dtype, copy=copy)


def empty(shape: Shape, *, dtype: DTypeLike | None = None, device: str | None = None) -> NDArray[Any]:
    """An array whose elements are whatever the memory holds.

    >>> empty((2, 3)).shape
    (2, 3)
    """
    check_device(device, "empty")
    return np.empty(shape, dtype)


def zeros(shape: Shape, *, dtype: DTypeLike | None = None, device: str | None = None) -> NDArray[Any]:
    """An array of zeros.

    >>> zeros(2)
    array([0., 0.])
    """
    check_device(device, "zeros")
    return np.zeros(shape, dtype)


def ones(shape: Shape, *, dtype: DTypeLike | None = None, device: str | None = None) -> NDArray[Any]:
    """An array of ones.

    >>> ones(2)
    array([1., 1.])
    """
    check_device(device, "ones")
    return np.ones(shape, dtype)


@overload
def full(
    shape: Shape, fill_value: Variable, *, dtype: DTypeLike | None = ..., device: str | None = ...
) -> Variable: ...
@overload
def full(
    shape: Shape, fill_value: ArrayOrNumber, *, dtype: DTypeLike | None = ..., device: str | None = ...
) -> NDArray[Any]: ...
def full(shape: Shape, fill_value: Operand, *, dtype: DTypeLike | None = None, device: str | None = None) -> Array:
    """An array of which each element is `fill_value`; a Variable, if that is one.

    >>> from pydezero import grad
    >>> grad(lambda x: full((2, 3), x).sum())(1.0)
    np.float64(6.0)
    """
    check_device(device, "full")
    if type(fill_value) is Variable:
        filled = F.broadcast_to(fill_value, shape)
        return filled if dtype is None else F.astype(filled, dtype)
    return np.full(shape, fill_value, dtype)


def empty_like(x: Operand, /, *, dtype: DTypeLike | None = None, device: str | None = None) -> NDArray[Any]:
    """An array of the shape and dtype of x, whose elements are whatever the memory holds.

    >>> empty_like(zeros(3)).shape
    (3,)
    """
    check_device(device, "empty_like")
    found: NDArray[Any] = np.empty_like(x, dtype)
    return found


def zeros_like(x: Operand, /, *, dtype: DTypeLike | None = None, device: str | None = None) -> NDArray[Any]:
    """An array of zeros of the shape and dtype of x.

    >>> zeros_like(ones(2))
    array([0., 0.])
    """
    check_device(device, "zeros_like")
    found: NDArray[Any] = np.zeros_like(x, dtype)
    return found


def ones_like(x: Operand, /, *, dtype: DTypeLike | None = None, device: str | None = None) -> NDArray[Any]:
    """An array of ones of the shape and dtype of x.

    >>> ones_like(zeros(2))
    array([1., 1.])
    """
    check_device(device, "ones_like")
    found: NDArray[Any] = np.ones_like(x, dtype)
    return found


@overload
def full_like(
    x: Operand, /, fill_value: Variable, *, dtype: DTypeLike | None = ..., device: str | None = ...
) -> Variable: ...
@overload
def full_like(
    x: Operand, /, fill_value: ArrayOrNumber, *, dtype: DTypeLike | None = ..., device: str | None = ...
) -> NDArray[Any]: ...
def full_like(
    x: Operand, /, fill_value: Operand, *, dtype: DTypeLike | None = None, device: str | None = None
) -> Array:
    """An array of the shape and dtype of x, of which each element is `fill_value`; a Variable, if that is one.

    >>> full_like(zeros(2), 3)
    array([3., 3.])
    """
    check_device(device, "full_like")
    return np.full_like(x, fill_value, dtype)


def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    *,
    k: int = 0,
    dtype: DTypeLike | None = None,
    device: str | None = None,
) -> NDArray[Any]:
    """A matrix of ones on the k-th diagonal above the main one, and of zeros elsewhere.

    >>> eye(2, 3, k=1)
    array([[0., 1., 0.],
           [0., 0., 1.]])
    """
    check_device(device, "eye")
    return np.eye(n_rows, n_cols, k, float if dtype is None else dtype)


def from_dlpack(x: Any, /, *, device: str | None = None, copy: bool | None = None) -> Any:  # Any: of any library
    """A plain array of an array of another library that exchanges memory by DLPack; a Variable as it is.

    Raises:
        BufferError: x is on another device, or a copy would have to be made and `copy` is False.

    >>> from_dlpack(ones(2))
    array([1., 1.])
    """
    if type(x) is Variable:
        return asarray(x, device=device, copy=copy)
    given: dict[str, Any] = {"device": device, "copy": copy}  # NumPy 2.0 knows neither
    return np.from_dlpack(x, **{name: value for name, value in given.items() if value is not None})


@binary_array_function
def linspace(
    start: Operand,
    stop: Operand,
    /,
    num: int,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
    endpoint: bool = True,
) -> Array:
    """`num` numbers at equal distances from start to stop, which is one of them if `endpoint` is set.

    >>> from pydezero import grad
    >>> grad(lambda stop: linspace(0.0, stop, 5).sum())(1.0)
    np.float64(2.5)
    """
    check_device(device, "linspace")
    return F.linspace(start, stop, num, endpoint=endpoint, dtype=dtype)


# Any: a Variable for each Variable, an array for each array.
def meshgrid(*arrays: Operand, indexing: Any = "xy") -> list[Any]:
    """The coordinates of the points of a grid, of those along each axis; `indexing` is "xy" or "ij".

    >>> [x.shape for x in meshgrid(ones(2), ones(3), indexing="ij")]
    [(2, 3), (2, 3)]
    """
    return list(F.meshgrid(*arrays, indexing=indexing))
