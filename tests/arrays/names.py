"""The names that CuPy has, with their parameters, as `tests/arrays/cupy.json` keeps them for the stand-in.

`python -m tests.arrays.names` writes the file where CuPy is installed; it needs no GPU.
"""

from __future__ import annotations

import inspect
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("cupy.json")

# The modules of NumPy whose functions NumPy's protocol looks for in CuPy.
_MODULES: Final = ("", ".linalg", ".fft", ".lib.stride_tricks")


def _parameters(function: Any) -> str:
    """The parameters of a function, as a text that Python reads: each default is None."""
    try:
        found = inspect.signature(function)
    except (TypeError, ValueError):  # not written in Python
        return "*args, **kwargs"
    parameters = [
        p.replace(default=p.empty if p.default is p.empty else None, annotation=p.empty)
        for p in found.parameters.values()
    ]
    return re.sub(r"^\((.*)\)$", r"\1", str(inspect.Signature(parameters)))


def _is_ufunc(value: Any) -> bool:
    return type(value).__name__ == "ufunc"


def _functions(module: Any) -> dict[str, str]:
    return {
        name: _parameters(value)
        for name, value in sorted(vars(module).items())
        if not name.startswith("_") and callable(value) and not isinstance(value, type) and not _is_ufunc(value)
    }


def _ufuncs(module: Any) -> dict[str, list[str]]:
    found = {name: value for name, value in sorted(vars(module).items()) if _is_ufunc(value)}
    return {name: list(value.types) for name, value in found.items()}


def main() -> None:
    cupy = import_module("cupy")
    special = import_module("cupyx.scipy.special")
    names = {
        "version": cupy.__version__,
        "ufuncs": _ufuncs(cupy),
        "special": _ufuncs(special),
        "functions": {module[1:]: _functions(import_module(f"cupy{module}")) for module in _MODULES},
        "methods": [name for name in dir(cupy.ndarray) if not name.startswith("_")],
    }
    FILE.write_text(json.dumps(names, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
