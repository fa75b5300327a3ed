"""`python -m pydezero`: the command line."""

import sys

from pydezero.cli.program import main

if __name__ == "__main__":
    sys.exit(main())
