"""The names that an expression may use, the roles of their parameters, and the cost of their results.

Allowed are the differentiable functions of `pydezero.functions`, which do nothing but compute, without the few that
take a function or a string. How large a result can become is known before the function is called, from the sizes of its
arguments and from the numbers among them: see `cost`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from enum import Enum, auto
from functools import cache
from inspect import Parameter, Signature, signature
from math import ceil, isfinite, prod
from types import ModuleType
from typing import Any, Final

import attrs
import numpy as np

from pydezero import functions as F

CONSTANTS: Final[dict[str, float]] = {"e": np.e, "inf": np.inf, "nan": np.nan, "pi": np.pi}

MODULES: Final = ("np", "numpy")

_NAMESPACES: Final[dict[str, ModuleType]] = {"": F, "linalg": F.linalg, "fft": F.fft}

REFUSED: Final[dict[str, str]] = {
    "apply_along_axis": "it takes a function",
    "apply_over_axes": "it takes a function",
    "astype": "it takes a dtype; all numbers here are float64 or complex128",
    "bincount": "it takes integers; np.histogram takes numbers",
    "einsum": "it takes a string; write @, np.outer or np.tensordot",
    "histogramdd": "its result may be of any size; np.histogram2d is for two dimensions",
    "ix_": "it takes indices; write A[0:2, 1:3]",
    "ldexp": "it takes integers; write x * 2**n",
    "piecewise": "it takes functions; write np.where(condition, x, y) or np.select",
}
"""Functions of pydezero that an expression cannot call, and why."""


class Role(Enum):
    """The kinds of argument that a parameter takes."""

    ARRAY = auto()
    ARRAYS = auto()  # a list of arrays
    BLOCKS = auto()  # a list of lists of arrays
    LITERAL = auto()  # whole numbers, written out: an axis, a shape, how many
    REFUSED = auto()


class Size(Enum):
    """The upper bounds of the size of a result, and so of the work."""

    BROADCAST = auto()
    SUM = auto()  # all arguments together
    PRODUCT = auto()  # of the sizes, and of the whole numbers
    CONTRACTION = auto()  # a matrix product
    PADDED = auto()
    TRIANGLE = auto()  # of a matrix, which a vector becomes
    CUBE = auto()  # of the sizes together: a decomposition of a matrix with so many rows
    SQUARE = auto()  # of all arguments and whole numbers together, or their product: for all other functions


_LITERALS: Final = frozenset(
    """
    axis axes axis1 axis2 axisa axisb axisc source destination offset shape new_shape num n N s k repeats reps shift
    indices indices_or_sections obj kth decimals deg ddof correction bins range pad_width stat_length edge_order ind ord
    """.split()  # noqa: SIM905  # a list of words is easier to read
)
_REFUSED_PARAMETERS: Final = frozenset(
    "UPLO casting dtype initial kind mean method mode norm order trim where".split()  # noqa: SIM905  # as above
)
_ROLES: Final = {
    **dict.fromkeys(_LITERALS, Role.LITERAL),
    **dict.fromkeys(("arrays", "tup", "choices", "condlist", "choicelist"), Role.ARRAYS),
    **dict.fromkeys(_REFUSED_PARAMETERS, Role.REFUSED),
}
_ROLES_OF_FUNCTIONS: Final = {
    ("block", "arrays"): Role.BLOCKS,
    ("choose", "a"): Role.LITERAL,
    ("polyder", "m"): Role.LITERAL,
    ("polyint", "m"): Role.LITERAL,
    ("rollaxis", "start"): Role.LITERAL,
}

_SIZES: Final[dict[Size, str]] = {
    Size.BROADCAST: "abs clip nan_to_num pow trapezoid unwrap where",
    Size.SUM: """
        amax amin angle around atleast_1d atleast_2d atleast_3d average column_stack block concat
        concatenate cumprod cumsum cumulative_prod cumulative_sum diagonal dstack ediff1d expand_dims fix flip
        fliplr flipud fft.fftshift fft.ifftshift gradient hstack i0 imag matrix_transpose max mean median min
        moveaxis nancumprod nancumsum nanmax nanmean nanmedian nanmin nanprod nanstd nansum nanvar
        partition permute_dims prod ptp ravel real real_if_close reshape roll rollaxis rot90 round sinc sort
        sort_complex squeeze stack std sum swapaxes trace transpose trim_zeros vdot
        linalg.diagonal linalg.matrix_transpose linalg.trace unstack var vstack
    """,
    Size.PRODUCT: """
        broadcast_to geomspace kron linspace logspace outer repeat resize tensordot tile linalg.outer
        linalg.tensordot
    """,
    Size.CONTRACTION: "dot inner matmul matvec vecdot vecmat linalg.matmul linalg.vecdot",
    Size.PADDED: "pad",
    Size.TRIANGLE: "tril triu",
    Size.CUBE: "roots",
}
_SIZE_OF: Final = {name: size for size, names in _SIZES.items() for name in names.split()}


@attrs.frozen
class Callee:
    """Something that an expression may call: a function or an operator."""

    name: str
    function: Callable[..., Any]
    size: Size
    signature: Signature | None

    def roles(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[list[Role], dict[str, Role]]:
        """The roles of the parameters to which these arguments go.

        Raises:
            TypeError: there is one too many or one is missing.
        """
        assert self.signature is not None
        bound = self.signature.bind(*args, **kwargs)
        positional: list[Role] = []
        keywords: dict[str, Role] = {}
        for parameter, value in bound.arguments.items():
            kind = self.signature.parameters[parameter].kind
            role = self._role(parameter)
            if kind is Parameter.VAR_POSITIONAL:
                positional += [role] * len(value)
            elif parameter in kwargs:
                keywords[parameter] = role
            else:
                positional.append(role)
        return positional, keywords

    def unstated(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[int, ...]:
        """The whole numbers that stand for parameters which get no argument: the 50 of `linspace`."""
        assert self.signature is not None
        stated = self.signature.bind(*args, **kwargs).arguments
        others = [parameter for name, parameter in self.signature.parameters.items() if name not in stated]
        return tuple([x.default for x in others if type(x.default) is int])

    def _role(self, parameter: str) -> Role:
        name = self.name.rpartition(".")[2]
        return _ROLES_OF_FUNCTIONS.get((name, parameter)) or _ROLES.get(parameter, Role.ARRAY)


def array(object: Any) -> Any:  # noqa: A002  # NumPy's name
    """`np.array`: a list of numbers is an array wherever one is expected."""
    return object


def eye(N: Any) -> Any:  # noqa: N803  # NumPy's name
    """`np.eye`."""
    return np.eye(N)


_MORE: Final[dict[str, tuple[Callable[..., Any], Size]]] = {"array": (array, Size.SUM), "eye": (eye, Size.SQUARE)}


@cache
def names() -> frozenset[str]:
    """The names of all functions: `sin`, `linalg.det`."""
    found = {f"{prefix}.{name}".lstrip(".") for prefix, namespace in _NAMESPACES.items() for name in namespace.__all__}
    return frozenset(found - REFUSED.keys() | _MORE.keys())


@cache
def callee(name: str) -> Callee:
    """The function of this name, which is one of `names()`."""
    if name in _MORE:
        function, size = _MORE[name]
        return Callee(name, function, size, signature(function))
    prefix, _, last = name.rpartition(".")
    function = getattr(_NAMESPACES[prefix], last)
    numpys = getattr(np, name, None)
    is_elementwise = isinstance(numpys, np.ufunc) and numpys.signature is None
    size = Size.BROADCAST if is_elementwise else _SIZE_OF.get(name, Size.SQUARE)
    return Callee(name, function, size, signature(function))


# Names in mathematics that NumPy does not have, nor any like them.
_OTHERWISE: Final = {"ln": "log", "lg": "log10", "tg": "tan", "arctg": "arctan"}


def suggestions(name: str, others: Sequence[str]) -> str:
    """`; did you mean ...?`, with the names that are near to one that is not known."""
    last = name.rpartition(".")[2]
    elsewhere = [full for full in sorted(names()) if full.endswith(f".{last}")]
    near = (
        [_OTHERWISE[name]]
        if name in _OTHERWISE
        else elsewhere or get_close_matches(name, [*others, *CONSTANTS, *sorted(names())], cutoff=0.65)
    )
    return f"; did you mean {' or '.join(dict.fromkeys(near[:3]))}?" if near else ""


def cost(size: Size, shapes: Sequence[tuple[int, ...]], numbers: Sequence[float]) -> int:
    """The most elements that a result can have, by the shapes of arrays and the numbers among arguments.

    Where computing one takes more than its size, that is counted.

    >>> cost(Size.BROADCAST, [(3, 1), (4,)], [])
    12
    >>> cost(Size.PRODUCT, [(2,)], [1000, 1000])
    2000000
    """
    sizes = [prod(shape) for shape in shapes]
    counts = [max(ceil(abs(n)), 1) for n in numbers if isfinite(n)]
    first = shapes[0] if shapes else ()
    match size:
        case Size.BROADCAST:
            return prod([max(lengths) for lengths in _by_axis(shapes)])
        case Size.SUM:
            return sum(sizes)
        case Size.PRODUCT:
            return prod(sizes) * prod(counts)
        case Size.CONTRACTION:
            return prod(sizes) // max([*first[-1:], 1])
        case Size.PADDED:
            return prod([length + 2 * max(counts, default=0) for length in first])
        case Size.TRIANGLE:
            return max(prod(first), prod(first[-1:]) ** 2)
        case Size.CUBE:
            return sum(sizes) ** 3
    return max(prod(sizes) * prod(counts), (sum(sizes) + sum(counts)) ** 2)


def _by_axis(shapes: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The lengths of the arrays along each axis of what they broadcast to."""
    ndim = max(map(len, shapes), default=0)
    return list(zip(*[(1,) * (ndim - len(shape)) + shape for shape in shapes], strict=True))
