"""The process that evaluates an expression: how long it may take, and how much memory it may use."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from pydezero.cli import limits

# The estimates of sizes are off in these runs, so that the limits alone hold.
_WITHOUT_ESTIMATES: Final = """
import sys
from pydezero.cli import evaluation, expression
expression.MOST_ELEMENTS = expression.MOST_WORK = 10**18
sys.exit(evaluation.main())
"""


def run(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *argv], capture_output=True, text=True, check=False)


def test_a_computation_that_takes_too_long_is_ended() -> None:
    done = run("-m", "pydezero", "x**2", "--at", "x=3", "--timeout", "0.01")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: this takes longer than the 0.01 seconds that --timeout allows\n"


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no timer that ends a process")
def test_it_ends_though_nobody_watches_the_time() -> None:
    start = time.perf_counter()
    done = run("-c", _WITHOUT_ESTIMATES, "abs(roots(linspace(1, 2, 3000)))[0]", "--timeout", "0.5")
    assert done.returncode < 0
    assert time.perf_counter() - start < 300  # it takes far longer otherwise


@pytest.mark.skipif(limits._data_in_use() is None, reason="the system does not bound the memory of a process")
def test_a_computation_that_takes_too_much_memory_is_ended() -> None:
    done = run("-c", _WITHOUT_ESTIMATES, "sum(tile(1.5, (4000, 10000)))", "--memory", "100")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: this takes more memory than the 100 MB that --memory allows\n"


def test_the_other_process_finds_modules_where_this_one_does(tmp_path: Path) -> None:
    (tmp_path / "ast.py").write_text("raise AssertionError('a file of the working folder was imported')")
    program = f"import sys; sys.path[:] = {sys.path!r}; from pydezero.cli import main; sys.exit(main(['1 + 1']))"
    command = [sys.executable, "-P", "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 + 1 = 2\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no signals that end a process")
def test_a_process_that_ended_by_itself_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pydezero.cli import main, program

    monkeypatch.setattr(program, "_PROGRAM", "import os; os.kill(os.getpid(), 9)  # {path}")
    assert main(["1 + 1"]) == 2
    assert capsys.readouterr().err == "error: the computation was ended by signal 9\n"
