"""What transforms make of an elementwise function, for tests of functions with rules of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pydezero import grad, vjp
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.staging.trace import trace


def total(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: np.sum(f(x))


def newton(a: Any) -> Any:
    """sqrt(a), by iteration."""
    y = np.ones_like(a)
    for _ in range(40):
        y = (y + a / y) / 2
    return y


def along(f: Callable[[Any], Any], x: Any) -> Any:
    """The derivative of f in the direction (1, ..., 1), from values of f alone."""
    h = 1e-3
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)


# What becomes of an elementwise function, and what should.
TRANSFORMS: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]] = {
    "grad": (lambda f: grad(total(f)), along),
    "vjp": (lambda f: lambda x: vjp(f, x)[1](np.ones(np.shape(x)))[0], along),
    "jvp": (lambda f: lambda x: jvp(f, (x,), (np.ones(np.shape(x)),))[1], along),
    "vmap": (lambda f: vmap(f), lambda f, x: f(x)),
    "vmap of grad": (lambda f: vmap(grad(f)), along),
    "grad of vmap": (lambda f: grad(total(vmap(f))), along),
    "jvp of vmap": (lambda f: lambda x: jvp(vmap(f), (x,), (np.ones(np.shape(x)),))[1], along),
    "vmap of jvp": (lambda f: vmap(lambda x: jvp(f, (x,), (1.0,))[1]), along),
    "trace": (lambda f: lambda x: trace(f)(1.1 * x)(x), lambda f, x: f(x)),
    "grad of trace": (lambda f: lambda x: grad(total(trace(f)(1.1 * x)))(x), along),
    "trace of grad": (lambda f: lambda x: trace(grad(total(f)))(1.1 * x)(x), along),
}
