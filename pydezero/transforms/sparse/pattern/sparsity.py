"""`sparsity` and `hessian_sparsity`: the patterns of the Jacobian and of the Hessian of a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Final, Generic, ParamSpec, get_args, overload

import attrs
import numpy as np

from pydezero.containers import HOLE
from pydezero.core.level import Level, next_level
from pydezero.core.types import Array
from pydezero.core.variable import Variable, new_variable
from pydezero.graph.linear import ones_for
from pydezero.transforms.boundary.arguments import check_function, kept_argnums
from pydezero.transforms.boundary.description import Returned, always
from pydezero.transforms.boundary.messages import argument_leaves
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.boundary.signatures import Result, Returning, Traced
from pydezero.transforms.jacobians.basis import Basis
from pydezero.transforms.jacobians.hessian import check_real
from pydezero.transforms.jacobians.modes import Task, begin_task
from pydezero.transforms.reverse.vjp import vjp
from pydezero.transforms.sparse.pattern.application import Run, check_value
from pydezero.transforms.sparse.pattern.node import GlobalSetNode, SetNode
from pydezero.transforms.sparse.pattern.pattern import Leaf, Pattern, Scope
from pydezero.transforms.sparse.pattern.sets import Indices, Part, rows_of, singles
from pydezero.tree import Tree, flatten, paths

P = ParamSpec("P")

_JACOBIAN: Final = Returned("The pattern of the Jacobian of {f} with respect to {x}.", always(Pattern))
_HESSIAN: Final = Returned("The pattern of the Hessian of {f} with respect to {x}.", always(Pattern))


class OfVariable(Returning[Variable, P, Pattern], Generic[P]):
    """`sparsity(f)` for a function of Variables: arrays and numbers may be given as well."""


@overload
def sparsity(
    f: Callable[Concatenate[Traced, P], Result], argnums: int | Sequence[int] = ..., *, scope: Scope = ...
) -> OfVariable[P]: ...
@overload
def sparsity(
    f: Callable[P, Any], argnums: int | Sequence[int] = ..., *, scope: Scope = ...
) -> Callable[P, Pattern]: ...
def sparsity(f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, scope: Scope = "local") -> Any:
    """A function that returns the pattern of the Jacobian of f: which results may depend on which arguments.

    f runs once, on the values of the arguments, and with each value go the sets of inputs that its elements may depend
    on. The pattern is never too small; it may be too large, as for `x - x`. How much it is for each function is
    reported in docs/sparsity_table.md.

    Args:
        f: a function of arrays and containers of arrays that returns an array or a container of them.
        argnums: the position of the argument whose elements are the columns, or a tuple of positions.
        scope: "local": a comparison, an index and a branch are what they are at these arguments, so that any Python
            code may be in f. The pattern holds as long as they stay the same. (A product with a value that is zero at
            these arguments alone counts.) "global": the pattern holds for all arguments of these shapes. All branches
            of `np.where` and `cond` count, and all elements that `np.max` and `np.sort` choose from.

    Returns:
        A function with the arguments of f that returns a `Pattern`, with a row for each element of the result and a
        column for each element of the chosen arguments.

    Raises:
        TypeError: f is not callable; (when called) an argument holds nothing to differentiate; f returns something else
            than real or complex numbers.
        EscapeError: (when called; a TypeError) the scope is "global", and f decides by a value: by `if`, `float()`, an
            index or a mask.
        ValueError: the scope is none of these; argnums names an argument twice.

    >>> import numpy as np
    >>> def f(x):
    ...     return x[1:] * x[:-1] ** 2
    >>> sparsity(f)(np.ones(5)).toarray().astype(int)
    array([[1, 1, 0, 0, 0],
           [0, 1, 1, 0, 0],
           [0, 0, 1, 1, 0],
           [0, 0, 0, 1, 1]])
    >>> sparsity(lambda x: np.where(x > 0, x, x[::-1]), scope="global")(np.ones(3)).toarray().astype(int)
    array([[1, 0, 1],
           [0, 1, 0],
           [1, 0, 1]])
    """
    where = check_function(f, "sparsity")
    chosen = kept_argnums(argnums, where)
    run = _run(scope, where)

    def sparsity_of(*args: Any, **kwargs: Any) -> Pattern:
        with begin_task(f, args, kwargs, chosen, where) as task:
            return pattern_with_basis(task, lambda trees: task.evaluate(trees)[0], run)[0]

    return transformed(sparsity_of, sparsity, f, argnums, scope=scope, result=_JACOBIAN)


@overload
def hessian_sparsity(
    f: Callable[Concatenate[Traced, P], Result], argnums: int | Sequence[int] = ..., *, scope: Scope = ...
) -> OfVariable[P]: ...
@overload
def hessian_sparsity(
    f: Callable[P, Any], argnums: int | Sequence[int] = ..., *, scope: Scope = ...
) -> Callable[P, Pattern]: ...
def hessian_sparsity(f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, scope: Scope = "local") -> Any:
    """A function that returns the pattern of the Hessian of f: which pairs of inputs f depends on jointly.

    It is the pattern of the Jacobian of the gradient of f, and symmetric. A sum of functions of one element each has a
    diagonal pattern, a linear function an empty one, and a product of two elements has the pair alone.

    Args:
        f: a function that returns a scalar, an array, or a container of them. Where there are several results, the
            pattern covers the Hessian of each of them.
        argnums: the position of the argument whose elements are the rows and columns, or a tuple of positions.
        scope: as for `sparsity`.

    Returns:
        A function with the arguments of f that returns a `Pattern`, whose rows and columns are the elements of the
        chosen arguments.

    Raises:
        TypeError: f is not callable; (when called) an argument holds nothing to differentiate, or is complex; f
            returns something else than real or complex numbers.
        EscapeError: (when called; a TypeError) the scope is "global", and f decides by a value.
        ValueError: the scope is none of these; argnums names an argument twice.

    >>> import numpy as np
    >>> def rosenbrock(x):
    ...     return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    >>> hessian_sparsity(rosenbrock)(np.ones(4)).toarray().astype(int)
    array([[1, 1, 0, 0],
           [1, 1, 1, 0],
           [0, 1, 1, 1],
           [0, 0, 1, 1]])
    """
    where = check_function(f, "hessian_sparsity")
    chosen = kept_argnums(argnums, where)
    run = _run(scope, where)

    def hessian_sparsity_of(*args: Any, **kwargs: Any) -> Pattern:
        with begin_task(f, args, kwargs, chosen, where) as task:
            check_real(task)
            return hessian_pattern(task, run)

    return transformed(hessian_sparsity_of, hessian_sparsity, f, argnums, scope=scope, result=_HESSIAN)


def _run(scope: Scope, where: str) -> Run:
    if scope not in get_args(Scope):
        raise ValueError(f"{where}: scope must be 'local' or 'global', got {scope!r}")
    return Run(scope)


def hessian_pattern(task: Task, run: Run) -> Pattern:
    """The pattern of the Hessian of a function whose chosen arguments are real."""
    return _symmetric(pattern_with_basis(task, lambda trees: _gradient(task, trees), run)[0])


def pattern_with_basis(task: Task, evaluate: Callable[[Sequence[Tree]], Basis], run: Run) -> tuple[Pattern, Basis]:
    """The pattern of what is computed of the chosen arguments, and the basis whose elements are its rows."""
    arguments = _leaves(task.lifted.variables, _names(task))
    width = sum([leaf.size for leaf in arguments])
    table = singles(np.arange(width), width)
    level = next_level()
    kind = GlobalSetNode if run.scope == "global" else SetNode
    values = []
    for leaf, x in zip(arguments, task.lifted.variables, strict=True):
        rows = np.arange(leaf.start + 1, leaf.start + leaf.size + 1).reshape(leaf.shape)
        sets = (Part(table, rows),) if leaf.size else ()
        check_value(x._value, task.where)
        values.append(new_variable(x._value, kind(level, sets, run, x.node.is_number)))
    try:
        outside = evaluate(task.lifted.filled(values))
    finally:
        level.finished = task.where
    results = _leaves(outside.arrays, [path for path, leaf in _holes(outside.template) if leaf is HOLE])
    rows_by_leaf = [
        rows_of(y.node.sets, leaf.size) if _is_at(y, level) else rows_of((), leaf.size)
        for y, leaf in zip(outside.arrays, results, strict=True)
    ]
    indptr, indices = _stacked(rows_by_leaf)
    return Pattern((len(indptr) - 1, width), indptr, indices, run.scope, results, arguments), outside


def _is_at(y: Array, level: Level) -> bool:
    return isinstance(y, Variable) and y.node.level == level


def _stacked(parts: Sequence[tuple[Indices, Indices]]) -> tuple[Indices, Indices]:
    """The rows of several arrays, one after the other."""
    if len(parts) == 1:
        return parts[0]
    starts = np.cumsum([0, *[len(indices) for _, indices in parts]])
    ends = [indptr[1:] + start for (indptr, _), start in zip(parts, starts, strict=False)]
    return np.concatenate([np.zeros(1, np.intp), *ends]), np.concatenate([indices for _, indices in parts])


def _leaves(arrays: Sequence[Array], names: Sequence[str]) -> tuple[Leaf, ...]:
    found = []
    start = 0
    for x, name in zip(arrays, names, strict=True):
        found.append(Leaf(name, tuple(x.shape), start))
        start += found[-1].size
    return tuple(found)


def _names(task: Task) -> list[str]:
    """The way to each of the arrays in the chosen arguments, beginning with the name of the argument."""
    described = argument_leaves(task.f, task.args, {})
    found = []
    for position, template in zip(task.chosen, task.lifted.template, strict=True):
        own = [leaf for leaf in described if leaf.key == position]
        places = flatten(template)
        found += [leaf.name + leaf.path for leaf, place in zip(own, places, strict=True) if place is HOLE]
    return found


def _holes(template: Tree) -> list[tuple[str, Any]]:
    return list(zip(paths(template), flatten(template), strict=True))


def _gradient(task: Task, trees: Sequence[Tree]) -> Basis:
    """The gradients of a sum of the results by the chosen arguments."""

    def of_chosen(*chosen: Tree) -> Tree:
        outside, _ = task.evaluate(chosen)
        return list(outside.arrays)

    outputs, pullback = vjp(of_chosen, *trees)
    gradients = task.lifted.template, pullback(_weights(outputs))
    arrays = [x for place, x in zip(*map(flatten, gradients), strict=True) if place is HOLE]
    return Basis(task.lifted.template, arrays)


def _weights(outputs: Sequence[Array]) -> list[Array]:
    """Random cotangents, so that derivatives of several results do not cancel; 1 where the result is one number."""
    if len(outputs) == 1 and not outputs[0].shape:
        return [ones_for(outputs[0])]
    random = np.random.default_rng(0)
    return [(random.random(y.shape) + 0.5).astype(ones_for(y).dtype) for y in outputs]


def _symmetric(pattern: Pattern) -> Pattern:
    """The places both in a pattern and in its transpose: a Hessian is symmetric, so no others are other than zero."""
    n = pattern.shape[0]
    leaves = pattern.arguments
    other = pattern.T
    if np.array_equal(other.indptr, pattern.indptr) and np.array_equal(other.indices, pattern.indices):
        return attrs.evolve(pattern, results=leaves)
    keys, transposed = [rows * n + columns for rows, columns in (pattern.coordinates, other.coordinates)]
    common = np.intersect1d(keys, transposed, assume_unique=True)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(common // max(n, 1), minlength=n))])
    return Pattern(pattern.shape, indptr, common % max(n, 1), pattern.scope, leaves, leaves)
