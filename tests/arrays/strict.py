"""A stand-in for CuPy on a machine without a GPU: it computes with NumPy, and refuses what CuPy refuses.

CuPy converts nothing silently: `np.asarray(x)` of its arrays raises, a ufunc with an ndarray among its operands raises.
It has not all functions of NumPy, and some have fewer parameters. What it has is listed in `cupy.json` (see
`names.py`); the rest is said here, as CuPy's documentation and sources have it.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Collection, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
from scipy import special

from pydezero.arrays import WORDS
from pydezero.arrays.cupy import CuPyWords
from tests.arrays.names import FILE

_NAMES: Final[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
_UFUNCS: Final[dict[str, list[str]]] = {**_NAMES["ufuncs"], "matmul": ["dd->d", "DD->D"]}
_SPECIAL: Final[dict[str, list[str]]] = _NAMES["special"]
_METHODS: Final[frozenset[str]] = frozenset(_NAMES["methods"])

# Functions that make arrays of what is on the host; these take ndarrays.
_CREATION: Final = frozenset({"array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "size", "ndim"})

# Functions that copy their second argument to the GPU if it is not there; see `core.array(indices)` in CuPy's sources.
_INDICES_MAY_BE_ELSEWHERE: Final = frozenset({"take", "compress", "delete", "put", "broadcast_shapes", "result_type"})

_ACCUMULATING: Final = {"add": ("reduce", "accumulate", "reduceat", "at"), "multiply": ("reduce", "accumulate")}
_AT: Final = frozenset({"add", "subtract", "maximum", "minimum", "bitwise_and", "bitwise_or", "bitwise_xor"})


class Array:
    """An array that is not on the host; what it holds comes out by `get`, `item` and `float` alone."""

    __array_priority__ = 100
    __hash__ = None  # type: ignore[assignment]  # as of an ndarray

    def __init__(self, held: Any) -> None:
        self._held: np.ndarray[Any, Any] = np.asarray(held)

    def get(self) -> Any:
        """The values, on the host."""
        return self._held

    shape = property(lambda self: self._held.shape)
    dtype = property(lambda self: self._held.dtype)
    ndim = property(lambda self: self._held.ndim)
    size = property(lambda self: self._held.size)
    nbytes = property(lambda self: self._held.nbytes)
    itemsize = property(lambda self: self._held.itemsize)
    strides = property(lambda self: self._held.strides)
    flags = property(lambda self: self._held.flags)
    base = property(lambda self: None if self._held.base is None else self)
    device = SimpleNamespace(id=0)
    T = property(lambda self: Array(self._held.T))
    mT = property(lambda self: Array(self._held.mT))  # noqa: N815  # the name that arrays have for it
    real = property(lambda self: Array(self._held.real))
    imag = property(lambda self: Array(self._held.imag))
    flat = property(lambda self: _Flat(self))

    def __array__(self, *args: object, **kwargs: object) -> Any:
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()`")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method in ("at", "reduceat"):
            return NotImplemented
        types = _UFUNCS.get(ufunc.__name__) or _SPECIAL.get(ufunc.__name__)
        if types is None:
            return NotImplemented
        if not all(isinstance(x, _OPERANDS) for x in (*inputs, *kwargs.get("out", ()))):
            return NotImplemented
        if ufunc.__name__ in _COMPARING:
            inputs = tuple([x.item() if isinstance(x, np.ndarray) and not x.ndim else x for x in inputs])
        _check_ufunc(ufunc, method, inputs, kwargs)
        if "out" in kwargs and any(isinstance(out, np.ndarray) for out in kwargs["out"]):
            raise TypeError("Unsupported type <class 'numpy.ndarray'>")
        operands = _held(inputs)
        _check_loops(ufunc, types, operands)
        out = getattr(ufunc, method)(*operands, **_held(kwargs))
        return inputs[0] if method == "at" else _wrapped(out)

    def __array_function__(self, func: Any, types: Collection[type], args: Any, kwargs: Any) -> Any:
        module = func.__module__.partition(".")[2]
        name = func.__name__
        if module == "" and name in _UFUNCS:  # a function of NumPy that is a ufunc of CuPy
            if kwargs:
                raise TypeError(f"Wrong arguments {kwargs}")
            _refuse_ndarrays(name, args, {})
            return _wrapped(func(*_held(args)))
        if _NAMES["functions"].get(module, {}).get(name) is None:
            return NotImplemented
        if not all(issubclass(kind, Array | np.ndarray) for kind in types):
            return NotImplemented
        _signature(module, name).bind(*args, **kwargs)  # raises a TypeError for a keyword that is unknown
        if name not in _CREATION:
            _refuse_ndarrays(name, args[:1] if name in _INDICES_MAY_BE_ELSEWHERE else args, kwargs)
        _check_options(name, args, kwargs)
        if name.endswith("_like") and not kwargs.get("shape", True):
            kwargs = {**kwargs, "shape": None}  # as CuPy takes it
        out = _wrapped(func(*_held(args), **_held(kwargs)))
        return tuple(out) if isinstance(out, tuple) and module == "linalg" else out  # without names

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS or name.startswith("_"):
            raise AttributeError(f"'ndarray' object has no attribute {name!r}")
        method = getattr(self._held, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            _refuse_ndarrays(name, args if name not in _INDICES_MAY_BE_ELSEWHERE else (), kwargs)
            _check_options(name, (self, *args), kwargs)
            return _wrapped(method(*_held(args), **_held(kwargs)))

        return call

    def __getitem__(self, index: Any) -> Any:
        return _wrapped(np.asarray(self._held[_index(index)]))

    def __setitem__(self, index: Any, value: Any) -> None:
        held = _index(index)
        parts = held if isinstance(held, tuple) else (held,)
        if isinstance(value, np.ndarray) and not any(isinstance(part, np.ndarray | list) for part in parts):
            raise TypeError("Unsupported type <class 'numpy.ndarray'>")
        if any(isinstance(part, np.ndarray) and part.dtype.kind in "iu" and part.ndim for part in parts):
            # Its threads write in any order. Here the first value for an element stays, where NumPy's is the last.
            numbers = np.arange(self._held.size).reshape(self._held.shape)[held]
            _, firsts = np.unique(numbers, return_index=True)
            values = np.broadcast_to(_held(value), numbers.shape).ravel()[firsts]
            self._held[np.unravel_index(numbers.ravel()[firsts], self._held.shape)] = values
            return
        self._held[held] = _held(value)

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self._held)))

    def __bool__(self) -> bool:
        return bool(self._held)

    def __int__(self) -> int:
        return int(self._held)

    def __float__(self) -> float:
        return float(self._held)

    def __complex__(self) -> complex:
        return complex(self._held)

    def __repr__(self) -> str:
        return repr(self._held)

    def __str__(self) -> str:
        return str(self._held)


class _Flat:
    """The attribute `flat`, of which CuPy has the slices."""

    def __init__(self, array: Array) -> None:
        self._array = array

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, slice | int):
            raise NotImplementedError("Using flatiter with other than slices is not supported")
        return Array(self._array.get().ravel()[index])


# What CuPy's ufuncs may be given; of these they refuse ndarrays and lists, and leave anything else to its own type.
_OPERANDS: Final = (Array, np.ndarray, np.generic, bool, int, float, complex, list, tuple)
_COMPARING: Final = frozenset({"equal", "not_equal", "greater", "greater_equal", "less", "less_equal"})


def _held(x: Any) -> Any:
    if isinstance(x, tuple | list):
        return type(x)(map(_held, x)) if not hasattr(x, "_fields") else type(x)(*map(_held, x))
    if isinstance(x, dict):
        return {key: _held(value) for key, value in x.items()}
    return x._held if isinstance(x, Array) else x


def _wrapped(x: Any) -> Any:
    if isinstance(x, tuple | list):
        parts = list(map(_wrapped, x))
        return parts if isinstance(x, list) else type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
    return Array(x) if isinstance(x, np.ndarray | np.generic) else x


def _index(index: Any) -> Any:
    held = _held(index)
    parts = held if isinstance(held, tuple) else (held,)
    masks = [x for x in parts if getattr(getattr(x, "dtype", None), "kind", "") == "b"]
    if len(masks) > 1:
        raise ValueError("an index of more than one boolean array is not supported")
    return held


@cache
def _signature(module: str, name: str) -> inspect.Signature:
    scope: dict[str, Any] = {}
    exec(f"def f({_NAMES['functions'][module][name]}): ...", scope)  # the text is our own, of the file of names
    return inspect.signature(scope["f"])


def _refuse_ndarrays(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    for x in (*args, *kwargs.values()):
        if isinstance(x, tuple | list):
            _refuse_ndarrays(name, x, {})
        elif isinstance(x, np.ndarray):
            raise TypeError(f"{name}: Unsupported type <class 'numpy.ndarray'>")


def _check_ufunc(ufunc: np.ufunc, method: str, inputs: Sequence[Any], kwargs: dict[str, Any]) -> None:
    name = ufunc.__name__
    if name not in ("take",):
        _refuse_ndarrays(name, inputs if method != "at" else (inputs[0], *inputs[2:]), {})
    for x in inputs[: ufunc.nin]:
        if isinstance(x, list | tuple) and method == "__call__":
            raise TypeError(f"Unsupported type {type(x)}")
    known = {"__call__": ("out", "casting", "dtype"), "reduce": ("axis", "dtype", "out", "keepdims")}
    known["accumulate"] = known["reduceat"] = ("axis", "dtype", "out")
    gufuncs = {"matmul": ("out", "axes", "axis", "keepdims", "casting", "dtype", "order")}
    unknown = kwargs.keys() - {*known.get(method, ()), *gufuncs.get(name, ())}
    if unknown:
        raise TypeError(f"Wrong arguments {unknown}")
    if method == "at":
        if name not in _AT:
            raise NotImplementedError(f"`cupy_{name}.at` is not supported yet")
        if inputs[0].dtype.kind == "c":
            raise TypeError("cupy.add.at only supports int32, float16, float32, float64, uint32, uint64 as data type")
        if not isinstance(inputs[0], Array):
            raise TypeError("Unsupported type <class 'numpy.ndarray'>")
    elif method not in ("__call__", "outer") and method not in _ACCUMULATING.get(name, ()):
        raise NotImplementedError(f"`cupy_{name}.{method}` is not supported yet")


def _check_loops(ufunc: np.ufunc, types: Sequence[str], operands: Sequence[Any]) -> None:
    """Raise a TypeError for complex operands, if the ufunc has no loop for them."""
    is_complex = any(hasattr(x, "dtype") and x.dtype.kind == "c" for x in operands[:2])
    if is_complex and not any(letter in "FD" for loop in types for letter in loop.partition("->")[0]):
        raise TypeError(f"ufunc {ufunc.__name__} is not supported for the given types")


_JOINING: Final = frozenset({"concatenate", "stack", "vstack", "hstack", "dstack", "column_stack"})
_OF_ARRAYS_ALONE: Final = frozenset({"dot", "vdot", "inner", "outer", "tensordot", "kron", "matmul"})
# The number of first arguments that must be arrays.
_MUST_BE_ARRAYS: Final = {"where": 1, "choose": 2, "compress": 2}


def _check_options(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Refuse what CuPy's function of this name refuses, as its sources have it."""
    if name in _JOINING and any(not isinstance(x, Array) for x in args[0]):
        raise TypeError("Only cupy arrays can be concatenated")
    if name in _OF_ARRAYS_ALONE and any(isinstance(x, list | tuple) for x in args[:2]):
        raise TypeError("Argument has incorrect type (expected cupy.ndarray)")
    if not all(hasattr(x, "ndim") for x in args[: _MUST_BE_ARRAYS.get(name, 0)]):
        raise AttributeError(f"{name}: an object has no attribute 'astype' or 'shape'")
    if name in ("sort", "argsort") and kwargs.get("kind") not in (None, "stable"):
        raise ValueError("CuPy does not support the kind")


