"""The type checkers, each as a function from files to the lines with errors."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

ROOT: Final = Path(__file__).parents[2]

# The messages for the lines that have any.
Errors: TypeAlias = dict[tuple[Path, int], str]


def run(*command: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout


def cache_of_mypy(folder: Path) -> str:
    """The option for a cache in a folder, which begins as what mypy knows from its last run over the whole."""
    cache = folder / "mypy_cache"
    if (known := ROOT / ".mypy_cache").exists():
        shutil.copytree(known, cache)
    return f"--cache-dir={cache}"


def output_of_mypy(files: Iterable[Path], folder: Path) -> str:
    return run("mypy", "--config-file=mypy.ini", cache_of_mypy(folder), *map(str, files))


def mypy(files: Iterable[Path], folder: Path) -> Errors:
    out = output_of_mypy(files, folder)
    return _found(re.findall(r"^(.+?):(\d+): error: (.*)$", out, re.MULTILINE))


def pyright(folder: Path) -> Errors:
    """The errors of the files of a folder, which import each other."""
    (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(ROOT)]}))
    out = json.loads(run("pyright", "--outputjson", "--pythonpath", sys.executable, "--project", str(folder)))
    return _found(
        (error["file"], error["range"]["start"]["line"] + 1, error["message"])
        for error in out["generalDiagnostics"]
        if error["severity"] == "error"
    )


def ty(files: Sequence[Path], cache: Path) -> Errors:
    out = run("ty", "check", "--output-format=concise", f"--python={sys.executable}", *map(str, files))
    return _found(re.findall(r"^(.+?):(\d+):\d+: error(.*)$", out, re.MULTILINE))


def pyrefly(files: Sequence[Path], cache: Path) -> Errors:
    (config := cache / "pyrefly.toml").write_text("")  # else mypy.ini makes it strict
    options = f"--config={config}", f"--python-interpreter-path={sys.executable}", f"--search-path={ROOT}"
    out = run("pyrefly", "check", "--output-format=json", *options, *map(str, files))
    return _found(
        (error["path"], error["line"], error["description"])
        for error in json.loads(out)["errors"]
        if error["severity"] == "error"
    )


def _found(errors: Iterable[tuple[str, int | str, str]]) -> Errors:
    return {((ROOT / path).resolve(), int(line)): message for path, line, message in errors}
