"""The attributes that variables of other frameworks have, with what there is instead."""

from __future__ import annotations

import sys
from typing import Final, NoReturn

import numpy as np

from pydezero.exports import EXPORTS

_GRADIENTS: Final = (
    "nothing is stored on a Variable: gradients(y, x) returns the gradient of y with respect to a Variable x, and "
    "grad(f)(x) that of a function f"
)

INSTEAD: Final = {
    "backward": f"{_GRADIENTS}. Write gx = gradients(y, x) rather than y.backward()",
    "cleargrad": f"{_GRADIENTS}, afresh at each call; there is nothing to clear",
    "clone": "no array is shared that could change; x.copy() is x",
    "creator": "how it was computed is x.node; draw(y) shows it",
    "detach": "stop_gradient(x) is the constant with its value, value(x) the bare array",
    "generation": "how it was computed is x.node, and node.order its place; draw(y) shows it",
    "grad": f"{_GRADIENTS}. Write gx = gradients(y, x) rather than x.grad",
    "grad_fn": "how it was computed is x.node; draw(y) shows it",
    "numpy": "x.data is its array, and value(x) that under several transforms",
    "requires_grad": f"{_GRADIENTS}. What is differentiated is chosen there; stop_gradient(x) is a constant",
    "requires_grad_": f"{_GRADIENTS}. What is differentiated is chosen there; stop_gradient(x) is a constant",
    "retain_grad": f"{_GRADIENTS}, where x may also be a value on the way to y",
    "set_creator": "what computes with Variables records it; Function(forward, backward) is an operation of your own",
    "unchain": "stop_gradient(x) is the constant with its value",
    "unchain_backward": "stop_gradient(x) is the constant with its value",
    "zero_grad": f"{_GRADIENTS}, afresh at each call; there is nothing to clear",
}


def missing(self: object, name: str) -> NoReturn:
    """Raise the AttributeError for an attribute that a Variable does not have.

    The matrix product of PyData's sparse arrays asks for a `fill_value`. It gets an error for which their operator `@`
    leaves the product to the Variable.
    """
    if name == "fill_value" and sys._getframe(1).f_globals.get("__name__", "").startswith("sparse."):
        raise NotImplementedError("a function of sparse takes no Variables; write A @ x or x @ A for a product")
    message = f"{type(self).__name__!r} object has no attribute {name!r}"
    if name in INSTEAD:
        message = f"{message}: {INSTEAD[name]} (names of pydezero)"
    elif name in EXPORTS["pydezero.functions"] and hasattr(np, name):
        message = f"{message}: it is a function of NumPy; write np.{name}(x)"
    raise AttributeError(message, name=name, obj=self)
