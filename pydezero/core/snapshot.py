"""Plain values at the edge of a graph: which are accepted, and how they are kept from changing.

A graph may keep what it was given until a pullback runs, and in between the user may write into the same array. So
an array that is kept is copied, unless it cannot change: it is read-only, or it is lent to a call that outlives the
graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeGuard
from weakref import WeakValueDictionary

import numpy as np

from pydezero.arrays import NUMPY, WORDS
from pydezero.core.foreign import converted, is_delayed, is_wrapper, placed, wrapper_error
from pydezero.core.level import BY_HAND, Level
from pydezero.core.operators import ArrayOperators
from pydezero.core.types import NUMERIC_KINDS, Array, NDArray
from pydezero.lazy import load

_NUMBERS: Final = (bool, int, float, complex, np.number, np.bool)
UNCHANGING: Final = (*_NUMBERS, ArrayOperators)
"""The types of numbers and Variables, which nobody writes into."""

# The types of what NumPy holds in memory of its own. (A union would be made anew in every call that asks for one.)
_ARRAYS: Final = (np.ndarray, np.generic)

# What a subclass of ndarray overrides if its arithmetic is another.
_ARITHMETIC: Final = (
    "__array_ufunc__",
    "__array_function__",
    *[
        f"__{prefix}{name}__"
        for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "divmod", "pow", "matmul")
        for prefix in ("", "r")
    ],
    "__neg__",
    "__pos__",
    "__abs__",
)

# From this size on a copy costs more than lending an array, or than looking for an equal copy.
LARGE_BYTES: Final = 1 << 15

# The copies of large constants that some graph still holds, by the address they were taken from. A loop that multiplies
# by the same matrix a thousand times keeps one copy, not a thousand. An entry is used only while it equals the array
# bit for bit, so nothing can be seen of it: it is shared memory between graphs, not state. The copies are read-only, so
# that no caller is given one as an array of their own: who exports a read-only array copies it.
_interned: WeakValueDictionary[tuple[Any, ...], NDArray[Any]] = WeakValueDictionary()

# The level of the transform call that each array is lent to, by the `id` of the memoryview that it is a view of, or of
# itself if it is one of another library. An entry is there while the call runs, which holds it.
_lent: dict[int, int] = {}


def is_array(x: object) -> TypeGuard[Array]:
    """Whether x is an ndarray, or an array of another library that speaks NumPy's protocols (not a Variable)."""
    if isinstance(x, np.ndarray) or WORDS.get(type(x), NUMPY).is_known:
        return True
    if isinstance(x, type | ArrayOperators):
        return False
    return all(hasattr(x, name) for name in ("__array_ufunc__", "__array_function__", "shape", "dtype"))


def is_number(x: object) -> TypeGuard[bool | int | float | complex | np.number[Any] | np.bool]:
    """Whether x is a Python or NumPy number (booleans are)."""
    return isinstance(x, _NUMBERS) and not isinstance(x, np.timedelta64)  # to NumPy a time span is an integer


def check_arithmetic(kind: type, where: str) -> None:
    """Raise a TypeError if a subclass of ndarray computes in its own way: a masked array, a matrix, a quantity."""
    if any(getattr(kind, name, None) is not getattr(np.ndarray, name, None) for name in _ARITHMETIC):
        beside = ", and a mask as an array of its own" if issubclass(kind, np.ma.MaskedArray) else ""
        raise TypeError(
            f"{where}: {kind.__name__} has arithmetic of its own, which a derivative would ignore; "
            f"pass np.asarray(x){beside}"
        )


def holds_variable(x: Array) -> bool:
    """Whether an array of another library is a Variable in a wrapping: with a unit, with labels."""
    slots = [name for kind in type(x).__mro__ for name in getattr(kind, "__slots__", ())]
    parts = [*getattr(x, "__dict__", {}).values(), *[getattr(x, name, None) for name in slots if name != "__dict__"]]
    return any(
        isinstance(part, ArrayOperators) or (is_array(part) and type(part) is not np.ndarray and holds_variable(part))
        for part in parts
    )


