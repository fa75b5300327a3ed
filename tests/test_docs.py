"""The pages in docs/: their examples run and print what the page says, their quotations and links are right."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from pydezero import tree
from pydezero.exports import EXPORTS

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = sorted((ROOT / "docs").glob("*.md"))
BOOK: Final = sorted((ROOT / "docs" / "book").rglob("*.md"))  # what is in them, tests/test_book.py runs
# Blocks of the others are parts of programs: of one with a file name and timings, of commands of a shell.
RUNNING: Final = (
    "array_api",
    "arrays",
    "complex_numbers",
    "containers",
    "conventions",
    "custom_rules",
    "extending",
    "fitting",
    "graphs",
    "how_it_works",
    "implicit",
    "index",
    "jit",
    "loops",
    "nets",
    "other_libraries",
    "pictures",
    "scipy",
    "sparse",
    "start",
    "taylor",
    "training",
    "types",
    "writing_into_arrays",
)


def examples(page: str) -> list[tuple[str, str]]:
    """Each block of Python of a page, and the block of text that follows it, empty where none does."""
    found = re.findall(r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", page, re.DOTALL | re.MULTILINE)
    assert len(found) == page.count("```python") > 0
    return found


@pytest.mark.parametrize("name", RUNNING)
def test_the_examples_of_a_page_run(name: str) -> None:
    namespace: dict[str, Any] = {}
    for code, printed in examples((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")):
        out = io.StringIO()
        with redirect_stdout(out):
            exec(compile(code, "<example>", "exec", dont_inherit=True), namespace)
        assert out.getvalue() == printed


def _equivalents() -> list[tuple[str, str, str]]:
    """The rows of the tables of docs/coming_from.md: the other library's code, ours, and the value."""
    page = (ROOT / "docs" / "coming_from.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    return [(row[0], row[1].strip(" |`"), row[2].strip("`") if len(row) > 2 else "") for row in rows]


@pytest.mark.parametrize(("theirs", "ours", "gives"), _equivalents(), ids=lambda cell: cell[:40])
def test_what_a_program_of_another_library_says_here(theirs: str, ours: str, gives: str) -> None:
    page = (ROOT / "docs" / "coming_from.md").read_text(encoding="utf-8")
    namespace: dict[str, Any] = {}
    [(code, _)] = examples(page)
    exec(compile(code, "<example>", "exec", dont_inherit=True), namespace)
    *statements, expression = ours.split("; ")
    exec("\n".join(statements), namespace)
    found = eval(expression, namespace)
    if gives:
        expected = eval(gives)
        assert type(expected) in (list, type(found)) or isinstance(expected, float | complex)
        for a, b in zip(*[tree.flatten(_listed(t)) for t in (found, expected)], strict=True):
            assert a is b if b is None else abs(a - b) < 1e-9


def _listed(x: Any) -> Any:
    """A container with lists in the places of its arrays, as a page writes them."""
    return tree.map_leaves(lambda leaf: np.asarray(leaf).tolist() if isinstance(leaf, np.ndarray) else leaf, x)


@pytest.mark.parametrize(("package", "page"), [("nn", "nets"), ("optim", "training"), ("data", "training")])
def test_a_page_has_every_function_and_layer_of_its_package(package: str, page: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    # In optim and data classes are what functions return.
    names = [name for name in EXPORTS[f"pydezero.{package}"] if package == "nn" or name.islower()]
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_code_that_a_page_quotes_is_in_the_library(page: Path) -> None:
    """A block that is marked `py` is a quotation, not an example."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "pydezero").rglob("*.py")]
    for quoted in re.findall(r"^```py\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        assert any(quoted in source for source in sources), quoted


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES, *BOOK], ids=lambda page: page.stem)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = re.sub(r"`[^`]*`", "", page.read_text(encoding="utf-8"))  # in code these are calls
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        is_built = page.parent.name == "docs" and target.startswith(("gallery/", "generated/"))  # Sphinx looks for it
        assert is_built or target.startswith("https://") or (page.parent / target).exists(), target
