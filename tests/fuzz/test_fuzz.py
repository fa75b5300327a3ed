"""A short run of the random programs; `make fuzz` runs them for longer."""

from __future__ import annotations

from itertools import count
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pydezero import value_and_grad
from pydezero.transforms.jit import emit_parts, threads
from tests.functions.case import Case
from tests.functions.cases import CASES
from tests.fuzz.layouts import numbers
from tests.fuzz.programs import Program, programs, some_oracles
from tests.fuzz.rows import ROWS, row, total
from tests.fuzz.running import Counts, check
from tests.versions import is_there

_counts = Counts()

_SHORT: Final = settings(
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # `check` makes a program that fails shorter, which is quicker
)


@settings(_SHORT, max_examples=150)
@given(program=programs(longest=4), oracles=some_oracles(2))
def test_random_programs(program: Program, oracles: list[str]) -> None:
    check(program, _counts, oracles)


@settings(_SHORT, max_examples=12)
@given(program=programs(longest=4))
def test_patterns_of_random_programs(program: Program) -> None:
    check(program, _counts, ["patterns"])


@settings(_SHORT, max_examples=8)
@given(program=programs(longest=4))
def test_random_programs_compiled(program: Program) -> None:
    check(program, _counts, ["compiled_graphs"])


@settings(_SHORT, max_examples=4)
@given(program=programs(longest=4))
def test_random_programs_compiled_in_parts(program: Program) -> None:
    """Every loop is computed in parts, as large ones are, which threads share."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("LARGE", "_OF_PART", "_FEWEST"):
            patch.setattr(emit_parts, name, 1)
        patch.setattr(threads, "thread_count", lambda: 3)
        check(program, _counts, ["compiled_graphs"])


def test_every_row_of_the_tables_can_occur() -> None:
    """What programs draw from has all rows, under names of their own; test_completeness asks rows of all functions."""
    drawn: list[Case] = list(ROWS.values())
    assert len(drawn) == len(CASES)
    assert all(any(case is other for other in drawn) for case in CASES[:: len(CASES) // 50])


def test_every_row_is_a_step_for_any_array() -> None:
    """One row in seven, each for another shape: it has a value and a gradient, which are finite."""
    shapes = ((), (3,), (0,), (2, 3))
    names = [name for name, case in ROWS.items() if not case.needs or is_there(case.needs)]
    for name, k in zip(names[::7], count(), strict=False):
        x = numbers(shapes[k % len(shapes)], "f8", k)
        value, gradient = value_and_grad(lambda x, name=name: total(row(name, x)) + 0.0 * total(x))(x)
        assert (value.shape, gradient.shape) == ((), x.shape), name
