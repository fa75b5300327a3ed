"""Checks of derivatives against differences, with autograd's names; `pydezero.testing.check_grads` does them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, wraps
from itertools import product
from typing import Any, Final

from pydezero.compat.autograd.differential_operators import make_jvp, make_vjp
from pydezero.compat.autograd.vspaces import vspace
from pydezero.compat.autograd.wrap_util import unary_to_nary
from pydezero.testing.check import Mode
from pydezero.testing.check import check_grads as _check_grads
from pydezero.transforms.boundary.messages import name_of

# Any: autograd's programs are not typed, and their functions take and return anything.
Function = Callable[..., Any]

TOL: Final = 1e-6
RTOL: Final = 1e-6
_STEP: Final = 1e-6


def scalar_close(a: Any, b: Any) -> bool:
    """Whether two numbers are equal up to 1e-6, absolutely or relatively."""
    return bool(abs(a - b) < TOL or abs(a - b) / abs(a + b) < RTOL)


def check_equivalent(x: Any, y: Any) -> None:
    """Raise an AssertionError unless two values are built alike and equal."""
    space = vspace(x)
    if space != vspace(y):
        raise AssertionError(f"they are not built alike: {x} and {y}")
    v = space.randn()
    if not scalar_close(space.inner_prod(x, v), space.inner_prod(y, v)):
        raise AssertionError(f"they are not equal: {x} and {y}")


@unary_to_nary
def check_grads(f: Function, x: Any, modes: Sequence[Mode] | None = None, order: int = 2) -> None:
    """A function of the arguments of f that raises an AssertionError unless derivatives agree with differences there.

    For the second order, pushforward and pullback are differentiated with respect to the vector, too.

    >>> import numpy as np
    >>> check_grads(np.sin, modes=["rev"])(0.5)
    """
    for mode in ("fwd", "rev") if modes is None else modes:
        kind = {"fwd": "JVP", "rev": "VJP"}[mode]
        try:
            _check_grads(f, (x,), 1, (mode,), atol=TOL, eps=_STEP)
        except AssertionError as error:
            raise AssertionError(f"Derivative ({kind}) check of {name_of(f)} failed with arg {x}: {error}") from None
        if order > 1:
            v = vspace(x if mode == "fwd" else f(x)).randn()
            moved = _pushed if mode == "fwd" else _pulled
            derivative = wraps(f)(partial(moved, f))
            derivative.__name__ = f"{kind.lower()}_{name_of(f)}"
            check_grads(derivative, (0, 1), modes, order - 1)(x, v)


def _pushed(f: Function, x: Any, v: Any) -> Any:
    return make_jvp(f)(x)(v)[1]


def _pulled(f: Function, x: Any, v: Any) -> Any:
    return make_vjp(f)(x)[0](v)


def combo_check(fun: Function, *args: Any, **kwargs: Any) -> Callable[..., None]:
    """A check of all combinations of arguments: it takes a list of values for each argument of `fun`.

    The other arguments are those of `check_grads`.
    """

    def check(*lists: Sequence[Any], **named: Sequence[Any]) -> None:
        for chosen in product(*lists):
            for options in product(*named.values()):
                check_grads(fun, *args, **kwargs)(*chosen, **dict(zip(named, options, strict=True)))

    return check
