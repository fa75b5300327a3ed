"""The type of a compiled function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, overload

from pydezero.core.variable import Variable
from pydezero.transforms.batching.signatures import Batched
from pydezero.transforms.boundary.signatures import Result, Traced
from pydezero.transforms.jit.compile import Program

P = ParamSpec("P")
Q = ParamSpec("Q")
S = TypeVar("S")
R = TypeVar("R")
# The whole type of a function, with its overloads if it has any.
F = TypeVar("F", bound=Callable[..., Any])


class JitFunction(Protocol[F]):
    """A compiled function: it is called as the function that it was made of."""

    __call__: F

    def lower(self, *args: Any, **kwargs: Any) -> Program:
        """The program for arguments like these: a record that has its source and its plan.

        Raises:
            Exception: what a first call with these arguments raises.
        """
        ...

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> JitFunction[F]: ...
    @overload
    def __get__(
        self: JitFunction[Callable[Concatenate[S, Q], R]], instance: S, owner: type | None = None
    ) -> Callable[Q, R]: ...


class JitDecorator(Protocol):
    """`jit` with static arguments and without a function."""

    @overload
    def __call__(
        self, f: Callable[Concatenate[Traced, P], Result], /
    ) -> JitFunction[Batched[Variable, P, Variable]]: ...
    @overload
    def __call__(self, f: F, /) -> JitFunction[F]: ...
