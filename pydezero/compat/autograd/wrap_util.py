"""The decorator that gives an operator on functions of one argument an `argnum`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from pydezero.transforms.boundary.arguments import replaced
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.boundary.provenance import transformed

# Any: autograd's programs are not typed, and their functions take and return anything.
Function = Callable[..., Any]


def unary_to_nary(operator: Function) -> Function:
    """An operator `op(fun, x, ...)`, at a point, as the operator `op(fun, argnum=0, ...)` that makes a function.

    That function has the arguments of `fun`. What `operator` gets is a function of the argument number `argnum` alone,
    or of a tuple of several arguments where `argnum` is a tuple or a list.

    >>> doubled = unary_to_nary(lambda fun, x: fun(2 * x))
    >>> doubled(lambda x, y: x - y, 1)(10.0, 3.0)
    4.0
    """

    @wraps(operator)
    def of_function(fun: Function, argnum: int | Sequence[int] = 0, *options: Any, **named: Any) -> Function:
        op, of = name_of(operator), name_of(fun)

        def of_arguments(*args: Any, **kwargs: Any) -> Any:
            positions = [argnum] if isinstance(argnum, int | np.integer) else list(argnum)
            if any(not -len(args) <= i < len(args) for i in positions):
                raise TypeError(
                    f"{op}({of}): argnum is {argnum}, but the number of positional arguments given is {len(args)}; "
                    "arguments to differentiate with respect to are passed by position"
                )
            x = args[argnum] if isinstance(argnum, int | np.integer) else tuple([args[i] for i in argnum])

            @wraps(fun)
            def unary(x: Any) -> Any:
                return fun(*replaced(args, positions, [x] if isinstance(argnum, int | np.integer) else x), **kwargs)

            return operator(unary, x, *options, **named)

        made = transformed(of_arguments, of_function, fun, argnum, *options, **named)
        made.__name__ = f"{op}_of_{of}_wrt_argnum_{argnum}"
        made.__doc__ = (
            f"    {op} of function {of} with respect to argument number {argnum}: a function with its arguments."
        )
        return made

    return of_function
