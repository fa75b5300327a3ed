# Made by `python -m tests.stubs`, not by hand.
"""The cosine and sine transforms of `scipy.fft` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. Of their parameters `overwrite_x` and `workers` are left out. The Fourier
transforms, which `numpy.fft` has too, are differentiable by their names there."""

from collections.abc import Sequence
from pydezero.core.typed import array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand
from pydezero.functions.fft.transforms import Norm
from pydezero.scipy.fft.real_transforms import Type
from typing import overload

__all__ = ["dct", "dctn", "dst", "dstn", "idct", "idctn", "idst", "idstn"]

@array_function
def dct(
    x: Operand,
    type: Type = 2,
    n: int | None = None,
    axis: int = -1,
    norm: Norm = None,
    overwrite_x: bool = False,
    workers: int | None = None,
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
    ...

@array_function
def dctn(
    x: Operand,
    type: Type = 2,
    s: int | Sequence[int] | None = None,
    axes: int | Sequence[int] | None = None,
    norm: Norm = None,
    overwrite_x: bool = False,
    workers: int | None = None,
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
    ...

@array_function
def dst(
    x: Operand,
    type: Type = 2,
    n: int | None = None,
    axis: int = -1,
    norm: Norm = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    orthogonalize: bool | None = None,
) -> Array:
    """The discrete sine transform along an axis, with the arguments of `dct`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> dst(Variable(np.array([1.0, 2.0])), type=1)
    variable([ 5.19615242 -1.73205081])
    """
    ...

@array_function
def dstn(
    x: Operand,
    type: Type = 2,
    s: int | Sequence[int] | None = None,
    axes: int | Sequence[int] | None = None,
    norm: Norm = None,
    overwrite_x: bool = False,
    workers: int | None = None,
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
    ...

@array_function
def idct(
    x: Operand,
    type: Type = 2,
    n: int | None = None,
    axis: int = -1,
    norm: Norm = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    orthogonalize: bool | None = None,
) -> Array:
    """The inverse of `dct` with the same arguments.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> idct(Variable(np.array([12.0, 0.0, 0.0])))
    variable([2. 2. 2.])
    """
    ...

@array_function
def idctn(
    x: Operand,
    type: Type = 2,
    s: int | Sequence[int] | None = None,
    axes: int | Sequence[int] | None = None,
    norm: Norm = None,
    overwrite_x: bool = False,
    workers: int | None = None,
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
    ...

@array_function
def idst(
    x: Operand,
    type: Type = 2,
    n: int | None = None,
    axis: int = -1,
    norm: Norm = None,
    overwrite_x: bool = False,
    workers: int | None = None,
    orthogonalize: bool | None = None,
) -> Array:
    """The inverse of `dst` with the same arguments.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> idst(Variable(np.array([0.0, 4.0])))
    variable([ 1. -1.])
    """
    ...

@array_function
def idstn(
    x: Operand,
    type: Type = 2,
    s: int | Sequence[int] | None = None,
    axes: int | Sequence[int] | None = None,
    norm: Norm = None,
    overwrite_x: bool = False,
    workers: int | None = None,
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
    ...
