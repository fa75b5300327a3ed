"""Build wheel and sdist, install each into fresh environments, and run README.md there: `make release-check`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZipFile

ROOT: Final = Path(__file__).parents[1]
# What a wheel holds: source code and stubs, and what describes the package. Anything else is data by mistake.
SOURCE: Final = re.compile(r"pydezero/[\w/]+\.pyi?|pydezero/py\.typed|pydezero-[\w.]+\.dist-info/[\w/-]+(\.txt)?")
LARGEST_FILE: Final = 150_000  # bytes; the largest is generated, the types of all functions
NUMPY: Final = ("numpy==2.0.*", "numpy")
EXAMPLES: Final = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


def run(*command: str | Path) -> str:
    """What a command prints; it ends this program if it fails."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def check_contents(wheel: Path) -> None:
    """End this program if the wheel holds anything but source code."""
    with ZipFile(wheel) as archive:
        for file in archive.infolist():
            if not SOURCE.fullmatch(file.filename) or file.file_size > LARGEST_FILE:
                sys.exit(f"{wheel.name} holds {file.filename}, {file.file_size:,} bytes, which is no source code")


def check(package: Path, numpy: str, folder: Path) -> None:
    """Install a package beside a NumPy, and run the examples of README.md outside of the repository."""
    run(sys.executable, "-m", "venv", folder)
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package, numpy)
    for code, printed in EXAMPLES:
        found = subprocess.run(
            [python, "-I", "-W", "error", "-c", code], check=True, capture_output=True, text=True, cwd=folder
        ).stdout
        if found != printed:
            sys.exit(f"{package.name} with {numpy}: an example of README.md prints\n{found}instead of\n{printed}")
    version = run(python, "-I", "-c", "import numpy, pydezero; print(numpy.__version__, pydezero.__file__)").split()
    if str(folder) not in version[1]:
        sys.exit(f"{package.name} was not installed: {version[1]} was imported")
    print(f"{package.name} with NumPy {version[0]}: README.md runs")


def main() -> None:
    """Build and check."""
    with TemporaryDirectory() as place:
        folder = Path(place).resolve()
        run(sys.executable, "-m", "build", "--outdir", folder / "dist", ROOT)
        (wheel,), (sdist,) = (folder / "dist").glob("*.whl"), (folder / "dist").glob("*.tar.gz")
        print(f"{wheel.name}: {wheel.stat().st_size:,} bytes; {sdist.name}: {sdist.stat().st_size:,} bytes")
        check_contents(wheel)
        for package in (wheel, sdist):
            for i, numpy in enumerate(NUMPY):
                check(package, numpy, folder / f"{package.suffix}{i}")


if __name__ == "__main__":
    main()
