"""The methods of an ndarray that raise for a Variable, with messages that say what to write instead.

A Variable is never changed, and its value leaves the graph only when it is asked for by name, as `.data`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final, NoReturn

import attrs
import numpy as np

from pydezero.core.level import BY_HAND
from pydezero.core.operators import EscapeError
from pydezero.core.types import Array, NDArray
from pydezero.core.variable import Variable, reverse_node, undifferentiated
from pydezero.functions.methods.newcomers import INSTEAD, missing
from pydezero.lazy import load

_ATTRIBUTES: Final = {
    "shape": "x = np.reshape(x, shape)",
    "dtype": "x = x.astype(dtype)",
    "real": "x = v + 1j * np.imag(x)",
    "imag": "x = np.real(x) + 1j * v",
    "flat": "x = np.full_like(x, v), or x = np.reshape(v, x.shape)",
    "T": "x = v.T",
}

_LEAVES: Final = (
    "a Variable cannot be turned into {what}: its value would leave the graph, and the derivative with it. "
    "Write {instead}; the bare value is `.data`, under several transforms pydezero.value(x), and stop_gradient(x) is a "
    "constant of that value"
)


def leaves(what: str, instead: str) -> Callable[..., NoReturn]:
    """A method that raises because the value would leave the graph."""

    def refuse(self: Variable, *args: object, **kwargs: object) -> NoReturn:
        """Raise an EscapeError that says what to write instead."""
        value = undifferentiated(self)
        if type(value) is Variable:  # not one value: its transform raises a more precise error
            value.node.exposed(value._value, f"turning it into {what}")
        # Which function asked is told by the frames above this one, so these two are called from here.
        of_scipy = load("pydezero.functions.methods", "instead_of_scipys")()
        of_lists = load("pydezero.functions.methods", "instead_of_lists")(what)
        raise EscapeError(_LEAVES.format(what=what, instead=of_scipy or of_lists or instead))

    return refuse


def _changes(what: str, instead: str) -> Callable[..., NoReturn]:
    """A method that raises because it would change the Variable."""

    def refuse(self: object, *args: object, **kwargs: object) -> NoReturn:
        """Raise a TypeError that says what to write instead."""
        raise TypeError(f"a Variable cannot be changed in place: {what} would alter what was recorded. Write {instead}")

    return refuse


class FrozenVariableError(attrs.exceptions.FrozenInstanceError):
    """The error of a frozen attrs class, with words of our own."""

    def __init__(self, message: str) -> None:
        AttributeError.__init__(self, message)  # that of attrs takes no message


def set_attribute(self: object, name: str, value: object) -> NoReturn:  # it is not set
    """Raise an error that says what to write instead of `x.name = value`."""
    if name in INSTEAD:
        raise FrozenVariableError(f"a Variable has no attribute {name!r}: {INSTEAD[name]} (names of pydezero)")
    instead = _ATTRIBUTES.get(name, "a new Variable, or a variable of your own beside it")
    raise FrozenVariableError(
        f"a Variable cannot be changed in place: x.{name} = v would alter what was recorded. Write {instead}"
    )


set_item: Final = _changes(
    "x[i] = v", "x = x.at[i].set(v), or build the array with np.where, np.stack or np.concatenate"
)
# NumPy asks for a number where one is written into an array: of the type that the array has.
_WRITTEN: Final = "a = pydezero.at(a)[i].set(x) (v.at[i].set(x) of a Variable v) rather than a[i] = x"

_refuse_array: Final = leaves(
    "an array",
    "np.sin(x) rather than np.asarray(x), pydezero.array(xs) or np.stack(xs) rather than np.array(xs), "
    "np.sin(pydezero.array(xs)) rather than np.sin(xs) for nested lists xs of Variables, "
    "np.broadcast_to(x, shape) rather than np.full(shape, x), x.astype(dtype) rather than np.float64(x), "
    "a @ x rather than a.dot(x), loc + scale * rng.normal(size=n) rather than rng.normal(loc, scale, n), "
    f"and {_WRITTEN}",
)


def as_array(self: Variable, *args: object, **kwargs: object) -> NDArray[Any]:
    """Raise an EscapeError that says what to write instead of an array of a Variable.

    A product with a sparse array gets an array of one object, which makes SciPy leave the product to the Variable.
    """
    if "scipy.sparse" in sys.modules and load("pydezero.functions.methods", "is_sparse_product")():
        return np.empty((), object)
    return _refuse_array(self)


_as_int: Final = leaves("an int", "np.rint(x), or round(x, 0), rather than round(x); the derivative is 0")


def _rounded(self: Variable, ndigits: int | None = None, /) -> Array:
    """The value rounded to ndigits decimals, as `np.round` does it; of a number, as NumPy's scalars have it.

    Raises:
        EscapeError: ndigits is None, for which Python wants an int.
        TypeError: the Variable has axes.
    """
    if ndigits is None:
        _as_int(self)
    if self.shape:
        raise TypeError(
            f"round(x, n) rounds a number, and x is a Variable of shape {self.shape}; write np.round(x, n), whose "
            "derivative is 0"
        )
    rounded: Array = load("pydezero.functions", "round")(self, ndigits)
    return rounded


_as_bytes: Final = leaves("bytes", "the arrays that were computed, after the transform")
_to_file: Final = leaves("the contents of a file", "np.save of the arrays that were computed, after the transform")
_as_memory: Final = leaves(
    "memory",
    "the functions of NumPy, which take Variables, or a rule (custom_vjp with writable=True) for what needs memory",
)


def _pickled(self: Variable, *protocol: object) -> tuple[type[Variable], tuple[NDArray[Any]]]:
    """Pickle the value of an input made by hand, of which an input is loaded; raise for what has a derivative."""
    if self.node.level != BY_HAND or reverse_node(self).primitive is not None:
        _as_bytes(self)
    return Variable, (np.asarray(self._value),)


def _token_of_dask(self: Variable) -> NoReturn:
    """Raise an EscapeError: Dask asks for it of whatever becomes a part of a graph, as an array without derivative."""
    raise EscapeError(
        "a Variable cannot become a part of a Dask array, where its derivative would be lost. Write np.sum(x), "
        "np.where(c, x, y), np.concatenate(xs) rather than da.sum(x), da.where(c, x, y), da.concatenate(xs): of Dask "
        "arrays they are lazy, too"
    )


REFUSALS: Final[dict[str, Any]] = {
    "__getattr__": missing,
    "__setitem__": set_item,
    "__delitem__": _changes("del x[i]", "x = np.delete(x, i)"),
    "fill": _changes("x.fill(v)", "x = np.full_like(x, v)"),
    "partition": _changes("x.partition(k)", "x = np.partition(x, k)"),
    "put": _changes("x.put(i, v)", "x = np.ravel(x).at[i].set(v).reshape(x.shape), or x.at[i].set(v)"),
    "resize": _changes("x.resize(shape)", "x = np.resize(x, shape), which repeats x, or np.pad, which adds zeros"),
    "setfield": _changes("x.setfield(v, dtype)", "x = x.at[i].set(v)"),
    "setflags": _changes("x.setflags(...)", "into np.array(x.data), a copy"),
    "sort": _changes("x.sort()", "x = np.sort(x)"),
    "__array__": as_array,
    "__float__": leaves(
        "a float",
        "np.sin(x) rather than math.sin(x), x rather than float(x), f'{x:.3f}' rather than '%.3f' % x, "
        f"pydezero.array(list(xs)) rather than np.fromiter(xs, float), and {_WRITTEN}",
    ),
    "__int__": leaves("an int", f"np.floor(x) rather than int(x), and {_WRITTEN}"),
    "__ceil__": leaves("an int", "np.ceil(x) rather than math.ceil(x)"),
    "__floor__": leaves("an int", "np.floor(x) rather than math.floor(x)"),
    "__round__": _rounded,
    "__trunc__": leaves("an int", "np.trunc(x) rather than math.trunc(x)"),
    "__index__": leaves(
        "an index", "the index as a plain integer that is not differentiated: a captured one, or a static field"
    ),
    "__complex__": leaves("a complex number", f"x + 0j rather than complex(x), and {_WRITTEN}"),
    "__dask_tokenize__": _token_of_dask,
    "__dlpack__": _as_memory,
    "__dlpack_device__": _as_memory,
    "__reduce__": _pickled,
    "__reduce_ex__": _pickled,
    "byteswap": leaves("other bytes", "x.astype(dtype)"),
    "ctypes": property(_as_memory, doc="The memory of an ndarray; a Variable raises."),
    "dump": _to_file,
    "dumps": _as_bytes,
    "getfield": leaves("a part of its bytes", "x.real or x.imag"),
    "item": leaves("a number", "x itself, or x[i] for one element"),
    "tobytes": _as_bytes,
    "tofile": _to_file,
    "tolist": leaves("a list", "list(x), whose elements are Variables"),
    "view": leaves("a view of its bytes", "x.astype(dtype), or x.real and x.imag"),
}
"""The methods of an ndarray that raise for a Variable."""
