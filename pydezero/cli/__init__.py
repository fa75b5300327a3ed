"""The command line of pydezero."""

from pydezero.cli.program import main

__all__ = ["main"]
