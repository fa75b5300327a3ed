"""The functions that programs are made of, for Numba. This module is imported when something is compiled."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, njit, types
from numba.extending import intrinsic

from pydezero.transforms.jit.vector_math import BINARY, LIMITS, UNARY
from pydezero.transforms.jit.vector_math.native import register


@intrinsic
def pointer(_typing: Any, array: Any) -> Any:  # Any: Numba has no types
    """The address of the first element of an array."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, args[0]).data

    # Booleans lie in bytes, and are truths in registers alone.
    element = types.uint8 if array.dtype is types.boolean else array.dtype
    return types.CPointer(element)(array), generate


def _part(dtype: Any) -> Any:
    """The function that gives the address of elements of a dtype in an array of bytes."""

    @intrinsic
    def part(_typing: Any, array: Any, offset: Any) -> Any:
        result = types.CPointer(dtype)

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            data = context.make_array(signature.args[0])(context, builder, args[0]).data
            return builder.bitcast(builder.gep(data, [args[1]]), context.get_value_type(result))

        return result(array, offset), generate

    return part


@intrinsic
def select(_typing: Any, _condition: Any, x: Any, _y: Any) -> Any:
    """The first of two values where a condition holds, and the second elsewhere, without a branch."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.select(*args)

    return x(types.boolean, x, x), generate


@intrinsic
def advanced(_typing: Any, address: Any, count: Any) -> Any:
    """The address of an element so many elements further on."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.gep(args[0], [args[1]])

    return address(address, count), generate


