"""Rules of a program's own: `primitive`, `defvjp`, `defjvp`, as HIPS autograd has them.

`pydezero.custom_vjp` and `pydezero.custom_jvp` do the same, with types and checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from itertools import count
from typing import Any, Final

from pydezero import tree
from pydezero.compat.autograd.applications import (
    RULES_OF_FORWARD_MODE,
    RULES_OF_REVERSE_MODE,
    Application,
    added,
    has_variable,
)
from pydezero.compat.autograd.vspaces import VSpace, vspace
from pydezero.core.variable import Variable, bottom, is_numeric
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.rules.custom import separate_arrays

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
    "notrace_primitive",
    "primitive",
    "vspace",
]

# Any: autograd's programs are not typed, and their functions take and return anything.
Function = Callable[..., Any]

Box: Final = Variable
"""What stands for a value while it is differentiated."""


def isbox(x: object) -> bool:
    """Whether x is a Variable."""
    return isinstance(x, Variable)


def getval(x: Any) -> Any:
    """The bare value of x, under all transforms. `pydezero.value` is the same, checked and read-only."""
    return bottom(x)


def primitive(f_raw: Function) -> Function:
    """A function that is one operation to derivatives, whose rules `defvjp` and `defjvp` define.

    `f_raw` gets plain arrays, which it must not change. Arguments by keyword are not differentiated.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> log1pexp = primitive(lambda x: np.logaddexp(0.0, x))
    >>> defvjp(log1pexp, lambda ans, x: lambda g: g * np.exp(x - ans))
    >>> float(grad(log1pexp)(0.0))
    0.5
    """

    @wraps(f_raw)
    def function(*args: Any, **kwargs: Any) -> Any:
        argnums = [i for i, arg in enumerate(args) if has_variable(arg)]
        if not argnums:
            return f_raw(*args, **kwargs)
        template, arrays = separate_arrays([args[i] for i in argnums])
        application = Application(name_of(f_raw), function, f_raw, args, kwargs, argnums, template, [])
        outputs = application(*arrays)
        return tree.filled(application.found[-1], outputs)

    return function


def notrace_primitive(f_raw: Function) -> Function:
    """A function that gets bare values, and whose result is a constant to derivatives."""

    @wraps(f_raw)
    def function(*args: Any, **kwargs: Any) -> Any:
        bare = tree.map_leaves(lambda leaf: bottom(leaf) if is_numeric(leaf) else leaf, list(args))
        return f_raw(*bare, **kwargs)

    return function


def defvjp_argnums(fun: Function, vjpmaker: Function) -> None:
    """Define reverse mode by `vjpmaker(argnums, ans, args, kwargs)`, for all arguments together.

    It returns the function from the cotangent of the result to a list with that of each of the arguments.
    """
    RULES_OF_REVERSE_MODE[fun] = vjpmaker


def defvjp_argnum(fun: Function, vjpmaker: Function) -> None:
    """Define reverse mode by `vjpmaker(argnum, ans, args, kwargs)`, for one argument at a time."""

    def of_argnums(argnums: Sequence[int], *call: Any) -> Function:
        pullbacks = [vjpmaker(argnum, *call) for argnum in argnums]
        return lambda g: [pullback(g) for pullback in pullbacks]

    defvjp_argnums(fun, of_argnums)


def _nothing(g: Any) -> None:
    """The cotangent of an argument that has no influence."""


def defvjp(fun: Function, *vjpmakers: Function | None, argnums: Sequence[int] | None = None) -> None:
    """Define reverse mode by a `vjpmaker(ans, *args, **kwargs)` for each argument, which returns a function of g.

    None stands for an argument that has no influence. With `argnums` they are for the arguments at these positions.
    """
    makers = dict(zip(count() if argnums is None else argnums, vjpmakers))  # noqa: B905  # count() has no end

    def of_argnum(argnum: int, ans: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Function:
        if argnum not in makers:
            raise NotImplementedError(f"VJP of {name_of(fun)} wrt argnum {argnum} not defined")
        maker = makers[argnum]
        if maker is None:
            return _nothing
        made: Function = maker(ans, *args, **kwargs)
        return made

    defvjp_argnum(fun, of_argnum)


def defjvp_argnums(fun: Function, jvpmaker: Function) -> None:
    """Define forward mode: `jvpmaker(argnums, gs, ans, args, kwargs)` returns the tangent of the result."""
    RULES_OF_FORWARD_MODE[fun] = jvpmaker


def defjvp_argnum(fun: Function, jvpmaker: Function) -> None:
    """Define forward mode by `jvpmaker(argnum, g, ans, args, kwargs)`, for one argument at a time."""

    def of_argnums(argnums: Sequence[int], gs: Sequence[Any], *call: Any) -> Any:
        return added([jvpmaker(argnum, g, *call) for argnum, g in zip(argnums, gs, strict=True)])

    defjvp_argnums(fun, of_argnums)


def defjvp(fun: Function, *jvpfuns: Function | str | None, argnums: Sequence[int] | None = None) -> None:
    """Define forward mode by a `jvpfun(g, ans, *args, **kwargs)` for each argument.

    "same" stands for an argument in which the function is linear, None for one that has no influence.
    """
    rules = dict(zip(count() if argnums is None else argnums, jvpfuns))  # noqa: B905  # count() has no end

    def of_argnum(argnum: int, g: Any, ans: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        if argnum not in rules:
            raise NotImplementedError(f"JVP of {name_of(fun)} wrt argnum {argnum} not defined")
        rule = rules[argnum]
        if rule is None:
            return vspace(ans).zeros()
        return _along(fun, argnum, g, args, kwargs) if isinstance(rule, str) else rule(g, ans, *args, **kwargs)

    defjvp_argnum(fun, of_argnum)


def def_linear(fun: Function) -> None:
    """Define forward mode of a function that is linear in each of its arguments."""
    defjvp_argnum(fun, lambda argnum, g, _, args, kwargs: _along(fun, argnum, g, args, kwargs))


def _along(fun: Function, argnum: int, g: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The function with a tangent in the place of one argument."""
    return fun(*args[:argnum], g, *args[argnum + 1 :], **kwargs)