def check_numeric(x: Array, where: str) -> None:
    """Raise a TypeError unless x is an array of numbers whose arithmetic is NumPy's own, or that of another library."""
    kind = getattr(x.dtype, "kind", "V")
    if kind not in NUMERIC_KINDS and not is_delayed(x):
        raise TypeError(f"{where}: an array of dtype {x.dtype} holds no numbers; convert it with .astype(float)")
    if type(x) is np.ndarray or WORDS.get(type(x), NUMPY).is_known:
        return
    if isinstance(x, np.ndarray):
        check_arithmetic(type(x), where)
    elif is_delayed(x):
        load("pydezero.arrays.dask", "check_known")(x, where)
    elif not isinstance(x, ArrayOperators) and holds_variable(x):
        raise TypeError(
            f"{where}: a {type(x).__name__} around a Variable, whose derivative would be lost; "
            "take the Variable out of it (.magnitude, .value, .data, as it has it), and put the result into one"
        )
    elif is_wrapper(type(x)):
        raise wrapper_error(type(x), where)
    else:
        WORDS[type(x)].check(x, where)


def as_array(x: object, where: str = "as_array(x)") -> NDArray[Any]:
    """Turn a number into an array of shape (); an array is returned as it is. `where` names the call in a message.

    Raises:
        TypeError: x is neither (a list, a string, None, a Variable).

    >>> as_array(2.0)
    array(2.)
    """
    if is_array(x):
        return x  # type: ignore[no-any-return]  # an array of another library passes for an ndarray
    if is_number(x):
        return np.asarray(x)
    raise TypeError(
        f"{where}: x must be a number or an array, got {type(x).__name__}; np.asarray(x) converts a list of numbers"
    )


def as_constant(x: object, where: str) -> Array:
    """An operand that is not a Variable, checked: numbers and arrays as they are, lists of numbers as arrays.

    Arrays of a library that does not speak NumPy's protocols are converted.
    """
    if type(x) is np.ndarray and x.dtype.kind in NUMERIC_KINDS:
        return x  # by far the most frequent case, and the quickest to find out
    if is_number(x):
        return x
    if is_array(x):
        check_numeric(x, where)
        return placed(x)
    if isinstance(x, list | tuple):
        array = np.asarray(x)
        check_numeric(array, where)
        return array
    return converted(x, where)


def is_frozen(x: NDArray[Any], level: Level = BY_HAND) -> bool:
    """Whether x cannot change as long as a graph of this level needs it (of level 0: ever).

    It is read-only, and so is everything that it is a view of; or it is lent to the transform call of this level or of
    one around it (a lower level), and so cannot change before the graph has gone. The graph of a lasting level may
    outlive the call.

    NumPy does not tell whether somebody holds a writable view that was taken before `x.setflags(write=False)`; who
    freezes an array is taken at their word.
    """
    array: object = x
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            return False
        array = array.base
    if type(array) is memoryview:
        return not level.is_lasting and _lent.get(id(array), level + 1) <= level
    return array is None or isinstance(array, bytes)


def lend(x: NDArray[Any], level: Level) -> NDArray[Any] | None:
    """A view of x that is lent to the transform call of a level, until `end_loan`; nobody can make it writable.

    None for an array whose memory cannot be lent.
    """
    memory: Any = x  # NumPy's stubs have the buffer protocol only for some versions of Python
    try:
        view = np.asarray(memoryview(memory).toreadonly())
    except (BufferError, NotImplementedError, RuntimeError, TypeError, ValueError):  # the protocol lacks some dtypes
        return None
    # The protocol states the stride of an axis of length 1 otherwise, which nobody can tell.
    if view.dtype != x.dtype or view.shape != x.shape or (view.strides != x.strides and 1 not in x.shape):
        return None
    _lent[id(view.base)] = level
    return view


