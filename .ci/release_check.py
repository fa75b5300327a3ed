"""Build wheel and sdist, install each into fresh environments, and run README.md there: `make release-check`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parents[1]
LARGEST_WHEEL: Final = 1_200_000  # bytes; what is in it is source code, so that more means data by mistake
NUMPY: Final = ("numpy==2.0.*", "numpy")
EXAMPLES: Final = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


def run(*command: str | Path) -> str:
    """What a command prints; it ends this program if it fails."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


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
        size = wheel.stat().st_size
        print(f"{wheel.name}: {size:,} bytes; {sdist.name}: {sdist.stat().st_size:,} bytes")
        if size > LARGEST_WHEEL:
            sys.exit(f"the wheel is larger than {LARGEST_WHEEL:,} bytes")
        for package in (wheel, sdist):
            for i, numpy in enumerate(NUMPY):
                check(package, numpy, folder / f"{package.suffix}{i}")


if __name__ == "__main__":
    main()
