"""The pages of the reference: one for each subject, made of `pydezero.exports`, with links to the source.

Names are exported on demand, and many functions are made by another (`sin = unary(np.sin, ...)`), so neither
autosummary nor viewcode finds where they are defined. The table of exports knows the module, and the module's
syntax the line.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from inspect import Parameter, getdoc, isclass, ismodule
from inspect import signature as signature_of
from pathlib import Path
from typing import Any, Final, TypeAlias

from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

from pydezero.exports import EXPORTS

FOLDER: Final = Path(__file__).parents[1] / "generated" / "reference"

# The kind of a definition, and its first and last line.
Tag: TypeAlias = tuple[str, int, int]

# The page of a name, by the beginning of the module that defines it; the first that fits.
_SUBJECTS: Final = {
    "pydezero.transforms.reverse": "Reverse mode",
    "pydezero.transforms.forward": "Forward mode",
    "pydezero.transforms.jacobians": "Jacobians and Hessians",
    "pydezero.transforms.sparse": "Sparse derivatives",
    "pydezero.transforms.batching": "Batches",
    "pydezero.transforms.rules": "Rules and implicit derivatives",
    "pydezero.transforms.loops": "Loops and choices",
    "pydezero.transforms.staging": "Graphs",
    "pydezero.transforms.jit": "Compilation",
    "pydezero.diagnostics": "Diagnostics and checks",
    "pydezero.testing": "Diagnostics and checks",
    "pydezero.pictures": "Pictures",
    "pydezero": "Values",
}
# The packages that have a page of their own beside the subjects of functions.
_PACKAGES: Final = (
    "optim",
    "nn",
    "data",
    "scipy.fft",
    "scipy.integrate",
    "scipy.interpolate",
    "scipy.linalg",
    "scipy.ndimage",
    "scipy.optimize",
    "scipy.signal",
    "scipy.sparse",
    "scipy.sparse.linalg",
    "scipy.spatial.distance",
    "scipy.special",
    "scipy.stats",
)


def _pages() -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """The file, the title and the names by package, of each page."""
    subjects: dict[str, list[str]] = {title: [] for title in _SUBJECTS.values()}
    for name, place in EXPORTS["pydezero"].items():
        if not ismodule(getattr(import_module("pydezero"), name)) and not place.startswith("pydezero.functions:"):
            subjects[next(title for start, title in _SUBJECTS.items() if place.startswith(start))].append(name)
    for title, names in subjects.items():
        packages = {"pydezero": names}
        if title == "Diagnostics and checks":
            packages["pydezero.testing"] = ["check_grads"]
        yield title.lower().replace(" ", "_"), title, packages
    functions: dict[str, list[str]] = defaultdict(list)
    for name, place in EXPORTS["pydezero.functions"].items():
        if ":" in place:
            functions[place.split(":")[0].split(".")[2]].append(name)
    for subject, names in sorted(functions.items()):
        package = import_module(f"pydezero.functions.{subject}")
        sentence = (getdoc(package) or "").splitlines()[0]
        yield f"functions_{subject}", sentence.partition(":")[0].rstrip("."), {"pydezero.functions": names}
    for package_name in ("functions.fft", "functions.linalg", *_PACKAGES):
        package_name = f"pydezero.{package_name}"
        if package_name in EXPORTS:
            title = package_name.removeprefix("pydezero.functions.")
            title = f"numpy.{title}" if "functions" in package_name else title
            yield (
                package_name.removeprefix("pydezero.").replace(".", "_"),
                title,
                {package_name: list(EXPORTS[package_name])},
            )


def _write_pages(app: Sphinx) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    written: dict[str, str] = {}
    for file, title, names in _pages():
        lines = [title, "=" * len(title), ""]
        for package, of_package in names.items():
            module = import_module(package)
            lines += [f".. currentmodule:: {package}", ""]
            first: dict[int, str] = {}
            for name in of_package:
                value = getattr(module, name)
                if not ismodule(value):
                    lines += _entry(name, value, first.setdefault(id(value), name))
        written[file] = "\n".join(lines) + "\n"
    listed = "\n".join([f"   {file}" for file in written])
    written["index"] = f"Every name\n==========\n\n.. toctree::\n   :maxdepth: 1\n\n{listed}\n"
    for file, text in written.items():
        path = FOLDER / f"{file}.rst"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in FOLDER.glob("*.rst"):
        if path.stem not in written:
            path.unlink()


def _entry(name: str, value: Any, first: str) -> list[str]:
    if first != name:
        return [f".. function:: {name}{_signature(value)}", "", f"   Another name of :func:`{first}`.", ""]
    if isclass(value):
        return [f".. autoclass:: {name}", "   :members:", ""]
    if callable(value):
        return [f".. autofunction:: {name}", ""]
    return [f".. autodata:: {name}", "   :no-value:", ""]


def _signature(function: Any) -> str:
    """The arguments of a function, without their types."""
    found = signature_of(function)
    arguments = [x.replace(annotation=Parameter.empty) for x in found.parameters.values()]
    return str(found.replace(parameters=arguments, return_annotation=Parameter.empty))


def _defining_module(app: Sphinx, module: str, attribute: str) -> str | None:
    """The module that defines what a package exports."""
    seen = module, (attribute or "").partition(".")[0]
    while (place := EXPORTS.get(seen[0], {}).get(seen[1])) and ":" in place:
        package, _, name = place.partition(":")
        seen = package, name
    return seen[0] if seen[0] != module else None


def _source(app: Sphinx, module: str) -> tuple[str, dict[str, Tag]] | None:
    """The source of a module, and the lines of what is defined there, assignments included."""
    spec = find_spec(module)
    if spec is None or spec.origin is None or not module.startswith("pydezero"):
        return None
    source = Path(spec.origin).read_text(encoding="utf-8")
    return source, dict(_tags(ast.parse(source).body, ""))


def _tags(statements: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Tag]]:
    for statement in statements:
        lines = statement.lineno, statement.end_lineno or statement.lineno
        if isinstance(statement, ast.FunctionDef):
            yield prefix + statement.name, ("def", *lines)
        elif isinstance(statement, ast.ClassDef):
            yield prefix + statement.name, ("class", *lines)
            yield from _tags(statement.body, f"{prefix}{statement.name}.")
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
            yield from [(prefix + name, ("def", *lines)) for name in names]


def _as_text(app: Sphinx, kind: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """Escape what docstrings do not mean as markup: they are plain text in which `x` is code."""
    is_example = False
    for i, line in enumerate(lines):
        is_example = bool(line.strip()) and (is_example or line.lstrip().startswith(">>>"))
        if not is_example:
            parts = line.split("`")
            parts[::2] = [re.sub(r"([*|]|(?<=\w)_(?!\w))", r"\\\1", part) for part in parts[::2]]
            lines[i] = "`".join(parts)


def _without_overloads() -> None:
    """Show each function with the one signature that it runs with: the overloads are for type checkers."""
    analyze = ModuleAnalyzer.analyze

    def analyzed(self: ModuleAnalyzer) -> None:
        analyze(self)
        self.overloads = {}

    ModuleAnalyzer.analyze = analyzed  # type: ignore[method-assign]  # Sphinx has no option for it


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx."""
    _without_overloads()
    app.connect("autodoc-process-docstring", _as_text, priority=100)  # before napoleon
    app.connect("builder-inited", _write_pages)
    app.connect("viewcode-follow-imported", _defining_module)
    app.connect("viewcode-find-source", _source)
    return {"version": "1", "parallel_read_safe": True}
