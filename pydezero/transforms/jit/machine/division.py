"""The words for quotients that are rounded down and for what they leave, as NumPy has them."""

from __future__ import annotations

from collections.abc import Sequence

from pydezero.transforms.jit.machine.translate import Result, Translation
from pydezero.transforms.jit.machine.values import Value, common, is_float, is_unsigned, number


def fmod(to: Translation, x: Sequence[Result]) -> Value:
    """The remainder of floats that has the sign of the first one: exact, by the C library."""
    kind = common(*x)
    return to.to.converted(to.to.called("fmod", "f64", [to.to.converted(value, "f64") for value in x]), kind)


def remainder(to: Translation, x: Sequence[Result]) -> Value:
    """The remainder that has the sign of the second number."""
    b = to.to
    if not is_float(common(*x)):
        return _of_integers(to, x)[1]
    left, (_, y) = fmod(to, x), x
    zero = number(0.0, left.kind)
    is_other = _has_other_sign(to, left, y)
    return b.selected(
        b.compared("!=", left, zero),
        b.selected(is_other, b.of_two("+", left, y), left),
        b.intrinsic("copysign", [zero, y]),
    )


def floor_divide(to: Translation, x: Sequence[Result]) -> Value:
    """The quotient, rounded down."""
    b = to.to
    if not is_float(common(*x)):
        return _of_integers(to, x)[0]
    left, (a, y) = fmod(to, x), x
    zero, one = number(0.0, left.kind), number(1.0, left.kind)
    quotient = b.of_two("/", a, y)
    found = b.of_two("/", b.of_two("-", a, left), y)
    is_less = b.of_two("&", b.compared("!=", left, zero), _has_other_sign(to, left, y))
    found = b.selected(is_less, b.of_two("-", found, one), found)
    floor = b.intrinsic("floor", [found])  # it is whole but for its rounding
    floor = b.selected(
        b.compared(">", b.of_two("-", found, floor), number(0.5, left.kind)), b.of_two("+", floor, one), floor
    )
    floor = b.selected(b.compared("!=", found, zero), floor, b.intrinsic("copysign", [zero, quotient]))
    return b.selected(b.compared("==", y, zero), quotient, floor)


def _has_other_sign(to: Translation, x: Value, y: Value) -> Value:
    zero = number(0, x.kind)
    return to.to.of_two("^", to.to.compared("<", x, zero), to.to.compared("<", y, zero))


def _of_integers(to: Translation, x: Sequence[Result]) -> tuple[Value, Value]:
    """The quotient and the remainder of integers; of a division by 0 both are 0."""
    b = to.to
    kind = common(*x)
    a, y = [b.converted(value, kind) for value in x]
    zero, one = number(0, kind), number(1, kind)
    is_zero = b.compared("==", y, zero)
    letter = "u" if is_unsigned(kind) else "s"
    minus = zero if letter == "u" else number(-1, kind)
    is_minus = b.compared("==", y, minus)  # the processor stops at the smallest number by -1
    by = b.selected(b.of_two("|", is_zero, is_minus), one, y)
    quotient = b.new(kind, f"{letter}div {a.typed}, {by.text}")
    left = b.new(kind, f"{letter}rem {a.typed}, {by.text}")
    if letter == "s":
        is_less = b.of_two("&", b.compared("!=", left, zero), _has_other_sign(to, left, y))
        quotient = b.selected(is_less, b.of_two("-", quotient, one), quotient)
        left = b.selected(is_less, b.of_two("+", left, y), left)
        quotient = b.selected(is_minus, b.negative(a), quotient)
    return b.selected(is_zero, zero, quotient), left
