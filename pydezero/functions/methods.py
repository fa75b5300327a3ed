"""The operators and methods of a Variable, filled into the surface that `pydezero.core.surface` declares."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final, NoReturn

import numpy as np

from pydezero.core.surface import ArraySurface, EscapeError
from pydezero.core.types import Array, Axis, Operand
from pydezero.core.variable import Variable, bottom, undifferentiated
from pydezero.functions import arithmetic, piecewise, products, reductions, shape
from pydezero.functions.complex import conjugate, imag, real
from pydezero.functions.indexing import AtIndexer, getitem, iterate
from pydezero.functions.plain import plain

# What raises when a value would leave its graph.
_LEAVES: Final = (
    "a Variable cannot be turned into {what}: its value would leave the graph, and the derivative with it. "
    "Write {instead}; the bare value is `.data`"
)


def _leaves(what: str, instead: str) -> Callable[..., NoReturn]:
    """A method that refuses to let the value out."""

    def refuse(self: Variable, *args: object, **kwargs: object) -> NoReturn:
        value = undifferentiated(self)
        if type(value) is Variable:  # not one value: its transform has more to say of that
            value.node.exposed(value._value, f"turning it into {what}")
        raise EscapeError(_LEAVES.format(what=what, instead=instead))

    return refuse


def _set_item(self: Variable, index: object, value: object) -> NoReturn:
    raise TypeError(
        "a Variable cannot be changed in place: x[i] = v would alter what was recorded. "
        "Write x = x.at[i].set(v), or build the array with np.where, np.stack or np.concatenate"
    )


def _reflected(function: Callable[..., Array]) -> Callable[..., Array]:
    def reflected(self: Variable, other: Operand) -> Array:
        return function(other, self)

    return reflected


def _compared(compare: Callable[[Array, Array], Array], ufunc: np.ufunc) -> Callable[..., Array]:
    def compared(self: Variable, other: Operand) -> Array:
        x, y = undifferentiated(self), undifferentiated(other)
        return plain(ufunc, x, y) if type(x) is Variable or type(y) is Variable else compare(x, y)

    return compared


def _combined(ufunc: np.ufunc, symbol: str) -> Callable[..., Array]:
    """The operator on conditions that is this ufunc: a comparison in a batch or a trace is a Variable."""

    def combined(*operands: Array) -> Array:
        for x in operands:
            if type(x) is Variable and x.dtype.kind not in "biu":
                raise TypeError(f"{symbol} of a Variable of {x.dtype}: it combines conditions, such as (x > 0)")
        return plain(ufunc, *operands)

    return combined


def _format(self: Variable, spec: str) -> str:
    return format(bottom(self), spec) if spec else str(self)


def _itself(self: Variable, memo: object = None) -> Variable:
    """What is never changed needs no copy."""
    return self


def _plain(function: Callable[..., Any]) -> Callable[..., Array]:
    """The method of an ndarray that is this function, whose result is not differentiated."""

    def method(self: Variable, axis: Axis = None) -> Array:
        return plain(function, self, axis=axis)

    return method


def _matrix_transpose(self: Variable) -> Array:
    if self.ndim < 2:
        raise ValueError(f"mT: needs at least two axes, got the shape {self.shape}")
    return shape.swapaxes(self, -1, -2)


def _reshape(self: Variable, *lengths: int | Sequence[int], order: str = "C") -> Array:
    return shape.reshape(self, lengths[0] if len(lengths) == 1 else lengths, order)  # type: ignore[arg-type]  # either form


def _transpose(self: Variable, *axes: Any) -> Array:
    if not axes or axes[0] is None:
        return shape.transpose(self)
    return shape.transpose(self, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes)


def _clip(self: Variable, min: Operand | None = None, max: Operand | None = None) -> Array:
    return piecewise.clip(self, min, max)


def _argsort(self: Variable, axis: int | None = -1) -> Array:
    return plain(np.argsort, self, axis=axis)


def _nonzero(self: Variable) -> Array:
    return plain(np.nonzero, self)


_METHODS: Final[dict[str, Any]] = {
    "__add__": arithmetic.add,
    "__radd__": _reflected(arithmetic.add),
    "__sub__": arithmetic.subtract,
    "__rsub__": _reflected(arithmetic.subtract),
    "__mul__": arithmetic.multiply,
    "__rmul__": _reflected(arithmetic.multiply),
    "__truediv__": arithmetic.divide,
    "__rtruediv__": _reflected(arithmetic.divide),
    "__floordiv__": arithmetic.floor_divide,
    "__rfloordiv__": _reflected(arithmetic.floor_divide),
    "__mod__": arithmetic.remainder,
    "__rmod__": _reflected(arithmetic.remainder),
    "__divmod__": arithmetic.divmod,
    "__rdivmod__": _reflected(arithmetic.divmod),
    "__pow__": arithmetic.power,
    "__rpow__": _reflected(arithmetic.power),
    "__matmul__": products.matmul,
    "__rmatmul__": _reflected(products.matmul),
    "__neg__": arithmetic.negative,
    "__pos__": arithmetic.positive,
    "__abs__": piecewise.absolute,
    "__eq__": _compared(operator.eq, np.equal),
    "__ne__": _compared(operator.ne, np.not_equal),
    "__lt__": _compared(operator.lt, np.less),
    "__le__": _compared(operator.le, np.less_equal),
    "__gt__": _compared(operator.gt, np.greater),
    "__ge__": _compared(operator.ge, np.greater_equal),
    "__and__": _combined(np.bitwise_and, "&"),
    "__rand__": _reflected(_combined(np.bitwise_and, "&")),
    "__or__": _combined(np.bitwise_or, "|"),
    "__ror__": _reflected(_combined(np.bitwise_or, "|")),
    "__xor__": _combined(np.bitwise_xor, "^"),
    "__rxor__": _reflected(_combined(np.bitwise_xor, "^")),
    "__invert__": _combined(np.invert, "~"),
    "__getitem__": getitem,
    "__iter__": iterate,
    "__setitem__": _set_item,
    "__array__": _leaves(
        "an array",
        "np.sin(x) rather than np.asarray(x), np.stack(xs) rather than np.array(xs), "
        "and v.at[i].set(x) rather than a[i] = x",
    ),
    "__float__": _leaves(
        "a float",
        "np.sin(x) rather than math.sin(x), x rather than float(x), and v.at[i].set(x) rather than a[i] = x",
    ),
    "__int__": _leaves("an int", "np.floor(x)"),
    "__index__": _leaves("an index", "the index as a plain integer that is not differentiated"),
    "__complex__": _leaves("a complex number", "x + 0j"),
    "__reduce_ex__": _leaves("bytes", "the arrays that were computed, after the transform"),
    "__copy__": _itself,
    "__deepcopy__": _itself,
    "__format__": _format,
    "item": _leaves("a number", "x itself, or x[i] for one element"),
    "tolist": _leaves("a list", "list(x), whose elements are Variables"),
    "at": property(AtIndexer, doc="`x.at[i].set(v)` and `x.at[i].add(v)`: copies with some elements changed."),
    "T": property(shape.transpose, doc="The axes in reverse order."),
    "mT": property(_matrix_transpose, doc="The last two axes swapped."),
    "real": property(real, doc="The real part."),
    "imag": property(imag, doc="The imaginary part."),
    "sum": reductions.sum,
    "mean": reductions.mean,
    "prod": reductions.prod,
    "max": reductions.max,
    "min": reductions.min,
    "var": reductions.var,
    "std": reductions.std,
    "cumsum": reductions.cumsum,
    "clip": _clip,
    "reshape": _reshape,
    "ravel": shape.ravel,
    "flatten": shape.ravel,
    "transpose": _transpose,
    "swapaxes": shape.swapaxes,
    "squeeze": shape.squeeze,
    "dot": products.dot,
    "trace": products.trace,
    "diagonal": products.diagonal,
    "astype": shape.astype,
    "conj": conjugate,
    "conjugate": conjugate,
    "copy": arithmetic.positive,
    "argmax": _plain(np.argmax),
    "argmin": _plain(np.argmin),
    "argsort": _argsort,
    "nonzero": _nonzero,
    "any": _plain(np.any),
    "all": _plain(np.all),
}


def install() -> None:
    """Give every Variable its operators and methods."""
    for name, method in _METHODS.items():
        setattr(ArraySurface, name, method)
