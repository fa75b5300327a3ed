"""Seeds: the cotangents that a reverse pass begins with, and the observers among them."""

from __future__ import annotations

from collections.abc import Iterable
from types import FrameType
from typing import TYPE_CHECKING

import numpy as np

from pydezero.core.foreign import is_delayed
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable
from pydezero.lazy import load

if TYPE_CHECKING:
    from pydezero.core.observation import ObservedPass, RuleObserver


def add_seed(seeds: dict[Node, Array], node: Node, cotangent: Array) -> None:
    """Add a cotangent to that of a node, which may be the node of several outputs."""
    present = seeds.get(node)
    seeds[node] = cotangent if present is None else present + cotangent


def watched_like(value: Array, seed: Array) -> Array:
    """A seed of a derivative of a value, observed where the value is: what is computed of it is seen as well.

    An ndarray is one of Dask's in the chunks of the value, if that is computed later.
    """
    while type(value) is Variable:
        if value.node.observer is not None:
            return value.node.constant(seed)
        value = value._value
    if type(seed) is np.ndarray is not type(value) and is_delayed(value):
        return load("pydezero.arrays.dask", "in_chunks_like")(seed, value)
    return seed


def tell_backward(passes: Iterable[ObservedPass], node: Node) -> None:
    """Tell observers that the rules of a node of a reverse pass begin to run."""
    assert node.primitive is not None
    for observed in passes:
        observed.rule(f"backward of {node.primitive.name}", node.order)


def observed_passes(values: Iterable[Array], frame: FrameType) -> list[ObservedPass]:
    """A pass that is observed, run in a frame, for each observer among the transforms of some values."""
    observers: dict[RuleObserver, None] = {}
    for x in values:
        while type(x) is Variable:
            if x.node.observer is not None:
                observers[x.node.observer] = None
            x = x._value
    return [observer.enter(frame) for observer in observers]
