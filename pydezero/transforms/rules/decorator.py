"""The function that `custom_vjp` and `custom_jvp` make of a function and rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from pydezero.core.bind import bind
from pydezero.core.variable import Variable
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.rules.custom import ARRAYS, arguments_of, check_callable, has_variable, separate_arrays
from pydezero.transforms.rules.operation import Ruled
from pydezero.transforms.rules.written import Definition, Written
from pydezero.tree import HOLE

# The whole type of a function, with its overloads if it has any.
F = TypeVar("F", bound=Callable[..., Any])


def with_rules(
    f: F,
    kind: str,
    rules: tuple[Callable[..., Any] | None, ...],
    nondiff_argnums: int | Sequence[int],
    writable: bool,
) -> F:
    """F with rules: forward and backward, a rule of forward mode, or all three; `kind` is the decorator's name.

    Raises:
        TypeError: f is no function, or nondiff_argnums holds something else than integers from 0 on.
    """
    where = f"{kind}({name_of(f)})"
    check_callable(f, "f", where)
    arguments = arguments_of(f, nondiff_argnums, where)
    forward, backward, push = rules
    definition = Definition(where, f, arguments, forward, backward, push, writable)
    # The number of arguments of a call of which nothing is static, missing or by keyword.
    plain = -1 if arguments.static or arguments.signature is None else len(arguments.signature.parameters)

    @wraps(f)
    def function(*args: Any, **kwargs: Any) -> Any:
        arrays: Sequence[Any] = args
        if not kwargs and len(args) == plain and ARRAYS.issuperset(map(type, args)):
            if Variable not in map(type, args):
                return f(*args)
            written = Written(definition, (), (HOLE,) * plain, is_flat=True)
        else:
            if not has_variable((args, kwargs)):
                return f(*args, **kwargs)
            static, others = arguments.split(arguments.ordered(args, kwargs))
            template, arrays = separate_arrays(others)
            written = Written(definition, static, template, is_flat=False)
        outputs = bind(Ruled(where, written, writable), *arrays)
        return written.restored(outputs)

    made: Any = transformed(function, with_rules, f, kind, rules, nondiff_argnums, writable)
    made.definition = definition
    definition.function = made
    return cast(F, made)  # cast: it takes and returns what f does
