"""The words of `systems`, `large_systems` and `sorting`: calls made for the sides and the distances."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, MappingProxyType
from typing import Final

import numpy as np

from pydezero.transforms.jit import large_systems, sorting, systems
from pydezero.transforms.jit.machine.lapack import LAPACK
from pydezero.transforms.jit.machine.sources import definition
from pydezero.transforms.jit.machine.translate import Result, Translation, Word
from pydezero.transforms.jit.machine.values import NotTranslated, Value, number
from pydezero.transforms.jit.machine.words import WORDS

_DTYPES: Final = {"f64": np.float64, "f32": np.float32}


def _room(to: Translation, x: Sequence[Result]) -> Value:
    like, count = x
    return to.to.room(like.kind[:-1], int(count.text))


def _number_of(function: Callable[..., float]) -> Word:
    """A number that depends on the dtype of an array."""

    def word(_: Translation, x: Sequence[Result]) -> Value:
        kind = x[0].kind[:-1]
        return number(function(np.empty(0, _DTYPES[kind]), *[int(value.text) for value in x[1:]]), kind)

    return word


_INSTRUCTIONS: Final = MappingProxyType(
    {
        systems.room: _room,
        systems.rounding: _number_of(systems.rounding),
        systems.smallest: _number_of(systems.smallest),
        **{getattr(systems, name): WORDS[name] for name in ("select", "sqrt")},
    }
)


def _part(function: Callable[..., None]) -> Word:
    """A call of a function that is made for the numbers which are written out, and takes the others."""

    def word(to: Translation, x: Sequence[Result]) -> tuple[()]:
        inside, tree = to.to.for_function(), definition(function)
        names = [each.arg for each in tree.args.args]
        given = {name: value for name, value in zip(names, x, strict=True) if value.text.startswith("%")}
        taken = {name: Value(f"%{name}", value.kind) for name, value in given.items()}
        of_module = vars(sys.modules[function.__module__])
        Translation(tree, {**dict(zip(names, x, strict=True)), **taken}, lambda word: _meaning(word, of_module), inside)
        to.to.function(inside, list(taken.values()), list(given.values()))
        return ()

    return word


def _meaning(name: str, of_module: Mapping[str, object]) -> Word | Value:
    if name == "math.inf":
        return number(float("inf"))
    if name in ("abs", "i64", "min"):
        return WORDS[name]
    if name in LAPACK:
        return LAPACK[name]
    found = of_module.get(name)
    if not isinstance(found, FunctionType):
        raise NotTranslated(name)
    return _INSTRUCTIONS[found] if found in _INSTRUCTIONS else _part(found)


def _routine(function: Callable[..., None], arrays: int, *last: int) -> Word:
    """A call for so many arrays, and numbers behind them, with some last; whether NumPy must compute the program."""
    word = _part(function)

    def with_state(to: Translation, x: Sequence[Result]) -> Value:
        state = to.to.room("i64", 2)
        fresh = [to.to.at(state, number(i)) for i in range(2)]
        for place in fresh:
            to.to.store(number(0), place)
        word(to, [*x[:arrays], state, *x[arrays:], *map(number, last)])
        return to.to.compared("!=", to.to.loaded(state), number(0))

    return with_state


_TRIANGULAR: Final = {"lower": (1, 0), "lower_unit": (1, 1), "upper": (0, 0), "upper_unit": (0, 1)}

ROUTINES: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "argsort": _routine(sorting.argsort, 3),
        "cholesky": _routine(systems.cholesky, 2),
        "det": _routine(systems.det, 2),
        "factor": _routine(systems.factor, 3),
        "pivots": _routine(systems.pivots, 2),
        "solve": _routine(systems.solve, 3),
        "substitute": _routine(systems.substitute, 4),
        **{f"solve_{of}": _routine(systems.solve_triangular, 3, *last) for of, last in _TRIANGULAR.items()},
        "large_cholesky": _routine(large_systems.cholesky, 2),
        "large_det": _routine(large_systems.det, 4),
        "large_factor": _routine(large_systems.factor, 3),
        "large_pivots": _routine(large_systems.pivots, 4),
        "large_solve": _routine(large_systems.solve, 6),
        "large_substitute": _routine(large_systems.substitute, 5),
        **{f"large_solve_{of}": _routine(large_systems.solve_triangular, 4, *last) for of, last in _TRIANGULAR.items()},
    }
)
"""The words of programs that call a routine, by the names of the routines."""
