"""Operands of other libraries that NumPy's protocols do not make arrays: dataframes, tensors, quantities with a unit.

A dataframe or a tensor is converted as it asks to be, by `__array__` or DLPack. A type with arithmetic of its own gets
the operation instead, as from an ndarray: so `x * q` gives what `q * x` does.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import numpy as np

from pydezero.arrays import WORDS
from pydezero.core.operators import ArrayOperators
from pydezero.core.types import NUMERIC_KINDS, NDArray
from pydezero.lazy import load

# Libraries whose arrays hold arrays of any kind, Variables too, beside a unit or labels. They answer to NumPy's
# protocols as the arrays of a GPU do, from which nothing else tells them.
_WRAPPERS: Final = frozenset({"pint", "xarray"})

# Libraries that have ufuncs of their own, which take no Variables.
_FRAMES: Final = frozenset({"pandas", "polars"})


OF_COLUMNS: Final = (
    "of a series or dataframe f gets the numbers alone: the columns are x[:, 0], x[:, 1] and so on, and what its "
    "methods compute are formulas in NumPy's functions. What takes labels is done outside of f"
)
"""What a message says where a Variable is taken for a dataframe."""

# Libraries whose arrays are computed later, on many machines: they have no values to look at.
_DELAYED: Final = frozenset({"dask"})


# The operators of Python, by the names of their primitives.
_OPERATORS: Final = {
    "add": "add",
    "divide": "truediv",
    "floor_divide": "floordiv",
    "matmul": "matmul",
    "multiply": "mul",
    "power_by_array": "pow",
    "remainder": "mod",
    "subtract": "sub",
}


def is_wrapper(kind: type) -> bool:
    """Whether arrays of a type hold an array of another one, beside a unit or labels."""
    return not _libraries_of(kind).isdisjoint(_WRAPPERS)


def is_delayed(x: object) -> bool:
    """Whether x is an array that is computed later, of which only shape and dtype are known."""
    kind: type = type(x)
    return not _libraries_of(kind).isdisjoint(_DELAYED)


def placed(x: Any) -> Any:
    """An array that is computed later as a Variable of the lowest level, anything else as it is.

    For each operation on such a Variable its library is told what to compute, as a transform would be.
    """
    return load("pydezero.arrays.dask", "delayed")(x) if is_delayed(x) else x


def as_model(x: Any, dtype: Any) -> Any:
    """An array that is computed later, for others of a dtype like it: Dask warns where these are real and it is not."""
    return np.real(x) if x.dtype.kind == "c" and dtype is not None and np.dtype(dtype).kind != "c" else x


def _library_of(kind: type) -> str:
    return kind.__module__.partition(".")[0]


@lru_cache(maxsize=1024)
def _libraries_of(kind: type) -> frozenset[str]:
    """The libraries of a type, and of those that it is derived from."""
    return frozenset(map(_library_of, kind.__mro__))


def left_to(operand: object, name: str, ufunc: Any, x: Any, y: Any) -> Any:
    """The result of a type with arithmetic of its own for x and y, of which one is `operand`, the other a Variable.

    `NotImplemented` if it has no such arithmetic. `name` is that of the primitive.
    """
    kind: type = type(operand)
    if getattr(builtins, kind.__name__, None) is kind or isinstance(
        operand, np.ndarray | np.generic | ArrayOperators | type
    ):
        return NotImplemented
    if _library_of(kind) == "scipy" and "scipy.sparse" in sys.modules and sys.modules["scipy.sparse"].issparse(operand):
        return load("pydezero.scipy.sparse", "constant").operator(name, x, y)
    method = f"__{'r' if operand is y else ''}{_OPERATORS.get(name)}__"
    if name in _OPERATORS and not hasattr(kind, method):
        return NotImplemented
    dispatch = getattr(kind, "__array_ufunc__", NotImplemented)
    if dispatch is NotImplemented:
        if is_convertible(operand):
            return NotImplemented
    elif dispatch is not None:
        is_array = hasattr(kind, "__array_function__") and not is_wrapper(kind)
        if is_array or not _libraries_of(kind).isdisjoint(_FRAMES) or not isinstance(ufunc, np.ufunc):
            return NotImplemented
        return operand.__array_ufunc__(ufunc, "__call__", x, y)  # type: ignore[attr-defined]  # its type has it
    return getattr(operand, method)(x if operand is y else y) if hasattr(kind, method) else NotImplemented


def is_convertible(x: object) -> bool:
    """Whether x is no array to NumPy's protocols, and its type says how to make an ndarray of it."""
    if isinstance(x, type | ArrayOperators | np.ndarray | np.generic):
        return False
    is_array = hasattr(x, "__array_ufunc__") and hasattr(x, "__array_function__")
    return not is_array and (hasattr(x, "__array__") or hasattr(x, "__dlpack__"))


