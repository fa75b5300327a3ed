"""Legible on white and on black, in colour and in grey."""

from __future__ import annotations

from itertools import combinations

import pytest

from pydezero import draw
from pydezero.pictures.diagram import Role
from pydezero.pictures.style import LOOKS, NEUTRAL, part_look

# Pages, notebooks and editors, light and dark.
BACKGROUNDS = ("#ffffff", "#f6f8fa", "#111111", "#0d1117", "#000000")

PARTS = range(12)


def luminance(colour: str) -> float:
    """The relative luminance of the Web Content Accessibility Guidelines."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a: str, b: str) -> float:
    """Their contrast ratio, from 1 to 21."""
    darker, lighter = sorted([luminance(a), luminance(b)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("role", Role)
def test_text_on_a_box(role: Role) -> None:
    assert contrast(LOOKS[role].text, LOOKS[role].fill) >= 7


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_what_lies_on_the_background(background: str) -> None:
    for colour in [NEUTRAL, *[part_look(part).stroke for part in (None, *PARTS)]]:
        assert contrast(colour, background) >= 3.8


def test_roles_differ_in_grey() -> None:
    for a, b in combinations(LOOKS.values(), 2):
        assert contrast(a.fill, b.fill) >= 1.25
    assert len({look.mermaid_shape for look in LOOKS.values()}) == len(LOOKS)


def test_parts_that_meet_differ_in_colour_and_line() -> None:
    for part in PARTS:
        here, there = part_look(part), part_look(part + 1)
        assert here.stroke != there.stroke
        assert (here.dot_line, here.dashes) != (there.dot_line, there.dashes)
    assert len({part_look(part).stroke for part in range(5)}) == 5


def test_the_background_is_transparent() -> None:
    assert 'bgcolor="transparent"' in draw(lambda x: x)(1.0).to_dot()
