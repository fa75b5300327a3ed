"""Every row of the tables of functions on the arrays of another library, beside the same row on ndarrays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from traceback import extract_tb
from typing import Any, Final

import attrs
import numpy as np

from pydezero import Variable, grad, jvp, vjp
from pydezero import functions as F
from tests.functions.case import Case, generator
from tests.functions.checks import cotangent_of, leaves

RIGHT: Final = "right"

# As on the CPU: derivatives are exact but for the rounding of another library's functions.
_TOLERANCE: Final = {"rtol": 1e-7, "atol": 1e-9}


@attrs.frozen
class Library:
    """An array library: how its arrays are made of ndarrays and how their values come back."""

    kind: type
    put: Callable[[Any], Any]
    get: Callable[[Any], Any]


@attrs.frozen
class Row:
    """What became of one row: `right`, `wrong`, or the error; empty where there was nothing to test."""

    name: str
    plain: str
    reverse: str = ""
    forward: str = ""
    second: str = ""


def run(case: Case, library: Library, *, second: bool = False) -> Row:
    """The plain function, its pullback and its pushforward on arrays of the library."""
    values = case.draw()
    plain = _outcome(lambda: _plain(case, library, values))
    if plain != RIGHT:
        return Row(case.name, plain)
    function = case.through_numpy
    reverse = _outcome(lambda: _reverse(function, case, library, values))
    forward = _outcome(lambda: _forward(function, case, library, values))
    return Row(
        case.name,
        plain,
        reverse,
        forward,
        _outcome(lambda: _second(function, case, library, values)) if second and reverse == RIGHT else "",
    )


def _outcome(test: Callable[[], str]) -> str:
    try:
        return test()
    except Exception as error:  # whatever it is, it is reported
        words = re.sub(r"\(\[.*|array\(.*|[-+]?\d+\.\d+.*", "...", str(error).partition("\n")[0])  # without values
        return f"{type(error).__name__}: {words} ({_place(error)})"


def _place(error: Exception) -> str:
    """The line of the library from which an error came."""
    frames = [frame for frame in extract_tb(error.__traceback__) if "/pydezero/" in frame.filename]
    return f"{frames[-1].filename.rpartition('/pydezero/')[2]}:{frames[-1].lineno}" if frames else ""


def _compared(library: Library, found: Any, expected: Any, *, of_library: bool = True) -> str:
    ours, theirs = leaves(found), leaves(expected)
    if len(ours) != len(theirs):
        return f"wrong: {len(ours)} results instead of {len(theirs)}"
    for one, other in zip(ours, theirs, strict=True):
        if of_library and not isinstance(one, library.kind):
            return f"left the library: {type(one).__name__}"
        value, wanted = library.get(one), np.asarray(other)
        if value.shape != wanted.shape:
            return f"wrong: shape {value.shape} instead of {wanted.shape}"
        if not np.allclose(value, wanted, equal_nan=True, **_TOLERANCE):
            return "wrong: values"
    return RIGHT


def _plain(case: Case, library: Library, values: Sequence[Any]) -> str:
    expected = case.reference(*values)
    if not all(isinstance(y, np.ndarray | np.generic) for y in leaves(expected)):
        return "no arrays"
    return _compared(library, case.reference(*map(library.put, values)), expected)


def _parted(case: Case, values: Sequence[Any]) -> tuple[list[Any], Callable[..., Any]]:
    """The arguments that are differentiated, and how all arguments are made of these."""
    positions = case.differentiable

    def whole(chosen: Sequence[Any], others: Sequence[Any]) -> list[Any]:
        arguments = list(others)
        for i, x in zip(positions, chosen, strict=True):
            arguments[i] = x
        return arguments

    return [values[i] for i in positions], whole


def _unwrapped(y: Any) -> Any:
    return [x.data if isinstance(x, Variable) else x for x in y] if isinstance(y, list | tuple) else y


def _reverse(function: Any, case: Case, library: Library, values: Sequence[Any]) -> str:
    chosen, whole = _parted(case, values)
    y, pullback = vjp(lambda *x: function(*whole(x, values)), *chosen)
    cotangent = cotangent_of(y, case.name)
    expected = pullback(cotangent)
    placed = [library.put(x) for x in values]
    y, pullback = vjp(lambda *x: function(*whole(x, placed)), *[library.put(x) for x in chosen])
    return _compared(library, list(pullback(_put(library, cotangent))), list(expected))


def _put(library: Library, cotangent: Any) -> Any:
    if isinstance(cotangent, list | tuple):
        return type(cotangent)([library.put(x) for x in cotangent])
    return library.put(cotangent)


def _forward(function: Any, case: Case, library: Library, values: Sequence[Any]) -> str:
    chosen, whole = _parted(case, values)
    rng = generator(f"tangent of {case.name}")
    tangents = [rng.uniform(-1, 1, x.shape).astype(x.dtype) for x in chosen]
    _, expected = jvp(lambda *x: function(*whole(x, values)), tuple(chosen), tuple(tangents))
    placed = [library.put(x) for x in values]
    _, found = jvp(
        lambda *x: function(*whole(x, placed)), tuple(map(library.put, chosen)), tuple(map(library.put, tangents))
    )
    return _compared(library, _unwrapped(found), _unwrapped(expected))


def _second(function: Any, case: Case, library: Library, values: Sequence[Any]) -> str:
    chosen, whole = _parted(case, values)
    placed = [library.put(x) for x in values]

    def slopes(others: Sequence[Any], put: Callable[[Any], Any]) -> Any:
        def total(x: Any) -> Any:
            parts = leaves(function(*whole([x, *[put(v) for v in chosen[1:]]], others)))
            return sum(F.sum(F.real(y * y)) for y in parts)

        return grad(lambda x: F.sum(F.real(F.sin(grad(total)(x)))))

    expected = slopes(values, lambda x: x)(chosen[0])
    return _compared(library, slopes(placed, library.put)(library.put(chosen[0])), expected)


def report(rows: Iterable[Row]) -> str:
    """The counts of what is right, and the failures by their cause."""
    rows = list(rows)
    computed = [row for row in rows if row.plain == RIGHT]
    lines = [f"{len(rows)} rows, of which the library computes {len(computed)} as NumPy does"]
    for mode in ("reverse", "forward", "second"):
        outcomes = [(row.name, getattr(row, mode)) for row in computed if getattr(row, mode)]
        right = sum(outcome == RIGHT for _, outcome in outcomes)
        wrong = sum(outcome.startswith("wrong") for _, outcome in outcomes)
        if outcomes:
            lines.append(f"{mode}: {right} of {len(outcomes)} right ({right / len(outcomes):.1%}), {wrong} wrong")
    for mode in ("reverse", "forward", "second"):
        causes = Counter(getattr(row, mode) for row in computed if getattr(row, mode) not in ("", RIGHT))
        lines.append(f"\n{mode}, by cause:")
        for cause, count in causes.most_common():
            names = [row.name for row in computed if getattr(row, mode) == cause]
            lines.append(f"  {count:4} {cause}\n         {'; '.join(names[:6])}")
    return "\n".join(lines)