def converted(x: object, where: str) -> NDArray[Any]:
    """The ndarray that an array of another library is converted to, where nothing is lost.

    Raises:
        TypeError: x says of no way, the array would hold no numbers, or x holds what an ndarray cannot.
    """
    kind = type(x).__name__
    if is_wrapper(type(x)):
        raise wrapper_error(type(x), where)
    if not is_convertible(x):
        raise TypeError(f"{where}: an operand must be a Variable, an array or a number, got {kind}")
    try:
        array = _as_ndarray(x)
        has_missing = _has_missing(x, array)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise TypeError(f"{where}: a {kind} is not converted to an array: {error}") from error
    if has_missing:
        raise TypeError(f"{where}: a {kind} with missing values is not converted; fill them, and pass x.to_numpy()")
    if array.dtype.kind not in NUMERIC_KINDS:
        raise TypeError(
            f"{where}: a {kind} is not converted: its array would have dtype {array.dtype}, and hold no numbers; "
            "pass x.to_numpy(dtype=float), or what its library has for that"
        )
    return array


def arrayed(x: Any) -> Any:
    """The array of a dataframe or tensor that is converted without loss, anything else as it is."""
    try:
        return converted(x, "an argument") if is_convertible(x) else x
    except TypeError:  # in a container it is handed on, beside what is differentiated
        return x


def _as_ndarray(x: Any) -> NDArray[Any]:
    return np.asarray(x) if hasattr(x, "__array__") else np.from_dlpack(x)


def _has_missing(x: Any, array: NDArray[Any]) -> bool:
    """Whether integers of a dataframe became nan, because some are missing."""
    count: Any = getattr(x, "null_count", None)
    if callable(count):
        return bool(np.any(np.asarray(count())))
    dtypes: Any = getattr(x, "dtypes", None)
    kinds = [getattr(dtype, "kind", "f") for dtype in dtypes] if isinstance(dtypes, Iterable) else [_kind_of(x)]
    if not array.size:
        return False
    columns = np.reshape(array, (-1, len(kinds))).T
    return any(
        kind in "biu" and column.dtype.kind == "f" and bool(np.isnan(column).any())
        for kind, column in zip(kinds, columns, strict=True)
    )


def _kind_of(x: Any) -> str:
    kind: str = getattr(getattr(x, "dtype", None), "kind", "f")
    return kind


OPERAND_ERRORS: Final = (TypeError, ValueError, RuntimeError)
"""The kinds of errors that NumPy and other libraries raise for operands that they do not compute with."""

# Words of the errors for a function that the library of an array does not have, or not for arrays of this dtype.
_NOT_THERE: Final = (
    "returned NotImplemented",
    "no implementation found",
    "is not supported for the given types",
    "Cannot convert a sparse array to dense",
)


