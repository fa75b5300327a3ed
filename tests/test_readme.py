"""The examples of README.md run as they are written, and print what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.versions import needs

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
EXAMPLES = BLOCKS.findall(README)


def test_every_example_is_found() -> None:
    assert len(EXAMPLES) == README.count("```python") > 0


@needs("numpy>=2.4", "the stubs are more precise")
def test_the_example_of_types_passes_mypy(tmp_path: Path) -> None:
    example = tmp_path / "example.py"
    [(code, _)] = BLOCKS.findall((ROOT / "docs" / "types.md").read_text())
    example.write_text(code)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(example)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("code", "printed"), EXAMPLES)
def test_example(code: str, printed: str) -> None:
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stderr == ""
    assert result.stdout == printed
