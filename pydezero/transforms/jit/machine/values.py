"""Values in the text of LLVM, and what arithmetic makes of them."""

from __future__ import annotations

import struct
from typing import Final

import attrs

SIZES: Final = {f"{sign}{bits}": bits for sign in "iu" for bits in (8, 16, 32, 64)}
"""The integers, and how many bits they have."""

_TYPES: Final = {
    **{kind: f"i{bits}" for kind, bits in SIZES.items()},
    "bool": "i1",
    "f32": "float",
    "f64": "double",
    "integer": "i64",
}
_INTEGER: Final = "integer"


class NotTranslated(Exception):  # noqa: N818  # a fault of what writes programs, not of whoever calls `jit`
    """Something in a source that has no translation."""


@attrs.frozen
class Value:
    """A value: its name or the constant in the text, and its kind.

    Kinds are `f64`, `f32`, `i8` to `u64`, `bool`, and `integer` of a number that is written out, which becomes what it
    meets. An address is of the kind of what lies there, with a star.
    """

    text: str
    kind: str

    @property
    def type(self) -> str:
        """The type of LLVM for the kind."""
        return type_of(self.kind)

    @property
    def typed(self) -> str:
        """The value with its type before it, as an operand of most instructions."""
        return f"{self.type} {self.text}"


def type_of(kind: str) -> str:
    """The type of LLVM for a kind."""
    return "ptr" if kind.endswith("*") else _TYPES[kind]


def number(x: bool | int | float, kind: str | None = None) -> Value:
    """A number that is written out, of a kind if that is known."""
    if kind is None:
        kind = "bool" if type(x) is bool else _INTEGER if type(x) is int else "f64"
    if kind == "bool":
        return Value("true" if x else "false", kind)
    if kind in ("f64", "f32"):
        value = struct.unpack("<f", struct.pack("<f", x))[0] if kind == "f32" else float(x)
        return Value("0x" + struct.pack(">d", value).hex().upper(), kind)
    return Value(str(int(x)), kind)


def is_written(x: Value) -> bool:
    """Whether a value is an integer that is written out."""
    return x.kind == _INTEGER


def is_float(kind: str) -> bool:
    """Whether a kind is of floats."""
    return kind in ("f64", "f32")


def is_unsigned(kind: str) -> bool:
    """Whether a kind is of integers, or truths, without a sign."""
    return kind == "bool" or kind.startswith("u")


def common(a: Value, b: Value) -> str:
    """The kind that two values have in common.

    Raises:
        NotTranslated: there is none that is sure.
    """
    if a.kind == b.kind or is_written(b):
        return a.kind
    if is_written(a):
        return b.kind
    if is_float(a.kind) and is_float(b.kind):
        return "f64"
    raise NotTranslated(f"{a.kind} and {b.kind}")
