"""Whether Numba is there, which is an optional dependency."""

from __future__ import annotations

from functools import cache
from typing import Final

_OLDEST: Final = (0, 62)  # whose LLVM, the 20th, can do all that is asked of it; that of 0.61 aborts


@cache
def check_numba(label: str) -> None:
    """Raise unless Numba can be imported, and is new enough.

    Raises:
        ImportError: it cannot, or is not; the message says how to install it.
    """
    try:
        import numba  # it takes half a second, and is optional
    except ImportError as error:
        raise ImportError(
            f"{label} compiles with Numba, which cannot be imported ({error}): pip install 'pydezero[jit]'"
        ) from error
    version = str(numba.__version__)
    if tuple(map(int, version.split(".")[:2])) < _OLDEST:
        raise ImportError(
            f"{label} needs Numba {'.'.join(map(str, _OLDEST))} or later, and {version} is installed: "
            "pip install --upgrade 'pydezero[jit]'"
        )
