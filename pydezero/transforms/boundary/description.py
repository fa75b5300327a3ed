"""The documentation, signature and annotations of a transformed function.

A transformed function takes the arguments of f, and returns something else, which its transform describes by a
`Returned`. Nothing is computed before it is read: a program that differentiates makes many functions, and reads the
documentation of few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature, cleandoc, signature
from typing import Any, Final, SupportsIndex, TypeAlias, get_args, get_origin, get_type_hints

from pydezero.core.variable import Variable
from pydezero.transforms.boundary.messages import name_of, parameter_name

# An annotation: a type, its text, or `Signature.empty` where there is none.
Annotation: TypeAlias = Any

EMPTY: Final[Any] = Signature.empty

_BY_POSITION: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_NUMBERS: Final = frozenset({"bool", "complex", "float", "float64", "int"})
_ARRAYS: Final = frozenset({"NDArray", "ndarray", "Variable"})


class Hint:
    """An annotation as f has it, and its meaning: the type that it evaluates to where it is text, else the same."""

    __slots__ = ("annotation", "meaning")

    annotation: Annotation
    meaning: Annotation

    def __init__(self, annotation: Annotation, meaning: Annotation = None) -> None:
        self.annotation = annotation
        self.meaning = annotation if meaning is None else meaning

    @property
    def name(self) -> str:
        """The name of the type, without its module and its parameters."""
        meaning = self.meaning
        text = meaning.__name__ if type(meaning) is type else str(meaning)
        return text.partition("[")[0].rpartition(".")[2]

    @property
    def is_array(self) -> bool:
        """Whether it is that of a Variable or an array."""
        return self.meaning is Variable or self.name in _ARRAYS

    @property
    def is_number(self) -> bool:
        """Whether it is that of a number."""
        return self.name in _NUMBERS


class Returned:
    """The description of a transform's result, in words and as an annotation; a plain class, for quick imports.

    Attributes:
        summary: a sentence with places for {f}, the function, and {x}, what it is differentiated with respect to.
        annotation: the function from the hints of an argument that f is differentiated by, and of the result of f, to
            the annotation of the transform's result.
        with_value: whether the value of f comes before it.
        batched: whether the arguments are batches of those of f.
    """

    __slots__ = ("annotation", "batched", "summary", "with_value")

    annotation: Callable[[Hint, Hint], Annotation]
    batched: bool
    summary: str
    with_value: bool

    def __init__(
        self,
        summary: str,
        annotation: Callable[[Hint, Hint], Annotation],
        *,
        with_value: bool = False,
        batched: bool = False,
    ) -> None:
        self.summary = summary
        self.annotation = annotation
        self.with_value = with_value
        self.batched = batched


def like_argument(x: Hint, y: Hint) -> Annotation:
    """The annotation of a gradient: that of the argument, and float for integers and booleans."""
    return float if x.name in ("bool", "int") else x.annotation


def like_result(x: Hint, y: Hint) -> Annotation:
    """The annotation of a derivative of the shape of the result."""
    return like_argument(y, x)


def like_array(x: Hint, y: Hint) -> Annotation:
    """The annotation of a Jacobian: an array where argument and result are arrays of one type, else none."""
    return x.annotation if x.is_array and x.meaning == y.meaning else EMPTY


def like_square(x: Hint, y: Hint) -> Annotation:
    """The annotation of a Hessian: like the argument where that is an array or a number, else none."""
    return like_argument(x, y) if x.is_array or x.is_number else EMPTY


def like_batch(x: Hint, y: Hint) -> Annotation:
    """The annotation of a batch: an array where f returns one, else none."""
    return y.annotation if y.is_array else EMPTY


def unchanged(x: Hint, y: Hint) -> Annotation:
    """The annotation of the result of f."""
    return y.annotation


def always(annotation: Annotation) -> Callable[[Hint, Hint], Annotation]:
    """The annotation of a result that is of one type for every f."""
    return lambda x, y: annotation


class Description:
    """A description of `transform(f, *args, **kwargs)`, read off f when it is asked for."""

    __slots__ = ("_argnums", "_f", "_has_aux", "_result")

    def __init__(
        self, result: Returned, transform: Callable[..., Any], f: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        self._result = result
        self._f = f
        bound = signature(transform).bind(f, *args, **kwargs).arguments
        self._argnums: Any = bound.get("argnums", 0)
        self._has_aux: bool = bound.get("has_aux", False)

    def documentation(self) -> str:
        """The documentation of the function: what it computes, and what f says of itself."""
        parameters = _signature(self._f).parameters
        named = [(i, parameter_name(list(parameters.values()), i)[0]) for i in self._positions(parameters)]
        names = [name or f"argument {i}" for i, name in named]
        x = ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1] if names else "nothing"
        f = name_of(self._f)
        summary = self._result.summary.format(f=f, x=x)
        found = _documentation(self._f)
        return f"{summary}\n\nThe documentation of {f}:\n\n{found}\n" if found else f"{summary}\n"

    def signature(self) -> Signature:
        """The parameters of f, and an annotation of what is returned; none where f says too little for one."""
        found = _signature(self._f)
        meanings = _meanings(self._f)
        parameters = list(found.parameters.values())
        if self._result.batched:  # of a number there is an array of numbers
            parameters = [
                p.replace(annotation=EMPTY) if Hint(p.annotation, meanings.get(p.name)).is_number else p
                for p in parameters
            ]
        return found.replace(parameters=parameters, return_annotation=self._returned(found, meanings))

    def annotations(self) -> dict[str, Annotation]:
        """The annotations of the signature by name."""
        found = self.signature()
        annotations = {p.name: p.annotation for p in found.parameters.values() if p.annotation is not EMPTY}
        returned = found.return_annotation
        return annotations if returned is EMPTY else {**annotations, "return": returned}

    def _returned(self, found: Signature, meanings: Mapping[str, Annotation]) -> Annotation:
        value = Hint(found.return_annotation, meanings.get("return"))
        value, aux = _pair(value) if self._has_aux else (value, Hint(EMPTY))
        parts = [
            self._result.annotation(_argument(found.parameters, meanings, i), value)
            for i in self._positions(found.parameters)
        ]
        result = parts[0] if isinstance(self._argnums, SupportsIndex) else _tuple(parts)
        if self._result.with_value:
            return _tuple([_tuple([value.annotation, aux.annotation]) if self._has_aux else value.annotation, result])
        return _tuple([result, aux.annotation]) if self._has_aux else result

    def _positions(self, parameters: Mapping[str, Parameter]) -> list[int]:
        """The positions that f is differentiated by, as far as its parameters tell."""
        is_one = isinstance(self._argnums, SupportsIndex)
        chosen: Sequence[int] = [int(self._argnums)] if is_one else self._argnums
        count = len([p for p in parameters.values() if p.kind in _BY_POSITION])
        return [i if i >= 0 else max(count + i, 0) for i in chosen]


def _signature(f: Callable[..., Any]) -> Signature:
    """The signature of f; that of a function of anything where it cannot be read."""
    try:
        return signature(f)
    except (TypeError, ValueError):  # a builtin
        return Signature([Parameter("args", Parameter.VAR_POSITIONAL), Parameter("kwargs", Parameter.VAR_KEYWORD)])


def _documentation(f: Callable[..., Any]) -> str:
    """The documentation of f; not that of its type, which every object has."""
    doc = getattr(f, "__doc__", None)
    return "" if not isinstance(doc, str) or doc == type(f).__doc__ else cleandoc(doc)


def _meanings(f: Callable[..., Any]) -> dict[str, Annotation]:
    """The annotations of f by name, evaluated; none where they cannot be."""
    try:
        return get_type_hints(f, include_extras=True)
    except Exception:  # whatever the text of an annotation raises
        return {}


def _argument(parameters: Mapping[str, Parameter], meanings: Mapping[str, Annotation], position: int) -> Hint:
    """The annotation of the argument at a position."""
    for i, parameter in enumerate(parameters.values()):
        if parameter.kind is Parameter.VAR_POSITIONAL or (i == position and parameter.kind in _BY_POSITION):
            return Hint(parameter.annotation, meanings.get(parameter.name))
    return Hint(EMPTY)


def _tuple(parts: Sequence[Annotation]) -> Annotation:
    """The annotation of a tuple of values that are annotated like this."""
    if any(part is EMPTY for part in parts):
        return EMPTY
    if all(isinstance(part, str) for part in parts):
        return f"tuple[{', '.join(parts)}]"
    return tuple[tuple(parts)]  # type: ignore[misc]  # made of values, which a checker does not know


def _pair(hint: Hint) -> tuple[Hint, Hint]:
    """The annotations of the entries of a pair."""
    origin: object = get_origin(hint.meaning)
    match get_args(hint.meaning):
        case (value, aux) if origin is tuple and aux is not Ellipsis:
            return Hint(value), Hint(aux)
    return Hint(EMPTY), Hint(EMPTY)
