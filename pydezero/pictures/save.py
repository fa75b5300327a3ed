"""Pictures as images and files."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import Final, Literal, TypeAlias

from pydezero.pictures.diagram import Diagram
from pydezero.pictures.dot import to_dot
from pydezero.pictures.mermaid import to_mermaid

Format: TypeAlias = Literal["svg", "png", "pdf"]

_IMAGES: Final[dict[str, Format]] = {".svg": "svg", ".png": "png", ".pdf": "pdf"}
_TEXTS: Final = {".dot": to_dot, ".mmd": to_mermaid}

_HELP: Final = (
    "to_mermaid(), to_dot() and files named .mmd and .dot need neither. The package: pip install 'pydezero[graph]'. "
    "The program dot is part of Graphviz: apt install graphviz (Debian, Ubuntu), brew install graphviz (macOS), "
    "winget install graphviz (Windows), or conda install -c conda-forge graphviz (any)"
)


def can_draw() -> bool:
    """Whether images can be made here: the package graphviz and the program dot are installed."""
    return find_spec("graphviz") is not None and shutil.which("dot") is not None


def image(diagram: Diagram, kind: Format) -> bytes:
    """The picture as an image.

    Raises:
        ImportError: the Python package graphviz is not installed.
        RuntimeError: the program dot is not installed.
    """
    needs = f"a picture as .{kind} needs the Python package graphviz and the program dot"
    try:
        import graphviz  # an optional extra, and only images need it
    except ImportError as error:
        raise ImportError(f"{needs}, and the package is not installed. {_HELP}") from error
    try:
        drawn: bytes = graphviz.Source(to_dot(diagram)).pipe(format=kind)
    except graphviz.ExecutableNotFound as error:
        raise RuntimeError(f"{needs}, and the program was not found. {_HELP}") from error
    return drawn


def svg(diagram: Diagram) -> str:
    """The picture as an <svg> element."""
    text = image(diagram, "svg").decode()
    return text[text.index("<svg") :]


def save(diagram: Diagram, path: str | PathLike[str]) -> None:
    """Write the picture into a file, in the format that its suffix names.

    Raises:
        ValueError: it ends in something else than .svg, .png, .pdf, .dot or .mmd.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix in _TEXTS:
        target.write_text(_TEXTS[suffix](diagram), encoding="utf-8")
    elif suffix in _IMAGES:
        target.write_bytes(image(diagram, _IMAGES[suffix]))
    else:
        raise ValueError(
            f"save({str(path)!r}): a picture is saved as {', '.join([*_IMAGES, *_TEXTS])} (.mmd is Mermaid); "
            f"the name ends in {suffix or 'none of them'!r}"
        )