def _add_at(out: Array, index: Any, x: Any) -> None:
    if out.dtype.kind == "c":
        raise TypeError("cupy.add.at only supports int32, float16, float32, float64, uint32, uint64 as data type")
    np.add.at(_held(out), _index(index), _held(x))


def _maximum_at(out: Array, index: Any, x: Any) -> None:
    if out.dtype not in (np.int32, np.uint32, np.uint64, np.float32, np.float64):
        raise TypeError("cupy.maximum.at only supports int32, float32, float64, uint32, uint64 as data type")
    np.maximum.at(_held(out), _index(index), _held(x))


def _arange(*args: Any, dtype: Any) -> Array:
    return Array(np.arange(*args, dtype=dtype))


def _full(shape: Any, value: float, dtype: Any) -> Array:
    return Array(np.full(shape, value, dtype))


def _ones(shape: Any, dtype: Any) -> Array:
    return Array(np.ones(shape, dtype))


class _Module:
    """CuPy's module: what the adapter asks of it, and its ufuncs, which refuse what they refuse of NumPy's protocol."""

    arange = staticmethod(_arange)
    full = staticmethod(_full)
    ones = staticmethod(_ones)
    ndarray = None

    def __getattr__(self, name: str) -> Any:
        if name not in _UFUNCS:
            raise AttributeError(f"module 'cupy' has no attribute {name!r}")
        found = getattr(np, name)
        ufunc = found if isinstance(found, np.ufunc) else getattr(special, name)  # as i0

        def call(*args: Any, **kwargs: Any) -> Any:
            found = next(x for x in args if isinstance(x, Array)).__array_ufunc__(ufunc, "__call__", *args, **kwargs)
            if found is NotImplemented:
                raise TypeError(f"Unsupported type among {[*map(type, args)]}")
            return found

        call.at = {"add": _add_at, "maximum": _maximum_at}.get(name)  # type: ignore[attr-defined]  # it has it from here on
        return call


