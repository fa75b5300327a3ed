"""The scalar expressions of elementwise operations in compiled code, by name and kind of dtype.

An operation that has none here for its dtypes is called as NumPy. The expressions are NumPy's own arithmetic, bit for
bit; functions (`sin`) are those of `native`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero.core.broadcasting import loop_dtypes
from pydezero.core.primitive import Elementwise, Primitive
from pydezero.transforms.jit import native_names
from pydezero.transforms.staging.text import dtype_name

NATIVE: Final = frozenset("?bhilqBHILQfd")
"""The dtypes that are compiled, by their characters."""


@attrs.frozen
class Scalar:
    """A scalar expression with the dtypes that its operands are converted to, and that of the result."""

    expression: str
    dtypes: tuple[np.dtype[Any], ...]
    out: np.dtype[Any]


_COMPARISONS: Final = {
    "equal": "==",
    "not_equal": "!=",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}

# By name; each has an expression by the kinds of dtypes that it is for.
_TABLE: Final[dict[str, dict[str, str]]] = {
    "add": {"f": "{0} + {1}", "iu": "{0} + {1}", "b": "{0} | {1}"},
    "subtract": {"f": "{0} - {1}", "iu": "{0} - {1}"},
    "multiply": {"f": "{0} * {1}", "iu": "{0} * {1}", "b": "{0} & {1}"},
    "divide": {"f": "{0} / {1}"},
    "negative": {"f": "-{0}", "iu": "0 - {0}"},
    "positive": {"fiu": "{0}"},
    "square": {"f": "{0} * {0}", "iu": "{0} * {0}", "b": "{0}"},
    "floor_divide": {"fiu": "floor_divide({0}, {1})"},
    "fmod": {"f": "fmod({0}, {1})"},
    "remainder": {"fiu": "remainder({0}, {1})"},
    "reciprocal": {"f": "1 / {0}"},
    "sqrt": {"f": "sqrt({0})"},
    "absolute": {"f": "abs({0})", "u": "{0}", "b": "{0}"},
    "fabs": {"f": "abs({0})"},
    "floor": {"f": "floor({0})", "iub": "{0}"},
    "ceil": {"f": "ceil({0})", "iub": "{0}"},
    "trunc": {"f": "trunc({0})", "iub": "{0}"},
    "rint": {"f": "rint({0})"},
    "copysign": {"f": "copysign({0}, {1})"},
    "maximum": {"f": "select(({0} > {1}) | ({0} != {0}), {0}, {1})", "iu": "select({0} > {1}, {0}, {1})"},
    "minimum": {"f": "select(({0} < {1}) | ({0} != {0}), {0}, {1})", "iu": "select({0} < {1}, {0}, {1})"},
    "fmax": {"f": "select(({0} > {1}) | ({1} != {1}), {0}, {1})"},
    "fmin": {"f": "select(({0} < {1}) | ({1} != {1}), {0}, {1})"},
    "sign": {"f": "select({0} > 0, {one}, select({0} < 0, -{one}, select({0} == 0, {zero}, {0})))"},
    "heaviside": {"f": "select({0} > 0, {one}, select({0} < 0, {zero}, select({0} == 0, {1}, {0})))"},
    "isnan": {"f": "{0} != {0}"},
    "isinf": {"f": "abs({0}) == inf"},
    "isfinite": {"f": "abs({0}) < inf"},
    "bitwise_and": {"biu": "{0} & {1}"},
    "bitwise_or": {"biu": "{0} | {1}"},
    "bitwise_xor": {"biu": "{0} ^ {1}"},
    "invert": {"b": "{0} ^ True", "iu": "~{0}"},
    "logical_and": {"b": "{0} & {1}", "fiu": "({0} != 0) & ({1} != 0)"},
    "logical_or": {"b": "{0} | {1}", "fiu": "({0} != 0) | ({1} != 0)"},
    "logical_xor": {"b": "{0} ^ {1}", "fiu": "({0} != 0) ^ ({1} != 0)"},
    "logical_not": {"b": "{0} ^ True", "fiu": "{0} == 0"},
    "deg2rad": {"f": "{0} * {degree}"},
    "rad2deg": {"f": "{0} * {radian}"},
    **{name: {"fiub": "{0} " + operator + " {1}"} for name, operator in _COMPARISONS.items()},
}
# min(max(x, low), high); nan where x or a bound is nan.
_CLIP: Final = "clipped({0}, {1}, {2})"
# The other names of some of them.
_ALIASES: Final = {"conjugate": "positive"}


def scalar_of(
    primitive: Primitive, inputs: Sequence[Any], parameters: Mapping[str, Any], out: np.dtype[Any], is_number: bool
) -> Scalar | None:
    """The scalar expression of an operation on dtypes and Python numbers, None if it has none.

    NumPy computes some operations on a single number in another way than on arrays.
    """
    name = primitive.name
    if name == "where":
        return _where(inputs, out)
    if name in ("astype", "astype_integer"):
        return _conversion(inputs[0], out)
    if name in ("no_slope", "no_slope_of_tangent", "imag_of_real", "kink"):
        return _native(Scalar("{zero}", (out,), out))
    if name == "sech_squared":
        return _native(Scalar(_sech_squared(out), (out, out), out)) if out.kind == "f" else None
    if name == "power":
        return _power(inputs[0], parameters["n"], out, is_number)
    if name == "clip":
        return _native(Scalar(_CLIP, (out, out, out), out)) if out.kind in "fiu" else None
    if parameters:
        return None
    ufunc = primitive.raw if isinstance(primitive.raw, np.ufunc) else None
    if ufunc is None and isinstance(primitive, Elementwise):
        ufunc = {"lower_power": np.power}.get(name)
    if ufunc is None:
        return None
    return _of_ufunc(_ALIASES.get(ufunc.__name__, ufunc.__name__), ufunc, inputs, out)


def _of_ufunc(name: str, ufunc: np.ufunc, inputs: Sequence[Any], out: np.dtype[Any]) -> Scalar | None:
    try:
        *dtypes, result = loop_dtypes(ufunc, inputs)
    except TypeError:
        return None
    if result != out or not all(dtype.char in NATIVE for dtype in (*dtypes, result)):
        return None
    kinds = {dtype.kind for dtype in dtypes}
    if len(kinds) != 1:
        return None
    text = _filled_in(_TABLE.get(name, {}), dtypes[0])
    if text is None and dtypes[0].kind == "f":
        text = native_names.call_of(name, dtypes[0])
    return _native(Scalar(text, tuple(dtypes), result)) if text else None


def _filled_in(expressions: Mapping[str, str], dtype: np.dtype[Any]) -> str | None:
    """The expression for the kind of a dtype."""
    return next((text for kinds, text in expressions.items() if dtype.kind in kinds), None)


def _native(scalar: Scalar) -> Scalar | None:
    """The expression with its constants filled in, if all dtypes are compiled."""
    if not all(dtype.char in NATIVE for dtype in (*scalar.dtypes, scalar.out)):
        return None
    text = scalar.expression
    of = scalar.dtypes[0] if scalar.dtypes else scalar.out
    constants = {"zero": 0, "one": 1}
    if of.kind == "f":
        constants |= {"degree": of.type(np.pi) / of.type(180), "radian": of.type(180) / of.type(np.pi)}
    for key, value in constants.items():
        text = text.replace(f"{{{key}}}", literal(of.type(value)))
    return attrs.evolve(scalar, expression=text)


def _where(inputs: Sequence[Any], out: np.dtype[Any]) -> Scalar | None:
    condition = inputs[0]
    if not isinstance(condition, np.dtype) or condition.char not in NATIVE:
        return None
    test = "{0}" if condition.kind == "b" else "{0} != 0"
    return _native(Scalar(f"select({test}, {{1}}, {{2}})", (condition, out, out), out))


def _conversion(x: Any, out: np.dtype[Any]) -> Scalar | None:
    """A conversion of one dtype to another."""
    if not isinstance(x, np.dtype):
        return None
    if out.kind == "b" and x.kind != "b":
        return _native(Scalar("{0} != 0", (x,), out))
    return _native(Scalar("{0}", (out,), out)) if x.char in NATIVE else None


def _power(x: Any, n: Any, out: np.dtype[Any], is_number: bool) -> Scalar | None:
    """A power with a number as its exponent, by multiplications where NumPy does the same."""
    if out.kind != "f" or not isinstance(x, np.dtype) or x != out:
        return None
    text = {
        2: "{0} * {0}",
        1: "{0}",
        -1: "1 / {0}",
        0.5: "sqrt({0})",
        3: "{0} * {0} * {0}",
        4: "({0} * {0}) * ({0} * {0})",
    }.get(n)
    if text is not None and not (is_number and n == 0.5):
        return _native(Scalar(text, (out,), out))
    if type(n) not in (int, float):
        return None
    call = native_names.call_of("power", out)
    return _native(Scalar(call.replace("{1}", literal(out.type(n))), (out,), out)) if call else None


def _sech_squared(dtype: np.dtype[Any]) -> str:
    """1 - tanh(x) ** 2 of x and tanh(x): where that has lost its digits, by the exponential."""
    least = float(np.finfo(dtype).eps) ** 0.3
    call = native_names.call_of("exp", dtype)
    if call is None:
        return "1 - {1} * {1}"
    e = call.format(f"{literal(dtype.type(-2))} * abs({{0}})")
    return f"sech_squared({{1}}, {e}, {literal(dtype.type(least))})"


def literal(x: np.generic) -> str:
    """A number in the program: of float64, int64 and bool as it is, of another dtype with a conversion."""
    dtype = x.dtype
    value = x.item()
    text = repr(value)
    if dtype.kind == "f" and not np.isfinite(x):
        text = "nan" if np.isnan(x) else "inf" if value > 0 else "-inf"
    if dtype.char in "d?":
        return f"({text})" if text.startswith("-") else text
    return f"{dtype_name(dtype)}({text})"


def stored_as(x: str, dtype: np.dtype[Any]) -> str:
    """The expression of x as it lies in memory."""
    return f"u8({x})" if dtype.kind == "b" else x


def loaded_as(x: str, dtype: np.dtype[Any]) -> str:
    """The expression of what lies in memory."""
    return f"({x} != 0)" if dtype.kind == "b" else x
