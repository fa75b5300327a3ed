"""The reverse pass through branches that were not taken.

`np.where(x > 0, np.log(x), 0)` takes nothing from the logarithm of 0, so its derivative there is 0. The cotangent that
arrives at the logarithm is 0 there as well, but the product of 0 and an infinite partial derivative is nan. A cotangent
of 0 does not tell that an element was left out: in `0 * np.log(x)` it is a factor like any other, and nan is right.

So a pass through a choice by a condition carries, beside each cotangent, a mark for each of its elements: whether the
result depends on it at all. The marks go back through the graph as cotangents do. That takes two or three times as
long, and nearly always nothing comes of it. Hence the pass of `backward` goes on without marks, and only where its
result has a nan, or where it is differentiated again, the nodes before the choice are gone through again with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from pydezero.core.cotangent import IndexedCotangent, resolved
from pydezero.core.operation import CalledPrimitive
from pydezero.core.placing import beside, like
from pydezero.core.primitive import Elementwise, General, Multilinear, Primitive
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Node, Variable, shape_of, undifferentiated
from pydezero.graph.accumulation import Cotangents, add, collect
from pydezero.graph.notes import note_backward
from pydezero.graph.numbers import irregular
from pydezero.graph.seeds import tell_backward
from pydezero.graph.taken import pulled_with_marks, with_mark, without_mark
from pydezero.graph.walk import by_order, reachable

if TYPE_CHECKING:
    from pydezero.core.level import Level
    from pydezero.core.observation import ObservedPass

_STEP: Final = 1e-6


def pull_back_with_marks(
    cotangents: Cotangents,
    targets: Collection[Node],
    passes: Sequence[ObservedPass],
    marks: Cotangents | None = None,
    of_found: Cotangents | None = None,
) -> Cotangents:
    """The result of `pull_back` for the cotangents at the first choice by a condition, by a pass with marks.

    All elements of these cotangents are taken, if there are no `marks` for them. The cotangents of what is older than
    all targets are left in `cotangents`, and so are their marks; those of the result come in `of_found`.
    """
    nodes = reachable(cotangents, earliest=min(map(by_order, targets), default=0))
    if marks is None:
        marks = {node: _marks_of(g) for node, g in cotangents.items()}
    found: Cotangents = {}
    owned: set[Node] = set()
    owned_marks: set[Node] = set()
    try:
        while nodes:
            node = nodes.pop()
            g = cotangents.pop(node, None)
            if g is None:
                continue
            g, mark = resolved(g), resolved(marks.pop(node))
            if node in targets:
                found[node] = g
                if of_found is not None:
                    of_found[node] = mark
            if node.primitive is not None:
                tell_backward(passes, node)
                for parent, contribution, of_parent in _pulled(node, node.primitive, g, mark, cotangents, marks):
                    add(cotangents, owned, parent, contribution)
                    add(marks, owned_marks, parent, of_parent)
    except Exception as error:
        note_backward(error, node, g, nodes)
        raise
    return found


def pull_back_marked(
    cotangents: Cotangents, targets: Collection[Node], passes: Sequence[ObservedPass], level: Level
) -> Cotangents:
    """The result of `pull_back` in the rule of a call, where cotangents have marks of some level, and so has it."""
    marks: Cotangents = {}
    for node, g in cotangents.items():
        cotangents[node], marks[node] = without_mark(resolved(g), level)
    of_found: Cotangents = {}
    found = pull_back_with_marks(cotangents, targets, passes, marks, of_found)
    for node, g in cotangents.items():
        cotangents[node] = with_mark(resolved(g), resolved(marks[node]), level)
    return {node: with_mark(g, of_found[node], level) for node, g in found.items()}


def needs_marks(cotangents: Iterable[Array]) -> bool:
    """Whether the results of a pass without marks may be wrong: one has a nan, or is differentiated again."""
    with np.errstate(all="ignore"):
        for g in cotangents:
            parts = [part for _, part in g.contributions] if type(g) is IndexedCotangent else [g]
            if any(type(part) is Variable or np.isnan(np.add.reduce(part, axis=None)) for part in parts):
                return True
    return False


def _marks_of(g: Array) -> Array:
    """Marks for a cotangent that is taken as a whole."""
    if type(g) is IndexedCotangent:
        contributions = [(where, _marks_of(part)) for where, part in g.contributions]
        return IndexedCotangent(contributions, g.rule, g.shared, g.node)
    if type(g) is tuple:
        return tuple(map(_marks_of, g))
    return None if g is None else _ones_for(g)  # of an output that nobody has used


def _pulled(
    node: Node, primitive: Primitive, g: Array, mark: Array, cotangents: Cotangents, marks: Cotangents
) -> Iterator[tuple[Node, Array, Array]]:
    """The parents of a node, with what its cotangent and its marks contribute to theirs.

    What a collective rule is for is collected in `cotangents` and `marks`.
    """
    for position, parent, residual in node.edges:
        argument = primitive.argument(position)
        if argument.is_collective:
            collect(cotangents, node, g)
            collect(marks, node, mark)
            continue
        if isinstance(primitive, CalledPrimitive):
            contribution, of_parent = pulled_with_marks(primitive, argument, g, mark, residual)
        else:
            contribution = argument.pull(g, residual)
            is_elementwise = isinstance(primitive, Elementwise)
            of_parent = mark if is_elementwise else _marks_before(primitive, position, mark, residual)
        yield parent, _only(of_parent, contribution), of_parent


def _only(mark: Array, contribution: Array) -> Array:
    """A contribution where its mark is set, and 0 elsewhere."""
    if isinstance(contribution, tuple | list):  # of the arguments of a call
        return tuple([_only(*pair) for pair in zip(mark, contribution, strict=True)])
    if contribution is None or IndexedCotangent in (type(mark), type(contribution)):
        return contribution
    taken = np.not_equal(mark, 0)
    return contribution if type(taken) is not Variable and taken.all() else np.where(taken, contribution, 0)


def _ones_for(g: Array) -> Array:
    return like(np.ones_like, g, shape_of(g), np.float64)


def _marks_before(primitive: Primitive, position: int, mark: Array, residual: Residual) -> Array:
    """The marks of an argument of a primitive that is not elementwise.

    An element is left out if its cotangent is 0 whatever the cotangents of the elements that are taken.
    """
    if primitive.marks is not None:
        return primitive.marks(mark, position, residual)
    argument = primitive.argument(position)
    if type(mark) is tuple:  # of the arguments of a call
        return argument.pull(mark, residual)
    kept, residual = residual, _plain(residual, primitive)
    numbers = beside(irregular(shape_of(mark)), mark)
    of_taken = argument.pull(numbers * np.not_equal(mark, 0), residual)
    if not isinstance(primitive, General):
        return of_taken
    of_all = resolved(argument.pull(numbers, residual))
    left_out = np.logical_and(np.equal(resolved(of_taken), 0), np.not_equal(of_all, 0))
    if primitive.chooses:
        return np.where(left_out, 0.0, 1.0)
    hidden = np.equal(of_all, 0)
    if type(hidden) is Variable or np.any(hidden):
        # A partial derivative that is 0 at these values, as that of a norm at 0, tells it a little beside them. That of
        # a logarithm of a softmax is 0 at 1, which is no logarithm of one, and tells it at a negative number.
        beside_them = _moved(_plain(kept, primitive, instead=-0.5))
        of_taken, of_all = (resolved(argument.pull(g, beside_them)) for g in (numbers * np.not_equal(mark, 0), numbers))
        told = np.logical_and(np.equal(of_taken, 0), np.not_equal(of_all, 0))
        left_out = np.logical_or(left_out, np.logical_and(hidden, told))
    return np.where(left_out, 0.0, 1.0)


def _plain(residual: Residual, primitive: Primitive, instead: float = 1.0) -> Residual:
    """A residual without the transforms that differentiate it, and without values that hide which elements take part.

    A factor of a product that is 0 takes part as well, so there are ones for the other factor; and so does an element
    that is not the largest. A value that is not finite gives a nan for elements that are taken and for others, so that
    `instead` is there. Integers are indices.
    """
    if isinstance(residual, tuple):
        return tuple([_plain(part, primitive, instead) for part in residual])
    if not isinstance(residual, Variable | np.ndarray | np.generic):
        return residual
    value = undifferentiated(residual)
    if isinstance(primitive, Multilinear):
        return like(np.ones_like, value, shape_of(value))
    if primitive.chooses and value.dtype.kind in "fc":  # all elements are equal, so that each of them is chosen
        return like(np.ones_like, value, shape_of(value))
    if isinstance(primitive, General) and value.dtype.kind in "fc":
        return np.where(np.isfinite(value), value, instead)
    return value


def _moved(residual: Residual) -> Residual:
    """A residual whose numbers are a little different, each in its own way."""
    if isinstance(residual, tuple):
        return tuple([_moved(part) for part in residual])
    if not isinstance(residual, Variable | np.ndarray | np.generic) or residual.dtype.kind not in "fc":
        return residual
    return residual + _STEP * (1 + np.abs(residual)) * beside(irregular(residual.shape), residual)
