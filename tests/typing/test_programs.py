"""How many of the short programs in `programs/` type checkers accept, and how many of the wrong lines they refuse.

Of mypy and pyright `test_snippets.py` tells, which runs them on all files at once.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.typing.checkers import ROOT, Errors, pyrefly, ty
from tests.typing.limits import PYREFLY, TY, Limit
from tests.versions import needs

CORRECT: Final = ROOT / "tests" / "typing" / "programs" / "correct.py"
WRONG: Final = ROOT / "tests" / "typing" / "programs" / "wrong.py"


def programs() -> list[ast.FunctionDef]:
    """Each program; the functions above the first heading are what they share."""
    source = CORRECT.read_text(encoding="utf-8")
    start = source[: source.index("\n# gradients\n")].count("\n")
    return [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.lineno > start]


def wrong_lines() -> list[int]:
    lines = WRONG.read_text(encoding="utf-8").splitlines()
    start = lines.index("# a wrong first argument")
    return [i for i, line in enumerate(lines, 1) if i > start and line and not line.startswith("#")]


@needs("numpy==2.4.*", "the stubs that limits.py is true of")
@pytest.mark.parametrize(("checker", "limits"), [(ty, TY), (pyrefly, PYREFLY)], ids=["ty", "pyrefly"])
def test_the_limits_of_a_young_checker(
    checker: Callable[[Sequence[Path], Path], Errors], limits: Mapping[str, Limit], tmp_path: Path
) -> None:
    mistaken, missed = faults(checker([CORRECT, WRONG], tmp_path), CORRECT, WRONG)
    assert sorted(mistaken) == sorted(name for limit in limits.values() for name in limit.refused)
    assert sorted(missed) == sorted(line for limit in limits.values() for line in limit.accepted)


def faults(errors: Errors, correct: Path, wrong: Path) -> tuple[list[str], list[str]]:
    """The programs that a checker refuses, and the wrong lines that it accepts, by its errors of the two files."""
    lines = {line for path, line in errors if path == correct}
    mistaken = [p.name for p in programs() if lines.intersection(range(p.lineno, (p.end_lineno or p.lineno) + 1))]
    text = WRONG.read_text(encoding="utf-8").splitlines()
    return mistaken, [text[line - 1] for line in wrong_lines() if (wrong, line) not in errors]