_MODULE: Final = _Module()


class _Words(CuPyWords):
    """The words for the stand-in, which is spoken to as CuPy is; a kernel is computed by NumPy."""

    def module(self) -> Any:
        return _MODULE

    def computed(self, parameters: str, expression: str, name: str, operands: Sequence[Any]) -> Any:
        arrays = [x for x in operands if type(x) is Array]
        if {*map(type, operands)} - {Array, float} or len({x.dtype for x in arrays}) != 1:
            raise TypeError(f"Unsupported type among {operands}, or none to tell the dtype by")
        dtype = arrays[0].dtype
        # Python reads the same as C++ in these expressions, of which all parameters have the one type.
        values = [dtype.type(x) if type(x) is float else x for x in operands]
        scope = dict(zip(parameters.split(", "), _held(tuple(values)), strict=True))
        return Array(eval(compile(expression, name, "eval"), vars(np), scope).astype(dtype))


WORDS[Array] = _Words()


def array(values: Any) -> Any:  # no type of ours, as CuPy's has none
    """A copy of an ndarray that is not on the host."""
    return Array(np.array(values))


def _is_left_to(other: Any) -> bool:
    """Whether CuPy leaves an operator to the other operand: if it has no ufuncs, or a higher priority and says none."""
    if hasattr(other, "__array_ufunc__"):
        return other.__array_ufunc__ is None
    return bool(getattr(other, "__array_priority__", 0) > Array.__array_priority__)


