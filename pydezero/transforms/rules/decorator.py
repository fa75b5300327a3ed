"""The function that `custom_vjp` and `custom_jvp` make of a function and rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final, NoReturn, TypeVar, cast

import attrs

from pydezero.containers import HOLE
from pydezero.core.bind import bind
from pydezero.core.variable import Variable
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.rules.custom import ARRAYS, arguments_of, has_variable, separate_arrays
from pydezero.transforms.rules.declared import PatternRule
from pydezero.transforms.rules.operation import Ruled
from pydezero.transforms.rules.written import Definition, Written

# The whole type of a function, with its overloads if it has any.
F = TypeVar("F", bound=Callable[..., Any])

# The methods by which JAX's decorated functions take their rules.
_OF_JAX: Final = frozenset({"defjvp", "defjvps", "defvjp"})


@attrs.frozen(eq=False)
class Decorator:
    """The decorator that `custom_vjp(...)` and `custom_jvp(...)` return, which gives a function its rules."""

    kind: str
    rules: tuple[Callable[..., Any] | None, ...]
    nondiff_argnums: int | Sequence[int]
    writable: bool
    pattern: PatternRule

    def __call__(self, f: F, /) -> F:
        """The function with rules.

        Raises:
            TypeError: f is no function, or nondiff_argnums holds something else than integers from 0 on.
        """
        if not callable(f):
            raise TypeError(
                f"{self.kind}({self._words}): f must be a function, got {describe_structure(f)}; {self._advice}"
            )
        return with_rules(f, self.kind, self.rules, self.nondiff_argnums, self.writable, self.pattern)

    def __getattr__(self, name: str) -> NoReturn:
        """Raise the AttributeError for an attribute that it does not have."""
        message = f"{self.kind}({self._words}) has no attribute {name!r}"
        raise AttributeError(f"{message}; {self._advice}" if name in _OF_JAX else message, name=name, obj=self)

    @property
    def _words(self) -> str:
        return "rule" if self.kind == "custom_jvp" else "forward, backward"

    @property
    def _advice(self) -> str:
        return f"write @{self.kind}({self._words}) above the definition of f, with the rules defined before it"


def with_rules(
    f: F,
    kind: str,
    rules: tuple[Callable[..., Any] | None, ...],
    nondiff_argnums: int | Sequence[int],
    writable: bool,
    pattern: PatternRule,
) -> F:
    """F with rules: forward and backward, a rule of forward mode, or all three; `kind` is the decorator's name.

    Raises:
        TypeError: nondiff_argnums holds something else than integers from 0 on.
    """
    where = f"{kind}({name_of(f)})"
    arguments = arguments_of(f, nondiff_argnums, where)
    forward, backward, push = rules
    definition = Definition(where, f, arguments, forward, backward, push, writable, pattern)

    @wraps(f)
    def function(*args: Any, **kwargs: Any) -> Any:
        if Variable not in map(type, args) and not has_variable((*args, *kwargs.values())):
            return f(*args, **kwargs)
        ordered = arguments.ordered(args, kwargs) if kwargs or len(args) != arguments.count else args
        static, arrays = arguments.split(ordered) if arguments.static else ((), ordered)
        if ARRAYS.issuperset(map(type, arrays)):
            written = Written(definition, static, (HOLE,) * len(arrays), is_flat=True)
        else:
            template, arrays = separate_arrays([*arrays])
            written = Written(definition, static, template, is_flat=False)
        outputs = bind(Ruled(where, written, writable), *arrays)
        return written.restored(outputs)

    made: Any = transformed(function, with_rules, f, kind, rules, nondiff_argnums, writable, pattern)
    made.definition = definition
    definition.function = made
    return cast(F, made)  # cast: it takes and returns what f does
