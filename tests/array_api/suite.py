"""`python -m tests.array_api.suite DIRECTORY`: the test suite of the standard, on NumPy and on `pydezero.array_api`.

DIRECTORY has https://github.com/data-apis/array-api-tests, with its submodule, and the Python that runs this has what
the suite needs (`pip install ndindex pytest-json-report`). It prints both counts, and what one of the two fails alone.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.exports import ROOT

_EXAMPLES: Final = 50


def run(directory: Path, namespace: str) -> tuple[str, set[str]]:
    """The summary of the suite for a namespace, and the tests that failed."""
    options = ["-q", f"--max-examples={_EXAMPLES}", "--disable-warnings", "-p", "no:cacheprovider", "array_api_tests"]
    found = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=directory,
        env={
            **os.environ,
            "ARRAY_API_TESTS_MODULE": namespace,
            "ARRAY_API_TESTS_VERSION": "2024.12",
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return found.splitlines()[-1], set(re.findall(r"^(?:FAILED|ERROR) .*?::(.*?)(?: - .*)?$", found, re.MULTILINE))


def main(directory: Path) -> None:
    failed = {}
    for namespace in ("numpy", "pydezero.array_api"):
        summary, failed[namespace] = run(directory, namespace)
        print(f"{namespace}: {summary}")
    for namespace, other in (("numpy", "pydezero.array_api"), ("pydezero.array_api", "numpy")):
        print(f"failed by {namespace} alone:", *sorted(failed[namespace] - failed[other]), sep="\n    ")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
