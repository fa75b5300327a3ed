"""`linearize` and `linear_transpose`: the derivative as a linear map that is kept, and the transpose of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar, TypeVarTuple, overload

import attrs
import numpy as np
from numpy.typing import ArrayLike

from pydezero.core.broadcasting import cotangent_dtype
from pydezero.core.primitive import Linear, Multilinear, zero
from pydezero.core.types import Array, Operand
from pydezero.core.variable import Node, Variable, next_level, reverse_node, undifferentiated
from pydezero.graph.backward import pull_back
from pydezero.transforms.boundary.boundary import (
    Lifted,
    call,
    describe_structure,
    export_tree,
    gradients_of,
    is_numeric,
    lift,
    name_of,
)
from pydezero.transforms.forward.jvp import checked_output, checked_tangents
from pydezero.transforms.reverse.signatures import Floats
from pydezero.transforms.reverse.vjp import Pullback
from pydezero.tree import Tree, flatten, map_leaves

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
Ts = TypeVarTuple("Ts")


@attrs.frozen(eq=False)
class Pushforward(Generic[R_co, *Ts]):
    """The linear map from tangents of the primals to the tangent of `f(*primals)`: f linearized at the primals.

    Calling it any number of times with the same tangents gives equal results that share no memory; f is not run again.
    """

    _name: str
    _inputs: Lifted = attrs.field(repr=False)
    # What the pullback of f made of these cotangents; this map is the transpose of that one.
    _cotangents: Lifted = attrs.field(repr=False)
    _gradients: tuple[Tree, ...] = attrs.field(repr=False)
    _level: int

    def __call__(self, *tangents: *Ts) -> R_co:
        """Push tangents forward.

        Args:
            *tangents: one for each primal, built like it, of arrays of the shapes of its arrays. Where the primal holds
                no number, whatever stands here is ignored.

        Returns:
            A container like the output of f, of arrays of the shapes of its arrays: zeros where the output does not
            depend on the primals. What is no number stays what it is in the output.

        Raises:
            TypeError: a tangent is not built like its primal, or complex where that is real.
            ValueError: there are not as many tangents as primals, or one has another shape than its primal.
        """
        seeds, outer = checked_tangents(self._inputs, tangents, f"the linearized {self._name}")
        at_gradients: dict[Node, Array] = {}
        for gradient, t in zip(flatten(self._gradients), seeds, strict=True):
            if t is not None and type(gradient) is Variable and gradient.node.level == self._level:
                node = reverse_node(gradient)
                at_gradients[node] = at_gradients[node] + t if node in at_gradients else t
        found = pull_back(at_gradients, self._cotangents.nodes)
        (result,) = gradients_of(attrs.evolve(self._cotangents, outer=outer), found)
        return result  # type: ignore[no-any-return]  # the overloads of linearize say what it is


@overload
def linearize(f: Callable[[Variable], Variable], x: Variable, /) -> tuple[Variable, Pushforward[Variable, Operand]]: ...
@overload
def linearize(f: Callable[[Variable], Variable], x: ArrayLike, /) -> tuple[Floats, Pushforward[Floats, Operand]]: ...
@overload
def linearize(
    f: Callable[[Variable, Variable], Variable], x: Variable, y: Variable, /
) -> tuple[Variable, Pushforward[Variable, Operand, Operand]]: ...
@overload
def linearize(
    f: Callable[[Variable, Variable], Variable], x: ArrayLike, y: ArrayLike, /
) -> tuple[Floats, Pushforward[Floats, Operand, Operand]]: ...
@overload
def linearize(f: Callable[[*Ts], R], /, *primals: *Ts) -> tuple[R, Pushforward[R, *Ts]]: ...
def linearize(f: Any, /, *primals: Any) -> Any:  # type: ignore[misc]  # mypy cannot match *primals: *Ts with it
    """Evaluate f, and get its derivative there as a linear map, which is applied without running f again.

    Where there are many tangents for one point (an iterative solver, say), it saves what `jvp` computes anew for each.

    Args:
        f: a function of arrays, or of containers of arrays, that returns an array or a container of arrays.
        *primals: its arguments, all of which are differentiated: arrays, numbers, Variables, containers of them.

    Returns:
        y: what `f(*primals)` gives.
        f_jvp: see `Pushforward`; for a function with Jacobian J, from t to J @ t, as `jvp(f, primals, tangents)[1]`.

    Raises:
        TypeError: a primal holds nothing to differentiate, or f returns something without numbers.

    >>> import numpy as np
    >>> y, f_jvp = linearize(lambda x: x * x, np.array([1.0, 2.0]))
    >>> y, f_jvp(np.array([1.0, 10.0])), f_jvp(np.array([1.0, 0.0]))
    (array([1., 4.]), array([ 2., 40.]), array([2., 0.]))
    """
    pullback = _recorded(f, primals, "linearize")
    inputs, output = pullback._inputs, pullback._output
    level = next_level()
    # It does not matter at which cotangents a linear map is recorded; ones meet no 0 * inf.
    cotangents = lift((map_leaves(_ones_like, output),), (0,), level, "linearize")
    pushforward: Pushforward[Any, *tuple[Any, ...]] = Pushforward(
        pullback._name, inputs, cotangents, pullback(cotangents.trees[0]), level
    )
    return export_tree(output, pullback._level, inputs.outer), pushforward


@overload
def linear_transpose(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[[Variable], Variable], x: Variable, /
) -> Pullback[Operand, tuple[Variable]]: ...
@overload
def linear_transpose(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[[Variable], Variable], x: ArrayLike, /
) -> Pullback[Operand, tuple[Floats]]: ...
@overload
def linear_transpose(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[[Variable, Variable], Variable], x: Variable, y: Variable, /
) -> Pullback[Operand, tuple[Variable, Variable]]: ...
@overload
def linear_transpose(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[[Variable, Variable], Variable], x: ArrayLike, y: ArrayLike, /
) -> Pullback[Operand, tuple[Floats, Floats]]: ...
@overload
def linear_transpose(f: Callable[[*Ts], R], /, *primals: *Ts) -> Pullback[R, tuple[*Ts]]: ...
def linear_transpose(f: Any, /, *primals: Any) -> Any:  # type: ignore[misc]  # mypy cannot match *primals: *Ts with it
    """The transpose of a linear function.

    Args:
        f: a function of arrays, or of containers of arrays, that returns an array or a container of arrays, and is
            linear in all its arguments together. It is run once, on zeros.
        *primals: arguments for it, of which only shapes, dtypes and containers matter.

    Returns:
        The function that takes a cotangent, built like the output of f, to a tuple with one cotangent for each primal:
        for a matrix A and `f = lambda x: A @ x` from c to (c @ A,). Nothing is conjugated.

    Raises:
        TypeError: a primal holds no numbers, or f returns something without numbers.
        ValueError: f is evidently not linear: its value at zeros is not zero, or it applies an operation to its
            arguments that is not linear (a sine, a product of two of them). Not everything is found: where f chooses
            between branches or rounds, or in a `Function` of the user's own, it is taken at its word.

    >>> import numpy as np
    >>> transpose = linear_transpose(lambda x: np.cumsum(x), np.zeros(3))
    >>> transpose(np.array([1.0, 0.0, 10.0]))
    (array([11., 10., 10.]),)
    """
    pullback = _recorded(f, tuple([map_leaves(_zeros_like, primal) for primal in primals]), "linear_transpose")
    _check_linear(pullback)
    return pullback


def _recorded(f: Any, primals: tuple[Any, ...], transform: str) -> Pullback[Any, Any]:
    """What a run of f at the primals leaves behind."""
    if not callable(f):
        raise TypeError(f"{transform}(f, *primals): f must be a function, got {describe_structure(f)}")
    if not primals:
        raise TypeError(f"{transform}(f, *primals): needs at least one primal")
    name = name_of(f)
    where = f"{transform}({name})"
    level = next_level()
    inputs = lift(primals, range(len(primals)), level, where)
    output = call(f, inputs.trees, {})
    checked_output(output, where)
    return Pullback(name, level, inputs, output, lambda trees: call(f, trees, {}))


def _ones_like(leaf: Any) -> Any:
    return np.ones_like(leaf, dtype=cotangent_dtype(np.result_type(leaf))) if is_numeric(leaf) else leaf


def _zeros_like(leaf: Any) -> Any:
    if isinstance(leaf, Variable):
        return leaf.node.constant(np.zeros_like(leaf))
    return np.zeros_like(leaf) if is_numeric(leaf) else leaf


def _check_linear(pullback: Pullback[Any, Any]) -> None:
    where = f"linear_transpose({pullback._name})"
    outputs = [leaf for leaf in flatten(pullback._output) if is_numeric(leaf)]
    own = [leaf for leaf in outputs if isinstance(leaf, Variable) and leaf.node.level == pullback._level]
    for node in ancestors(map(reverse_node, own)):
        if not is_linear(node):
            assert node.primitive is not None
            raise ValueError(
                f"{where}: the function is not linear, it applies {node.primitive.name} to its arguments; "
                "the transpose of its derivative at a point is the pullback of vjp(f, x)"
            )
    for leaf in outputs:
        value = undifferentiated(leaf)
        # A Variable that is left stands for more than one value, which cannot be asked.
        if type(value) is not Variable and np.any(np.not_equal(value, 0)):
            raise ValueError(
                f"{where}: the function is not linear, its value at zeros is not zero; leave out what it adds, "
                "or take the pullback of vjp(f, x)"
            )


def ancestors(roots: Iterable[Node]) -> list[Node]:
    """The nodes that the roots depend on, and themselves."""
    nodes = list(dict.fromkeys(roots))
    seen = set(nodes)
    for node in nodes:  # the list grows as we go
        new = {parent for _, parent, _ in node.edges} - seen
        seen |= new
        nodes += new
    return nodes


def is_linear(node: Node) -> bool:
    """Whether an operation is linear in those of its arguments that are not constants, as far as its rules tell."""
    primitive = node.primitive
    positions = [position for position, _, _ in node.edges]
    if primitive is None or isinstance(primitive, Multilinear):
        return len(positions) <= 1
    if isinstance(primitive, Linear):
        return True
    # The derivative of a linear operation does not depend on where it is taken.
    arguments = [primitive.argument(position) for position in positions]
    return not any(
        argument.rule is zero or "out" in argument.names or any(map(argument.keeps, positions))
        for argument in arguments
    )
