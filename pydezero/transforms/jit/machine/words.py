"""The words that programs may call: each adds instructions, and gives their result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from pydezero.transforms.jit.machine import division, sharing
from pydezero.transforms.jit.machine.translate import Result, Translation, Word
from pydezero.transforms.jit.machine.values import SIZES, NotTranslated, Value, common, is_float, is_unsigned, number


def _absolute(to: Translation, x: Sequence[Result]) -> Value:
    (value,) = x
    if is_float(value.kind):
        return to.to.intrinsic("fabs", x)
    if is_unsigned(value.kind):
        return value  # type: ignore[no-any-return]  # a result may be a tuple, and this one is not
    return to.to.called(f"llvm.abs.i{SIZES[value.kind]}", value.kind, [value, number(False)])


def _select(to: Translation, x: Sequence[Result]) -> Value:
    return to.to.selected(*x)


def _least(to: Translation, x: Sequence[Result]) -> Value:
    a, b = [to.to.converted(value, "i64") for value in x]
    return to.to.intrinsic("smin", [a, b])


def _hidden(to: Translation, x: Sequence[Result]) -> Value:
    """A number that LLVM does not know."""
    value = to.to.converted(x[0], "i64")
    return to.to.new("i64", f'call i64 asm "", "=r,0"({value.typed})')


def _advanced(to: Translation, x: Sequence[Result]) -> Value:
    return to.to.at(*x)


def _sech_squared(to: Translation, x: Sequence[Result]) -> Value:
    """1 - y ** 2 for y = tanh(x) and e = exp(-2 |x|)."""
    y, e, least = x
    b = to.to
    one = number(1, y.kind)
    found = b.of_two("-", one, b.of_two("*", y, y))
    is_good = b.of_two("|", b.compared(">=", found, least), b.compared("!=", found, found))
    more = b.of_two("+", one, e)
    small = b.of_two("/", b.of_two("*", number(4, y.kind), e), b.of_two("*", more, more))
    return b.selected(is_good, found, small)


def _clipped(to: Translation, x: Sequence[Result]) -> Value:
    """The result of np.clip: the smaller of `high` and the larger of x and `low`."""
    value, low, high = x
    b = to.to
    larger = b.selected(b.of_two("|", b.compared(">", value, low), b.compared("!=", value, value)), value, low)
    is_less = b.of_two("|", b.compared("<", larger, high), b.compared("!=", larger, larger))
    return b.selected(is_less, larger, high)


def _freely(operator: str) -> Word:
    """Sums and products whose operands may come in any order."""

    def word(to: Translation, x: Sequence[Result]) -> Value:
        kind = common(*x)
        return to.to.of_two(operator, *x, flags="reassoc contract " if is_float(kind) else "")

    return word


def _intrinsic(name: str) -> Word:
    def word(to: Translation, x: Sequence[Result]) -> Value:
        if not is_float(x[0].kind):
            raise NotTranslated(f"{name} of {x[0].kind}")
        return to.to.intrinsic(name, [x[0], *[to.to.converted(value, x[0].kind) for value in x[1:]]])

    return word


def _conversion(kind: str) -> Word:
    def word(to: Translation, x: Sequence[Result]) -> Value:
        return to.to.converted(x[0], kind)

    return word


def _part(kind: str) -> Word:
    """The address of elements of a kind in an array of bytes."""

    def word(to: Translation, x: Sequence[Result]) -> Value:
        return Value(to.to.at(*x).text, f"{kind}*")

    return word


def _product(kind: str) -> Word:
    """A product of matrices in C order, each of which may lie in memory as its transpose, by the BLAS of SciPy."""

    def word(to: Translation, x: Sequence[Result]) -> tuple[()]:
        a, b, out, *sides = x
        m, k, n = [int(side.text) for side in sides]
        dtype = out.kind[:-1]
        letter = ord("d" if dtype == "f64" else "s")
        # BLAS takes what lies in C order for transposes, and gives the transpose of the product.
        of_a, of_b = kind[0], kind[1]
        one, zero = [to.to.slot(number(value, dtype)) for value in (1.0, 0.0)]
        operands = [
            *[number(value, "i8") for value in (letter, ord(of_b), ord(of_a))],
            *[number(value, "i64") for value in (n, m, k)],
            *[one, b, number(k if of_b == "t" else n, "i64")],
            *[a, number(m if of_a == "t" else k, "i64"), zero],
            *[out, number(n, "i64")],
        ]
        to.to.called("numba_xxgemm", "i32", operands)
        return ()

    return word


WORDS: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "abs": _absolute,
        "added": sharing.added,
        "advanced": _advanced,
        "ceil": _intrinsic("ceil"),
        "clipped": _clipped,
        "copysign": _intrinsic("copysign"),
        "floor": _intrinsic("floor"),
        "floor_divide": division.floor_divide,
        "fmod": division.fmod,
        "hidden": _hidden,
        "largest": _intrinsic("maximum"),
        "min": _least,
        "plus": _freely("+"),
        "remainder": division.remainder,
        "rint": _intrinsic("rint"),
        "sech_squared": _sech_squared,
        "select": _select,
        "share": sharing.share,
        "smallest": _intrinsic("minimum"),
        "sqrt": _intrinsic("sqrt"),
        "times": _freely("*"),
        "trunc": _intrinsic("trunc"),
        "wait": sharing.wait,
        **{f"product_{kind}": _product(kind) for kind in ("nn", "tn", "nt", "tt")},
        **{kind: _conversion(kind) for kind in (*SIZES, "f32", "f64", "bool")},
        **{f"{kind}_at": _part(kind) for kind in (*SIZES, "f32", "f64")},
        "bool_at": _part("u8"),
    }
)
"""The words of programs."""