def _operator(name: str, ufunc: Callable[..., Any], *, reflected: bool = False) -> Callable[..., Any]:
    def operator(self: Array, *others: Any) -> Any:
        if others and not reflected and _is_left_to(others[0]):
            return NotImplemented
        return ufunc(*others, self) if reflected else ufunc(self, *others)

    operator.__name__ = name
    return operator


_BINARY: Final = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "floordiv": np.floor_divide,
    "mod": np.remainder,
    "pow": np.power,
    "matmul": np.matmul,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "lshift": np.left_shift,
    "rshift": np.right_shift,
}
_COMPARISONS: Final = {
    "eq": np.equal,
    "ne": np.not_equal,
    "gt": np.greater,
    "lt": np.less,
    "ge": np.greater_equal,
    "le": np.less_equal,
}
_UNARY: Final = {"neg": np.negative, "pos": np.positive, "abs": np.absolute, "invert": np.invert}


def _in_place(ufunc: np.ufunc) -> Callable[[Array, Any], Array]:
    def operator(self: Array, other: Any) -> Array:
        _refuse_ndarrays(ufunc.__name__, (other,), {})
        if not isinstance(other, _OPERANDS):
            raise TypeError(f"Unsupported type {type(other)}")
        ufunc(self._held, _held(other), out=self._held)
        return self

    return operator


for _name, _ufunc in _BINARY.items():
    setattr(Array, f"__{_name}__", _operator(f"__{_name}__", _ufunc))
    setattr(Array, f"__r{_name}__", _operator(f"__r{_name}__", _ufunc, reflected=True))
    setattr(Array, f"__i{_name}__", _in_place(_ufunc))
for _name, _ufunc in {**_COMPARISONS, **_UNARY}.items():
    setattr(Array, f"__{_name}__", _operator(f"__{_name}__", _ufunc))
