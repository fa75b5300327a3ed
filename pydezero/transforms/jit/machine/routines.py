"""The words of `systems`: each is a call of a function of the module, which is made for the sides and the distances."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, MappingProxyType
from typing import Final

import numpy as np

from pydezero.transforms.jit import systems
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
        Translation(tree, {**dict(zip(names, x, strict=True)), **taken}, _meaning, inside)
        to.to.function(inside, list(taken.values()), list(given.values()))
        return ()

    return word


def _meaning(name: str) -> Word | Value:
    if name == "math.inf":
        return number(float("inf"))
    if name == "abs":
        return WORDS[name]
    found = vars(sys.modules[systems.__name__]).get(name)
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


ROUTINES: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "cholesky": _routine(systems.cholesky, 2),
        "det": _routine(systems.det, 2),
        "pivots": _routine(systems.pivots, 2),
        "solve": _routine(systems.solve, 3),
        "solve_lower": _routine(systems.solve_lower, 3, 0),
        "solve_lower_unit": _routine(systems.solve_lower, 3, 1),
        "solve_upper": _routine(systems.solve_upper, 3, 0),
        "solve_upper_unit": _routine(systems.solve_upper, 3, 1),
    }
)
"""The words of programs that call a routine, by the names of the routines."""
