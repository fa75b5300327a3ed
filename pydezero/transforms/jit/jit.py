"""`jit`: a function compiled to machine code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from inspect import Parameter, signature
from threading import Lock
from typing import Any, Concatenate, Final, ParamSpec, TypeAlias, TypeVar, overload

import numpy as np

from pydezero.containers import HOLE
from pydezero.core.bind import NumberNode, top_node
from pydezero.core.scalar_arrays import ArrayNode
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable
from pydezero.transforms.batching.node import BatchNode, NumberBatchNode
from pydezero.transforms.batching.signatures import Batched
from pydezero.transforms.boundary.arguments import check_function
from pydezero.transforms.boundary.export import export
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.boundary.signatures import Result, Traced
from pydezero.transforms.forward.tangent import TangentNode
from pydezero.transforms.jit.compile import Program
from pydezero.transforms.jit.entry import Entry
from pydezero.transforms.jit.first_call import recorded
from pydezero.transforms.jit.gpu.devices import DEVICES
from pydezero.transforms.jit.installed import check_numba
from pydezero.transforms.jit.keys import add_argument, of_arrays, static_key
from pydezero.transforms.jit.signatures import JitDecorator, JitFunction
from pydezero.transforms.loops.stacking import example_of
from pydezero.tree import Tree, filled

P = ParamSpec("P")
# The whole type of a function, with its overloads if it has any.
F = TypeVar("F", bound=Callable[..., Any])

# The kinds of nodes to whose transforms a compiled function is one operation. To the others (a trace, an observer) it
# is what the function does.
_COMPILED: Final = frozenset({Node, ArrayNode, NumberNode, TangentNode, BatchNode, NumberBatchNode})

Key: TypeAlias = tuple[Any, ...]

# What a call needs that is not the first: whether the program still holds, the program, and what it returns.
Ready: TypeAlias = tuple[Callable[[], bool] | None, Callable[[list[Array]], list[Array]], Tree]


@overload
def jit(
    f: Callable[Concatenate[Traced, P], Result], static_argnames: str | Iterable[str] = ()
) -> JitFunction[Batched[Variable, P, Variable]]: ...
@overload
def jit(f: F, static_argnames: str | Iterable[str] = ()) -> JitFunction[F]: ...
@overload
def jit(*, static_argnames: str | Iterable[str] = ()) -> JitDecorator: ...
def jit(f: Any = None, static_argnames: str | Iterable[str] = ()) -> Any:
    """f, compiled to machine code for the shapes and dtypes of its arguments.

    The first call with arguments of new shapes or dtypes, or of other containers, runs f once with Variables, as
    `trace` does, and compiles what it computes by Numba. Later calls run the program. So whatever else f does (it
    prints, it appends to a list) happens in the first call alone.

    Numbers and arrays among the arguments are inputs of a program; booleans, strings, None and what `static_argnames`
    names are part of it, and another value of these is another program. Arrays that f captures are read at each call.
    With arrays of CuPy's it is a program of CUDA kernels, and returns arrays of CuPy's.
    A compiled function is differentiated, batched and traced like any other, and its derivatives are compiled, too.
    Compiled code gives no warnings of division by zero and overflow.
    Machine code is kept in a folder of the user for other processes; PYDEZERO_CACHE=off in the environment keeps none.

    Args:
        f: a function of arrays and containers of arrays that returns an array or a container of them. It must not ask
            for the value of what it is given: by `if`, `float()`, `np.asarray`.
        static_argnames: the names of arguments that f gets as they are; their values must be hashable.

    Returns:
        A function with the signature of f, whose results are fresh arrays. `jit(f).lower(*args)` is the program for
        arguments like these. Without f, the decorator that makes such a function.

    Raises:
        TypeError: f is no function; (when called) an argument is an array of another library than NumPy and CuPy, or
            not hashable where it must be; arrays of both meet.
        ValueError: f has no argument of a name in `static_argnames`.
        ImportError: (when called with other arrays than CuPy's) Numba is not installed: pip install 'pydezero[jit]'.
        EscapeError: (when called; a TypeError) f asks for a value; the message has the line that does.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> loss = jit(lambda w, x, y: np.mean((np.tanh(x @ w) - y) ** 2))
    >>> round(loss(np.ones(3), np.eye(3), np.zeros(3)), 6)
    np.float64(0.580026)
    >>> grad(loss)(np.ones(3), np.eye(3), np.zeros(3)).round(6)
    array([0.213233, 0.213233, 0.213233])
    """
    if not isinstance(static_argnames, Iterable):
        raise TypeError(f"jit(f): static_argnames must be the names of arguments, got {static_argnames!r}")
    names = (static_argnames,) if isinstance(static_argnames, str) else tuple(static_argnames)
    if f is None:
        return lambda f: jit(f, static_argnames=names)
    check_function(f, "jit", "compiles")
    compiled = _Compiled(f, names)
    made = transformed(compiled.function(), jit, f, static_argnames=names, backward=False)
    made.__dict__["lower"] = compiled.lower
    return made


class _Compiled:
    """The programs of a function, by the keys of its calls.

    An entry is put in its place whole, and another one takes its place where it holds no longer; so threads may call
    the function at the same time. Two that make the first call together both record it, since the user's code is not
    to wait for a lock, and one of the records is compiled.
    """

    def __init__(self, f: Callable[..., Any], names: tuple[str, ...]) -> None:
        self.f = f
        self.name = name_of(f)
        self.label = f"jit({self.name})"
        self.entries: dict[Key, Entry] = {}
        self.ready: dict[Key, Ready] = {}
        self.storing = Lock()
        self.names = frozenset(names)
        self.positions = _positions(f, names, self.label) if names else frozenset()

    def function(self) -> Callable[..., Any]:
        """The function that looks a program up, and runs it."""
        # In one piece, and with everything in local variables, because it is what a call takes beside its program.
        ready, is_plain, called = self.ready, not self.positions, self.called
        array, float64, devices = np.ndarray, np.float64, DEVICES

        def function(*args: Any, **kwargs: Any) -> Any:
            if is_plain and not kwargs:
                key: list[Any] = []
                values: list[Array] = []
                for x in args:
                    kind = type(x)
                    if kind is array:
                        key += (x.dtype, x.shape)
                        values.append(x)
                    elif kind is float:
                        key.append(kind)
                        values.append(float64(x))
                    else:
                        device = devices[kind]
                        if device is None:
                            break
                        key += (x.dtype, x.shape, device, device.number_of(x))
                        values.append(x)
                else:
                    found = ready.get(tuple(key))
                    if found is not None:
                        holds, run, result = found
                        if holds is None or holds():
                            results = run(values)
                            return results[0] if result is HOLE else filled(result, results)
            return called(args, kwargs)

        return function

    def lower(self, *args: Any, **kwargs: Any) -> Program:
        """The program for arguments like these.

        Raises:
            Exception: whatever the function raises for these arguments.
        """
        key, values, _ = self._key(args, kwargs)
        return self._entry(key, values, args, kwargs).program(values)

    def called(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The result for any arguments."""
        key, values, nested = self._key(args, kwargs)
        if nested and not all(map(_is_compiled, values)):
            return self.f(*args, **kwargs)
        found = None if nested else self.ready.get(key)
        if found is not None and (found[0] is None or found[0]()):
            results = found[1](values)
            return results[0] if found[2] is HOLE else filled(found[2], results)
        entry = self._entry(key, values, args, kwargs)
        if nested or entry.captures_variables:
            operands = [*entry.captured, *values]
            if not all(map(_is_compiled, operands)):
                return self.f(*args, **kwargs)
            outer = top_node(operands)
            return filled(entry.result, entry.outside([export(y, outer) for y in entry.operation(*operands)]))
        run = entry.runner(values)
        self.ready[key] = (entry.holds if entry.may_change else None, run, entry.result)
        return filled(entry.result, run(values))

    def _entry(self, key: Key, values: list[Array], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Entry:
        # Scalars and arrays of shape () share an entry, unless something comes out as the one or the other.
        general = of_arrays(key)
        entry = self.entries.get(key)
        if entry is None:
            entry = self.entries.get(general)
            entry = None if entry is None or entry.scalar_arrays else entry
        if entry is None or not entry.holds():
            if all(DEVICES[type(example_of(x))] is None for x in values):
                check_numba(self.label)
            self.ready.pop(key, None)
            static = self.positions | self.names
            entry, is_lasting = recorded(self.f, self.name, args, kwargs, static)
            if not entry.scalar_arrays:
                key = general
            elif key is not general:
                entry, is_lasting = recorded(self.f, self.name, args, kwargs, static, as_arrays=False)
            if is_lasting:
                with self.storing:
                    other = self.entries.get(key)
                    if other is not None and other.holds():
                        return other
                    self.entries[key] = entry
        return entry

    def _key(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Key, list[Array], bool]:
        """The key of a call, the arrays among its arguments, and whether there is a Variable among these."""
        key: list[Any] = []
        values: list[Array] = []
        nested = False
        for i, x in enumerate(args):
            if i in self.positions:
                key.append(static_key(x, (self.label, i)))
            else:
                nested |= add_argument(x, key, values, (self.label, i))
        for name in sorted(kwargs):
            key.append(name)
            if name in self.names:
                key.append(static_key(kwargs[name], (self.label, name)))
            else:
                nested |= add_argument(kwargs[name], key, values, (self.label, name))
        return tuple(key), values, nested


def _positions(f: Callable[..., Any], names: Sequence[str], label: str) -> frozenset[int]:
    """The positions of arguments that are named.

    Raises:
        TypeError: a name is no string.
        ValueError: there is no such argument.
    """
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"{label}: static_argnames must be the names of arguments, got {names!r}")
    try:
        parameters = list(signature(f).parameters.values())
    except (TypeError, ValueError):  # a builtin
        return frozenset()
    by_position = [x.name for x in parameters if x.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)]
    takes_any = any(x.kind is Parameter.VAR_KEYWORD for x in parameters)
    for name in names:
        if not takes_any and name not in [x.name for x in parameters]:
            raise ValueError(f"{label}: static_argnames has {name!r}, and the arguments are {', '.join(by_position)}")
    return frozenset([by_position.index(name) for name in names if name in by_position])


def _is_compiled(x: Array) -> bool:
    """Whether a compiled function is one operation to all transforms that a value belongs to."""
    while type(x) is Variable:
        node = x.node
        if type(node) not in _COMPILED:
            return False
        if type(node) is TangentNode and not _is_compiled(node.tangent):
            return False
        x = x._value
    return True
