"""One row of a table: a function of arrays, and arguments at which it is smooth.

A row says `case("sum axis=0", lambda m, x: m.sum(x, axis=0), real(2, 3))`. The namespace `m` is `numpy` in one run and
`pydezero.functions` in the next, so a row tests both ways in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, Final, TypeAlias
from zlib import crc32

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero import functions

# Arrays are real or complex, results are arrays, Variables or lists of them: nothing narrower fits all rows.
Array: TypeAlias = NDArray[Any]
Results: TypeAlias = Any
ArrayCallable: TypeAlias = Callable[..., Results]
Intervals: TypeAlias = tuple[tuple[float, float], ...]

# Parts of the axis with room to either side, so that a step of a numerical derivative stays inside.
REAL: Final[Intervals] = ((-2.0, 2.0),)
POSITIVE: Final[Intervals] = ((0.3, 2.5),)
UNIT: Final[Intervals] = ((-0.8, 0.8),)
ABOVE_ONE: Final[Intervals] = ((1.2, 3.0),)
NONZERO: Final[Intervals] = ((-2.4, -0.4), (0.4, 2.4))
FRACTIONS: Final[Intervals] = ((-1.8, -1.6), (-0.4, -0.2), (0.2, 0.4), (1.2, 1.4), (2.6, 2.8))

# Narrow enough for the branch cuts of arctan and arcsinh, which lie above and below 1.
_IMAGINARY: Final = 0.7


@attrs.frozen(eq=False)
class Argument:
    """How to draw an argument; or, with `values`, an argument that is given and not differentiated."""

    shape: tuple[int, ...]
    intervals: Intervals = REAL
    values: Array | None = None

    def draw(self, rng: np.random.Generator, dtype: np.dtype[Any]) -> Array:
        """An array of its own whose elements are all different, so that an order of them is unambiguous."""
        if self.values is not None:
            return self.values.astype(dtype) if self.values.dtype.kind == "f" else self.values.copy()
        x = self._on_axis(rng)
        z = x + 1j * rng.uniform(-_IMAGINARY, _IMAGINARY, self.shape) if dtype.kind == "c" else x
        return np.asarray(z, dtype)

    def _on_axis(self, rng: np.random.Generator) -> Array:
        size = int(np.prod(self.shape))
        places = (rng.permutation(size) + rng.uniform(0.3, 0.7, size)) / max(size, 1)
        lengths = [high - low for low, high in self.intervals]
        ends = np.cumsum(lengths)
        at = places * ends[-1]
        which = np.searchsorted(ends, at)
        lows = np.array([low for low, _ in self.intervals])
        return np.reshape(lows[which] + at - (ends - lengths)[which], self.shape)


def real(*shape: int) -> Argument:
    return Argument(shape)


def positive(*shape: int) -> Argument:
    return Argument(shape, POSITIVE)


def unit(*shape: int) -> Argument:
    return Argument(shape, UNIT)


def above_one(*shape: int) -> Argument:
    return Argument(shape, ABOVE_ONE)


def nonzero(*shape: int) -> Argument:
    return Argument(shape, NONZERO)


def fractions(*shape: int) -> Argument:
    """Numbers that are far from every integer and every half."""
    return Argument(shape, FRACTIONS)


def given(values: ArrayLike) -> Argument:
    """An argument that is not differentiated: a condition, an index, a constant."""
    array = np.asarray(values)
    return Argument(array.shape, values=array)


_TYPED_BY_VALUES: Final = re.compile(
    r"(linalg\.)?(eig|eigvals|fractional_matrix_power(?! of an integer)|logm|sqrtm|roots|poly of a matrix)\b"
)


@attrs.frozen(eq=False)
class Case:
    """A function `function(namespace, *arguments)`, and where it is tested."""

    name: str
    function: ArrayCallable
    arguments: tuple[Argument, ...]
    is_complex: bool = False
    # What the function computes, in plain NumPy, where it is a method that an ndarray lacks, or that takes Variables.
    # Its first argument is always a Variable then.
    in_numpy: ArrayCallable | None = None
    # Whether the shape of the result depends on the values of the arguments: in a batch or a trace there is none then.
    shaped_by_values: bool = False
    # The version of a library that the row needs, as "numpy>=2.1"; with an older one its tests are skipped.
    needs: str = ""

    @property
    def typed_by_values(self) -> bool:
        """Whether the result is real or complex as the values of real arguments say: in a trace it is refused then."""
        return not self.is_complex and _TYPED_BY_VALUES.match(self.name) is not None

    @property
    def through_numpy(self) -> ArrayCallable:
        return partial(self.function, np)

    @property
    def typed(self) -> ArrayCallable:
        return partial(self.function, functions)

    @property
    def reference(self) -> ArrayCallable:
        """The function for plain arrays, computed without pydezero."""
        return self.in_numpy or self.through_numpy

    @property
    def differentiable(self) -> tuple[int, ...]:
        return tuple(i for i, argument in enumerate(self.arguments) if argument.values is None)

    def draw(self, single: bool = False) -> list[Array]:
        """The arguments, the same at every call, in arrays of their own."""
        return [x.copy(order="K") for x in _drawn(self, single)]

    def __str__(self) -> str:
        return self.name


@cache
def _drawn(case: Case, single: bool) -> list[Array]:
    rng = generator(case.name)
    dtype = np.dtype(("c8" if single else "c16") if case.is_complex else ("f4" if single else "f8"))
    return [argument.draw(rng, dtype) for argument in case.arguments]


@attrs.frozen(eq=False)
class Call:
    """A case, and the positions of the arguments that are differentiated; the others are captured as constants."""

    case: Case
    positions: tuple[int, ...]

    def of(self, function: ArrayCallable, values: Sequence[Results]) -> ArrayCallable:
        """The function of the arguments at the positions, the others being what they are in `values`."""

        def of_chosen(*chosen: Results) -> Results:
            arguments = list(values)
            for i, x in zip(self.positions, chosen, strict=True):
                arguments[i] = x
            return function(*arguments)

        return of_chosen

    def __str__(self) -> str:
        if len(self.case.differentiable) == 1:
            return self.case.name
        return f"{self.case.name} wrt {','.join(map(str, self.positions))}"


def generator(name: str) -> np.random.Generator:
    """Random numbers that depend on a name alone."""
    return np.random.default_rng(crc32(name.encode()))


def shaped_by_values(cases: Sequence[Case]) -> list[Case]:
    """Rows whose results are as long as the values of the arguments say."""
    return [attrs.evolve(case, shaped_by_values=True) for case in cases]


def case(name: str, function: ArrayCallable, *arguments: Argument, in_numpy: ArrayCallable | None = None) -> list[Case]:
    """A row for real arguments."""
    return [Case(name, function, arguments, in_numpy=in_numpy)]


def complex_case(
    name: str, function: ArrayCallable, *arguments: Argument, in_numpy: ArrayCallable | None = None
) -> list[Case]:
    """A row for complex arguments."""
    return [Case(f"{name} complex", function, arguments, is_complex=True, in_numpy=in_numpy)]


def needing(needs: str, rows: list[Case]) -> list[Case]:
    """The rows, which need this version of a library: `needing("numpy>=2.1", any_case(...))`."""
    return [attrs.evolve(row, needs=needs) for row in rows]


def any_case(
    name: str, function: ArrayCallable, *arguments: Argument, in_numpy: ArrayCallable | None = None
) -> list[Case]:
    """A row for real arguments and one for complex ones."""
    return [
        *case(name, function, *arguments, in_numpy=in_numpy),
        *complex_case(name, function, *arguments, in_numpy=in_numpy),
    ]
