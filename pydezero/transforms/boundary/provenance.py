"""The functions that transforms return: they know how they were made, so that they pickle and can be made again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from inspect import Signature, signature
from types import MethodType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pydezero.transforms.boundary.description import Description, Returned
from pydezero.transforms.boundary.messages import name_of

F = TypeVar("F", bound=Callable[..., Any])
_T = TypeVar("_T")


class Provenance:
    """The way in which a transform made a function; a plain class, since every import pays for it.

    Attributes:
        transform: a function of a module that makes it.
        of: what it was made of.
        args, kwargs: the further arguments of the transform.
        backward: whether it adds a backward pass to what the function computes, after that has returned; None for a
            function that is more than f and a backward pass.
        result: what the function returns; None where that is what f does, and the documentation too.
    """

    __slots__ = ("args", "backward", "kwargs", "of", "result", "transform")

    transform: Callable[..., Any]
    of: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    backward: bool | None
    result: Returned | None

    def __init__(
        self,
        transform: Callable[..., Any],
        of: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        backward: bool | None,
        result: Returned | None,
    ) -> None:
        self.transform = transform
        self.of = of
        self.args = args
        self.kwargs = kwargs
        self.backward = backward
        self.result = result

    def described(self) -> Description | None:
        """The description of the function, None where it is that of f."""
        if self.result is None:
            return None
        return Description(self.result, self.transform, self.of, self.args, self.kwargs)

    def again(self, f: Callable[..., Any]) -> Any:
        """Another function, transformed in the same way."""
        return self.transform(f, *self.args, **self.kwargs)


class _Computed:
    """An attribute of the functions that transforms return, computed when it is read; one may set another value."""

    def __init__(self, of: Callable[[Transformed[Any]], Any], of_class: Any = None) -> None:
        self._of = of
        self._of_class = of_class

    def __get__(self, instance: Transformed[Any] | None, owner: type) -> Any:
        if instance is not None:
            return self._of(instance)
        if self._of_class is None:  # a class has no signature of its own
            raise AttributeError("only an instance has it")
        return self._of_class


def _documentation(made: Transformed[Any]) -> Any:
    described = made._provenance.described()
    return made._provenance.of.__doc__ if described is None else described.documentation()


def _signature(made: Transformed[Any]) -> Signature:
    described = made._provenance.described()
    return signature(made._provenance.of) if described is None else described.signature()


def _annotations(made: Transformed[Any]) -> Any:
    described = made._provenance.described()
    return getattr(made._provenance.of, "__annotations__", {}) if described is None else described.annotations()


class Transformed(partial[_T], Generic[_T]):
    """A function that a transform has made of another one.

    A function in a function cannot be pickled, and this can: by its name where it is what its module has by that name
    (a decorated function), and else as the transform and what it was called with. As a `partial` of no arguments it
    costs no further Python call.
    """

    _provenance: Provenance

    # A checker takes these for what every object has.
    if not TYPE_CHECKING:
        __doc__ = _Computed(_documentation, __doc__)
        __signature__ = _Computed(_signature)
        __annotations__ = _Computed(_annotations, {})

    def __reduce__(self) -> Any:  # what `object.__reduce__` may return is as various as that
        name = getattr(self, "__qualname__", "")
        if _global(getattr(self, "__module__", None), name) is self:
            return name
        made = self._provenance
        return _made, (made.transform, made.of, made.args, made.kwargs)

    def __get__(self, instance: object, owner: type | None = None) -> Any:  # itself, or a method
        return self if instance is None else MethodType(self, instance)

    def __repr__(self) -> str:
        made = self._provenance
        return f"<{name_of(made.transform)} of {name_of(made.of)}>"


def transformed(
    function: F,
    transform: Callable[..., Any],
    of: Callable[..., Any],
    *args: Any,
    backward: bool | None = None,
    result: Returned | None = None,
    **kwargs: Any,
) -> F:
    """A function as what `transform(of, *args, **kwargs)` returns: by name that function, with a result of its own."""
    made: Transformed[Any] = Transformed(function)
    own = made.__dict__
    own.update(getattr(of, "__dict__", ()))
    own.pop("__signature__", None)  # it says what `of` returns
    for name in ("__module__", "__name__", "__qualname__"):
        if hasattr(of, name):
            own[name] = getattr(of, name)
    own["__wrapped__"] = of
    made._provenance = Provenance(transform, of, args, kwargs, backward, result)
    return cast(F, made)  # cast: it takes and returns what the function does


def _made(transform: Callable[..., Any], of: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return transform(of, *args, **kwargs)


def provenance_of(f: Callable[..., Any]) -> Provenance | None:
    """The provenance of f, if it is that of a function and perhaps a backward pass; else None."""
    made = f._provenance if type(f) is Transformed else None
    return made if made is not None and made.backward is not None else None


def _global(module: str | None, qualname: str) -> object:
    """The object of a name in a module that is loaded, None if there is none."""
    found: object = sys.modules.get(module or "")
    for name in qualname.split("."):
        found = getattr(found, name, None)
    return found
