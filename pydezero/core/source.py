"""The user's source: which line of it is running, seen from inside the library."""

from __future__ import annotations

import linecache
import os
import sys
from itertools import islice
from types import CodeType, FrameType
from typing import Final, NamedTuple

import numpy as np

# Where the code is that is not the user's. (pathlib would be a tenth of the import.)
_LIBRARIES: Final = tuple(f"{os.path.dirname(path)}{os.sep}" for path in (os.path.dirname(__file__), np.__file__))


class Line(NamedTuple):
    """A line of source code; in order they are as in the file."""

    file: str
    number: int

    @property
    def text(self) -> str:
        """The line itself, empty where it cannot be read."""
        return linecache.getline(self.file, self.number).strip()

    @property
    def place(self) -> str:
        """The file and the number."""
        return f"{self.file}:{self.number}"

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.text else self.place


def is_users(frame: FrameType) -> bool:
    """Whether a frame runs neither the library nor NumPy."""
    return not frame.f_code.co_filename.startswith(_LIBRARIES)


def line_of(frame: FrameType) -> Line:
    """The line that a frame is at."""
    return Line(frame.f_code.co_filename, frame.f_lineno)


def instruction_of(code: CodeType, place: int) -> str:
    """The source of the instruction at a place in some code, as far as its first line; empty where it is not known."""
    positions = next(islice(code.co_positions(), place // 2, None), None)
    if positions is None or None in positions:
        return ""
    line, last_line, start, end = positions
    text = linecache.getline(code.co_filename, line or 0)
    return text.encode()[start : end if line == last_line else None].decode(errors="replace")


def users_line() -> Line:
    """The line of the user's code that is running."""
    frame = sys._getframe(1)
    while frame.f_back is not None and not is_users(frame):
        frame = frame.f_back
    return line_of(frame)
