"""Functions of data types."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import DTypeLike

from pydezero import functions as F
from pydezero.array_api.creation import check_device
from pydezero.core.typed import array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable

__all__ = ["FloatInfo", "astype", "can_cast", "finfo", "iinfo", "isdtype", "result_type"]

# A dtype, the name of a kind of dtypes, or a tuple of them.
Kind: TypeAlias = DTypeLike | str | tuple[DTypeLike | str, ...]

_KINDS: Final = {
    "bool": "b",
    "signed integer": "i",
    "unsigned integer": "u",
    "integral": "iu",
    "real floating": "f",
    "complex floating": "c",
    "numeric": "iufc",
}


@array_function
def astype(x: Operand, dtype: DTypeLike, /, *, copy: bool = True, device: str | None = None) -> Array:
    """x with its elements converted to a dtype. The derivative is converted back; that of integers is 0.

    An array that has the dtype is copied, unless `copy` is False. A Variable that has it is returned as it is.

    Raises:
        TypeError: complex numbers would lose their imaginary parts; take `real` of them.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> astype(Variable(np.ones(2)), np.float32).dtype
    dtype('float32')
    """
    check_device(device, "astype")
    target = np.dtype(dtype)
    kind = x.dtype.kind if hasattr(x, "dtype") else "f"
    if kind == "c" and target.kind not in "bc":
        raise TypeError(f"astype: complex numbers do not become {target}; real(x) has their real parts")
    if isinstance(x, np.ndarray):
        return x.astype(target, copy=copy)
    if type(x) is Variable and x.dtype == target:
        return x
    return F.astype(x, target)


def _dtype_of(x: Any) -> Any:
    """The dtype of an array, or x itself, if it stands for one."""
    return x if isinstance(x, type) else getattr(x, "dtype", x)


def can_cast(from_: DTypeLike | Operand, to: DTypeLike, /) -> bool:
    """Whether a dtype, or that of an array, is cast to another without loss.

    >>> import numpy as np
    >>> can_cast(np.float32, np.float64), can_cast(np.float64, np.float32)
    (True, False)
    """
    return np.can_cast(_dtype_of(from_), to)


@attrs.frozen
class FloatInfo:
    """The limits of floating-point numbers of a dtype, as Python floats.

    Attributes:
        bits: the number of bits of a number (of its real part).
        eps: the difference between 1 and the next larger number.
        max: the largest number.
        min: the smallest number, which is -max.
        smallest_normal: the smallest positive number that has all its digits.
        dtype: the dtype, of the real parts for complex numbers.
    """

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: np.dtype[Any]


def finfo(type: DTypeLike | Operand, /) -> FloatInfo:
    """The limits of floating-point numbers of a dtype, or of that of an array.

    >>> import numpy as np
    >>> finfo(np.float32).bits
    32
    """
    found = np.finfo(_dtype_of(type))
    eps, largest, smallest, normal = map(float, (found.eps, found.max, found.min, found.smallest_normal))
    return FloatInfo(int(found.bits), eps, largest, smallest, normal, np.dtype(found.dtype))


def iinfo(type: DTypeLike | Operand, /) -> np.iinfo[Any]:
    """The limits of integers of a dtype, or of that of an array.

    >>> import numpy as np
    >>> iinfo(np.int8).max
    127
    """
    return np.iinfo(_dtype_of(type))


def isdtype(dtype: DTypeLike, kind: Kind) -> bool:
    """Whether a dtype is another one, or of a kind: "bool", "integral", "real floating", "numeric" and so on.

    `kind` may be a tuple of dtypes and kinds, of which it must be one.

    Raises:
        ValueError: there is no such kind.

    >>> import numpy as np
    >>> isdtype(np.float32, "real floating"), isdtype(np.int8, (np.int16, "bool"))
    (True, False)
    """
    return any(_is_of(np.dtype(dtype), part) for part in (kind if isinstance(kind, tuple) else (kind,)))


def _is_of(dtype: np.dtype[Any], kind: Any) -> bool:
    if isinstance(kind, str):
        if kind not in _KINDS:
            raise ValueError(f"isdtype: there is no kind {kind!r}; the kinds are {', '.join(map(repr, _KINDS))}")
        return dtype.kind in _KINDS[kind]
    return bool(dtype == kind)


def result_type(*arrays_and_dtypes: DTypeLike | Operand) -> np.dtype[Any]:
    """The dtype of the result of an operation on arrays, numbers and dtypes.

    >>> import numpy as np
    >>> result_type(np.float32, 1.0), result_type(np.float32, np.float64)
    (dtype('float32'), dtype('float64'))
    """
    found: np.dtype[Any] = np.result_type(*arrays_and_dtypes)
    return found
