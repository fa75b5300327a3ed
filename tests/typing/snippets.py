"""The snippets of the pages and of the documentation of functions, as modules for a type checker.

A module has each line of code where it stands in its page or source file, so that an error tells the line. What it
needs of other snippets, or of the module whose function is documented, is imported in its first line.
"""

from __future__ import annotations

import ast
import doctest
import re
import symtable
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import indent
from typing import Final

import attrs

from tests.exports import PACKAGES, exported
from tests.stubs import source as module_source

ROOT: Final = Path(__file__).parents[2]
# Each block of these is a program; the blocks of the other pages go on from one to the next.
SEPARATE: Final = ("README.md",)
# Each section of these is a program, of examples as in documentation. The Korean pages have the same ones.
BOOK: Final = ROOT / "docs" / "book" / "en"
# The package that exports each name that a module defines.
PUBLIC: Final = {place: package for package in PACKAGES for place in exported(package).values()}
# The examples of this page pass mypy.ini. In the others a function may have no annotations: code that uses NumPy alone
# has none, and the snippets teach it.
STRICT: Final = ROOT / "docs" / "types.md"
AS_UNTYPED: Final = "# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls"
BLOCK: Final = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@attrs.frozen
class Snippet:
    """Code, and the line of its file where it begins."""

    line: int
    code: str


def write_snippets(folder: Path) -> dict[Path, Path]:
    """Writes all snippets to modules in a folder; returns the page or source file of each module."""
    written = {}
    for source in [*pages(), *sources()]:
        for name, text in modules(source).items():
            path = (folder / f"{name}.py").resolve()
            comment = "" if source == STRICT else AS_UNTYPED  # at the end, where it moves no line
            path.write_text(f"{text}{comment}\n", encoding="utf-8")
            written[path] = source
    return written


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted(BOOK.glob("*.md"))]


def sources() -> list[Path]:
    return [path for path in sorted((ROOT / "pydezero").rglob("*.py")) if ">>>" in path.read_text(encoding="utf-8")]


def modules(source: Path) -> dict[str, str]:
    """The modules of a page or a source file, by name: one for each block, one for all examples of documentation."""
    name = re.sub(r"\W", "_", str(source.relative_to(ROOT).with_suffix("")))
    text = source.read_text(encoding="utf-8")
    if source.suffix == ".py":
        return {name: _at_their_lines(_of_module(source, examples(text)), examples(text))}
    if source.parent == BOOK:
        return {name: _at_their_lines("", sections_of(text))}
    blocks = {f"{name}_line_{block.line}": block for block in blocks_of(text)}
    if source.name in SEPARATE:
        return {name: _at_their_lines("", [block]) for name, block in blocks.items()}
    if source.stem == "coming_from":
        ((name, block),) = blocks.items()
        return {name: _at_their_lines("", [block, *rows_of(text, Names.of([block.code]).defined)])}
    return dict(_continued(blocks))


def _at_their_lines(header: str, snippets: Sequence[Snippet]) -> str:
    lines = [header]
    for snippet in snippets:
        lines += [""] * (snippet.line - 1 - len(lines))
        lines += snippet.code.splitlines()
    return "\n".join(lines) + "\n"


def blocks_of(page: str) -> list[Snippet]:
    return [Snippet(page.count("\n", 0, found.start(1)) + 1, found[1]) for found in BLOCK.finditer(page)]


def sections_of(page: str) -> list[Snippet]:
    """The examples of each section of a page, as a function, but those that raise an error."""
    found = []
    for section in re.finditer(r"^## .*?(?=^## |\Z)", page, re.DOTALL | re.MULTILINE):
        line = page.count("\n", 0, section.start()) + 1
        lines = [f"def line_{line}() -> None:"]
        for block in blocks_of(section[0]):
            for part in doctest.DocTestParser().get_examples(block.code):
                lines += [""] * (block.line + part.lineno - 1 - len(lines))
                lines += indent(part.source, "    ").splitlines() if part.exc_msg is None else []
        found.append(Snippet(line, "\n".join([*lines, "    pass"])))
    return found


def rows_of(page: str, names: Sequence[str]) -> list[Snippet]:
    """The code of the rows of docs/coming_from.md, each as a function; names are those that the page defines."""
    rows = []
    for line, row in enumerate(page.splitlines(), 1):
        if row.startswith("| `"):
            code = row.strip("| ").split(" | ")[1].strip(" |`")
            changed = ", ".join(f"{name}={name}" for name in Names.of([code]).defined if name in names)
            rows.append(Snippet(line, f"def row_{line}({changed}) -> None: {code}"))
    return rows


def examples(source: str) -> list[Snippet]:
    """The examples of each string of a source file, as a function, but those that raise an error."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ">>> " in node.value:
            parts = doctest.DocTestParser().get_examples(node.value)
            lines: list[str] = []
            for part in parts:
                lines += [""] * (part.lineno - parts[0].lineno - len(lines))
                lines += part.source.splitlines() if part.exc_msg is None else []
            line = node.lineno + parts[0].lineno - 1
            found.append(Snippet(line, f"def line_{line}() -> None:\n" + indent("\n".join([*lines, "pass"]), "    ")))
    return sorted(found, key=lambda snippet: snippet.line)


def _of_module(source: Path, snippets: Sequence[Snippet]) -> str:
    """Imports of the names that documentation takes from the module where it stands, as a program imports them."""
    module = ".".join(source.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    here = module_source(module)
    imports = []
    for name in Names.of(snippet.code for snippet in snippets).used:
        if name in here.definitions:
            imports.append(f"from {PUBLIC.get(f'{module}:{name}', module)} import {name}")
        elif name in here.origins:
            origin, attribute = here.origins[name]
            imports.append(f"from {origin} import {attribute} as {name}" if attribute else f"import {origin} as {name}")
    return "; ".join(imports)


def _continued(blocks: Mapping[str, Snippet]) -> Iterator[tuple[str, str]]:
    """Each block of a page, with imports of what it takes from those above."""
    origins: dict[str, str] = {}
    for module, block in blocks.items():
        names = Names.of([block.code])
        header = "; ".join(origins[name] for name in names.used if name in origins)
        yield module, _at_their_lines(header, [block])
        origins |= {name: f"from {module} import {name}" for name in names.defined} | names.imported


@attrs.frozen
class Names:
    """The names of code: those that it uses and does not define, those that it defines, and its imports."""

    used: list[str]
    defined: list[str]
    imported: dict[str, str]

    @classmethod
    def of(cls, snippets: Iterable[str]) -> Names:
        code = "\n".join(snippets)
        top = symtable.symtable(code, "<snippet>", "exec")
        own = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
        imported = {
            alias.asname or alias.name: ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
            if isinstance(node, ast.ImportFrom)
            else ast.unparse(ast.Import([alias]))
            for node in ast.parse(code).body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        return cls(sorted(_globals(top) - own), sorted(own - imported.keys()), imported)


def _globals(table: symtable.SymbolTable) -> set[str]:
    """The names of the module that a table and those inside it refer to."""
    here = {s.get_name() for s in table.get_symbols() if s.is_global() or table.get_type() == "module"}
    return here.union(*map(_globals, table.get_children()))
