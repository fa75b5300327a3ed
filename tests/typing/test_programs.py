"""How many of the short programs in `programs/` type checkers accept, and how many of the wrong lines they refuse."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import pytest

from tests.typing.checkers import CHECKERS, ROOT
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


@needs("numpy>=2.4", "the stubs are more precise")
@pytest.mark.parametrize(("checker", "accepted", "refused"), [("mypy", 108, 250), ("pyright", 108, 250)])
def test_checker(checker: str, accepted: int, refused: int, tmp_path: Path) -> None:
    errors = CHECKERS[checker]([CORRECT, WRONG], tmp_path)
    lines = {line for path, line in errors if path == CORRECT}
    fine = [p.name for p in programs() if not lines.intersection(range(p.lineno, (p.end_lineno or p.lineno) + 1))]
    found = [line for line in wrong_lines() if (WRONG, line) in errors]
    assert len(fine) >= accepted
    assert len(found) >= refused
