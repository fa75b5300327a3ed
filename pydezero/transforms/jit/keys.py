"""The key of a call: what a program is for. Calls with equal keys run the same program.

Each array adds its dtype and its shape, a NumPy scalar its dtype (what is like it comes out as a scalar, where it is an
array of shape () for an array), a Python number its type (it takes the dtype of what it meets), and all else the value
that it has. An entry tells how many follow it, so two calls that differ have different keys.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final, TypeAlias

import numpy as np

from pydezero.arrays import WORDS
from pydezero.core.bind import PYTHON_NUMBERS, python_type
from pydezero.core.foreign import arrayed, is_delayed
from pydezero.core.snapshot import check_numeric, is_array
from pydezero.core.types import NUMERIC_KINDS, Array
from pydezero.core.variable import Variable
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.jit.gpu.devices import DEVICES
from pydezero.tree import Tree, flatten, structure
from pydezero.tree import static_key as key_of

# The call, and the position or keyword of an argument: for messages, which are not written before they are needed.
Where: TypeAlias = tuple[str, int | str]

# A boolean decides (`if training:`), so it is part of the key.
_WEAK: Final = PYTHON_NUMBERS - {bool}
_STATIC: Final = frozenset({bool, str, bytes, type(None)})


SCALAR: Final = object()
"""In a key, before the dtype of a NumPy scalar."""


def of_arrays(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """The key of a call with an array of shape () in the place of each NumPy scalar; the very same if it has none."""
    if not any(x is SCALAR for x in key):
        return key
    found: list[Any] = []
    entries = iter(key)
    for x in entries:
        found += (next(entries), ()) if x is SCALAR else (x,)
    return tuple(found)


def add_argument(x: Tree, key: list[Any], values: list[Array], where: Where) -> bool:
    """Add an argument to the key and the arrays of a call; whether there is a Variable in it.

    Raises:
        TypeError: there is an array in it that holds no numbers or is of another library, or something without a hash.
    """
    if type(x) in _WEAK or type(x) in _STATIC or type(x) is Variable or type(x) is np.ndarray:
        return _add_leaf(x, key, values, where)
    built = structure(x)
    if built is None:
        return _add_leaf(x, key, values, where)
    key.append(built)
    nested = False
    for leaf in flatten(x):
        nested |= _add_leaf(leaf, key, values, where)
    return nested


def _add_leaf(x: Any, key: list[Any], values: list[Array], where: Where) -> bool:
    kind = type(x)
    if kind in _WEAK:
        key.append(kind)
        values.append(_number(x, where))
    elif kind is Variable:
        if x.node.is_number:
            key.append(python_type(x))
        elif x.shape or x.node.is_array:
            key += (x.dtype, x.shape)
        else:
            key += (SCALAR, x.dtype)
        values.append(x)
        return True
    elif kind in _STATIC:
        key.append((kind, x))
    elif (device := DEVICES[kind]) is not None:
        check_numeric(x, _words(where))
        key += (x.dtype, x.shape, device, device.number_of(x))
        values.append(x)
    elif isinstance(x, np.ndarray | np.generic) or is_array(x := arrayed(x)):
        x = _checked(x, where)
        key += (SCALAR, x.dtype) if isinstance(x, np.generic) else (x.dtype, x.shape)
        values.append(x)
    else:
        key.append(static_key(x, where))
    return False


def _number(x: Any, where: Where) -> Array:
    value = np.asarray(x)
    if value.dtype.kind == "O":
        raise TypeError(
            f"{_words(where)}: an integer is too large for an array: {x}; write float(x), or make it static"
        )
    return value[()]


def not_compiled(where: str, x: Any) -> TypeError:
    """The error for an array of a library that there is no compiled code for."""
    return TypeError(
        f"{where}: compiled code takes arrays of NumPy and CuPy, got {describe_structure(x)} of the type "
        f"{type(x).__name__}; call the function without jit, or pass {WORDS[type(x)].dense}"
    )


def _checked(x: Array, where: Where) -> Array:
    if type(x) is np.ndarray and x.dtype.kind in NUMERIC_KINDS:
        return x
    if is_delayed(x):
        raise delayed_error(_words(where), x)
    if not isinstance(x, np.ndarray | np.generic):
        raise not_compiled(_words(where), x)
    check_numeric(np.asarray(x) if isinstance(x, np.generic) else x, _words(where))
    return x if type(x) is np.ndarray or isinstance(x, np.generic) else np.asarray(x)


def delayed_error(what: str, x: Array) -> TypeError:
    """The error for a Dask array, of which there is nothing to compile."""
    return TypeError(
        f"{what}: compiled code takes arrays of NumPy and CuPy, got a Dask array of shape {x.shape}; call the function "
        "without jit, or compile what is done with one chunk: da.map_blocks(jit(f), x)"
    )


def static_key(x: Any, where: Where) -> Hashable:
    """The key of a value that is part of a program: equal for equal values of one type.

    Raises:
        TypeError: the value has no hash, and so may change.
    """
    try:
        return key_of(x)
    except TypeError:
        raise TypeError(
            f"{_words(where)}: what is no number and no array is part of the program, and must be hashable, "
            f"so that it cannot change; got {describe_structure(x)}, write a tuple, or pass it as arrays"
        ) from None


def _words(where: Where) -> str:
    return f"{where[0]}: argument {where[1]!r}"
