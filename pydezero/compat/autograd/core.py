"""Names that programs import from `autograd.core`: the operators on functions of one argument, and the rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydezero.compat.autograd import differential_operators
from pydezero.compat.autograd.applications import RULES_OF_FORWARD_MODE, RULES_OF_REVERSE_MODE
from pydezero.compat.autograd.deprecated import primitive
from pydezero.compat.autograd.extend import (
    Box,
    VSpace,
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    getval,
    isbox,
    vspace,
)

__all__ = [
    "Box",
    "VSpace",
    "def_linear",
    "defjvp",
    "defjvp_argnum",
    "defjvp_argnums",
    "defvjp",
    "defvjp_argnum",
    "defvjp_argnums",
    "getval",
    "isbox",
    "make_jvp",
    "make_vjp",
    "primitive",
    "primitive_jvps",
    "primitive_vjps",
    "vspace",
]

primitive_vjps = RULES_OF_REVERSE_MODE
primitive_jvps = RULES_OF_FORWARD_MODE


def make_vjp(fun: Callable[[Any], Any], x: Any) -> tuple[Callable[[Any], Any], Any]:
    """The pair (pullback, value) of a function of one argument at a point."""
    made: tuple[Callable[[Any], Any], Any] = differential_operators.make_vjp(fun)(x)
    return made


def make_jvp(fun: Callable[[Any], Any], x: Any) -> Callable[[Any], Any]:
    """The pushforward of a function of one argument at a point, which gives the pair (value, tangent)."""
    made: Callable[[Any], Any] = differential_operators.make_jvp(fun)(x)
    return made
