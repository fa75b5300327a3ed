"""Discrete cosine and sine transforms, along one axis or several.

The matrices are those of G. Strang, "The discrete cosine transform" (1999). Types 1 and 4 are symmetric, and types 2
and 3 transposes of one another, up to the weights of the first or the last element; an orthogonal one has no weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

import numpy as np
import scipy.fft
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from pydezero.core.bind import bind
from pydezero.core.placing import beside
from pydezero.core.primitive import Linear, define
from pydezero.core.typed import array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.fft.transforms import Norm, cropped_or_padded, lengths_and_axes
from pydezero.scipy.operands import as_operand, takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["dct", "dctn", "dst", "dstn", "idct", "idctn", "idst", "idstn"]

Type: TypeAlias = Literal[1, 2, 3, 4]

# By a transform: the elements that count half, for the types in which there are such.
_HALVES: Final[dict[str, dict[int, list[int]]]] = {"dct": {1: [0, -1], 3: [0]}, "dst": {3: [-1]}}

# The type of the transpose, which is that of the inverse, too.
_TRANSPOSED: Final = {1: 1, 2: 3, 3: 2, 4: 4}

_INVERSE_NORMS: Final[dict[Norm, Norm]] = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": None}


def _weights(name: str, kind: int, like: Array, axis: int) -> Array:
    weights = np.ones((like.shape[axis], *(1,) * (len(like.shape) - axis - 1)), like.dtype)
    weights[_HALVES[name].get(kind, [])] = 0.5
    return beside(weights, like)


def _transposed(primitive: Linear, g: Array, kind: Type, axis: int, norm: Norm, orthogonalize: bool) -> Array:
    """The transpose of a transform of the cotangent g."""
    other = _TRANSPOSED[kind]
    if not orthogonalize:
        g = g / _weights(primitive.name, other, g, axis)
    out = bind(primitive, g, type=other, axis=axis, norm=norm, orthogonalize=orthogonalize)
    return out if orthogonalize else out * _weights(primitive.name, kind, g, axis)


def _dct_rule(g: Array, type: Type, axis: int, norm: Norm, orthogonalize: bool) -> Array:
    return _transposed(_dct_p, g, type, axis, norm, orthogonalize)


def _dst_rule(g: Array, type: Type, axis: int, norm: Norm, orthogonalize: bool) -> Array:
    return _transposed(_dst_p, g, type, axis, norm, orthogonalize)


_dct_p: Final[Linear] = define(
    Linear,
    "dct",
    scipy.fft.dct,
    _dct_rule,
    batch=lambda _, x, axis, **params: bind(_dct_p, x, axis=axis + 1, **params),
)
_dst_p: Final[Linear] = define(
    Linear,
    "dst",
    scipy.fft.dst,
    _dst_rule,
    batch=lambda _, x, axis, **params: bind(_dst_p, x, axis=axis + 1, **params),
)


def _transform(
    name: str,
    primitive: Linear,
    x: Operand,
    kind: int,
    n: int | None,
    axis: int,
    norm: Norm,
    orthogonalize: bool | None,
    inverse: bool = False,
) -> Array:
    """A transform along an axis, or its inverse, in the function of this name."""
    where = f"scipy.fft.{name}"
    if type(kind) is not int or kind not in _TRANSPOSED:
        raise ValueError(f"{where}: type is {kind!r}; it must be 1, 2, 3 or 4")
    if norm not in tuple(_INVERSE_NORMS):
        raise ValueError(f"{where}: norm is {norm!r}; it must be None, 'backward', 'ortho' or 'forward'")
    if inverse:
        kind, norm = _TRANSPOSED[kind], _INVERSE_NORMS[norm]
    axis = normalize_axis_index(axis, len(shape_of(x)), where)
    if n is not None and n < 1:
        raise ValueError(f"{where}: a length is {n}; it must be at least 1")
    signal = cropped_or_padded(as_operand(x), shape_of(x)[axis] if n is None else n, axis)
    least = 2 if kind == 1 and primitive is _dct_p else 1
    if signal.shape[axis] < least:
        raise ValueError(
            f"{where}: the length along the axis {axis} is {signal.shape[axis]}; it must be at least {least}"
        )
    if orthogonalize is None:
        orthogonalize = norm == "ortho"
    if signal.dtype.kind == "c" and orthogonalize is not (norm == "ortho"):
        raise ValueError(
            f"{where}: of a complex x SciPy does not regard orthogonalize={orthogonalize}; transform np.real(x) and "
            "np.imag(x)"
        )
    return bind(primitive, signal, type=kind, axis=axis, norm=norm, orthogonalize=bool(orthogonalize))


def _along_axes(
    name: str,
    primitive: Linear,
    x: Operand,
    kind: Type,
    s: int | Sequence[int] | None,
    axes: int | Sequence[int] | None,
    norm: Norm,
    orthogonalize: bool | None,
    inverse: bool = False,
) -> Array:
    lengths = (s,) if isinstance(s, int | np.integer) else s
    places = (axes,) if isinstance(axes, int | np.integer) else axes
    where = f"scipy.fft.{name}"
    if places is not None:
        normalize_axis_tuple(places, len(shape_of(x)), where)  # raises where two are the same
    for n, axis in lengths_and_axes(x, lengths, places, where):
        x = _transform(name, primitive, x, kind, n, axis, norm, orthogonalize, inverse)
    return x


@array_function
@as_in_scipy(scipy.fft.dct)
@takes_lists
def dct(
    x: Operand,
    type: Type = 2,
    n: int | None = None,
    axis: int = -1,
    norm: Norm = None,
    orthogonalize: bool | None = None,
) -> Array:
    """The discrete cosine transform along an axis, of x cropped or padded with zeros to the length n.

    Args:
        x: the signal; of a complex one, the transform of both parts.
        type: of the four kinds of the transform; 2 is "the" transform, of which 3 is the inverse.
        n: the length of the signal, by default as long as x makes it.
        axis: of x.
        norm: whether the result ("forward"), that of the inverse ("backward", the default) or each by its root
            ("ortho") is divided by twice the length.
        orthogonalize: whether elements at the ends are scaled so that the matrix is orthogonal, up to a factor; so it
            is for `norm="ortho"` by default.

    Raises:
        ValueError: `type` or `norm` is none of those; type 1 is asked for of less than two elements; or x is complex,
            and `orthogonalize` is not the default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> dct(Variable(np.array([1.0, 3.0])))
    variable([ 8.         -2.82842712])
    """
    return _transform("dct", _dct_p, x, type, n, axis, norm, orthogonalize)


@array_function
@as_in_scipy(scipy.fft.idct)
@takes_lists
def idct(
    x: Operand,
    type: Type = 2,
    n: int | None = None,
    axis: int = -1,
    norm: Norm = None,
    orthogonalize: bool | None = None,
) -> Array:
    """The inverse of `dct` with the same arguments.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> idct(Variable(np.array([12.0, 0.0, 0.0])))
    variable([2. 2. 2.])
    """
    return _transform("idct", _dct_p, x, type, n, axis, norm, orthogonalize, inverse=True)


@array_function
@as_in_scipy(scipy.fft.dst)
@takes_lists
def dst(
    x: Operand,
    type: Type = 2,
    n: int | None = None,
    axis: int = -1,
    norm: Norm = None,
    orthogonalize: bool | None = None,
) -> Array:
    """The discrete sine transform along an axis, with the arguments of `dct`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> dst(Variable(np.array([1.0, 2.0])), type=1)
    variable([ 5.19615242 -1.73205081])
    """
    return _transform("dst", _dst_p, x, type, n, axis, norm, orthogonalize)


@array_function
@as_in_scipy(scipy.fft.idst)
@takes_lists
def idst(
    x: Operand,
    type: Type = 2,
    n: int | None = None,
    axis: int = -1,
    norm: Norm = None,
    orthogonalize: bool | None = None,
) -> Array:
    """The inverse of `dst` with the same arguments.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> idst(Variable(np.array([0.0, 4.0])))
    variable([ 1. -1.])
    """
    return _transform("idst", _dst_p, x, type, n, axis, norm, orthogonalize, inverse=True)


@array_function
@as_in_scipy(scipy.fft.dctn)
@takes_lists
def dctn(
    x: Operand,
    type: Type = 2,
    s: int | Sequence[int] | None = None,
    axes: int | Sequence[int] | None = None,
    norm: Norm = None,
    *,
    orthogonalize: bool | None = None,
) -> Array:
    """`dct` along several axes, all of them by default, of x cropped or padded with zeros to the lengths s.

    Raises:
        ValueError: s has another length than axes; or as `dct` says.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> dctn(Variable(np.eye(2)))
    variable([[8. 0.]
              [0. 4.]])
    """
    return _along_axes("dctn", _dct_p, x, type, s, axes, norm, orthogonalize)


@array_function
@as_in_scipy(scipy.fft.idctn)
@takes_lists
def idctn(
    x: Operand,
    type: Type = 2,
    s: int | Sequence[int] | None = None,
    axes: int | Sequence[int] | None = None,
    norm: Norm = None,
    *,
    orthogonalize: bool | None = None,
) -> Array:
    """The inverse of `dctn` with the same arguments.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> idctn(Variable(np.array([[8.0, 0.0], [0.0, 0.0]])))
    variable([[0.5 0.5]
              [0.5 0.5]])
    """
    return _along_axes("idctn", _dct_p, x, type, s, axes, norm, orthogonalize, inverse=True)


@array_function
@as_in_scipy(scipy.fft.dstn)
@takes_lists
def dstn(
    x: Operand,
    type: Type = 2,
    s: int | Sequence[int] | None = None,
    axes: int | Sequence[int] | None = None,
    norm: Norm = None,
    *,
    orthogonalize: bool | None = None,
) -> Array:
    """`dst` along several axes, as `dctn`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> dstn(Variable(np.eye(2)))
    variable([[4. 0.]
              [0. 8.]])
    """
    return _along_axes("dstn", _dst_p, x, type, s, axes, norm, orthogonalize)


@array_function
@as_in_scipy(scipy.fft.idstn)
@takes_lists
def idstn(
    x: Operand,
    type: Type = 2,
    s: int | Sequence[int] | None = None,
    axes: int | Sequence[int] | None = None,
    norm: Norm = None,
    *,
    orthogonalize: bool | None = None,
) -> Array:
    """The inverse of `dstn` with the same arguments.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> idstn(Variable(np.array([[0.0, 0.0], [0.0, 8.0]])))
    variable([[ 0.5 -0.5]
              [-0.5  0.5]])
    """
    return _along_axes("idstn", _dst_p, x, type, s, axes, norm, orthogonalize, inverse=True)
