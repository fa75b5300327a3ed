"""The operators and methods of a Variable, filled into the class that `pydezero.core.operators` declares.

The operators that nearly every program needs are imported with the package. The others are imported when they are first
called, and then take the place of the method that imported them: so every later call is direct.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Final

import numpy as np

from pydezero import functions as F
from pydezero.core.foreign import OPERAND_ERRORS, comparable, raise_mixed
from pydezero.core.operators import ArrayOperators
from pydezero.core.types import Array, DTypeLike
from pydezero.core.variable import Operand, Variable, bottom, undifferentiated
from pydezero.functions.elementwise import arithmetic
from pydezero.functions.methods.refusals import REFUSALS, set_attribute
from pydezero.functions.nondifferentiable.functions import nondifferentiable
from pydezero.functions.reductions import sums
from pydezero.functions.shapes import shape
from pydezero.lazy import load


def _reflected(function: Callable[..., Array]) -> Callable[..., Array]:
    def reflected(self: Variable, other: Operand) -> Array:
        return function(other, self)

    return reflected


def _compared(compare: Callable[[Array, Array], Array], ufunc: np.ufunc) -> Callable[..., Array]:
    def compared(self: Variable, other: Operand) -> Array:
        x, y = undifferentiated(self), comparable(undifferentiated(other))
        if type(x) is Variable or type(y) is Variable:
            return nondifferentiable(ufunc, x, y)
        try:
            return compare(x, y)
        except OPERAND_ERRORS as error:
            raise_mixed(error, ufunc.__name__, (x, y))
            raise

    return compared


def _combined(ufunc: np.ufunc, symbol: str) -> Callable[..., Array]:
    """The operator of a ufunc on conditions and integers; a comparison in a batch or a trace is a Variable."""

    def combined(*operands: Array) -> Array:
        for x in operands:
            if type(x) is Variable and x.dtype.kind not in "biu":
                raise TypeError(
                    f"{symbol} of a Variable of {x.dtype}: it combines conditions, such as (x > 0), and integers"
                )
        return nondifferentiable(ufunc, *operands)

    return combined


def _format(self: Variable, spec: str) -> str:
    return format(bottom(self), spec) if spec else str(self)


def _itself(self: Variable, memo: object = None) -> Variable:
    """The Variable itself: it is never changed, so it is its own copy."""
    return self


def _plain(function: Callable[..., Any]) -> Callable[..., Array]:
    """The method for a function of NumPy whose result is not differentiated."""

    def method(self: Variable, *args: Any, **kwargs: Any) -> Array:
        return nondifferentiable(function, self, *args, **kwargs)

    return method


def _later(name: str, package: str, function: str) -> Callable[..., Array]:
    """The method of this name, for a function that is imported when the method is first called."""

    def method(self: Variable, *args: Any, **kwargs: Any) -> Array:
        imported: Callable[..., Array] = load(package, function)
        imported = _reflected(imported) if name.startswith("__r") else imported
        setattr(ArrayOperators, name, imported)
        return imported(self, *args, **kwargs)

    return method


def _property_later(name: str, package: str, function: str, doc: str) -> property:
    """The property of this name, for a function or class that is imported when it is first read."""

    def get(self: Variable) -> Any:
        imported = load(package, function)
        setattr(ArrayOperators, name, property(imported, doc=doc))
        return imported(self)

    return property(get, doc=doc)


def _compress(self: Variable, condition: Operand, axis: int | None = None) -> Array:
    return F.compress(condition, self, axis)


def _contains(self: Variable, value: Operand) -> bool:
    return bool(nondifferentiable(np.any, nondifferentiable(np.equal, self, value)))


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


def _clip(self: Variable, min: Operand | None = None, max: Operand | None = None, out: None = None) -> Array:
    if out is not None:
        raise TypeError("clip: a Variable is not written into an array; leave out= away, and take what clip returns")
    return F.clip(self, min, max)


def _astype(self: Variable, dtype: DTypeLike, order: str = "K", casting: Any = "unsafe", copy: bool = True) -> Array:
    if not np.can_cast(self.dtype, dtype, casting):
        raise TypeError(f"astype: {self.dtype} is not cast to {np.dtype(dtype)} according to the rule {casting!r}")
    return shape.astype(self, dtype)


def _copy(self: Variable, order: str = "C") -> Array:
    return arithmetic.positive(self)


def _to_device(self: Variable, device: str, /, *, stream: object = None) -> Variable:
    bottom(self).to_device(device, stream=stream)  # raises if there is no such device
    return self


def _array_namespace(self: Variable, *, api_version: str | None = None) -> ModuleType:
    np.empty(0).__array_namespace__(api_version=api_version)  # type: ignore[arg-type, unused-ignore]  # raises if not
    namespace: ModuleType = load("pydezero", "array_api")
    return namespace


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
    "__neg__": arithmetic.negative,
    "__pos__": arithmetic.positive,
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
    "__lshift__": _combined(np.left_shift, "<<"),
    "__rlshift__": _reflected(_combined(np.left_shift, "<<")),
    "__rshift__": _combined(np.right_shift, ">>"),
    "__rrshift__": _reflected(_combined(np.right_shift, ">>")),
    "__invert__": _combined(np.invert, "~"),
    "__contains__": _contains,
    "__copy__": _itself,
    "__deepcopy__": _itself,
    "__format__": _format,
    "T": property(shape.transpose, doc="The axes in reverse order."),
    "mT": property(_matrix_transpose, doc="The last two axes swapped."),
    "sum": sums.sum,
    "mean": sums.mean,
    "clip": _clip,
    "reshape": _reshape,
    "ravel": shape.ravel,
    "flatten": shape.ravel,
    "transpose": _transpose,
    "swapaxes": shape.swapaxes,
    "squeeze": shape.squeeze,
    "astype": _astype,
    "copy": _copy,
    "compress": _compress,
    "argmax": _plain(np.argmax),
    "argmin": _plain(np.argmin),
    "argpartition": _plain(np.argpartition),
    "argsort": _plain(np.argsort),
    "searchsorted": _plain(np.searchsorted),
    "nonzero": _plain(np.nonzero),
    "any": _plain(np.any),
    "all": _plain(np.all),
    "itemsize": property(lambda self: self.dtype.itemsize, doc="The bytes of an element."),
    "nbytes": property(lambda self: self.size * self.dtype.itemsize, doc="The bytes of all elements."),
    "strides": property(lambda self: self.data.strides, doc="The strides of the value."),
    "flags": property(lambda self: self.data.flags, doc="The flags of the value, which is read-only."),
    "base": property(lambda self: None, doc="None: a Variable is a view of no other."),
    "device": property(lambda self: bottom(self).device, doc="The device that holds the value."),
    "to_device": _to_device,
    "__array_namespace__": _array_namespace,
    # Higher than that of a DataFrame: pandas leaves its operators with a Variable to the Variable.
    "__pandas_priority__": 5000,
}

_FUNCTIONS: Final = "pydezero.functions"
_INDEXING: Final = "pydezero.functions.indexing"
_INDEXERS: Final = "pydezero.functions.methods"

# The function of each method that is imported when it is first called.
_LATER: Final = {
    "__abs__": (_FUNCTIONS, "absolute"),
    "__getitem__": (_INDEXING, "getitem"),
    "__iter__": (_INDEXING, "iterate"),
    "__matmul__": (_FUNCTIONS, "matmul"),
    "__rmatmul__": (_FUNCTIONS, "matmul"),
    "choose": (_FUNCTIONS, "choose"),
    "conj": (_FUNCTIONS, "conjugate"),
    "conjugate": (_FUNCTIONS, "conjugate"),
    "cumprod": (_FUNCTIONS, "cumprod"),
    "cumsum": (_FUNCTIONS, "cumsum"),
    "diagonal": (_FUNCTIONS, "diagonal"),
    "dot": (_FUNCTIONS, "dot"),
    "max": (_FUNCTIONS, "max"),
    "min": (_FUNCTIONS, "min"),
    "prod": (_FUNCTIONS, "prod"),
    "repeat": (_FUNCTIONS, "repeat"),
    "round": (_FUNCTIONS, "round"),
    "std": (_FUNCTIONS, "std"),
    "take": (_FUNCTIONS, "take"),
    "trace": (_FUNCTIONS, "trace"),
    "var": (_FUNCTIONS, "var"),
}

_PROPERTIES_LATER: Final = {
    "real": (_FUNCTIONS, "real", "The real part."),
    "imag": (_FUNCTIONS, "imag", "The imaginary part."),
    "at": (_INDEXERS, "AtIndexer", "`x.at[i].set(v)`, `x.at[i].add(v)` and more: copies with some elements changed."),
    "flat": (_INDEXERS, "FlatIterator", "The elements as one sequence, to be read."),
}


def install() -> None:
    """Give every Variable its operators and methods."""
    later = {name: _later(name, *imported) for name, imported in _LATER.items()}
    properties = {name: _property_later(name, *imported) for name, imported in _PROPERTIES_LATER.items()}
    for name, method in (_METHODS | later | properties | REFUSALS).items():
        setattr(ArrayOperators, name, method)
    setattr(Variable, "__setattr__", set_attribute)  # noqa: B010  # over that of attrs, which says nothing of NumPy
