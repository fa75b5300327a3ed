"""The messages of the command line; the error for a mistake in an expression, which points at the place."""

from __future__ import annotations

import sys
from typing import Final

_SHOWN: Final = 72


def failed(message: str) -> int:
    """Print a message; returns the exit status of a program that fails."""
    print(f"error: {message}", file=sys.stderr)
    return 2


class ExpressionError(ValueError):
    """A mistake in an expression; as text it has a line with the expression and a line that points at the place.

    >>> print(ExpressionError("y has no value", "x * y", 4, 5))
    y has no value
      x * y
          ^
    """

    def __init__(self, message: str, text: str, start: int, end: int) -> None:
        super().__init__(message, text, start, end)
        self.message = message
        self.text = text
        self.start: int = min(max(start, 0), len(text))
        self.end: int = min(max(end, self.start + 1), max(len(text), self.start + 1))

    def __str__(self) -> str:
        left = max(0, min(self.start - _SHOWN // 2, len(self.text) - _SHOWN))
        right = left + _SHOWN
        before, after = "..." if left else "", "..." if right < len(self.text) else ""
        line = before + "".join([c if c.isprintable() else "?" for c in self.text[left:right]]) + after
        marks = "^" * (min(self.end, right) - self.start)
        return f"{self.message}\n  {line}\n  {' ' * (len(before) + self.start - left)}{marks}"
