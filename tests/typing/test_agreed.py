"""What `agreed.py` says of types holds when it runs: each value is of the type that a checker gives the expression."""

from __future__ import annotations

import runpy
import sys
import types
import typing
from typing import Any

import numpy as np
import pytest

from pydezero import Variable
from tests.typing.checkers import ROOT

AGREED = ROOT / "tests" / "typing" / "agreed.py"


def fits(value: object, kind: Any) -> bool:  # Any: what an annotation is
    """Whether a value is of a type. Beside others Any is an array or a scalar, of NumPy or of ours."""
    if kind is Any:
        return isinstance(value, np.ndarray | np.generic | Variable)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if hasattr(origin, "__value__"):  # an alias by a type statement, as NDArray is one from NumPy 2.5 on
        return fits(value, origin.__value__[arguments])
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, part) for part in arguments)
    if origin is tuple:
        return isinstance(value, tuple) and len(value) == len(arguments) and all(map(fits, value, arguments))
    if origin is np.ndarray:
        (scalar,) = typing.get_args(arguments[1])
        return isinstance(value, np.ndarray) and (
            scalar is Any or issubclass(value.dtype.type, typing.get_origin(scalar) or scalar)
        )
    return isinstance(value, origin or kind)


def test_types_hold_at_run_time(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: list[str] = []
    lines: list[int] = []

    def compared(value: object, kind: Any, /) -> None:
        lines.append(sys._getframe(1).f_lineno)
        if not fits(value, kind):
            wrong.append(f"line {lines[-1]}: {value!r} is no {kind}")

    monkeypatch.setattr(typing, "assert_type", compared)
    runpy.run_path(str(AGREED))
    assert wrong == []
    assert len(lines) > 80


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (np.array(2.0), np.float64),
        (np.float64(2.0), np.ndarray[Any, np.dtype[np.floating[Any]]]),
        (np.ones(2, np.float32), np.ndarray[Any, np.dtype[np.float64]]),
        ((2.0, 2.0), tuple[float]),
        (2, np.float64 | Any),
    ],
)
def test_a_wrong_type_is_found(value: object, kind: object) -> None:
    assert not fits(value, kind)
