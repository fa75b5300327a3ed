"""`draw`: the picture of a function, of its derivatives, of a graph, or of a Variable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, Final, ParamSpec, Protocol, overload

from pydezero.core.pictured import Pictured
from pydezero.core.variable import Node, Operand, Variable
from pydezero.graph.walk import reachable
from pydezero.pictures.arrows import named, numbered
from pydezero.pictures.diagram import Diagram
from pydezero.pictures.folding import fold as folded
from pydezero.pictures.from_graph import from_graph
from pydezero.pictures.from_variable import from_variable
from pydezero.pictures.parts import trace_in_parts
from pydezero.pictures.picture import Picture
from pydezero.transforms.boundary.arguments import check_flag
from pydezero.transforms.boundary.description import Returned, always
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.staging.graph import Graph

P = ParamSpec("P")

_PICTURE: Final = Returned("The picture of what {f} computes for arguments like these.", always(Picture))

# A notebook shows a picture only if it is drawn within a second and still legible.
_MOST_OPERATIONS: Final = 5000
_MOST_BOXES: Final = 250


class DrawOfVariable(Protocol[P]):
    """`draw(f)` for a function of a Variable: the example may be an array or a number as well."""

    @overload
    def __call__(self, x: Operand, /, *args: P.args, **kwargs: P.kwargs) -> Picture: ...
    @overload
    def __call__(self: DrawOfVariable[[Variable]], x: Operand, y: Operand, /) -> Picture: ...


@overload
def draw(
    f: Variable | Graph[..., Any],
    *,
    name: str | None = ...,
    names: Mapping[Variable, str] | None = ...,
    fold: bool = ...,
) -> Picture: ...
@overload
def draw(
    f: Callable[Concatenate[Variable, P], Any], *, name: str | None = ..., fold: bool = ...
) -> DrawOfVariable[P]: ...
@overload
def draw(f: Callable[P, Any], *, name: str | None = ..., fold: bool = ...) -> Callable[P, Picture]: ...
def draw(f: Any, *, name: str | None = None, names: Mapping[Variable, str] | None = None, fold: bool = True) -> Any:
    """The picture of what a function computes: `draw(f)(*examples)`; or of a Graph or a Variable: `draw(y)`.

    A function is traced with example arguments, as by `trace`. The picture of `grad(f)` tells the operations of f from
    those that the derivative adds: forward and backward, and the derivatives of `grad(grad(f))` one by one.

    Args:
        f: a function, as `trace` takes it; a Graph; or a Variable that was computed by hand, whose picture has the
            operations that led to it.
        name: the title of the picture; by default the name of the function.
        names: what to call Variables, for the picture of a Variable: `draw(y, names={x: "x"})`. Arguments of functions
            have their names already.
        fold: draw a sequence of operations that comes three times or more in a row once, with the number beside it,
            where that saves six operations or more.

    Returns:
        For a function, a function with its arguments that gives a `Picture`; for all else the `Picture`. A notebook
        shows it; it has methods `to_dot`, `to_mermaid` and `save`.

    Raises:
        TypeError: f is something else, or a Variable of a transform that keeps no operations; names are no names of
            Variables, or given for something else than a Variable; (when called) as `trace` raises.

    >>> picture = draw(lambda x: x * 2, name="double")(3.0)
    >>> print(picture.to_mermaid())  # doctest: +ELLIPSIS
    ---
    title: "double"
    ---
    flowchart TB
        n0(["x<br/>f64[]"]):::input
        n1["multiply(#183;, 2)<br/>f64[]"]:::operation
        out0[["result<br/>f64[]"]]:::output
        n0 --> n1
        n1 --> out0
        ...
    >>> draw(picture)
    Traceback (most recent call last):
        ...
    TypeError: draw(f): f must be a function, a Graph or a Variable, got a Picture
    """
    check_flag("draw", "fold", fold)
    if isinstance(f, Variable):
        _check_variable(f, names or {})
        return _picture(from_variable(f, "" if name is None else name, names or {}), fold)
    if names is not None:
        raise TypeError("draw: names are for the picture of a Variable; arguments of a function have their names")
    if isinstance(f, Graph):
        return _picture(from_graph(f, f.name if name is None else name), fold)
    if not callable(f):
        raise TypeError(f"draw(f): f must be a function, a Graph or a Variable, got {describe_structure(f)}")

    def drawn(*args: Any, **kwargs: Any) -> Picture:
        graph, parts = trace_in_parts(f, args, kwargs)
        return _picture(from_graph(graph, name_of(f) if name is None else name, parts.titles, parts.of), fold)

    return transformed(drawn, draw, f, fold=fold, name=name, result=_PICTURE)


def legible(shown: Pictured) -> Picture | None:
    """The picture of a Graph or Variable for a notebook; None where there is nothing to see, or too much."""
    if isinstance(shown, Variable):
        node = shown.node
        if not isinstance(node, Node) or node.primitive is None:
            return None
        operations = len(reachable([node], most=_MOST_OPERATIONS))
    else:
        assert isinstance(shown, Graph)
        operations = len(shown.equations)
    if operations > _MOST_OPERATIONS:
        return None
    picture = draw(shown)
    return picture if len(picture.diagram.boxes) <= _MOST_BOXES else None


def _picture(diagram: Diagram, fold: bool) -> Picture:
    return Picture(numbered(named(folded(diagram) if fold else diagram)))


def _check_variable(x: Variable, names: Mapping[Any, Any]) -> None:
    if not isinstance(x.node, Node):
        raise TypeError(
            "draw(x): x is a Variable of a transform that keeps no operations (jvp, vmap, trace); "
            "draw the function instead: draw(f)(x)"
        )
    for key, name in names.items():
        if not (isinstance(key, Variable) and isinstance(name, str)):
            raise TypeError(
                f"draw(x, names=...): names must say what to call Variables, as in names={{x: 'x'}}, "
                f"got {describe_structure(key)}: {name!r}"
            )
