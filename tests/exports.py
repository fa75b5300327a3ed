"""The table of `pydezero.exports`: which module defines each name that a package exports.

It is read off the imports that the type checker sees, `if TYPE_CHECKING:` in the `__init__.py` of each package, without
importing anything. `python -m tests.exports` writes the table anew.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
TABLE: Final = ROOT / "pydezero" / "exports.py"

PACKAGES: Final = (
    "pydezero",
    "pydezero.arrays",
    "pydezero.arrays.dask",
    "pydezero.core",
    "pydezero.data",
    "pydezero.diagnostics",
    "pydezero.functions",
    "pydezero.functions.fft",
    "pydezero.functions.indexing",
    "pydezero.functions.linalg",
    "pydezero.functions.methods",
    "pydezero.functions.nondifferentiable",
    "pydezero.functions.reductions",
    "pydezero.graph",
    "pydezero.nn",
    "pydezero.numpy_protocol",
    "pydezero.optim",
    "pydezero.pictures",
    "pydezero.scipy",
    "pydezero.scipy.fft",
    "pydezero.scipy.integrate",
    "pydezero.scipy.interpolate",
    "pydezero.scipy.linalg",
    "pydezero.scipy.ndimage",
    "pydezero.scipy.optimize",
    "pydezero.scipy.signal",
    "pydezero.scipy.signal.windows",
    "pydezero.scipy.sparse",
    "pydezero.scipy.sparse.linalg",
    "pydezero.scipy.spatial",
    "pydezero.scipy.spatial.distance",
    "pydezero.scipy.special",
    "pydezero.scipy.stats",
    "pydezero.transforms.boundary",
    "pydezero.transforms.sparse",
    "pydezero.transforms.jit.gpu",
)

_HEAD = '''"""The place of each name that a package exports. Made by `python -m tests.exports`, not by hand."""

from collections.abc import Mapping
from typing import Final

EXPORTS: Final[Mapping[str, Mapping[str, str]]] = {
'''


def path_of(module: str) -> Path:
    """The file of a module or package."""
    path = ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _imports(package: str) -> Iterator[ast.ImportFrom]:
    """The imports of a package for the type checker."""
    for statement in ast.parse(path_of(package).read_text()).body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            yield from [part for part in statement.body if isinstance(part, ast.ImportFrom)]


def listed(module: str) -> list[str]:
    """The `__all__` of a module."""
    for statement in ast.parse(path_of(module).read_text()).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(statement.value)
            return names
    raise ValueError(f"{module} has no list __all__")


def exported(package: str) -> dict[str, str]:
    """The place of each name that a package exports: "module:name", or "module" for a module itself."""
    found: dict[str, str] = {}
    for statement in _imports(package):
        module = statement.module or ""
        names = listed(module) if statement.names[0].name == "*" else [alias.name for alias in statement.names]
        found |= {name: f"{module}.{name}" if module == package else f"{module}:{name}" for name in names}
    return dict(sorted(found.items()))


def table() -> str:
    """The text of `pydezero/exports.py`."""
    lines: list[str] = []
    for package in PACKAGES:
        lines.append(f'    "{package}": {{\n')
        lines += [f'        "{name}": "{module}",\n' for name, module in exported(package).items()]
        lines.append("    },\n")
    return "".join([_HEAD, *lines, "}\n"])


if __name__ == "__main__":
    TABLE.write_text(table())