def raise_mixed(error: Exception, name: str, values: Iterable[Any]) -> None:
    """Raise a TypeError that says where each operand is, if arrays of several libraries or devices have met.

    Also one that says so if an array was to be brought to the host, or its library does not have the function.
    Otherwise the error is another one. What a library on the host says of operands that are not all its own is passed
    on: it may be that their shapes do not fit.
    """
    arrays = [(i, x) for i, x in enumerate(values) if hasattr(type(x), "__array_function__") and hasattr(x, "dtype")]
    plain = [(i, _place_of(x)) for i, x in arrays if not isinstance(x, ArrayOperators)]
    if len({place for _, place in plain}) < 2:
        for i, x in arrays:
            words = WORDS[type(x)]
            if words.refusal and any(text in str(error) for text in (words.refusal, *_NOT_THERE)):
                raise host_error(f"{name}: operand {i}", x) from error
            if words.advice and any(text in str(error) for text in _NOT_THERE):
                raise TypeError(
                    f"{name}: operand {i} is {_place_of(x)}, which does not have this function; {words.advice}"
                ) from error
        return
    listed = ", ".join([f"operand {i} is {place}" for i, place in plain])
    advice = "; ".join([WORDS[type(x)].advice for _, x in arrays if WORDS[type(x)].advice][:1])
    if any(WORDS[type(x)].refusal for _, x in arrays):
        reason = "arrays are not converted or moved silently"
    else:
        reason = f"they are not computed with together: {str(error).rstrip('.')}"
    raise TypeError(f"{name}: {listed}; {reason}{'. ' if advice else ''}{advice}") from error


def check_together(x: Any, what_x: str, y: Any, what_y: str) -> None:
    """Raise a TypeError if two arrays are of different libraries and one is on a device; it says where they are."""
    if type(x) is not type(y) and (WORDS[type(x)].refusal or WORDS[type(y)].refusal):
        advice = WORDS[type(x)].advice or WORDS[type(y)].advice
        raise TypeError(f"{what_x} is {_place_of(x)}, {what_y} {_place_of(y)}; arrays are not moved silently. {advice}")


def host_error(what: str, x: Any) -> TypeError:
    """The error for an array that is not on the host, where it is needed there."""
    return TypeError(
        f"{what} is {_place_of(x)}, and needed on the host, where alone this is computed; {WORDS[type(x)].advice}"
    )


def has_no_values(what: str) -> TypeError:
    """The error for an array that is computed later, where its values are needed."""
    return TypeError(
        f"{what} is a Dask array, which has no values before it is computed, and its values are needed here; "
        "pass x.compute(), or compute one chunk at a time: da.map_blocks"
    )


def check_on_host(leaves: Iterable[Any], what: str) -> None:
    """Raise a TypeError if there is an array among some that is not on the host, or has no values yet."""
    for x in leaves:
        if is_delayed(x):
            raise has_no_values(what)
        if WORDS[type(x)].refusal:
            raise host_error(what, x)


def _place_of(x: Any) -> str:
    """The library of an array, and the device where it has several."""
    if isinstance(x, np.ndarray | np.generic):
        return "an ndarray of NumPy, on the host"
    words = WORDS[type(x)]
    library = words.library if words.is_known else _library_of(type(x))
    number = getattr(getattr(x, "device", None), "id", None)
    return f"an array of {library}" if number is None else f"an array of {library}, on device {number}"


def comparable(x: Any) -> Any:
    """An operand of a comparison, converted if NumPy has no way to compare an array with it."""
    if type(x) is float or type(x) is int or hasattr(type(x), "__array_ufunc__") or not is_convertible(x):
        return x
    return converted(x, "a comparison")


def wrapper_error(kind: type, where: str) -> TypeError:
    """The error for an array with a unit or labels, where only an array counts."""
    inside = "x.magnitude" if "pint" in _libraries_of(kind) else "x.to_numpy()"
    return TypeError(
        f"{where}: a {kind.__name__} has arithmetic of its own, with units or labels, which a derivative would ignore; "
        f"pass {inside}, and wrap the result"
    )
