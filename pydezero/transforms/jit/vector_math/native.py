"""The operations of `bits` as Numba compiles them: one LLVM instruction each. To import this module imports Numba."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from types import FunctionType
from typing import Any  # Numba has no types

from llvmlite import ir
from numba import types
from numba.extending import lower_builtin, register_jitable, type_callable

from pydezero.transforms.jit.vector_math import (
    bits,
    exponentials,
    hyperbolic,
    logarithms,
    polynomials,
    powers,
    special,
    trigonometric,
)

_F, _I = types.float64, types.int64
_MODULES = (bits, polynomials, exponentials, logarithms, powers, trigonometric, hyperbolic, special)

Builder = Callable[[Any, list[Any]], Any]


def _instruction(function: Callable[..., Any], signature: Any, build: Builder) -> None:
    """Have a function compiled to what `build` makes of the LLVM builder and the operands."""
    _typed(function, lambda *operands: signature if len(operands) == len(signature.args) else None)
    _lowered(function, signature.args, build)


def _typed(function: Callable[..., Any], of: Callable[..., Any]) -> None:
    def typer_of(context: Any) -> Callable[..., Any]:  # noqa: ARG001  # Numba gives it
        @wraps(function)  # Numba asks for the names of the operands
        def typer(*operands: Any) -> Any:
            return of(*operands)

        return typer

    register_type: Any = type_callable(function)
    register_type(typer_of)


def _lowered(function: Callable[..., Any], operands: tuple[Any, ...], build: Builder) -> None:
    def lower(context: Any, builder: Any, signature: Any, arguments: list[Any]) -> Any:  # noqa: ARG001  # Numba gives them
        return build(builder, arguments)

    register_lowering: Any = lower_builtin(function, *operands)
    register_lowering(lower)


def _intrinsic(name: str) -> Builder:
    def build(builder: Any, operands: list[Any]) -> Any:
        kind = ir.FunctionType(operands[0].type, [ir.DoubleType()] * len(operands))
        return builder.call(builder.module.declare_intrinsic(f"llvm.{name}.f64", (), kind), operands)

    return build


def _select_typed(_: Any, x: Any, y: Any) -> Any:
    kind: Any = _I if isinstance(x, types.Integer) and isinstance(y, types.Integer) else _F
    return kind(types.boolean, kind, kind)


@cache
def register() -> None:
    """Make the functions of this package callable in what Numba compiles."""
    _instruction(bits.to_bits, _I(_F), lambda builder, x: builder.bitcast(x[0], ir.IntType(64)))
    _instruction(bits.from_bits, _F(_I), lambda builder, x: builder.bitcast(x[0], ir.DoubleType()))
    _instruction(bits.fma, _F(_F, _F, _F), _intrinsic("fma"))
    _instruction(bits.sqrt, _F(_F), _intrinsic("sqrt"))
    _instruction(bits.floor, _F(_F), _intrinsic("floor"))
    _instruction(bits.copysign, _F(_F, _F), _intrinsic("copysign"))
    _instruction(bits.divide, _F(_F, _F), lambda builder, x: builder.fdiv(*x))
    _typed(bits.select, _select_typed)
    for kind in (_I, _F):
        _lowered(bits.select, (types.boolean, kind, kind), lambda builder, x: builder.select(*x))
    instructions: set[object] = {
        bits.to_bits,
        bits.from_bits,
        bits.fma,
        bits.sqrt,
        bits.floor,
        bits.copysign,
        bits.divide,
        bits.select,
    }
    for module in _MODULES:
        for value in vars(module).values():
            if isinstance(value, FunctionType) and value.__module__ == module.__name__ and value not in instructions:
                register_jitable(error_model="numpy", forceinline=True)(value)