def lend_foreign(x: Array, level: Level) -> None:
    """Note that an array of another library is lent to the transform call of a level, until `end_loan`.

    Nothing makes it read-only. Who lends it looks after it, and keeps it alive.
    """
    _lent.setdefault(id(x), level)


def end_loan(view: Array) -> None:
    """Note that the call has ended that a view was lent to: from now on its memory may change."""
    _lent.pop(id(view.base if isinstance(view, np.ndarray) else view), None)


def memory_of(x: NDArray[Any]) -> object:
    """The array or buffer that x is a view of, the same for all views of an array; x itself if it is none."""
    memory: object = x
    while isinstance(memory, np.ndarray) and memory.base is not None:
        memory = memory.base
    return memory


def is_view_of_loan(x: NDArray[Any]) -> bool:
    """Whether the memory of x is, or has been, that of an array lent to a call (or another memoryview)."""
    return type(memory_of(x)) is memoryview


def snapshot(x: Array, level: Level = BY_HAND) -> Array:
    """The value of x, unable to change any more: a NumPy scalar for shape (), x itself if it is frozen, else a copy.

    `level` is that of the graph that keeps it, see `is_frozen`.
    """
    if not isinstance(x, np.ndarray):
        if isinstance(x, UNCHANGING):
            return x
        if is_delayed(x):
            return placed(x)
        if _lent.get(id(x), level + 1) <= level and not level.is_lasting:
            return x
        words = WORDS.get(type(x), NUMPY)
        if words.is_known:
            return words.copy(x)
        return x.copy() if is_array(x) and hasattr(x, "copy") else x  # of another library
    if not x.ndim:
        return x[()]
    if not x.flags.writeable and (x.base is None or is_frozen(x, level)):
        return x
    if x.nbytes < LARGE_BYTES:
        return np.array(x, subok=False)
    return _interned_copy(x)


def _interned_copy(x: NDArray[Any]) -> NDArray[Any]:
    key = (x.__array_interface__["data"][0], x.shape, x.strides, x.dtype.str)
    copy = _interned.get(key)
    if copy is None or not same_bits(copy, x):
        copy = np.array(x, subok=False)
        copy.flags.writeable = False
        _interned[key] = copy
    return copy


def same_bits(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Equality of the bits, so that nan equals nan and -0.0 differs from 0.0."""
    if a.itemsize > 8:  # complex128, longdouble: no unsigned integer of that size
        return a.tobytes() == b.tobytes()
    words = f"u{a.itemsize}"
    return np.array_equal(a.view(words), b.view(words))


def for_user(x: Array, writable: bool) -> Array:
    """An array for the user's code: a read-only view of it, or a copy that may be written into.

    What is no array or number of NumPy's is returned as it is.
    """
    if type(x) is not np.ndarray:
        if not isinstance(x, _ARRAYS):
            return x
        x = np.asarray(x)
    if writable:
        return np.array(x)
    view = x.view()
    view.setflags(write=False)
    return view


def all_for_user(xs: Sequence[Array], writable: bool) -> list[Array]:
    """Arrays for the user's code, each as `for_user` gives it."""
    arrays: list[Array] = []
    for x in xs:
        if type(x) is np.ndarray and not writable:  # in the words of `for_user`: a call would cost as much as they do
            view = x.view()
            view.setflags(write=False)
            arrays.append(view)
        else:
            arrays.append(for_user(x, writable))
    return arrays


def freeze(x: Array) -> Array:
    """A fresh array x, made read-only for good, so that a graph which keeps it need not copy it."""
    for memory in (x, getattr(x, "base", None)):
        if isinstance(memory, np.ndarray):
            memory.flags.writeable = False
    return x


def copied(x: Array) -> Array:
    """A copy of an ndarray, which somebody else may write into; anything else as it is."""
    return x.copy(order="K") if isinstance(x, np.ndarray) else x


def frozen_snapshot(x: Array) -> Array:
    """A snapshot that is read-only for good, so that another graph keeps it without another copy."""
    copy = snapshot(x)
    if isinstance(copy, np.ndarray):
        copy.setflags(write=False)
    return copy
