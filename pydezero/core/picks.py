"""Picks: functions that take the residual of a rule from one application of its primitive.

The names of the rule's parameters say what to keep (see `pydezero.core.primitive`); a pick is made once for each tuple
of names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

from pydezero.core.types import Array, Residual

# Picks a residual from one application of a primitive: from its values, its result, its parameters, and the position of
# the argument whose rule it is for.
Pick: TypeAlias = Callable[[Sequence[Array], Array, Mapping[str, Any], int], Residual]

POSITIONS: Final = {"x": 0, "y": 1, "z": 2}
"""The position of an array argument, by its name in a rule."""


@cache
def pick_of(names: tuple[str, ...]) -> Pick:
    """The function that picks the residual of a rule, in one piece: one call for each name would take three times."""
    return FREQUENT_PICKS[names] if names in FREQUENT_PICKS else compiled_pick(names)


# Those that `import pydezero` needs: to compile them would take a tenth of the time of the import.
FREQUENT_PICKS: Final[Mapping[tuple[str, ...], Pick]] = {
    (): lambda values, out, params, position: None,
    ("out",): lambda values, out, params, position: out,
    ("x",): lambda values, out, params, position: values[0],
    ("y",): lambda values, out, params, position: values[1],
    ("x", "y"): lambda values, out, params, position: (values[0], values[1]),
    ("x", "out"): lambda values, out, params, position: (values[0], out),
    ("y", "out"): lambda values, out, params, position: (values[1], out),
    ("x", "y", "out"): lambda values, out, params, position: (values[0], values[1], out),
    ("x", "n"): lambda values, out, params, position: (values[0], params["n"]),
    ("x_shape",): lambda values, out, params, position: values[0].shape,
    ("x_shape", "axis"): lambda values, out, params, position: (values[0].shape, params["axis"]),
    ("x_shape", "dtype"): lambda values, out, params, position: (values[0].shape, params["dtype"]),
    ("x_shape", "order"): lambda values, out, params, position: (values[0].shape, params["order"]),
    ("axes",): lambda values, out, params, position: params["axes"],
    ("from_dtype",): lambda values, out, params, position: params["from_dtype"],
    ("like",): lambda values, out, params, position: params["like"],
}


def compiled_pick(names: Sequence[str]) -> Pick:
    """The function that picks what has these names, made from its source."""
    picks = [_picked(name) for name in names]
    residual = f"({', '.join(picks)})" if len(picks) > 1 else picks[0] if picks else "None"
    pick: Pick = eval(f"lambda values, out, params, position: {residual}")  # of the words below alone
    return pick


def _picked(name: str) -> str:
    """The expression of what has a name."""
    if name in ("out", "position"):
        return name
    if name == "xs":
        return "tuple(values)"
    argument, _, suffix = name.partition("_")
    if argument in POSITIONS and suffix in ("", "shape"):
        return f"values[{POSITIONS[argument]}]" + (".shape" if suffix else "")
    return f"params[{name!r}]"
