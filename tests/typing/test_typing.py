"""The type checkers agree with `accepted*.py`, `agreed.py`, `rejected*.py`; an error expected there has to come."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.typing.checkers import ROOT, output_of_mypy, run
from tests.versions import needs

ACCEPTED = [*sorted((ROOT / "tests" / "typing").glob("accepted*.py")), ROOT / "tests" / "typing" / "agreed.py"]
REJECTED = sorted((ROOT / "tests" / "typing").glob("rejected*.py"))
_OF_NEWER_STUBS = needs("numpy>=2.4", "the stubs are more precise: np.float64 is a float")


@_OF_NEWER_STUBS
def test_mypy_accepts_and_rejects_and_notices_a_wrong_type_and_a_missing_error(tmp_path: Path) -> None:
    wrong = tmp_path / "of_this_test.py"
    wrong.write_text(
        "from typing import assert_type\n"
        "from pydezero import Variable, as_variable, functions as F, grad\n"
        "assert_type(grad(F.sin)(2.0), Variable)\n"
        "grad(F.sin)(2.0)  # type: ignore[call-overload]\n"
    )
    *errors, summary = output_of_mypy([*ACCEPTED, *REJECTED, wrong], tmp_path).splitlines()
    assert all(re.match(rf".*{wrong.name}:\d+: ", line) for line in errors), errors
    assert "[assert-type]" in "\n".join(errors)
    assert "[unused-ignore]" in "\n".join(errors)
    assert f"in 1 file (checked {len(ACCEPTED) + len(REJECTED) + 1} source files)" in summary


@_OF_NEWER_STUBS
def test_pyright_agrees() -> None:
    out = run("pyright", "--outputjson", "--pythonpath", sys.executable, *map(str, ACCEPTED))
    diagnostics = json.loads(out)["generalDiagnostics"]
    assert diagnostics == []


def test_the_public_api_is_typed_completely(tmp_path: Path) -> None:
    # pyright verifies what is installed, not a checkout; a copy on the path of Python passes for that. It asks the
    # first Python on the path of the system where the stubs of other packages are.
    shutil.copytree(ROOT / "pydezero", tmp_path / "pydezero")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    result = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--ignoreexternal", "--verifytypes", "pydezero"],
        cwd=tmp_path.parent,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    completeness = json.loads(result.stdout)["typeCompleteness"]["completenessScore"]
    assert completeness == pytest.approx(1.0)
