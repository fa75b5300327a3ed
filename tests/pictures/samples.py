"""Pictures of every kind, and readers of the two languages that they are written in."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any, Final

import numpy as np

from pydezero import Function, Picture, Variable, draw, grad

X: Final = np.array([1.0, 2.0])
W: Final = np.ones((3, 2))


def tanh(x: Any) -> Any:
    e = np.exp(-2.0 * x)
    return (1.0 - e) / (1.0 + e)


def loop(x: Any, w: Any) -> Any:
    for _ in range(50):
        x = np.tanh((w @ x)[:2]) + x
    return np.sum(x)


def containers(params: Any) -> Any:
    swap: Any = Function(forward=lambda x, y: (y, x), backward=lambda g, h, x, y: (h, g))
    y, z = swap(params["<w>"] * np.arange(2.0), params['"b"'])
    return {"y\n": y, "z": (z, np.float32(2.0) * np.ones(2, np.float32))}


def by_hand() -> Picture:
    x = Variable(X)
    y = np.sum(np.sin(x) * np.array([2.0, 3.0]) + 1)
    return draw(y, name="by hand", names={x: 'a "name" <b>&amp;#35;\n\\N end;|{}[]()%% `x`'})


PICTURES: Final[dict[str, Callable[[], Picture]]] = {
    "tanh": lambda: draw(tanh)(0.5),
    "a derivative": lambda: draw(grad(tanh))(0.5),
    "the third derivative": lambda: draw(grad(grad(grad(tanh))))(0.5),
    "a loop": lambda: draw(grad(loop, argnums=(0, 1)))(X, W),
    "all of a loop": lambda: draw(loop, fold=False)(X, W),
    "containers": lambda: draw(containers, name='<"title">\n: &')({"<w>": X, '"b"': X}),
    "nothing": lambda: draw(lambda: 1.0)(),
    "an input": lambda: draw(lambda x: x)(X),
    "by hand": by_hand,
}

_DOT_BOX: Final = re.compile(r'^ *(\w+) \[label=<(.*)> shape="(\w+)"(.*)\]$')
_MERMAID_BOX: Final = re.compile(r'^ *(\w+)(\(\[|\{\{|\[\[|\[)"([^"]*)"(\]\)|\}\}|\]\]|\]):::(\w+)$')


def dot_boxes(text: str) -> dict[str, tuple[str, list[str]]]:
    """Shape and lines of each box of a DOT text, by key."""
    found = (_DOT_BOX.match(line) for line in text.splitlines())
    return {m[1]: (m[3], [_plain(line) for line in m[2].split("<br/>")]) for m in found if m}


def dot_arrows(text: str) -> list[tuple[str, str]]:
    """The two ends of each arrow of a DOT text."""
    return re.findall(r"^ *(\w+) -> (\w+)", text, re.MULTILINE)


def mermaid_boxes(text: str) -> dict[str, tuple[str, list[str]]]:
    """Class and lines of each box of a Mermaid text, by key."""
    found = (_MERMAID_BOX.match(line) for line in text.splitlines())
    return {m[1]: (m[5], [_decoded(line) for line in m[3].split("<br/>")]) for m in found if m}


def mermaid_arrows(text: str) -> list[tuple[str, str]]:
    """The two ends of each arrow of a Mermaid text."""
    return re.findall(r"^ *(\w+) -\.?->(?:\|[^|]*\|)? (\w+)$", text, re.MULTILINE)


def _plain(markup: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", markup)).replace("\\\\", "\\")


def _decoded(text: str) -> str:
    return re.sub(r"#(\d+);", lambda match: chr(int(match[1])), text)