@intrinsic
def hidden(_typing: Any, _count: Any) -> Any:
    """A number that LLVM does not know."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        kind = args[0].type
        return builder.asm(ir.FunctionType(kind, [kind]), "", "=r,0", [args[0]], side_effect=False)

    return types.int64(types.int64), generate


def _atomic(operation: str) -> Any:
    """The function that writes to a place of memory that threads share, and gives what was there before."""

    @intrinsic
    def atomic(_typing: Any, address: Any, _value: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            return builder.atomic_rmw(operation, *args, "seq_cst")

        return types.int64(address, types.int64), generate

    return atomic


_atomic_add, _exchange = _atomic("add"), _atomic("xchg")


@intrinsic
def _call(_typing: Any, _address: Any, _value: Any) -> Any:
    """Call a function of C, of a number, by its address."""

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [args[1].type])
        builder.call(builder.inttoptr(args[0], kind.as_pointer()), [args[1]])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@njit
def _added(counter):  # type: ignore[no-untyped-def]  # compiled by Numba, which infers them
    """The value of a counter before one was added."""
    return _atomic_add(counter, 1)


@njit
def _share(counters, threads, section):  # type: ignore[no-untyped-def]
    """Let the parts of a section be taken, and call those who help; see `machine.sharing`."""
    _exchange(advanced(counters, 8), 0)
    _exchange(counters, 0)
    for _ in range(threads[0]):
        _call(threads[1], threads[2] + section)


@njit
def _wait(counters, threads, parts):  # type: ignore[no-untyped-def]
    """Wait until all parts of a section are computed."""
    while _atomic_add(advanced(counters, 8), 0) < parts:
        _call(threads[3], 0)


# Products of matrices by BLAS. A transposed one lies in memory as its transpose, which BLAS is told, so it is no copy.


@njit
def _product_nn(a, b, out, m, k, n):  # type: ignore[no-untyped-def]  # compiled by Numba, which infers them
    """Write the product of two matrices into `out`."""
    np.dot(carray(a, (m, k)), carray(b, (k, n)), carray(out, (m, n)))


@njit
def _product_tn(a, b, out, m, k, n):  # type: ignore[no-untyped-def]
    """Write the product of the transpose of a matrix with another into `out`."""
    np.dot(carray(a, (k, m)).T, carray(b, (k, n)), carray(out, (m, n)))


@njit
def _product_nt(a, b, out, m, k, n):  # type: ignore[no-untyped-def]
    """Write the product of a matrix with the transpose of another into `out`."""
    np.dot(carray(a, (m, k)), carray(b, (n, k)).T, carray(out, (m, n)))


@njit
def _product_tt(a, b, out, m, k, n):  # type: ignore[no-untyped-def]
    """Write the product of two transposes into `out`."""
    np.dot(carray(a, (k, m)).T, carray(b, (n, k)).T, carray(out, (m, n)))


def _by_llvm(name: str, count: int) -> Any:
    """A function of floats that LLVM has."""

    def call(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        kind = args[0].type
        suffix = "f32" if isinstance(kind, ir.FloatType) else "f64"
        function = builder.module.declare_intrinsic(f"llvm.{name}.{suffix}", (), ir.FunctionType(kind, [kind] * count))
        return builder.call(function, args)

    if count == 1:

        @intrinsic
        def unary(_typing: Any, x: Any) -> Any:
            return x(x), call

        return unary

    @intrinsic
    def binary(_typing: Any, x: Any, _y: Any) -> Any:
        return x(x, x), call

    return binary


@njit(fastmath={"reassoc", "contract"})
def _plus(total, x):  # type: ignore[no-untyped-def]  # compiled by Numba, which infers them
    """A sum whose terms may be added in any order."""
    return total + x


@njit(fastmath={"reassoc", "contract"})
def _times(total, x):  # type: ignore[no-untyped-def]
    """A product whose factors may be multiplied in any order."""
    return total * x


@njit
def _sech_squared(y, e, least):  # type: ignore[no-untyped-def]
    """1 - y ** 2 for y = tanh(x) and e = exp(-2 |x|)."""
    found = 1 - y * y
    return select((found >= least) | (found != found), found, 4 * e / ((1 + e) * (1 + e)))


@njit
def _clipped(x, low, high):  # type: ignore[no-untyped-def]
    """The result of np.clip: the smaller of `high` and the larger of x and `low`."""
    larger = select((x > low) | (x != x), x, low)
    return select((larger < high) | (larger != larger), larger, high)


_DTYPES = {
    "bool": types.uint8,
    "i8": types.int8,
    "i16": types.int16,
    "i32": types.int32,
    "i64": types.int64,
    "u8": types.uint8,
    "u16": types.uint16,
    "u32": types.uint32,
    "u64": types.uint64,
    "f32": types.float32,
    "f64": types.float64,
}


def names(*, for_large: bool) -> dict[str, Any]:
    """The names that a program may refer to; `for_large` for one that is right for arguments of any size."""
    found: dict[str, Any] = {
        "pointer": pointer,
        "select": select,
        "plus": _plus,
        "times": _times,
        "hidden": hidden,
        "independent": range,
        "piece": range,
        "clipped": _clipped,
        "advanced": advanced,
        "added": _added,
        "share": _share,
        "wait": _wait,
        "product_nn": _product_nn,
        "product_tn": _product_tn,
        "product_nt": _product_nt,
        "product_tt": _product_tt,
        "sech_squared": _sech_squared,
        "sqrt": math.sqrt,
        "inf": math.inf,
        "nan": math.nan,
        "largest": _by_llvm("maximum", 2),
        "smallest": _by_llvm("minimum", 2),
        **{name: _by_llvm(name, 1) for name in ("floor", "ceil", "trunc")},
        "rint": _by_llvm("rint", 1),
        "copysign": _by_llvm("copysign", 2),
    }
    for name, kind in _DTYPES.items():
        found[f"{name}_at"] = _part(kind)
        if name != "bool":
            found[name] = getattr(np, str(kind))
    register()
    found.update(UNARY)
    found.update(BINARY)
    for name, limit in LIMITS.items():
        # The functions of the C library are right for all arguments, and take thirty times as long.
        found[name] = getattr(math, name) if for_large else UNARY[name]
        found[f"limit_of_{name}"] = math.inf if for_large else limit
    return found
