"""CuPy's arrays, on a GPU: what CuPy lacks of NumPy's words, and what is quicker said in its own.

A GPU computes faster than it reads, so that an elementwise rule takes as long as the arrays that it reads and writes.
Rules that take several functions are one kernel here, which reads its operands once.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, ClassVar, Final

import numpy as np

from pydezero.arrays.words import KernelWords, PullRules, Ufuncs

# Below this number of summands CuPy's own sum along leading axes is as fast as a product.
_MANY: Final = 1 << 12
# Up to this many, the ones that they are multiplied by are kept.
_KEPT: Final = 1 << 22

# Whether a number is another than it was, or nan instead of it, or the other way round.
_DIFFERS: Final = "(now != was) & ((now == now) | (was == was))"

# From this size on a copy takes longer than to look at a sample twice.
_LARGE_BYTES: Final = 1 << 25
_SAMPLE: Final = 1021

# The rules of elementwise primitives, and of products, for real numbers.
_PULLS: Final[PullRules] = {
    ("add", 0): ("", "g"),
    ("add", 1): ("", "g"),
    ("arctan", 0): ("x", "g / (1 + x * x)"),
    ("cos", 0): ("x", "-g * sin(x)"),
    ("cosh", 0): ("x", "g * sinh(x)"),
    ("divide", 0): ("x", "g / x"),
    ("divide", 1): ("x, out", "-g * out / x"),
    ("exp", 0): ("out", "g * out"),
    ("expm1", 0): ("x", "g * exp(x)"),
    ("log", 0): ("x", "g / x"),
    ("log1p", 0): ("x", "g / (1 + x)"),
    ("multiply", 0): ("x", "g * x"),
    ("multiply", 1): ("x", "g * x"),
    ("negative", 0): ("", "-g"),
    ("positive", 0): ("", "g"),
    ("reciprocal", 0): ("out", "-g * out * out"),
    ("sin", 0): ("x", "g * cos(x)"),
    ("sinh", 0): ("x", "g * cosh(x)"),
    ("sqrt", 0): ("out", "g / (2 * out)"),
    ("square", 0): ("x", "2 * g * x"),
    ("subtract", 0): ("", "g"),
    ("subtract", 1): ("", "-g"),
    ("tanh", 0): ("x, out", "g / (cosh(x) * cosh(x))"),
}

# From this many elements on a kernel reads 16 bytes at a time, which CuPy's own kernels do not.
_WIDE: Final = 1 << 20
_LANES: Final[Mapping[str, tuple[str, int]]] = {"f": ("float", 4), "d": ("double", 2)}


def _cupy() -> Any:  # Any: CuPy has no types
    return sys.modules["cupy"]  # whose arrays we were given


@cache
def _kernel(parameters: str, expression: str, name: str) -> Any:
    operands = ", ".join(f"T {parameter}" for parameter in parameters.split(", "))
    return _cupy().ElementwiseKernel(operands, "T y", f"y = {expression}", f"pydezero_{name}")


@cache
def _wide_kernel(parameters: str, expression: str, name: str, kind: str, numbers: tuple[bool, ...]) -> Any:
    """A kernel of several elements a thread, for arrays that lie in memory without gaps, and for numbers."""
    names = parameters.split(", ")
    number, lanes = _LANES[kind]
    are_numbers = dict(zip(names, numbers, strict=True))
    arrays = [x for x in names if not are_numbers[x]]
    taken = [f"{number} {x}" if are_numbers[x] else f"const Part* __restrict__ {x}_parts" for x in names]
    of_lane = [x if are_numbers[x] else f"{x}.at[k]" for x in names]
    code = f"""
        struct __align__(16) Part {{ {number} at[{lanes}]; }};
        __device__ __forceinline__ {number} of_one({", ".join(f"{number} {x}" for x in names)}) {{
            return {expression};
        }}
        extern "C" __global__ void wide_{name}(
            {", ".join(taken)},
            Part* __restrict__ y_parts, long long count) {{
            long long i = blockIdx.x * (long long) blockDim.x + threadIdx.x;
            if (i >= count) return;
            {" ".join(f"Part {x} = {x}_parts[i];" for x in arrays)}
            Part y_part;
            #pragma unroll
            for (int k = 0; k < {lanes}; ++k) y_part.at[k] = of_one({", ".join(of_lane)});
            y_parts[i] = y_part;
        }}
    """
    return _cupy().RawKernel(code, f"wide_{name}")


def _empty_like(x: Any) -> Any:
    """An array in C order; `cupy.empty_like` takes several times as long to find that out."""
    return type(x)(x.shape, x.dtype)


def _is_wide(x: Any, shape: tuple[int, ...]) -> bool:
    return x.shape == shape and x.flags.c_contiguous and not x.data.ptr % 16


def _computed(parameters: str, expression: str, name: str, operands: Sequence[Any]) -> Any:
    """An expression of the elements of arrays of one dtype, and of Python's floats."""
    arrays = [x for x in operands if type(x) is not float]
    first = arrays[0]
    kind = first.dtype.char
    if first.size >= _WIDE and kind in _LANES and all(_is_wide(x, first.shape) for x in arrays):
        count, rest = divmod(first.size, _LANES[kind][1])
        if not rest:
            out = _empty_like(first)
            blocks = -(-count // 256)
            numbers = tuple([type(x) is float for x in operands])
            values = [first.dtype.type(x) if type(x) is float else x for x in operands]
            kernel = _wide_kernel(parameters, expression, name, kind, numbers)
            kernel((blocks,), (256,), (*values, out, np.int64(count)))
            return out
    return _kernel(parameters, expression, name)(*operands)


def _leading(x: Any, axis: Any) -> int:
    """The number of leading axes that are summed over, if these are all and the sum is worth a product; or 0."""
    if axis is None or x.dtype.char not in "fdFD" or not x.flags.c_contiguous:
        return 0
    axes = (axis,) if isinstance(axis, int | np.integer) else axis
    count = len(axes)
    if count >= x.ndim or math.prod(x.shape[:count]) < _MANY or math.prod(x.shape[count:]) < 2:
        return 0
    return count if sorted(i % x.ndim for i in axes) == list(range(count)) else 0


@lru_cache(maxsize=8)
def _kept_ones(make: Callable[..., Any], count: int, dtype: Any, device: object) -> Any:  # noqa: ARG001  # one for each
    return make((1, count), dtype)


class CuPyWords(KernelWords):
    """The words of CuPy, where they are not NumPy's."""

    library: ClassVar[str] = "CuPy"
    refusal: ClassVar[str] = "Implicit conversion to a NumPy array"
    advice: ClassVar[str] = "cupy.asarray(x) puts an ndarray on the GPU, and x.get() brings an array back to the host"
    is_known = True
    pulls: ClassVar[PullRules] = _PULLS

    def __init__(self) -> None:
        self.primitives: Mapping[str, Callable[..., Any]] = {
            "log_softmax": self.log_softmax,
            "max": self.max,
            "mean": self.mean,
            "min": self.min,
            "softmax": self.softmax,
            "sum": self.sum,
        }
        self.ufuncs: Mapping[Any, Any] = Ufuncs(lambda name: getattr(self.module(), name, None))

    def sum(self, x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
        """The sum along axes: where they lead, as a product with a vector of ones, for which CuPy is quicker by far.

        CuPy sums the leading axes of an array in C order by reading down its columns. cuBLAS reads along the rows.
        """
        leading = _leading(x, axis) if dtype is None else 0
        if not leading:
            return x.sum(axis, dtype, None, keepdims)
        rows = math.prod(x.shape[:leading])
        make = self.module().ones
        ones = _kept_ones(make, rows, x.dtype, x.device.id) if rows <= _KEPT else make((1, rows), x.dtype)
        total = np.matmul(ones, np.reshape(x, (rows, -1)))
        return np.reshape(total, ((1,) * leading if keepdims else ()) + x.shape[leading:])

    def mean(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        """The mean along axes: where they lead, by the sum."""
        leading = _leading(x, axis)
        if not leading:
            return x.mean(axis, None, None, keepdims)
        return self.sum(x, axis, keepdims) / math.prod(x.shape[:leading])

    def max(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        """The largest element, by the method: `np.max` comes to it by three functions in Python."""
        return x.max(axis, None, keepdims)

    def min(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        """The smallest element, by the method."""
        return x.min(axis, None, keepdims)

    def softmax(self, x: Any, axis: Any = None) -> Any:
        """`scipy.special.softmax`, which SciPy does not hand to CuPy."""
        shares = np.exp(x - x.max(axis, None, True))
        return shares / self.sum(shares, axis, keepdims=True)

    def log_softmax(self, x: Any, axis: Any = None) -> Any:
        """`scipy.special.log_softmax`, which SciPy does not hand to CuPy."""
        below = x - x.max(axis, None, True)
        return below - np.log(self.sum(np.exp(below), axis, keepdims=True))

    def add_at(self, out: Any, index: Any, x: Any) -> None:
        x = x if hasattr(x, "dtype") else np.stack(x)
        add_at = self.module().add.at  # for which NumPy does not ask it
        if out.dtype.kind == "c":  # for which it has no atomic addition
            add_at(out.real, index, np.real(x))
            add_at(out.imag, index, np.imag(x))
        else:
            add_at(out, index, x)

    def set_at(self, out: Any, index: Any, x: Any) -> None:
        """Set elements as NumPy does: CuPy's threads write several values for one element in any order."""
        named = out[index]
        if not named.size:
            return
        turns = np.reshape(self.module().arange(1, named.size + 1, dtype=np.uint64), named.shape)
        last = np.zeros_like(turns, shape=out.shape)  # the turn of the value that stays, 0 for what is not named
        self.module().maximum.at(last, index, turns)
        values = np.broadcast_to(x, named.shape) if hasattr(x, "dtype") else np.full_like(named, x)
        of_last = np.ravel(values)[np.maximum(last, 1).astype(np.intp) - 1]
        out[...] = np.where(last > 0, of_last, out)

    def copy(self, x: Any) -> Any:
        if type(x) is not self.module().ndarray or not x.size or not x.flags.c_contiguous:
            return x.copy()
        out = _empty_like(x)
        out.data.copy_from_device_async(x.data, x.nbytes)  # a fraction of what the method `copy` takes
        return out

    def on_host(self, x: Any) -> Any:
        return x.get() if hasattr(x, "get") else x

    def elementwise(self, function: Callable[..., Any], *args: Any) -> Any:
        """The function, computed on the host: what CuPy lacks of `scipy.special` has no kernel."""
        model = next(x for x in args if hasattr(x, "get"))
        return np.asarray(function(*map(self.on_host, args)), like=model)

    def module(self) -> Any:
        """CuPy itself."""
        return _cupy()

    def computed(self, parameters: str, expression: str, name: str, operands: Sequence[Any]) -> Any:
        return _computed(parameters, expression, name, operands)

    def number(self, value: float, dtype: Any) -> Any:
        return self.module().full((), value, dtype)

    def chosen(self, x: Any, extreme: Any, dtype: Any) -> Any:
        if x.dtype != dtype or dtype.kind != "f":
            return super().chosen(x, extreme, dtype)
        return self.computed("x, extreme", "(x == extreme) | (x != x)", "chosen", (x, extreme))

    def shared(self, g: Any, ties: Any, chosen: Any) -> Any:
        if any(type(x) is not type(chosen) or x.dtype != chosen.dtype for x in (g, ties)) or chosen.dtype.kind != "f":
            return super().shared(g, ties, chosen)
        return self.computed("g, ties, chosen", "g / ties * chosen", "shared", (g, ties, chosen))

    def sample(self, x: Any) -> Any:
        if x.nbytes < _LARGE_BYTES or not (x.flags.c_contiguous or x.flags.f_contiguous):
            return None
        flat = (x if x.flags.c_contiguous else x.T).reshape(-1)
        # An odd step, so that the sample is not of one column of a matrix.
        places = flat[:: (x.size // _SAMPLE) | 1]
        return places, places.copy()

    def is_unchanged(self, sample: Any) -> bool:
        differs = self.computed("now, was", _DIFFERS, "differs", sample)  # of the view, as it is now, and the copy
        return not differs.get().any()


cupy_words: Final = CuPyWords()
