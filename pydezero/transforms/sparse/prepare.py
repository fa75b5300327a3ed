"""Preparing a sparse derivative: from the pattern to what is evaluated."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.arrays import WORDS
from pydezero.core.foreign import check_on_host
from pydezero.core.snapshot import is_number
from pydezero.core.variable import bottom
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.boundary.provenance import Transformed
from pydezero.transforms.jacobians.basis import Basis
from pydezero.transforms.jacobians.modes import Task
from pydezero.transforms.jit.jit import jit
from pydezero.transforms.reverse.grad import grad
from pydezero.transforms.sparse.colouring.record import Colouring
from pydezero.transforms.sparse.layout import layout_of
from pydezero.transforms.sparse.pattern.pattern import Pattern
from pydezero.transforms.sparse.prepared import PreparedDerivative
from pydezero.transforms.sparse.probe import probe_for, weights_for
from pydezero.transforms.sparse.products import Products, Shape, sums
from pydezero.tree import Tree


class HasCoordinates(Protocol):
    """A sparse array or matrix of SciPy, which is an optional extra."""

    def tocoo(self) -> Any:
        """The matrix with the coordinates of its elements."""
        ...


GivenPattern: TypeAlias = Pattern | HasCoordinates | NDArray[Any]

# glibc asks the system for the memory of each array that is larger than all before it, up to 32 MB (M_MMAP_THRESHOLD).
_RESERVE: Final = 31 << 20


@attrs.frozen(eq=False)
class Sides:
    """The two sides of a derivative: the arrays of the arguments are its columns, those of the result its rows.

    Attributes:
        inside, outside: their shapes.
        arguments: the containers of the arguments, with holes.
        result: the container of the result, with holes; of a Hessian that of the arguments.
    """

    inside: tuple[Shape, ...]
    outside: tuple[Shape, ...]
    arguments: tuple[Tree, ...]
    result: Tree

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of the matrix."""
        return sum(map(math.prod, self.outside)), sum(map(math.prod, self.inside))


def prepared(
    f: Callable[..., Any],
    argnums: int | Sequence[int],
    where: str,
    sides: Sides,
    pattern: Pattern,
    colouring: Colouring,
    *,
    is_hessian: bool = False,
    holomorphic: bool = False,
    mixes_complex: bool = False,
) -> PreparedDerivative[..., Any]:
    """The derivative, ready to be evaluated.

    If f is compiled, so are the products. The arrays of a batch are so large that glibc would return their memory to
    the system after each product, and the system would clear the memory of the next ones. After glibc has freed an even
    larger array, it keeps that memory.
    """
    reserve = np.empty(_RESERVE, np.uint8)
    del reserve
    by_columns = colouring.of_columns > 0 or not colouring.of_rows
    probe = probe_for(sides.shape[1] if by_columns else sides.shape[0])
    has_rows = colouring.of_rows > 0
    weights = weights_for(pattern, colouring, probe)
    options = _options_of_jit(f)
    products = Products(
        f,
        argnums,
        holomorphic,
        where,
        is_hessian,
        sums(sides.inside, colouring.columns, colouring.of_columns, probe) if by_columns else (),
        sums(sides.outside, colouring.rows, colouring.of_rows, None if by_columns else probe) if has_rows else (),
        sides.arguments,
        sides.inside,
        sides.outside,
        mixes_complex,
        weights if options is not None else None,
    )
    layout = layout_of(
        pattern,
        (sides.result, list(map(math.prod, sides.outside))),
        (sides.arguments, list(map(math.prod, sides.inside))),
        not isinstance(argnums, Sequence),
    )
    run = products if options is None else jit(products, **options)
    return PreparedDerivative(pattern, colouring, layout, products, run, probe, weights)


def _options_of_jit(f: Callable[..., Any]) -> Mapping[str, Any] | None:
    """The options of `jit`, if f is compiled, or the gradient of a compiled function; else None."""
    made = f._provenance if type(f) is Transformed else None
    if made is not None and made.transform is grad:
        return _options_of_jit(made.of)
    return made.kwargs if made is not None and made.transform is jit else None


def check_for_scipy(task: Task, where: str, instead: str) -> None:
    """Raise a TypeError if an argument is not on the host, or has a unit: a sparse array of SciPy is there, without."""
    arrays = list(map(bottom, task.inside.arrays))
    check_on_host(arrays, f"{where}: an argument")
    for x in arrays:
        if not is_number(x) and not isinstance(x, np.ndarray):
            raise TypeError(
                f"{where}: an argument is a {type(x).__name__}, and the derivative would be a sparse array of SciPy's; "
                f"pass {WORDS[type(x)].dense}, or take {instead}"
            )
    check_no_units(task.inside, where, instead)


def check_no_units(arrays: Basis, where: str, instead: str) -> None:
    """Raise a TypeError if an array among the arguments, or in the result, has a unit of pint's."""
    if any(unit is not None for unit in arrays.units()):
        raise TypeError(
            f"{where}: a sparse array of SciPy has no unit, and the argument or the result has one; "
            f"pass x.magnitude and return a magnitude, or take {instead}"
        )


def check_scipy(where: str) -> None:
    """Raise an ImportError, which says what to install, if SciPy is not there."""
    try:
        import scipy.sparse  # noqa: F401  # an optional extra
    except ImportError as error:
        raise ImportError(f"{where} returns arrays of SciPy: pip install 'pydezero[sparse]'") from error


def given_pattern(pattern: GivenPattern, shape: tuple[int, int], where: str) -> Pattern:
    """The pattern that a caller gives.

    Raises:
        TypeError: it is no pattern and no matrix.
        ValueError: it has another shape than the derivative.
    """
    if not isinstance(pattern, Pattern):
        found: Any = pattern
        if hasattr(found, "tocoo"):
            found = found.tocoo()
            rows, columns = found.row, found.col
        elif isinstance(found, np.ndarray) and found.ndim == 2:
            rows, columns = np.nonzero(found)
        else:
            raise TypeError(
                f"{where}: pattern must be a Pattern, a sparse array of SciPy or a matrix, whose elements other than "
                f"zero are taken; got {describe_structure(pattern)}"
            )
        of: tuple[int, ...] = found.shape
        pattern = Pattern.from_coordinates(rows, columns, (of[0], of[1]))
    if pattern.shape != shape:
        raise ValueError(
            f"{where}: the pattern has the shape {pattern.shape}, and the derivative {shape}: a row for each element "
            "of the result, a column for each element of the arguments"
        )
    return pattern
