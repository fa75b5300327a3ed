"""Notes on errors of other code: a function writes into an argument that is lent to it, or passes a Variable on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final

import numpy as np

from pydezero.core.operators import EscapeError
from pydezero.core.snapshot import is_number, memory_of
from pydezero.core.source import instruction_of, is_users
from pydezero.transforms.boundary.messages import argument_leaves
from pydezero.tree import Tree, flatten

# What NumPy says, of an assignment, of out= and of setflags.
_READ_ONLY: Final = re.compile(r"read-only|WRITEABLE")
_LIST: Final = re.compile(r"\b(?:list|tuple)\b")
_VARIABLE: Final = re.compile(r"\bVariable\b|\bvariable\(")
_LENT: Final = "is lent to the function"
_IN_PLACE: Final = re.compile(r"[^=<>!]*?(?:[-+*/@%&|^]|//|\*\*|<<|>>)=")


def note_read_only(
    error: TypeError | ValueError, f: Callable[..., Any], args: Sequence[Tree], kwargs: Mapping[str, Tree]
) -> None:
    """Add to an error of f, given these arguments, which of them it writes into, and what to write instead."""
    if not _READ_ONLY.search(str(error)) or any(_LENT in note for note in getattr(error, "__notes__", ())):
        return
    leaves = zip(argument_leaves(f, args, kwargs), flatten((args, kwargs)), strict=True)
    labels = {id(memory_of(x)): leaf.label for leaf, x in leaves if type(x) is np.ndarray and not x.flags.writeable}
    found = next((names for frame in _innermost(error.__traceback__) if (names := _written(frame, labels))), {})
    for name, label in found.items():
        error.add_note(
            f"(as {name}, {label} {_LENT}, which may read it but not write into it; write "
            f"{name} = {name}.copy() first, or let the function capture the array that it writes into)"
        )


def note_variable(error: TypeError | ValueError) -> None:
    """Add to an error of another library, which a Variable was passed to, what to write instead."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    is_ours = traceback is None or traceback.tb_frame.f_globals.get("__name__", "").startswith("pydezero")
    if is_ours or isinstance(error, EscapeError) or not _VARIABLE.search(str(error)) or hasattr(error, "__notes__"):
        return
    error.add_note(
        "(a Variable is what the function gets in the place of an array or number: NumPy's functions take it "
        "(np.mean(x) rather than statistics.mean(x)); its value is pydezero.value(x), which has no derivative)"
    )


def note_list(error: TypeError | AttributeError, args: Sequence[Any]) -> None:
    """Add to an error that an argument is a list or tuple of numbers, and no array, if that may be its cause."""
    if hasattr(error, "__notes__") or not (isinstance(error, EscapeError) or _LIST.search(str(error))):
        return
    for i, arg in enumerate(args):
        if type(arg) in (list, tuple) and arg and all(map(is_number, flatten(arg))):
            kind = type(arg).__name__
            error.add_note(f"(argument {i} is a {kind}, a container of numbers; np.array(x) makes an array of it)")
            return


def _innermost(traceback: TracebackType | None) -> list[TracebackType]:
    """The innermost frame of the user's, behind the frames of NumPy's that it has called."""
    frames: list[TracebackType] = []
    while traceback is not None:
        frames = [traceback] if is_users(traceback.tb_frame) else [traceback, *frames]
        traceback = traceback.tb_next
    return frames


def _written(frame: TracebackType, labels: Mapping[int, str]) -> dict[str, str]:
    """The variables of a frame that are arguments, or views of them, and are named in the instruction that it was at.

    Where there is no source to look at, all of them.
    """
    variables = {
        name: labels[id(memory_of(x))]
        for name, x in frame.tb_frame.f_locals.items()
        if type(x) is np.ndarray and id(memory_of(x)) in labels
    }
    instruction = _instruction(frame) if variables else ""
    if not instruction:
        return variables
    return {name: variables[name] for name in re.findall(r"\w+", instruction) if name in variables}


def _instruction(frame: TracebackType) -> str:
    """The source of the instruction that a frame was at; of an assignment in place, the array that is written into."""
    text = instruction_of(frame.tb_frame.f_code, frame.tb_lasti)
    in_place = _IN_PLACE.match(text)
    return in_place.group() if in_place else text
