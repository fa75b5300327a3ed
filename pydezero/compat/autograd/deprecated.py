"""The methods by which autograd's oldest programs define rules: `f.defgrad`, `f.defvjp`, `f.defvjp_is_zero`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from pydezero.compat.autograd import extend
from pydezero.compat.autograd.extend import defvjp
from pydezero.compat.autograd.vspaces import vspace

# Any: autograd's programs are not typed, and their functions take and return anything.
Function = Callable[..., Any]


class Primitive(Protocol):
    """A primitive with the methods that define its rules."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    def defgrad(self, maker: Function, argnum: int = 0) -> None: ...
    def defvjp(self, rule: Function, argnum: int = 0) -> None: ...
    def defvjp_is_zero(self, argnums: Sequence[int] = (0,)) -> None: ...


def primitive(f_raw: Function) -> Primitive:
    """`extend.primitive`, whose result has these methods, too.

    >>> from pydezero import grad
    >>> double = primitive(lambda x: 2 * x)
    >>> double.defgrad(lambda ans, x: lambda g: 2 * g)
    >>> float(grad(double)(1.0))
    2.0
    """
    made: Any = extend.primitive(f_raw)
    makers: dict[int, Function | None] = {}

    def define(changed: dict[int, Function | None]) -> None:
        makers.update(changed)
        defvjp(made, *makers.values(), argnums=tuple(makers))

    def of_cotangent_first(rule: Function, argnum: int) -> Function:
        return lambda ans, *args, **kwargs: lambda g: rule(g, ans, vspace(args[argnum]), vspace(g), *args, **kwargs)

    def is_zero(argnums: Sequence[int] = (0,)) -> None:
        define(dict.fromkeys(argnums))

    made.defgrad = lambda maker, argnum=0: define({argnum: maker})
    made.defvjp = lambda rule, argnum=0: define({argnum: of_cotangent_first(rule, argnum)})
    made.defvjp_is_zero = is_zero
    function: Primitive = made
    return function
