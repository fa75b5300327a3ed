"""The rooms of the library stand in one order, and each imports only from those below it.

Imports inside functions and under `if TYPE_CHECKING:` count, so that no circle stands even on paper. See
docs/extending.md for what belongs in which room.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from tests.rows import over_rows

ROOT: Final = Path(__file__).parents[1]

# From the ground up; what is in no room of its own belongs to the one that stands around it.
ROOMS: Final = (
    "pydezero.exports",
    "pydezero.lazy",
    "pydezero.arrays",
    "pydezero.core",
    "pydezero.containers",
    "pydezero.tree",
    "pydezero.units",
    "pydezero.graph",
    "pydezero.functions",
    "pydezero.arrays.dask",
    "pydezero.transforms.boundary",
    "pydezero.transforms.reverse",
    "pydezero.transforms.forward",
    "pydezero.transforms.batching",
    "pydezero.transforms.jacobians",
    "pydezero.transforms.taylor",
    "pydezero.transforms.rules",
    "pydezero.transforms.staging",
    "pydezero.transforms.loops",
    "pydezero.transforms.records",
    "pydezero.transforms.implicit",
    "pydezero.transforms.jit",
    "pydezero.transforms.sparse",
    "pydezero.array_api",
    "pydezero.numpy_protocol",
    "pydezero.diagnostics",
    "pydezero.scipy",
    "pydezero.optim",
    "pydezero.data",
    "pydezero.saving",
    "pydezero.nn",
    "pydezero.pictures",
    "pydezero.testing",
    "pydezero.compat",
    "pydezero",
    "pydezero.cli",
    "pydezero.__main__",
)

MODULES: Final = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "pydezero").rglob("*.py"))
}


def room_of(module: str) -> str:
    """The innermost room that a module is in."""
    return max((room for room in ROOMS if f"{module}.".startswith(f"{room}.")), key=len)


# These are made when a test asks for them, and not by each worker that collects the tests.
@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imported(module: str) -> Iterator[tuple[str, str]]:
    """The modules of the library that a module imports anywhere in its text, each with its file and line."""
    for node in ast.walk(tree_of(module)):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        line = f"{MODULES[module].relative_to(ROOT)}:{node.lineno}"
        if isinstance(node, ast.Import):
            yield from [(alias.name, line) for alias in node.names if alias.name in MODULES]
            continue
        assert node.level == 0, f"{line}: an import that is relative"
        if node.module in MODULES:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield (submodule if submodule in MODULES else node.module), line


@cache
def imports(module: str) -> dict[str, str]:
    """The modules that a module imports, and where."""
    return dict(imported(module))


def only_exports(module: str) -> bool:
    """Whether a module is the `__init__` of a package, without a function or class of its own."""
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    is_package = MODULES[module].name == "__init__.py"
    return is_package and not any(isinstance(statement, definitions) for statement in tree_of(module).body)


@over_rows(MODULES, by=lambda module: ".".join(module.split(".")[:2]))
def test_a_module_imports_from_its_own_room_and_those_below(module: str) -> None:
    place = ROOMS.index(room_of(module))
    above = [f"{line}: {name}" for name, line in imports(module).items() if ROOMS.index(room_of(name)) > place]
    assert not above, f"{module} is in {room_of(module)} and imports what stands above it: {above}"


def test_the_table_of_rooms_in_the_documentation() -> None:
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    table = text.partition("## The rooms, and what they import")[2].partition("\n\n")[2].partition("\n\n")[2]
    cells = [line.split("|")[1] for line in table.partition("\n\n")[0].splitlines()[2:]]
    names = [name.rstrip("/").removesuffix(".py") for cell in cells for name in re.findall("`(.*?)`", cell)]
    rows = ["pydezero" if name == "__init__" else f"pydezero.{name.replace('/', '.')}" for name in names]
    assert set(rows) == {*ROOMS} - {"pydezero.__main__"}
    for module in MODULES:
        room = room_of(module)
        above = [room_of(name) for name in imports(module) if room_of(name) != room]
        assert room == "pydezero.__main__" or all(rows.index(name) < rows.index(room) for name in above), (
            module,
            above,
        )


def test_no_circle() -> None:
    # A package names what it loads on demand in an `__init__` of its own, which imports nothing of it at run time.
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, f"a circle of imports: {' -> '.join([*path[path.index(module) :], module])}"
        if module not in done and not only_exports(module):
            for name in imports(module):
                visit(name, (*path, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


def test_imports_on_demand_are_in_one_place() -> None:
    names = {"import_module", "__import__"}
    found = set()
    for module in MODULES:
        for node in ast.walk(tree_of(module)):
            # Also where it is imported under another name, or handed on.
            words = [getattr(node, field, None) for field in ("id", "attr", "name")]
            if not names.isdisjoint([word for word in words if isinstance(word, str)]):
                found.add(module)
    # The second is SciPy itself, an optional extra.
    assert found == {"pydezero.lazy", "pydezero.scipy"}
