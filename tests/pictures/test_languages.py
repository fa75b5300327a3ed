"""DOT and Mermaid say what the diagram says, and nothing that a user writes is taken for the language."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest

from pydezero import Picture
from pydezero.pictures.diagram import Role
from tests.pictures.samples import PICTURES, dot_arrows, dot_boxes, mermaid_arrows, mermaid_boxes

NEEDS_DOT = pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")


@pytest.fixture(params=PICTURES)
def picture(request: pytest.FixtureRequest) -> Picture:
    return PICTURES[request.param]()


def lines_of(picture: Picture) -> dict[str, list[str]]:
    return {box.key: [" ".join(line.split()) for line in (box.text, *box.details)] for box in picture.diagram.boxes}


def test_every_box_and_arrow_is_in_both(picture: Picture) -> None:
    ends = [(arrow.tail, arrow.head) for arrow in picture.diagram.arrows]
    dot, mermaid = picture.to_dot(), picture.to_mermaid()
    assert sorted(dot_arrows(dot)) == sorted(mermaid_arrows(mermaid)) == sorted(ends)
    assert {key: lines for key, (_, lines) in dot_boxes(dot).items()} == lines_of(picture)
    assert {key: lines for key, (_, lines) in mermaid_boxes(mermaid).items()} == lines_of(picture)


def test_the_same_text_again() -> None:
    for make in PICTURES.values():
        assert make().to_dot() == make().to_dot()
        assert make().to_mermaid() == make().to_mermaid()


def test_roles_have_shapes_of_their_own(picture: Picture) -> None:
    dot = dot_boxes(picture.to_dot())
    shapes = {Role.INPUT: "ellipse", Role.CONSTANT: "hexagon", Role.OPERATION: "box", Role.OUTPUT: "box"}
    for box in picture.diagram.boxes:
        assert dot[box.key][0] == shapes[box.role]
    assert picture.to_dot().count("peripheries=2") == sum(b.role is Role.OUTPUT for b in picture.diagram.boxes)
    mermaid = picture.to_mermaid()
    for key, (name, _) in mermaid_boxes(mermaid).items():
        (box,) = [box for box in picture.diagram.boxes if box.key == key]
        assert name.rstrip("0123456789") == box.role.value
        assert f"classDef {name} " in mermaid


def test_parts_and_groups_are_frames(picture: Picture) -> None:
    titles = [*picture.diagram.parts, *[group.title for group in picture.diagram.groups]]
    dot, mermaid = picture.to_dot(), picture.to_mermaid()
    assert dot.count("subgraph cluster_") == mermaid.count("subgraph ") == len(titles)
    assert len(re.findall(r"^ *end$", mermaid, re.MULTILINE)) == len(titles)
    for title in picture.diagram.parts:
        assert f"<b>{title}</b>" in dot
        assert f'["{title}"]' in mermaid


def test_boxes_are_in_the_frames_of_their_parts() -> None:
    picture = PICTURES["a loop"]()
    parts = re.split(r"^    subgraph part\d", picture.to_mermaid(), flags=re.MULTILINE)
    assert len(parts) == 3
    for box in picture.diagram.boxes:
        assert box.key in mermaid_boxes(parts[0 if box.part is None else box.part + 1])


def test_the_title() -> None:
    picture = PICTURES["containers"]()
    assert "<b>&lt;&quot;title&quot;&gt; : &amp;</b>" in picture.to_dot()
    title = re.match(r"---\ntitle: (.*)\n---\n", picture.to_mermaid())
    assert title is not None
    assert json.loads(title[1]) == '\u2039"title"\u203a\n: &'  # a string of JSON is one of YAML


def test_mermaid_has_nothing_in_a_label_that_means_something(picture: Picture) -> None:
    for line in picture.to_mermaid().splitlines()[3:]:  # below the title
        for label in re.findall(r'"([^"]*)"', line):
            assert re.fullmatch(r"(?:[\w _.,:=()\[\]+/]|#\d+;|<br/>)*", label), label


@NEEDS_DOT
def test_dot_draws_what_the_text_says(picture: Picture) -> None:
    done = subprocess.run(
        ["dot", "-Tsvg"], input=picture.to_dot(), capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stderr == ""
    drawn = "".join(ET.fromstring(done.stdout).itertext())
    written = " ".join(drawn.replace("\xa0", " ").split())
    for lines in lines_of(picture).values():
        for line in lines:
            assert line in written
