"""`python -m pydezero`: the command line."""

import sys

from pydezero.cli import main

if __name__ == "__main__":
    sys.exit(main())
