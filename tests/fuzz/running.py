"""A program and its oracles, what was counted, and a short program for one that fails."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator

import attrs

from tests.fuzz.oracles import ORACLES, QUICK, Skipped, Subject
from tests.fuzz.programs import Program


@attrs.frozen
class Counts:
    """How many programs ran, which rows and oracles they had, what was skipped, and what failed."""

    programs: Counter[str] = attrs.Factory(Counter)
    rows: Counter[str] = attrs.Factory(Counter)
    passed: Counter[str] = attrs.Factory(Counter)
    skipped: Counter[tuple[str, str]] = attrs.Factory(Counter)
    failed: Counter[str] = attrs.Factory(Counter)


class Failure(AssertionError):  # noqa: N818  # as pytest calls it
    """An oracle does not hold; the message is a program that shows it."""


def check(program: Program, counts: Counts, oracles: Iterable[str] = QUICK) -> None:
    """Apply oracles to a program.

    Raises:
        Failure: one of them does not hold, or raises.
    """
    counts.programs["run"] += 1
    counts.rows.update(program.rows)
    for name in oracles:
        try:
            _apply(name, program)
        except Skipped as reason:
            counts.skipped[name, str(reason)] += 1
        except Exception as error:
            counts.failed[name] += 1
            short = _shortened(program, name, type(error))
            raise Failure(f"{name}: {type(error).__name__}: {error}\n\n{short.script(name)}\n") from error
        else:
            counts.passed[name] += 1


def _apply(oracle: str, program: Program) -> None:
    names = program.run()
    subject = Subject(
        names["f"],
        names["g"],
        names["arguments"],
        [names[f"c{i}"] for i in range(len(program.constants))],
        program.shaped_by_values,
        program.asks,
        program.precision,
        program.is_complex,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ORACLES[oracle](subject)


def _shortened(program: Program, oracle: str, error: type[Exception]) -> Program:
    """The program, or one with fewer lines that fails in the same way."""
    for shorter in _shorter(program):
        try:
            _apply(oracle, shorter)
        except error:
            return _shortened(shorter, oracle, error)
        except Exception:  # it may well not run
            continue
    return program


def _runs(program: Program) -> bool:
    """Whether NumPy computes the program, which a line that was left out may prevent."""
    try:
        names = program.run()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            names["f"](*names["arguments"])
    except Exception:
        return False
    return True


def _shorter(program: Program) -> Iterator[Program]:
    """Programs that lack one line, whose value another one replaces; without unused constants; without containers."""
    if program.constants and not re.search(r"\bc\d", " ".join(program.lines)):
        yield attrs.evolve(program, constants=())
    if program.packing != "arguments":
        yield attrs.evolve(program, packing="arguments")
    names = [*[f"x{i}" for i in range(len(program.inputs))], *[line.partition(" ")[0] for line in program.lines]]
    for i in reversed(range(len(program.lines))):
        removed = program.lines[i].partition(" ")[0]
        for name in names[: names.index(removed)]:
            texts = [re.sub(rf"\b{removed}\b", name, text) for text in (*program.lines, program.result)]
            yield attrs.evolve(program, lines=(*texts[:i], *texts[i + 1 : -1]), result=texts[-1])
