"""The arguments of a program in containers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

import attrs
import numpy as np

from pydezero import Variable
from pydezero.tree import flatten
from tests.functions.case import Array, Results

# Containers of any type, whose entries are arrays or Variables.
Arguments: TypeAlias = tuple[Any, ...]


class Pair(NamedTuple):
    first: Any
    rest: Any


@dataclasses.dataclass
class Layer:
    w: Any
    rest: Any
    name: str = "layer"


@attrs.frozen
class Model:
    head: Any
    rest: Any


PACKINGS: Final[Mapping[str, Callable[..., Arguments]]] = {
    "arguments": lambda *xs: xs,
    "list": lambda *xs: (list(xs),),
    "tuple": lambda *xs: (xs,),
    "dict": lambda *xs: (dict(zip("zyx", xs, strict=False)),),
    "named tuple": lambda x, *xs: (Pair(x, list(xs)),),
    "dataclass": lambda x, *xs: (Layer(x, {"rest": xs}),),
    "attrs class": lambda x, *xs: (Model(x, Pair(list(xs), None)),),
    "nested": lambda x, *xs: ({"a": x, "rest": Pair((), Layer([{"b": xs}], None)), "none": None},),
}


def packed(packing: str, *xs: Array) -> Arguments:
    """The arguments of a program: arrays by themselves, or in containers."""
    return PACKINGS[packing](*xs)


def leaves_of(*arguments: Any) -> list[Results]:
    """The arrays and Variables of arguments, in the order of `flatten`."""
    return [leaf for leaf in flatten(arguments) if isinstance(leaf, Variable | np.ndarray | np.generic)]
