"""Calls of our functions with the arguments that SciPy's take: in its order, and with the options that change no value.

SciPy's signature is read from the function that is installed, so that each of its parameters is either taken or refused
by name, in every version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, Final, ParamSpec, TypeVar

import attrs

from pydezero.core.typed import without_variables

__all__ = ["UNUSED", "as_in_scipy", "takes_scipys_arguments"]

P = ParamSpec("P")
R = TypeVar("R")

# The parameters that change no value of a result, with their types: of Variables they are taken and not regarded.
UNUSED: Final[Mapping[str, str]] = {
    "overwrite_a": "bool",
    "overwrite_b": "bool",
    "overwrite_ab": "bool",
    "overwrite_data": "bool",
    "overwrite_x": "bool",
    "check_finite": "bool",
    "copy": "bool",
    "driver": "str | None",
    "lapack_driver": "str | None",
    "lwork": "int | None",
    "workers": "int | None",
}

# What to write in place of a parameter that is refused.
_INSTEAD: Final[Mapping[str, str]] = {
    "analog": "write freqs_zpk for the response of an analog filter",
    "assume_a": "write solve(a, np.eye(n), assume_a=...), which reads the same elements",
    "blocksize": "leave it out: it changes no value",
    "disp": "leave it out: the result alone is returned, without an estimate of its error",
    "dtype": "convert the entries, x.astype(dtype)",
    "eigvals": "write subset_by_index",
    "even": "leave it out: SciPy 1.14 has it no more",
    "homogeneous_eigvals": "leave it out; the eigenvalues are the quotients of the two rows that it gives",
    "lower": "write solve(a, np.eye(n), lower=..., assume_a=...), which reads the same elements",
    "device": "leave it out: the result is an array of NumPy",
    "diff_n": "write grad, jvp or jacobian of it",
    "out": "use the result, which is a new array",
    "rcond": "write rtol",
    "cond": "write rtol",
    "subset_by_value": "compute all eigenvalues w, and choose by a comparison, w[(w > low) & (w <= high)]",
    "tol": "write rtol",
    "xp": "leave it out: the result is an array of NumPy",
    "turbo": "leave it out: it changes no value",
}

# Parameters that only a newer SciPy has: taken where they are, and not shown, as the stubs are those of all versions.
_OF_NEWER: Final = frozenset({("eigvals", "overwrite_b")})

_POSITIONAL: Final = Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD


@attrs.frozen
class _Arguments:
    """How the arguments of SciPy's function become those of ours.

    Attributes:
        where: SciPy's name of the function.
        ours: the names of our parameters.
        theirs: SciPy's signature, with the parameters that ours has besides.
        in_order: up to how many positional arguments are the same for both.
    """

    where: str
    ours: frozenset[str]
    theirs: Signature
    in_order: float

    def are_ours(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
        """Whether a call means the same for our function as for SciPy's."""
        return len(args) <= self.in_order and self.ours.issuperset(kwargs)

    def translated(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of our function by name.

        Raises:
            TypeError: there is an argument that SciPy's function has not, or that ours does not take.
        """
        try:
            given = self.theirs.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{self.where}: {error}") from None
        found = {}
        for name, value in given.items():
            if self.theirs.parameters[name].kind is Parameter.VAR_KEYWORD:
                for other in value.keys() - self.ours:
                    raise TypeError(_refusal(self.where, other))
                found.update(value)
            elif name in self.ours:
                found[name] = value
            elif name not in UNUSED and value is not self.theirs.parameters[name].default:
                raise TypeError(_refusal(self.where, name))
        return found


def _refusal(where: str, name: str) -> str:
    instead = _INSTEAD.get(name, "leave it out, or compute without Variables")
    return f"{where} of Variables does not take the argument {name}: {instead}"


def as_in_scipy(scipys: Callable[..., Any]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator: without a Variable, SciPy's own function computes; with one, ours, of the same arguments."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        return without_variables(scipys)(takes_scipys_arguments(scipys)(function))

    return decorate


def takes_scipys_arguments(scipys: Callable[..., Any]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator for a function that takes its arguments in the order of SciPy's, and the options of `UNUSED`.

    The function itself declares none of those. Of other parameters of SciPy's that it does not have, the default is
    taken, and anything else refused.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        ours, theirs = signature(function), signature(scipys)
        arguments = _arguments(function, ours, theirs)

        @wraps(function)
        def decorated(*args: P.args, **kwargs: P.kwargs) -> R:
            if arguments.are_ours(args, kwargs):
                return function(*args, **kwargs)
            by_name: Callable[..., R] = function  # which of P are given by name is not known to a checker
            return by_name(**arguments.translated(args, kwargs))

        shown: Any = decorated  # Any: a Callable has no such attribute to a checker
        shown.__signature__ = _shown(function.__name__, ours, theirs)
        return decorated

    return decorate


def _arguments(function: Callable[..., Any], ours: Signature, theirs: Signature) -> _Arguments:
    mine, others = ours.parameters, theirs.parameters
    where = f"{function.__module__.rpartition('.')[0].removeprefix('pydezero.')}.{function.__name__}"
    if any(p.kind is Parameter.VAR_POSITIONAL for p in (*mine.values(), *others.values())):
        return _Arguments(where, frozenset(mine), ours, float("inf"))  # which name none of them
    in_order = 0
    for name, other in zip(mine, others, strict=False):
        if name != other or mine[name].kind not in _POSITIONAL or others[other].kind not in _POSITIONAL:
            break
        in_order += 1
    more = [p.replace(kind=Parameter.KEYWORD_ONLY) for name, p in mine.items() if name not in others]
    together = sorted((*others.values(), *more), key=lambda p: p.kind)
    return _Arguments(where, frozenset(mine), theirs.replace(parameters=together), in_order)


def _shown(function: str, ours: Signature, theirs: Signature) -> Signature:
    """What is seen of a function: our parameters, and between them those of `UNUSED`."""
    if any(p.kind is Parameter.VAR_POSITIONAL for p in (*ours.parameters.values(), *theirs.parameters.values())):
        return ours
    return ours.replace(parameters=sorted(_merged(function, ours, theirs), key=lambda p: p.kind))


def _merged(function: str, ours: Signature, theirs: Signature) -> Iterator[Parameter]:
    """Our parameters, and those of `UNUSED` at SciPy's places; by name alone after one that is not ours."""
    left = dict(ours.parameters)
    is_positional = True
    for name, parameter in theirs.parameters.items():
        if name in left:
            shown = left.pop(name)
        elif name in UNUSED and (function, name) not in _OF_NEWER:
            default = parameter.default if isinstance(parameter.default, bool | str) else None
            shown = Parameter(name, parameter.kind, default=default, annotation=UNUSED[name])
        else:
            is_positional = False
            continue
        is_positional = is_positional and shown.kind in _POSITIONAL
        yield shown if is_positional else shown.replace(kind=max(shown.kind, Parameter.KEYWORD_ONLY))
    for shown in left.values():
        yield shown.replace(kind=max(shown.kind, Parameter.KEYWORD_ONLY))
