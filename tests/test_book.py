"""The pages on the book: their examples run, the Korean ones have the same, all sixty steps are there."""

from __future__ import annotations

import doctest
import re
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from pydezero import draw, grad
from tests.versions import needs

BOOK: Final = Path(__file__).parents[1] / "docs" / "book"
PAGES: Final = sorted((BOOK / "en").glob("*.md"))
BLOCK: Final = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PARSER: Final = doctest.DocTestParser()
STAGES: Final = {
    "1_automatic_differentiation": range(1, 11),
    "2_natural_code": range(11, 25),
    "3_higher_order": range(25, 37),
    "4_nets": range(37, 52),
    "5_harder": range(52, 61),
}


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def sections(page: str) -> list[str]:
    """The parts of a page below headings, each a step of the book, and a program of its own."""
    return re.split(r"^(?=## )", page, flags=re.MULTILINE)[1:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run(page: Path) -> None:
    for section in sections(read(page)):
        if "data.digits()" in section and find_spec("sklearn") is None:  # it is optional, and has the digits
            continue
        names: dict[str, Any] = {"__name__": "__main__"}
        said: list[str] = []
        examples = PARSER.get_examples("".join(BLOCK.findall(section)))
        title = section.partition("\n")[0]
        doctest.DocTestRunner(verbose=False).run(
            doctest.DocTest(examples, names, title, str(page), 0, None), out=said.append
        )
        assert not said, "".join(said)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_korean_page_has_the_same_sections_and_examples(page: Path) -> None:
    korean = read(BOOK / "ko" / page.name)
    assert [BLOCK.findall(s) for s in sections(korean)] == [BLOCK.findall(s) for s in sections(read(page))]
    assert re.findall(r"!?\]\(([^)]+)\)", korean) == re.findall(r"!?\]\(([^)]+)\)", read(page))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_all_steps_are_there(language: str) -> None:
    title = {"en": r"## Step (\d+): .", "ko": r"## (\d+)단계: ."}[language]
    for stage, steps in STAGES.items():
        parts = sections(read(BOOK / language / f"{stage}.md"))
        found = [re.match(title, part) for part in parts]
        assert [int(match[1]) for match in found if match] == list(steps)
        assert all(15 <= part.count("\n") <= 50 for part in parts), [part.count("\n") for part in parts]


@needs("numpy>=2.4", "ufuncs have signatures, which name the arguments")
def test_the_picture_of_tanh_is_what_draw_draws() -> None:
    bold = re.findall(r"<text[^>]*bold[^>]*>([^<]+)", read(BOOK / "pictures" / "tanh.svg"))
    diagram = draw(grad(grad(np.tanh)))(1.0).diagram
    assert sorted(map(unescape, bold)) == sorted([diagram.name, *diagram.parts, *[box.text for box in diagram.boxes]])


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_programs_are_as_long_as_the_table_says_and_not_longer_than_those_of_the_book(language: str) -> None:
    texts = {
        step: section
        for stage, steps in STAGES.items()
        for step, section in zip(steps, sections(read(BOOK / language / f"{stage}.md")), strict=True)
    }
    rows = re.findall(r"^\| (\d+) \| .* \| (\d+) \| (\d+) \|$", read(BOOK / language / "index.md"), re.MULTILINE)
    for step, theirs, ours in rows:
        program = BLOCK.findall(texts[int(step)])[0]
        assert len(re.findall(r"^(?:>>>|\.\.\.) ", program, re.MULTILINE)) == int(ours) <= int(theirs)
    assert len(rows) == 7
