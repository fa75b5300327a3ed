"""Expressions of the command line: numbers, variables and functions that pydezero differentiates, and nothing else.

The text is parsed with `ast`, checked and turned into a few records of our own, which are evaluated here: no part of it
is ever run by Python. How long that takes and how much memory it needs is bounded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from math import prod
from typing import Any, Final

import attrs
import numpy as np

from pydezero.cli.allowed import cost
from pydezero.cli.errors import ExpressionError
from pydezero.cli.parser import parse
from pydezero.cli.parts import Call, Constant, Given, Index, Listing, Name, Number, Part, Several
from pydezero.core.types import NUMERIC_KINDS, Array
from pydezero.core.variable import Variable, shape_of
from pydezero.functions import stack

MOST_ELEMENTS: Final = 1_000_000
MOST_WORK: Final = 10_000_000
MOST_AXES: Final = 64  # NumPy's limit

# The operators of conditions: NumPy's are those of whole numbers as well, which there are none of here.
_OF_CONDITIONS: Final[dict[str, str]] = {
    symbol: f"this is for comparisons: {example}"
    for symbol, example in (("&", "(x > 0) & (y > 0)"), ("|", "(x > 0) | (y > 0)"), ("~", "~(x > 0)"))
}


@attrs.frozen
class Expression:
    """A function of some variables, given by its text.

    >>> f = Expression.of("x * np.sin(y)", ["x", "y"])
    >>> f(2.0, 0.0)
    np.float64(0.0)

    It can be differentiated like any other:

    >>> from pydezero import grad
    >>> grad(f, argnums=(0, 1))(2.0, 0.0)
    (np.float64(0.0), np.float64(2.0))
    """

    text: str
    variables: tuple[str, ...]
    part: Part = attrs.field(repr=False)

    @classmethod
    def of(cls, text: str, variables: Collection[str] = ()) -> Expression:
        """Read an expression, in which these variables may occur.

        Raises:
            ExpressionError: the text is no expression, or something in it is not allowed; the message says what, and
                points at the place.

        >>> Expression.of("1 + z", ["x"])
        Traceback (most recent call last):
        pydezero.cli.errors.ExpressionError: z has no value; known is x; to give it one: --at z=1.5
          1 + z
              ^
        """
        line = "".join([" " if c in "\n\r\t\f" else c for c in text]).strip()
        return cls(line, tuple(variables), parse(line, variables))

    def __call__(self, *values: Array) -> Array:
        """The value of the expression, with these values for its variables, in order.

        Raises:
            ExpressionError: a function in it does not take the arguments it gets, or its result would be too large.
        """
        return self.evaluate(*values)[0]

    def evaluate(self, *values: Array) -> tuple[Array, int]:
        """The value, and how many elements all results on the way to it have, at most."""
        evaluation = _Evaluation(self.text, dict(zip(self.variables, values, strict=True)))
        with np.errstate(all="ignore"):
            result = evaluation.array(self.part)
        return result, evaluation.work


@attrs.define
class _Evaluation:
    text: str
    values: dict[str, Array]
    work: int = 0

    def value(self, part: Part) -> Any:
        """The value of a part of the expression: an array, or several of them in a list or a tuple."""
        match part:
            case Constant(value=value):
                return _number(value)
            case Name(name=name):
                return self.values[name]
            case Given(value=value):
                return value
            case Several(parts=parts):
                return [self.value(x) for x in parts]
            case Listing():
                return self.stacked(part, [self.array(x) for x in part.parts])
            case Call():
                return self.call(part)
            case Index():
                return self.element(part)

    def array(self, part: Part) -> Any:
        """The value of a part, in one array."""
        value = self.value(part)
        if isinstance(value, list | tuple):
            return self.stacked(part, value)
        if value is None:
            raise self.error(part, "None is not a number")
        return value

    def stacked(self, part: Part, values: Sequence[Any]) -> Any:
        shapes = [shape_of(x) for x in values]
        if len(set(shapes)) > 1:
            raise self.error(
                part, f"these are {len(values)} arrays, of shapes {', '.join(map(str, shapes))}: not one array"
            )
        self.spend(part, sum(map(prod, shapes)))
        if shapes and len(shapes[0]) == MOST_AXES:
            raise self.error(part, f"this array has more than {MOST_AXES} axes")
        return stack(list(values)) if values else np.zeros(0)

    def call(self, part: Call) -> Any:
        callee = part.callee
        operand = self.array if callee.signature is None else self.value
        args = [operand(x) for x in part.args]
        kwargs = {key: self.value(x) for key, x in part.kwargs}
        pairs = zip((*part.args, *[x for _, x in part.kwargs]), (*args, *kwargs.values()), strict=True)
        literals: list[Any] = []
        arrays: list[Any] = []
        for x, value in pairs:
            (literals if isinstance(x, Given) else arrays).extend(_leaves(value))
        shapes = [shape_of(x) for x in arrays if x is not None]
        numbers = [x for x in literals if type(x) in (int, float)]
        self.spend(part, cost(callee.size, shapes, [*numbers, *part.unstated]))
        try:
            result = callee.function(*args, **kwargs)
        except MemoryError:
            raise  # no mistake in the arguments
        except Exception as error:  # any mistake in the arguments
            message = _OF_CONDITIONS.get(callee.name) or str(error) or type(error).__name__
            has_name = message.startswith((f"{callee.name}:", f"np.{callee.name}"))
            raise self.error(part, message if has_name else f"{callee.name}: {message}") from error
        return self.tidied(part, result)

    def element(self, part: Index) -> Any:
        x = self.value(part.x)
        try:
            return self.tidied(part, x[part.index])
        except (IndexError, TypeError, ValueError) as error:
            raise self.error(part, str(error)) from error

    def tidied(self, part: Part, result: Any) -> Any:
        """The result with whole numbers as float64, so that none overflows."""
        if isinstance(result, list | tuple):
            return [self.tidied(part, x) for x in result]
        if isinstance(result, Variable):
            return result
        array = np.asarray(result)
        if array.dtype.kind not in NUMERIC_KINDS:
            raise self.error(part, "the result is not made of numbers")
        self.spend(part, array.size)
        return array.astype(np.float64)[()] if array.dtype.kind in "iu" else result

    def spend(self, part: Part, elements: int) -> None:
        self.work += elements
        if elements > MOST_ELEMENTS:
            raise self.error(part, f"this may have {elements:,} elements; {MOST_ELEMENTS:,} are the most")
        if self.work > MOST_WORK:
            raise self.error(part, f"up to here all results have {MOST_WORK:,} elements, which are the most")

    def error(self, part: Part, message: str) -> ExpressionError:
        return ExpressionError(message, self.text, part.start, part.end)


def _number(value: Number) -> np.number[Any] | bool | None:
    """A number that follows NumPy's rules: 1 / 0 is inf, and no whole number grows without end."""
    if value is None or isinstance(value, bool):
        return value
    return np.complex128(value) if isinstance(value, complex) else np.float64(value)


def _leaves(values: Any) -> Iterator[Any]:
    if isinstance(values, list | tuple):
        for value in values:
            yield from _leaves(value)
    else:
        yield values
