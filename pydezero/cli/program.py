"""The command line: `python -m pydezero`, with `--help` for what it takes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from pydezero.cli.arguments import options
from pydezero.cli.errors import failed

# The other process looks for modules where this one does, and nowhere else: its own folder is not among them.
_PROGRAM: Final = "import sys; sys.path[:] = {path!r}; from pydezero.cli.evaluation import main; sys.exit(main())"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns 0, or 2 with a message if there is a mistake in it, or it takes too long.

    The work is done by another process, which can be ended at any moment.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    chosen = options(arguments)
    warnings = [f"-W{option}" for option in sys.warnoptions]
    command = [sys.executable, *warnings, "-c", _PROGRAM.format(path=sys.path), *arguments]
    try:
        status = subprocess.run(command, timeout=chosen.timeout, check=False).returncode
    except subprocess.TimeoutExpired:
        return failed(f"this takes longer than the {chosen.timeout:g} seconds that --timeout allows")
    return status if status >= 0 else failed(f"the computation was ended by signal {-status}")
