# Made by `python -m tests.stubs`, not by hand.
"""The differentiable functions, a package for each subject, with NumPy's names, arguments and results.

`np.sin(x)` and `functions.sin(x)` compute the same, and so do `np.linalg.inv(x)` and `functions.linalg.inv(x)`. The
functions here have types that a checker sees through (a Variable gives a Variable) and skip NumPy's dispatch; on plain
arrays they are NumPy.

A function is imported when it is first looked up, and nothing but the module that defines it. Each module lists its
functions in `__all__`; `pydezero.exports` is the table of them all."""

import numpy as np
from collections.abc import Callable, Sequence
from numpy.typing import DTypeLike, NDArray
from pydezero.core.function_types import Mixed
from pydezero.core.typed import array_function, binary_array_function, binary_function, joining_function, unary_function
from pydezero.core.types import Array, ArrayOrNumber, Axis, Index, Listed, Shape
from pydezero.core.variable import Operand, Variable
from pydezero.functions.choosing.selection import _Trim
from pydezero.functions.indexing.indexing import OutOfBounds
from pydezero.functions.joining.joining import (
    _Arrays as _Arrays_,
    _Casting,
    _Operands as _Operands_,
    _Variables as _Variables_,
)
from pydezero.functions.joining.nested import _Arrays, _Operands, _Variables
from pydezero.functions.joining.splitting import _Parts
from pydezero.functions.ordering.sets import _Found
from pydezero.functions.ordering.sorting import _Kind
from pydezero.functions.sampled.convolution import Mode
from pydezero.functions.shapes.padding import _Mode, _PadWidth, _Values
from pydezero.functions.statistics.histograms import _Bins, _Range
from typing import Any, Literal, overload
from pydezero.functions import fft as fft
from pydezero.functions import linalg as linalg

__all__ = [
    "abs",
    "absolute",
    "acos",
    "acosh",
    "add",
    "amax",
    "amin",
    "angle",
    "append",
    "apply_along_axis",
    "apply_over_axes",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "around",
    "array",
    "array_split",
    "asin",
    "asinh",
    "astype",
    "atan",
    "atan2",
    "atanh",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "average",
    "bincount",
    "block",
    "broadcast_arrays",
    "broadcast_to",
    "cbrt",
    "ceil",
    "choose",
    "clip",
    "column_stack",
    "compress",
    "concat",
    "concatenate",
    "conj",
    "conjugate",
    "convolve",
    "copysign",
    "corrcoef",
    "correlate",
    "cos",
    "cosh",
    "cov",
    "cross",
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "deg2rad",
    "degrees",
    "delete",
    "diag",
    "diagflat",
    "diagonal",
    "diff",
    "divide",
    "divmod",
    "dot",
    "dsplit",
    "dstack",
    "ediff1d",
    "einsum",
    "exp",
    "exp2",
    "expand_dims",
    "expm1",
    "extract",
    "fabs",
    "fix",
    "flip",
    "fliplr",
    "flipud",
    "float_power",
    "floor",
    "floor_divide",
    "fmax",
    "fmin",
    "fmod",
    "frexp",
    "geomspace",
    "gradient",
    "heaviside",
    "histogram",
    "histogram2d",
    "histogram_bin_edges",
    "histogramdd",
    "hsplit",
    "hstack",
    "hypot",
    "i0",
    "imag",
    "inner",
    "insert",
    "interp",
    "intersect1d",
    "ix_",
    "kron",
    "ldexp",
    "linspace",
    "log",
    "log10",
    "log1p",
    "log2",
    "logaddexp",
    "logaddexp2",
    "logspace",
    "matmul",
    "matrix_transpose",
    "matvec",
    "max",
    "maximum",
    "mean",
    "median",
    "meshgrid",
    "min",
    "minimum",
    "mod",
    "modf",
    "moveaxis",
    "multiply",
    "nan_to_num",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanpercentile",
    "nanprod",
    "nanquantile",
    "nanstd",
    "nansum",
    "nanvar",
    "negative",
    "nextafter",
    "outer",
    "pad",
    "partition",
    "percentile",
    "permute_dims",
    "piecewise",
    "poly",
    "polyadd",
    "polyder",
    "polydiv",
    "polyfit",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "positive",
    "pow",
    "power",
    "prod",
    "ptp",
    "quantile",
    "rad2deg",
    "radians",
    "ravel",
    "real",
    "real_if_close",
    "reciprocal",
    "remainder",
    "repeat",
    "reshape",
    "resize",
    "rint",
    "roll",
    "rollaxis",
    "roots",
    "rot90",
    "round",
    "row_stack",
    "select",
    "setdiff1d",
    "setxor1d",
    "sign",
    "sin",
    "sinc",
    "sinh",
    "sliding_window_view",
    "sort",
    "sort_complex",
    "spacing",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "subtract",
    "sum",
    "swapaxes",
    "take",
    "take_along_axis",
    "tan",
    "tanh",
    "tensordot",
    "tile",
    "trace",
    "transpose",
    "trapezoid",
    "tril",
    "trim_zeros",
    "triu",
    "true_divide",
    "trunc",
    "union1d",
    "unique",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
    "unstack",
    "unwrap",
    "vander",
    "var",
    "vdot",
    "vecdot",
    "vecmat",
    "vsplit",
    "vstack",
    "where",
]

@unary_function
def abs(x: Operand, /) -> Array:
    """The absolute value of a real or complex x, elementwise; its derivative at 0 is taken to be 0.

    The second derivative at 0 is 0 for a constant times |x|, right for its powers, and nan where |x| is inside of
    another function, which may be smooth: np.cosh(np.abs(x)).

    >>> from pydezero import as_variable
    >>> absolute(as_variable(-2.0))
    variable(2.0)
    """
    ...

@unary_function
def absolute(x: Operand, /) -> Array:
    """The absolute value of a real or complex x, elementwise; its derivative at 0 is taken to be 0.

    The second derivative at 0 is 0 for a constant times |x|, right for its powers, and nan where |x| is inside of
    another function, which may be smooth: np.cosh(np.abs(x)).

    >>> from pydezero import as_variable
    >>> absolute(as_variable(-2.0))
    variable(2.0)
    """
    ...

@unary_function
def acos(x: Operand, /) -> Array:
    """The inverse cosine, in [0, pi]; its derivative is -1 / sqrt(1 - x ** 2) (DLMF 4.24).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arccos` gives.
    """
    ...

@unary_function
def acosh(x: Operand, /) -> Array:
    """The inverse hyperbolic cosine; its derivative is 1 / (sqrt(x - 1) sqrt(x + 1)) (DLMF 4.38).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arccosh` gives.
    """
    ...

@binary_function
def add(x1: Operand, x2: Operand, /) -> Array:
    """The sum x1 + x2.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.add` gives.
    """
    ...

@array_function
def amax(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The largest element along some axes; elements that tie for it share the derivative evenly.

    Or the initial value, where that is larger; where they are equal it gets half of the derivative. Elements where a
    condition does not hold are left out.

    Raises:
        ValueError: there are no elements and no initial value, or a condition and no initial value.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> max(Variable(np.array([2.0, 3.0])))
    variable(3.0)
    """
    ...

@array_function
def amin(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The smallest element along some axes; elements that tie for it share the derivative evenly.

    Or the initial value, where that is smaller; where they are equal it gets half of the derivative. Elements where a
    condition does not hold are left out.

    Raises:
        ValueError: there are no elements and no initial value, or a condition and no initial value.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> min(Variable(np.array([2.0, 3.0])))
    variable(2.0)
    """
    ...

@array_function
def angle(z: Operand, deg: bool = False) -> Array:
    """The angle of a complex number with the positive real axis, in (-pi, pi], or in degrees.

    The derivative at 0 is taken to be 0, like that of `absolute`. For a real z the angle is 0 or pi, with derivative 0.

    >>> from pydezero import as_variable
    >>> angle(as_variable(2j), deg=True)
    variable(90.0)
    """
    ...

@binary_array_function
def append(arr: Operand, values: Operand, axis: int | None = None) -> Array:
    """The elements of `arr` and behind them, along an axis, those of `values`; both raveled by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> append(Variable(np.array([1.0, 2.0])), 3.0)
    variable([1. 2. 3.])
    """
    ...

@overload
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Variable, *args: Any, **kwargs: Any) -> Variable:
    """The results of a function of each vector along an axis; the axes of the results take the place of this one.

    The function is called on a Variable of one axis, once for each vector, with the further arguments behind it. A
    function that takes an `axis` argument itself does all of them at once.

    Raises:
        ValueError: there are no vectors; the results have different shapes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> apply_along_axis(lambda row: row[0] * row, 1, Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([[ 1.  2.]
              [ 9. 12.]])
    """
    ...

@overload
def apply_along_axis(
    func1d: Callable[..., Any], axis: int, arr: ArrayOrNumber, *args: Any, **kwargs: Any
) -> NDArray[Any]: ...
@overload
def apply_over_axes(func: Callable[..., Any], a: Variable, axes: int | Sequence[int]) -> Variable:
    """The result of a function `func(a, axis)` applied for one axis after the other, each time to the last result.

    An axis that the function removes, as a reduction does, stays as an axis of length 1.

    Raises:
        ValueError: a result has neither as many axes as a nor one less.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> apply_over_axes(np.sum, Variable(np.ones((2, 3))), [0, 1])
    variable([[6.]])
    """
    ...

@overload
def apply_over_axes(func: Callable[..., Any], a: ArrayOrNumber, axes: int | Sequence[int]) -> NDArray[Any]: ...
@unary_function
def arccos(x: Operand, /) -> Array:
    """The inverse cosine, in [0, pi]; its derivative is -1 / sqrt(1 - x ** 2) (DLMF 4.24).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arccos` gives.
    """
    ...

@unary_function
def arccosh(x: Operand, /) -> Array:
    """The inverse hyperbolic cosine; its derivative is 1 / (sqrt(x - 1) sqrt(x + 1)) (DLMF 4.38).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arccosh` gives.
    """
    ...

@unary_function
def arcsin(x: Operand, /) -> Array:
    """The inverse sine, in [-pi/2, pi/2]; its derivative is 1 / sqrt(1 - x ** 2) (DLMF 4.24).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arcsin` gives.
    """
    ...

@unary_function
def arcsinh(x: Operand, /) -> Array:
    """The inverse hyperbolic sine; its derivative is 1 / sqrt(x ** 2 + 1) (DLMF 4.38).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arcsinh` gives.
    """
    ...

@unary_function
def arctan(x: Operand, /) -> Array:
    """The inverse tangent, in [-pi/2, pi/2]; its derivative is 1 / (1 + x ** 2) (DLMF 4.24).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arctan` gives.
    """
    ...

@binary_function
def arctan2(x1: Operand, x2: Operand, /) -> Array:
    """The angle of the point with ordinate x1 and abscissa x2, in [-pi, pi]; its derivatives are x2 / r and -x1 / r
    with r = x1 ** 2 + x2 ** 2, and taken to be 0 at the origin.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arctan2` gives.
    """
    ...

@unary_function
def arctanh(x: Operand, /) -> Array:
    """The inverse hyperbolic tangent; its derivative is 1 / (1 - x ** 2) (DLMF 4.38).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arctanh` gives.
    """
    ...

@array_function
def around(a: Operand, decimals: int = 0) -> Array:
    """a rounded to a number of decimals, halves to the even neighbour; its derivative is 0.

    >>> from pydezero import as_variable
    >>> round(as_variable(1.25), 1)
    variable(1.2)
    """
    ...

@overload
def array(  # type: ignore[overload-overlap]
    nested: _Arrays, /, dtype: DTypeLike | None = ..., *, ndmin: int = ...
) -> NDArray[Any]:
    """An array of the numbers, arrays and Variables in nested lists: `np.array` for Variables.

    Args:
        nested: lists or tuples of numbers, arrays and Variables, nested at will; or one number, array or Variable.
            The parts of a list have one shape, which the array has behind an axis for each list.
        dtype: the dtype of the array, by default the one that holds the dtypes of all parts.
        ndmin: the least number of axes; axes of length 1 are put in front.

    Returns:
        A Variable if there is one among the parts, else a fresh array.

    Raises:
        ValueError: the parts of a list have different shapes.
        TypeError: a part is something else (a string, None).

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = Variable(np.array(3.0))
    >>> array([[1.0, x], [x * x, 4.0]])
    variable([[1. 3.]
              [9. 4.]])
    """
    ...

@overload
def array(nested: _Variables, /, dtype: DTypeLike | None = ..., *, ndmin: int = ...) -> Variable: ...
@overload
def array(nested: _Operands, /, dtype: DTypeLike | None = ..., *, ndmin: int = ...) -> Variable: ...
@overload
def array_split(ary: Variable, indices_or_sections: _Parts, axis: int = 0) -> list[Variable]:
    """Parts of an array along an axis like those of `split`, but they need not be of equal length.

    Where the length is no multiple of the number of parts, the first ones are longer by 1.

    Raises:
        ValueError: the number of parts is not positive.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> array_split(Variable(np.arange(3.0)), 2)
    [variable([0. 1.]), variable([2.])]
    """
    ...

@overload
def array_split(ary: ArrayOrNumber, indices_or_sections: _Parts, axis: int = 0) -> list[NDArray[Any]]: ...
@unary_function
def asin(x: Operand, /) -> Array:
    """The inverse sine, in [-pi/2, pi/2]; its derivative is 1 / sqrt(1 - x ** 2) (DLMF 4.24).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arcsin` gives.
    """
    ...

@unary_function
def asinh(x: Operand, /) -> Array:
    """The inverse hyperbolic sine; its derivative is 1 / sqrt(x ** 2 + 1) (DLMF 4.38).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arcsinh` gives.
    """
    ...

@array_function
def astype(x: Operand, dtype: np.typing.DTypeLike) -> Array:
    """x with its elements converted to a dtype.

    The derivative is converted back. A conversion to integers or booleans has derivative 0, and gives a plain array.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> astype(Variable(np.ones(2)), np.float32).dtype
    dtype('float32')
    """
    ...

@unary_function
def atan(x: Operand, /) -> Array:
    """The inverse tangent, in [-pi/2, pi/2]; its derivative is 1 / (1 + x ** 2) (DLMF 4.24).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arctan` gives.
    """
    ...

@binary_function
def atan2(x1: Operand, x2: Operand, /) -> Array:
    """The angle of the point with ordinate x1 and abscissa x2, in [-pi, pi]; its derivatives are x2 / r and -x1 / r
    with r = x1 ** 2 + x2 ** 2, and taken to be 0 at the origin.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arctan2` gives.
    """
    ...

@unary_function
def atanh(x: Operand, /) -> Array:
    """The inverse hyperbolic tangent; its derivative is 1 / (1 - x ** 2) (DLMF 4.38).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.arctanh` gives.
    """
    ...

@overload
def atleast_1d(x: Variable, /) -> Variable:
    """An array of at least one axis, or a tuple of such arrays for several arguments; a number gets the shape (1,).

    >>> from pydezero import as_variable
    >>> atleast_1d(as_variable(2.0))
    variable([2.])
    """
    ...

@overload
def atleast_1d(x: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def atleast_1d(x: Operand, y: Operand, /, *arys: Operand) -> Mixed: ...
@overload
def atleast_2d(x: Variable, /) -> Variable:
    """An array of at least two axes, or a tuple of such arrays for several arguments; a vector becomes a row.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> atleast_2d(Variable(np.array([1.0, 2.0])))
    variable([[1. 2.]])
    """
    ...

@overload
def atleast_2d(x: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def atleast_2d(x: Operand, y: Operand, /, *arys: Operand) -> Mixed: ...
@overload
def atleast_3d(x: Variable, /) -> Variable:
    """An array of at least three axes, or a tuple of such arrays for several arguments.

    A vector of shape (n,) gets the shape (1, n, 1), a matrix of shape (m, n) the shape (m, n, 1).

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> atleast_3d(Variable(np.array([1.0, 2.0]))).shape
    (1, 2, 1)
    """
    ...

@overload
def atleast_3d(x: ArrayOrNumber, /) -> NDArray[Any]: ...
@overload
def atleast_3d(x: Operand, y: Operand, /, *arys: Operand) -> Mixed: ...
@overload
def average(
    a: Variable,
    axis: Axis = None,
    weights: Operand | Listed | None = None,
    returned: Literal[False] = False,
    *,
    keepdims: bool = False,
) -> Variable:
    """The mean of the elements along some axes, all of them by default, with weights, which are differentiated, too.

    The weights are those of all elements, in the shape of a, or of those along the axes. With `returned` the result is
    a pair, of the averages and the sums of the weights.

    Raises:
        ZeroDivisionError: the weights add up to zero.
        TypeError: the weights are not of the shape of a, and `axis` is not given.
        ValueError: the weights do not fit the axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> average(Variable(np.array([1.0, 4.0])), weights=np.array([2, 1]))
    variable(2.0)
    """
    ...

@overload
def average(
    a: ArrayOrNumber, axis: Axis, weights: Variable, returned: Literal[False] = False, *, keepdims: bool = False
) -> Variable: ...
@overload
def average(
    a: ArrayOrNumber, axis: Axis = None, *, weights: Variable, returned: Literal[False] = False, keepdims: bool = False
) -> Variable: ...
@overload
def average(
    a: ArrayOrNumber,
    axis: Axis = None,
    weights: ArrayOrNumber | Listed | None = None,
    returned: Literal[False] = False,
    *,
    keepdims: bool = False,
) -> NDArray[Any]: ...
@overload
def average(
    a: Operand,
    axis: Axis = None,
    weights: Operand | Listed | None = None,
    *,
    returned: Literal[True],
    keepdims: bool = False,
) -> tuple[Any, Any]: ...
@overload
def bincount(x: Operand | Listed, /, weights: Variable, minlength: int = 0) -> Variable:
    """The counts of the numbers 0, 1, 2, ... among the integers x, or the sums of the weights where they are.

    Raises:
        ValueError: x has not one axis, an element is negative, or the weights are not as many.
        TypeError: an element is no integer, or a weight is complex.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> bincount(np.array([0, 2, 2]), Variable(np.array([1.0, 2.0, 3.0])))
    variable([1. 0. 5.])
    """
    ...

@overload
def bincount(x: Operand | Listed, /, weights: ArrayOrNumber | None = None, minlength: int = 0) -> NDArray[Any]: ...
@overload
def block(  # type: ignore[overload-overlap]
    arrays: _Variables_,
) -> Variable:
    """An array made of blocks, which stand in nested lists in the places that they have in the array.

    The arrays in the innermost lists are joined along the last axis, the results of that along the last but one, and so
    on. Arrays of less axes than others get axes of length 1 in front.

    Raises:
        ValueError: a list is empty, the lists are not nested equally deep, or the lengths do not fit.
        TypeError: there is a tuple among the lists.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> block([[Variable(np.eye(2)), np.zeros((2, 1))], [np.zeros((1, 2)), 3.0]])
    variable([[1. 0. 0.]
              [0. 1. 0.]
              [0. 0. 3.]])
    """
    ...

@overload
def block(  # type: ignore[overload-overlap]
    arrays: _Arrays_,
) -> NDArray[Any]: ...
@overload
def block(arrays: _Operands_) -> Variable: ...
@overload
def broadcast_arrays(*args: Variable) -> tuple[Variable, ...]:
    """The arrays in the one shape that they broadcast to, as a tuple.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> broadcast_arrays(Variable(np.array([1.0, 2.0])), Variable(np.array(3.0)))
    (variable([1. 2.]), variable([3. 3.]))
    """
    ...

@overload
def broadcast_arrays(*args: ArrayOrNumber) -> tuple[NDArray[Any], ...]: ...
@overload
def broadcast_arrays(*args: Operand) -> Mixed: ...
@array_function
def broadcast_to(array: Operand, shape: Shape) -> Array:
    """An array repeated along new axes and along axes of length 1, to a shape.

    Raises:
        ValueError: the array does not broadcast to the shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> broadcast_to(Variable(np.array([1.0, 2.0])), (2, 2))
    variable([[1. 2.]
              [1. 2.]])
    """
    ...

@unary_function
def cbrt(x: Operand, /) -> Array:
    """The real cube root; its derivative is cbrt(x) / (3 x), infinite at 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.cbrt` gives.
    """
    ...

@unary_function
def ceil(x: Operand, /) -> Array:
    """The smallest integer >= x; its derivative is 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.ceil` gives.
    """
    ...

@overload
def choose(a: Operand | Listed, choices: Variable | Sequence[Variable], mode: OutOfBounds = ...) -> Variable:
    """Elements of the choices whose numbers are the elements of a; a and the choices broadcast against each other.

    The derivative goes to the choices. `mode` says what an index that is out of bounds means: an error ("raise"), the
    index modulo the number of choices ("wrap"), or the nearest choice ("clip").

    Raises:
        ValueError: an index is out of bounds.
        TypeError: a holds no integers.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> choose(np.array([0, 1, 0]), [Variable(np.array([1.0, 2.0, 3.0])), 0.0])
    variable([1. 0. 3.])
    """
    ...

@overload
def choose(  # type: ignore[overload-overlap]
    a: Operand | Listed, choices: ArrayOrNumber | Sequence[ArrayOrNumber], mode: OutOfBounds = ...
) -> NDArray[Any]: ...
@overload
def choose(a: Operand | Listed, choices: Sequence[Operand], mode: OutOfBounds = ...) -> Variable: ...
@array_function
def clip(a: Operand, a_min: Operand | None = None, a_max: Operand | None = None) -> Array:
    """a limited to the interval from `a_min` to `a_max`; either may be None, and all three broadcast.

    The derivative goes to a inside the interval and to the bound outside; at a bound each gets half.

    >>> from pydezero import as_variable
    >>> clip(as_variable(3.0), 0.0, 1.0)
    variable(1.0)
    """
    ...

@joining_function
def column_stack(tup: Sequence[Operand]) -> Array:
    """Vectors, and the columns of matrices, side by side as the columns of a matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> column_stack([Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0])])
    variable([[1. 3.]
              [2. 4.]])
    """
    ...

@overload
def compress(condition: Operand | Listed, a: Variable, axis: int | None = None) -> Variable:
    """The slices of a along an axis for which the condition, of one axis, holds; elements of a raveled by default.

    Raises:
        ValueError: the condition has not one axis.
        EscapeError: the condition is batched or traced, so that the shape of the result is not known; `np.where` gives
            a result of one shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> compress([False, True], Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), axis=1)
    variable([[2.]
              [4.]])
    """
    ...

@overload
def compress(condition: Operand | Listed, a: ArrayOrNumber, axis: int | None = None) -> NDArray[Any]: ...
@joining_function
def concat(
    arrays: Sequence[Operand], axis: int | None = 0, *, dtype: DTypeLike | None = None, casting: _Casting = "same_kind"
) -> Array:
    """The arrays one after another along an axis that they all have; raveled first where axis is None.

    With `dtype` the result is converted to it, if the rule `casting` of `np.can_cast` allows that.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> concatenate([Variable(np.array([1.0])), np.array([2.0])])
    variable([1. 2.])
    """
    ...

@joining_function
def concatenate(
    arrays: Sequence[Operand], axis: int | None = 0, *, dtype: DTypeLike | None = None, casting: _Casting = "same_kind"
) -> Array:
    """The arrays one after another along an axis that they all have; raveled first where axis is None.

    With `dtype` the result is converted to it, if the rule `casting` of `np.can_cast` allows that.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> concatenate([Variable(np.array([1.0])), np.array([2.0])])
    variable([1. 2.])
    """
    ...

@unary_function
def conj(x: Operand, /) -> Array:
    """The complex conjugate, which is linear in x only over the real numbers.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.conjugate` gives.
    """
    ...

@unary_function
def conjugate(x: Operand, /) -> Array:
    """The complex conjugate, which is linear in x only over the real numbers.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.conjugate` gives.
    """
    ...

@binary_array_function
def convolve(a: Operand, v: Operand, mode: Mode = "full") -> Array:
    """The convolution of two sequences: the sums of `a[i] * v[k - i]` over i, for each k.

    The mode says for which k: all with at least one product ("full"), the middle ones, as many as the longer sequence
    has elements ("same"), or those for which no product is missing ("valid").

    Raises:
        ValueError: a sequence is empty or has several axes; there is no such mode.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> convolve(Variable(np.array([1.0, 2.0, 3.0])), np.array([1.0, -1.0]))
    variable([ 1.  1.  1. -3.])
    """
    ...

@binary_function
def copysign(x1: Operand, x2: Operand, /) -> Array:
    """|x1| with the sign of x2; the derivative is sign(x1) sign(x2) with respect to x1, and 0 with respect to x2.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.copysign` gives.
    """
    ...

@array_function
def corrcoef(x: Operand, y: Operand | None = None, rowvar: bool = True, *, dtype: DTypeLike | None = None) -> Array:
    """The coefficients of correlation of variables: their covariances, divided by their standard deviations.

    The parameters are those of `cov`. A coefficient that rounding takes out of the interval from -1 to 1 is clipped to
    it, which does not change the derivative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> corrcoef(Variable(np.array([[1.0, 2.0, 3.0], [1.0, 3.0, 2.0]])))
    variable([[1.  0.5]
              [0.5 1. ]])
    """
    ...

@binary_array_function
def correlate(a: Operand, v: Operand, mode: Mode = "valid") -> Array:
    """The correlation of two sequences: the sums of `a[k + i] * conj(v[i])` over i, for each k.

    The modes are those of `convolve`.

    Raises:
        ValueError: a sequence is empty or does not have one axis; there is no such mode.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> correlate(Variable(np.array([1.0, 2.0, 3.0])), np.array([1.0, -1.0]))
    variable([-1. -1.])
    """
    ...

@unary_function
def cos(x: Operand, /) -> Array:
    """The cosine of x; its derivative is -sin(x) (DLMF 4.20).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.cos` gives.
    """
    ...

@unary_function
def cosh(x: Operand, /) -> Array:
    """The hyperbolic cosine; its derivative is sinh(x) (DLMF 4.34).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.cosh` gives.
    """
    ...

@array_function
def cov(
    m: Operand,
    y: Operand | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: ArrayOrNumber | Listed | None = None,
    aweights: Operand | Listed | None = None,
    *,
    dtype: DTypeLike | None = None,
) -> Array:
    """The covariances of variables, which are the rows of m, and of y, each with all observations of it.

    Args:
        m: one or two axes; of one axis it is a single variable.
        y: more variables.
        rowvar: whether rows are variables; or columns, if not.
        bias: whether the sum of products is divided by the number of observations rather than by one less.
        ddof: the number that is subtracted from the number of observations, in the place of that of `bias`.
        fweights: the number of times that each observation counts: integers, not differentiated.
        aweights: the weight of each observation. They are differentiated.
        dtype: of the result; by default at least float64.

    Raises:
        ValueError: m or y has more than two axes, `ddof` is no integer, or weights are not one for each observation,
            negative, or (`fweights`) no integers.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cov(Variable(np.array([[1.0, 2.0, 3.0], [1.0, 0.0, 5.0]])))
    variable([[1. 2.]
              [2. 7.]])
    """
    ...

@binary_array_function
def cross(a: Operand, b: Operand, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Array:
    """The vector product of the vectors along an axis of a and of b, which broadcast against each other otherwise.

    `axisa`, `axisb` and `axisc` are the axes of the vectors in a, in b and in the result; `axis` is all three. A vector
    of two elements lies in the plane, and the product of two such vectors is only the third element. NumPy warns of
    vectors with two elements, and so does this function, as long as NumPy accepts them.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cross(Variable(np.array([1.0, 2.0, 3.0])), np.array([0.0, 0.0, 1.0]))
    variable([ 2. -1.  0.])
    """
    ...

@array_function
def cumprod(a: Operand, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    """The running product along an axis, or over all elements in one axis by default; computed in a dtype.

    Zeros among the elements are no obstacle to any derivative: nothing is divided by an element.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> cumprod(Variable(np.array([1.0, 2.0, 3.0])))
    variable([1. 2. 6.])
    >>> grad(lambda x: np.cumprod(x)[-1])(np.array([2.0, 0.0, 3.0]))
    array([0., 6., 0.])
    """
    ...

@array_function
def cumsum(a: Operand, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    """The running sum along an axis, or over all elements in one axis by default; computed in a dtype.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cumsum(Variable(np.array([1.0, 2.0, 3.0])))
    variable([1. 3. 6.])
    """
    ...

@array_function
def cumulative_prod(
    x: Operand, /, *, axis: int | None = None, dtype: DTypeLike | None = None, include_initial: bool = False
) -> Array:
    """The running product along an axis, which begins with a one if `include_initial` is set.

    Raises:
        ValueError: x has several axes, and `axis` is not given.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cumulative_prod(Variable(np.array([1.0, 2.0, 3.0])), include_initial=True)
    variable([1. 1. 2. 6.])
    """
    ...

@array_function
def cumulative_sum(
    x: Operand, /, *, axis: int | None = None, dtype: DTypeLike | None = None, include_initial: bool = False
) -> Array:
    """The running sum along an axis, which begins with a zero if `include_initial` is set.

    Raises:
        ValueError: x has several axes, and `axis` is not given.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cumulative_sum(Variable(np.array([1.0, 2.0, 3.0])), include_initial=True)
    variable([0. 1. 3. 6.])
    """
    ...

@unary_function
def deg2rad(x: Operand, /) -> Array:
    """x degrees in radians; the derivative is pi / 180.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.deg2rad` gives.
    """
    ...

@unary_function
def degrees(x: Operand, /) -> Array:
    """x radians in degrees; the derivative is 180 / pi.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.rad2deg` gives.
    """
    ...

@array_function
def delete(arr: Operand, obj: Index, axis: int | None = None) -> Array:
    """The array without the places `obj` along an axis; of the raveled array by default.

    `obj` is an integer, a slice, or an array of integers or booleans.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> delete(Variable(np.array([1.0, 2.0, 3.0])), 1)
    variable([1. 3.])
    """
    ...

@array_function
def diag(v: Operand, k: int = 0) -> Array:
    """The k-th diagonal of a matrix; of a vector the matrix with it as the k-th diagonal and zeros elsewhere.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diag(Variable(np.array([1.0, 2.0])))
    variable([[1. 0.]
              [0. 2.]])
    """
    ...

@array_function
def diagflat(v: Operand, k: int = 0) -> Array:
    """The matrix with all elements of v on its k-th diagonal, and zeros elsewhere.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diagflat(Variable(np.array([[1.0], [2.0]])))
    variable([[1. 0.]
              [0. 2.]])
    """
    ...

@array_function
def diagonal(a: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The diagonal of the matrices in two axes, as the last axis.

    `offset` is how far it lies above the main diagonal; a negative offset is a distance below.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diagonal(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([1. 4.])
    """
    ...

@array_function
def diff(
    a: Operand,
    n: int = 1,
    axis: int = -1,
    prepend: Operand | Listed | None = None,
    append: Operand | Listed | None = None,
) -> Array:
    """The differences of neighbours along an axis, and of those again, n times.

    `prepend` and `append` are joined to a first, before and behind it: numbers, or arrays of the shape of a but for
    the axis.

    Raises:
        ValueError: a has no axes, or n is negative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> diff(Variable(np.array([1.0, 2.0, 4.0])))
    variable([1. 2.])
    """
    ...

@binary_function
def divide(x1: Operand, x2: Operand, /) -> Array:
    """The quotient x1 / x2; its derivatives are 1 / x2 and -x1 / x2 ** 2.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.divide` gives.
    """
    ...

@overload
def divmod(x1: Variable, x2: Operand, /) -> tuple[Variable, Variable]:
    """The pair of `floor_divide(x1, x2)` and `remainder(x1, x2)`, elementwise.

    >>> from pydezero import as_variable
    >>> divmod(as_variable(7.0), 3.0)
    (variable(2.0), variable(1.0))
    """
    ...

@overload
def divmod(x1: ArrayOrNumber, x2: Variable, /) -> tuple[Variable, Variable]: ...
@overload
def divmod(x1: ArrayOrNumber, x2: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
@binary_function
def dot(a: Operand, b: Operand, /) -> Array:
    """The sum of products over the last axis of a and the last but one (or only) axis of b; with a scalar, the product.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> dot(Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0]))
    variable(11.0)
    """
    ...

@overload
def dsplit(ary: Variable, indices_or_sections: _Parts) -> list[Variable]:
    """The parts behind each other: `split` along the third axis.

    Raises:
        ValueError: the array has less than three axes, or does not divide into that many equal parts.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> [part.shape for part in dsplit(Variable(np.ones((2, 3, 4))), [1])]
    [(2, 3, 1), (2, 3, 3)]
    """
    ...

@overload
def dsplit(ary: ArrayOrNumber, indices_or_sections: _Parts) -> list[NDArray[Any]]: ...
@joining_function
def dstack(tup: Sequence[Operand]) -> Array:
    """The arrays behind each other: along the third axis, which vectors and matrices are given by `atleast_3d`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> dstack([Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0])])
    variable([[[1. 3.]
               [2. 4.]]])
    """
    ...

@array_function
def ediff1d(ary: Operand, to_end: Operand | None = None, to_begin: Operand | None = None) -> Array:
    """The differences of neighbours among all elements in one axis, with `to_begin` before and `to_end` behind them.

    Raises:
        TypeError: `to_begin` or `to_end` does not convert to the dtype of ary, as a complex number to a float.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ediff1d(Variable(np.array([1.0, 2.0, 4.0])), to_end=0.0)
    variable([1. 2. 0.])
    """
    ...

@overload
def einsum(subscripts: str, /, *operands: Variable, optimize: bool | Literal["greedy", "optimal"] = ...) -> Variable:
    """The sum of products that `subscripts` describes, as `np.einsum` reads it.

    Implicit output, ellipses and diagonals are included, and so is NumPy's other form: a list of integers behind each
    operand instead of subscripts.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> einsum("ij,ij->i", Variable(np.ones((2, 3))), np.ones((2, 3)))
    variable([3. 3.])
    """
    ...

@overload
def einsum(  # type: ignore[overload-overlap]
    subscripts: str, /, *operands: ArrayOrNumber, optimize: bool | Literal["greedy", "optimal"] = ...
) -> NDArray[Any]: ...
@overload
def einsum(subscripts: str, /, *operands: Operand, optimize: bool | Literal["greedy", "optimal"] = ...) -> Variable: ...
@unary_function
def exp(x: Operand, /) -> Array:
    """The exponential e ** x, which is its own derivative (DLMF 4.7).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.exp` gives.
    """
    ...

@unary_function
def exp2(x: Operand, /) -> Array:
    """2 ** x; its derivative is log(2) 2 ** x (DLMF 4.7).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.exp2` gives.
    """
    ...

@array_function
def expand_dims(a: Operand, axis: int | tuple[int, ...]) -> Array:
    """The array with new axes of length 1, at these places of the result.

    Raises:
        ValueError: a place is named twice.
        numpy.exceptions.AxisError: the result has no such place.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> expand_dims(Variable(np.ones(3)), (0, -1)).shape
    (1, 3, 1)
    """
    ...

@unary_function
def expm1(x: Operand, /) -> Array:
    """exp(x) - 1, precise for small x; its derivative is exp(x).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.expm1` gives.
    """
    ...

@overload
def extract(condition: Operand, arr: Variable) -> Variable:
    """The elements of `arr`, in one axis, where a condition of as many elements holds.

    Raises:
        EscapeError: the condition is batched or traced, so that the shape of the result is not known; `np.where` gives
            a result of one shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = Variable(np.array([1.0, -2.0, 3.0]))
    >>> extract(x > 0, x)
    variable([1. 3.])
    """
    ...

@overload
def extract(condition: Operand, arr: ArrayOrNumber) -> NDArray[Any]: ...
@unary_function
def fabs(x: Operand, /) -> Array:
    """The absolute value of a real x; its derivative at 0 is taken to be 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.fabs` gives.
    """
    ...

@unary_function
def fix(x: Operand, /) -> Array:
    """The nearest integer towards 0; its derivative is 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.trunc` gives.
    """
    ...

@array_function
def flip(m: Operand, axis: Axis = None) -> Array:
    """The elements in reverse order along an axis, several axes, or all of them by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> flip(Variable(np.array([1.0, 2.0, 3.0])))
    variable([3. 2. 1.])
    """
    ...

@array_function
def fliplr(m: Operand) -> Array:
    """The columns in reverse order: `flip` along the second axis.

    Raises:
        ValueError: m has less than two axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> fliplr(Variable(np.array([[1.0, 2.0]])))
    variable([[2. 1.]])
    """
    ...

@array_function
def flipud(m: Operand) -> Array:
    """The rows in reverse order: `flip` along the first axis.

    Raises:
        ValueError: m has no axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> flipud(Variable(np.array([1.0, 2.0])))
    variable([2. 1.])
    """
    ...

@binary_function
def float_power(x1: Operand, x2: Operand, /) -> Array:
    """x1 ** x2 in double precision at least, also of integers. The derivative is that of `power`.

    >>> from pydezero import as_variable
    >>> float_power(as_variable(2), -2)
    variable(0.25)
    """
    ...

@unary_function
def floor(x: Operand, /) -> Array:
    """The largest integer <= x; its derivative is 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.floor` gives.
    """
    ...

@binary_function
def floor_divide(x1: Operand, x2: Operand, /) -> Array:
    """floor(x1 / x2); its derivative is 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.floor_divide` gives.
    """
    ...

@binary_function
def fmax(x1: Operand, x2: Operand, /) -> Array:
    """The larger of x1 and x2, or the one that is not nan. Where they are equal each gets half of the derivative.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.fmax` gives.
    """
    ...

@binary_function
def fmin(x1: Operand, x2: Operand, /) -> Array:
    """The smaller of x1 and x2, or the one that is not nan. Where they are equal each gets half of the derivative.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.fmin` gives.
    """
    ...

@binary_function
def fmod(x1: Operand, x2: Operand, /) -> Array:
    """The remainder x1 - x2 * trunc(x1 / x2), with the sign of x1; its derivatives are 1 and -trunc(x1 / x2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.fmod` gives.
    """
    ...

@overload
def frexp(x: Variable, /) -> tuple[Variable, NDArray[np.int32]]:
    """The pair of a mantissa, from 0.5 to 1 in magnitude, and a plain integer exponent: x = mantissa * 2 ** exponent.

    The derivative of the mantissa is 2 ** -exponent.

    >>> from pydezero import as_variable
    >>> mantissa, exponent = frexp(as_variable(12.0))
    >>> mantissa, int(exponent)
    (variable(0.75), 4)
    """
    ...

@overload
def frexp(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[np.int32]]: ...
@binary_array_function
def geomspace(
    start: Operand, stop: Operand, num: int = 50, endpoint: bool = True, dtype: DTypeLike | None = None, axis: int = 0
) -> Array:
    """`num` numbers with equal ratios from `start` to `stop`, which are differentiated; see `linspace`.

    Complex ends are joined by a spiral. As in NumPy the result is at least of double precision.

    Raises:
        ValueError: one of the ends is 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> geomspace(1.0, Variable(np.array(100.0)), 3)
    variable([  1.  10. 100.])
    """
    ...

@overload
def gradient(f: Variable, *varargs: Operand | Listed, axis: Axis = None, edge_order: int = 1) -> Any:
    """The slopes of sampled values along each axis, by differences; not a derivative (that is `pydezero.grad`).

    The differences are central inside, and at the ends one-sided, of the first order or the second.

    Args:
        f: the values.
        varargs: the distance of the samples (1 by default), the same along all axes, or one for each axis: a number,
            or the coordinates of the samples in an array of one axis. They are differentiated too.
        axis: the axis or axes; all of them by default.
        edge_order: 1 or 2.

    Returns:
        An array of the shape of f, or a tuple of one for each axis where there are several.

    Raises:
        ValueError: an axis has not more than `edge_order` elements, or not as many as coordinates.
        TypeError: there is neither one distance nor one for each axis.

    The formulas, for distances that differ too, are those on NumPy's page of `np.gradient`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> gradient(Variable(np.array([1.0, 2.0, 4.0])))
    variable([1.  1.5 2. ])
    """
    ...

@overload
def gradient(
    f: ArrayOrNumber, *varargs: Operand | Listed, axis: Axis = None, edge_order: int = 1
) -> NDArray[Any] | tuple[NDArray[Any], ...] | Variable | tuple[Variable, ...]: ...
@binary_function
def heaviside(x1: Operand, x2: Operand, /) -> Array:
    """0 where x1 < 0, 1 where x1 > 0, x2 where x1 is 0. The derivative with respect to x1 is 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.heaviside` gives.
    """
    ...

@overload
def histogram(
    a: ArrayOrNumber, bins: _Bins, range: _Range, density: bool | None, weights: Variable
) -> tuple[Variable, NDArray[Any]]:
    """The numbers of elements in each bin, or the sums of their weights, and the edges of the bins.

    The edges are those of `histogram_bin_edges`: Variables if they depend on one.

    Args:
        a: the elements.
        bins: the number of bins, all of equal width, or their edges.
        range: the first and the last edge; the smallest and the largest element by default.
        density: whether the sums are divided by the widths of the bins and by their total.
        weights: of the elements, in the shape of a.

    Raises:
        ValueError: the weights have another shape than a.
        TypeError: a is batched or traced, and neither edges nor a range is given; or the rule for the bins is one that
            takes no weights.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> histogram(np.array([1.0, 2.0, 4.0]), 2, weights=Variable(np.array([1.0, 2.0, 3.0])))
    (variable([3. 3.]), array([1. , 2.5, 4. ]))
    """
    ...

@overload
def histogram(
    a: ArrayOrNumber, bins: _Bins = 10, range: _Range = None, density: bool | None = None, *, weights: Variable
) -> tuple[Variable, NDArray[Any]]: ...
@overload
def histogram(
    a: ArrayOrNumber,
    bins: _Bins = 10,
    range: _Range = None,
    density: bool | None = None,
    weights: ArrayOrNumber | None = None,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def histogram(
    a: Operand,
    bins: Operand | Listed | str = 10,
    range: tuple[Operand, Operand] | None = None,
    density: bool | None = None,
    weights: Operand | None = None,
) -> tuple[Array, Array]: ...
def histogram2d(
    x: Operand, y: Operand, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Array, Array, Array]:
    """`histogramdd` of points (x, y): the sums, and the edges along either axis.

    One array of edges is for both axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x, y = np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 1.0])
    >>> histogram2d(x, y, 2, weights=Variable(np.array([1.0, 2.0, 3.0])))[0]
    variable([[1. 0.]
              [2. 3.]])
    """
    ...

@overload
def histogram_bin_edges(
    a: ArrayOrNumber, bins: _Bins = 10, range: _Range = None, weights: ArrayOrNumber | None = None
) -> NDArray[Any]:
    """The edges of the bins of a histogram.

    Given edges are returned as they are. Those of a number of bins are at equal distances between the two ends, so they
    have the derivatives of these: of the smallest and the largest element, or of what `range` has. How many bins a rule
    finds (`bins="auto"`) is constant between steps. The weights are not used, as in NumPy.

    Raises:
        TypeError: a is batched or traced, and neither edges nor a range is given.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> histogram_bin_edges(Variable(np.array([1.0, 2.0, 4.0])), 2)
    variable([1.  2.5 4. ])
    """
    ...

@overload
def histogram_bin_edges(
    a: Operand,
    bins: Operand | Listed | str = 10,
    range: tuple[Operand, Operand] | None = None,
    weights: Operand | None = None,
) -> Array: ...
def histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None
) -> tuple[Array, list[Array]]:
    """The numbers of points in each box of a grid, or the sums of their weights, and the edges along each axis.

    `sample` has the points in its rows, or is a list of their coordinates. The other parameters are those of
    `histogram`, with bins and ranges for each axis.

    Raises:
        ValueError: the weights are not one for each point.
        TypeError: the sample is batched or traced, or a weight is complex.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> points = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    >>> histogramdd(points, 2, weights=Variable(np.array([1.0, 2.0, 3.0])))[0]
    variable([[1. 0.]
              [2. 3.]])
    """
    ...

@overload
def hsplit(ary: Variable, indices_or_sections: _Parts) -> list[Variable]:
    """The parts side by side: `split` along the second axis, or along the first where there is but one.

    Raises:
        ValueError: the array has no axes, or does not divide into that many equal parts.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> hsplit(Variable(np.array([1.0, 2.0])), 2)
    [variable([1.]), variable([2.])]
    """
    ...

@overload
def hsplit(ary: ArrayOrNumber, indices_or_sections: _Parts) -> list[NDArray[Any]]: ...
@joining_function
def hstack(tup: Sequence[Operand], *, dtype: DTypeLike | None = None, casting: _Casting = "same_kind") -> Array:
    """The arrays side by side: along the second axis, or along the first where they have but one.

    `dtype` and `casting` are as in `concatenate`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> hstack([Variable(np.array([1.0, 2.0])), 3.0])
    variable([1. 2. 3.])
    """
    ...

@binary_function
def hypot(x1: Operand, x2: Operand, /) -> Array:
    """z = sqrt(x1 ** 2 + x2 ** 2), without overflow; its derivatives are x1 / z and x2 / z, taken to be 0 at 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.hypot` gives.
    """
    ...

@unary_function
def i0(x: Operand, /) -> Array:
    """The modified Bessel function of the first kind and order 0, elementwise; its derivative is that of order 1.

    >>> from pydezero import as_variable
    >>> i0(as_variable(0.0))
    variable(1.0)
    """
    ...

@unary_function
def imag(x: Operand, /) -> Array:
    """The imaginary part of x, elementwise; zeros for a real x.

    >>> from pydezero import as_variable
    >>> imag(as_variable(1.0 + 2.0j))
    variable(2.0)
    """
    ...

@binary_function
def inner(a: Operand, b: Operand, /) -> Array:
    """The sum of products over the last axes; with a scalar, the product. Nothing is conjugated.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> inner(Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0]))
    variable(11.0)
    """
    ...

@overload
def insert(arr: Variable, obj: Index, values: Operand, axis: int | None = None) -> Variable:
    """An array with `values`, which are converted to its dtype, inserted before the places `obj` along an axis.

    The array is raveled by default. `obj` is an integer, a slice, or an array of integers; all places are those that
    `arr` has before anything is inserted.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> insert(Variable(np.array([1.0, 2.0])), [0, 1], np.array([3.0, 4.0]))
    variable([3. 1. 4. 2.])
    """
    ...

@overload
def insert(arr: ArrayOrNumber, obj: Index, values: Variable, axis: int | None = None) -> Variable: ...
@overload
def insert(arr: ArrayOrNumber, obj: Index, values: ArrayOrNumber, axis: int | None = None) -> NDArray[Any]: ...
@overload
def interp(
    x: Variable,
    xp: Operand | Listed,
    fp: Operand | Listed,
    left: Operand | None = None,
    right: Operand | None = None,
    period: Operand | None = None,
) -> Variable:
    """The values at x of the function that is linear between the points (xp, fp), of which xp increases.

    Its value before the first point is `left`, by default the first of fp, and behind the last one `right`, by default
    the last of fp. With a `period` x and xp are taken modulo it, and xp need not be in order.

    The function has a kink at each point, where the derivative is the mean of those of the two pieces that meet; at the
    first and the last point one of the two is constant. Under vmap, points that differ between the examples are
    computed in a loop.

    Raises:
        ValueError: xp and fp do not have one axis and the same length, or are empty; `period` is 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> interp(Variable(np.array([0.5, 9.0])), np.array([0.0, 1.0, 3.0]), np.array([2.0, 4.0, 0.0]))
    variable([3. 0.])
    """
    ...

@overload
def interp(
    x: ArrayOrNumber | Listed,
    xp: Variable,
    fp: Operand | Listed,
    left: Operand | None = None,
    right: Operand | None = None,
    period: Operand | None = None,
) -> Variable: ...
@overload
def interp(
    x: ArrayOrNumber | Listed,
    xp: ArrayOrNumber | Listed,
    fp: Variable,
    left: Operand | None = None,
    right: Operand | None = None,
    period: Operand | None = None,
) -> Variable: ...
@overload
def interp(
    x: ArrayOrNumber | Listed,
    xp: ArrayOrNumber | Listed,
    fp: ArrayOrNumber | Listed,
    left: Operand | None = None,
    right: Operand | None = None,
    period: Operand | None = None,
) -> NDArray[Any]: ...
def intersect1d(ar1: Operand, ar2: Operand, assume_unique: bool = False, return_indices: bool = False) -> _Found:
    """The different elements that are in both arrays, in ascending order; each is the one of `ar1`.

    With `return_indices` the result is a tuple of them and of the indices of their first occurrences in `ar1` and in
    `ar2`. `assume_unique` says that neither array has an element twice.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> intersect1d(Variable(np.array([3.0, 1.0])), np.array([2.0, 3.0]))
    variable([3.])
    """
    ...

@overload
def ix_(*args: Variable) -> tuple[Variable, ...]:
    """The vectors, each along an axis of its own, so that they broadcast against each other to an open mesh.

    A vector of booleans stands for the indices where it is true.

    Raises:
        ValueError: an argument does not have one axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x, y = ix_(Variable(np.array([1.0, 2.0])), Variable(np.array([3.0, 4.0])))
    >>> x * y
    variable([[3. 4.]
              [6. 8.]])
    """
    ...

@overload
def ix_(*args: ArrayOrNumber) -> tuple[NDArray[Any], ...]: ...
@overload
def ix_(*args: Operand) -> Mixed: ...
@binary_array_function
def kron(a: Operand, b: Operand) -> Array:
    """The Kronecker product: a with each element replaced by the product of that element and b.

    An array of fewer axes than the other gets axes of length 1 before its own.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> kron(Variable(np.array([1.0, 2.0])), np.array([1.0, 10.0]))
    variable([ 1. 10.  2. 20.])
    """
    ...

@binary_function
def ldexp(x1: Operand, x2: Operand, /) -> Array:
    """x1 * 2 ** x2 for an integer x2, which is not differentiated.

    >>> from pydezero import as_variable
    >>> ldexp(as_variable(3.0), 2)
    variable(12.0)
    """
    ...

@overload
def linspace(
    start: Variable,
    stop: Operand,
    num: int = ...,
    endpoint: bool = ...,
    retstep: Literal[False] = ...,
    dtype: DTypeLike | None = ...,
    axis: int = ...,
) -> Variable:
    """`num` numbers at equal distances from `start` to `stop`, or up to the one before it without `endpoint`.

    The ends are differentiated. If they are arrays, which broadcast against each other, the numbers lie along a new
    axis of the result. With `retstep` the result is a tuple of the numbers and the distance, which is nan if there are
    too few of them. An integer dtype rounds down, and has derivative 0.

    Raises:
        ValueError: `num` is negative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> linspace(0.0, Variable(np.array(1.0)), 3)
    variable([0.  0.5 1. ])
    """
    ...

@overload
def linspace(
    start: ArrayOrNumber,
    stop: Variable,
    num: int = ...,
    endpoint: bool = ...,
    retstep: Literal[False] = ...,
    dtype: DTypeLike | None = ...,
    axis: int = ...,
) -> Variable: ...
@overload
def linspace(
    start: ArrayOrNumber,
    stop: ArrayOrNumber,
    num: int = ...,
    endpoint: bool = ...,
    retstep: Literal[False] = ...,
    dtype: DTypeLike | None = ...,
    axis: int = ...,
) -> NDArray[Any]: ...
@overload
def linspace(
    start: Operand,
    stop: Operand,
    num: int = ...,
    endpoint: bool = ...,
    *,
    retstep: Literal[True],
    dtype: DTypeLike | None = ...,
    axis: int = ...,
) -> tuple[Variable, Variable]: ...
@unary_function
def log(x: Operand, /) -> Array:
    """The natural logarithm; its derivative is 1 / x (DLMF 4.7).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.log` gives.
    """
    ...

@unary_function
def log10(x: Operand, /) -> Array:
    """The logarithm to base 10; its derivative is 1 / (x log(10)).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.log10` gives.
    """
    ...

@unary_function
def log1p(x: Operand, /) -> Array:
    """log(1 + x), precise for small x; its derivative is 1 / (1 + x).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.log1p` gives.
    """
    ...

@unary_function
def log2(x: Operand, /) -> Array:
    """The logarithm to base 2; its derivative is 1 / (x log(2)).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.log2` gives.
    """
    ...

@binary_function
def logaddexp(x1: Operand, x2: Operand, /) -> Array:
    """z = log(exp(x1) + exp(x2)), without overflow; its derivatives are exp(x1 - z) and exp(x2 - z), and 1 each where both are the same infinity.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.logaddexp` gives.
    """
    ...

@binary_function
def logaddexp2(x1: Operand, x2: Operand, /) -> Array:
    """z = log2(2 ** x1 + 2 ** x2), without overflow; its derivatives are 2 ** (x1 - z) and 2 ** (x2 - z), and 1 each where both are the same infinity.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.logaddexp2` gives.
    """
    ...

@binary_array_function
def logspace(
    start: Operand,
    stop: Operand,
    num: int = 50,
    endpoint: bool = True,
    base: Operand = 10.0,
    dtype: DTypeLike | None = None,
    axis: int = 0,
) -> Array:
    """`num` numbers with equal ratios from `base ** start` to `base ** stop`; see `linspace` for the arguments.

    Both ends and the base are differentiated.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> logspace(0.0, Variable(np.array(2.0)), 3)
    variable([  1.  10. 100.])
    """
    ...

@binary_function
def matmul(x1: Operand, x2: Operand, /) -> Array:
    """The matrix product over the last two axes. A vector is a row on the left and a column on the right.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.matmul` gives.
    """
    ...

@array_function
def matrix_transpose(x: Operand, /) -> Array:
    """The last two axes swapped: the transpose of each matrix.

    Raises:
        ValueError: x has less than two axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matrix_transpose(Variable(np.ones((2, 3, 4)))).shape
    (2, 4, 3)
    """
    ...

@binary_function
def matvec(x1: Operand, x2: Operand, /) -> Array:
    """The product of each matrix in the last two axes of x1 with the vector in the last axis of x2.

    The other axes broadcast against each other.

    Raises:
        ValueError: x1 has fewer than two axes or x2 has none, or the lengths of the summed axes differ.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> matvec(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), np.array([[1.0, 0.0], [0.0, 1.0]]))
    variable([[1. 3.]
              [2. 4.]])
    """
    ...

@array_function
def max(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The largest element along some axes; elements that tie for it share the derivative evenly.

    Or the initial value, where that is larger; where they are equal it gets half of the derivative. Elements where a
    condition does not hold are left out.

    Raises:
        ValueError: there are no elements and no initial value, or a condition and no initial value.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> max(Variable(np.array([2.0, 3.0])))
    variable(3.0)
    """
    ...

@binary_function
def maximum(x1: Operand, x2: Operand, /) -> Array:
    """The larger of x1 and x2, nan where one is nan. Where they are equal each gets half of the derivative.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.maximum` gives.
    """
    ...

@array_function
def mean(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    where: Operand | bool = True,
) -> Array:
    """The arithmetic mean of the elements along some axes, all of them by default.

    `dtype` is the dtype to compute in, and `where` a condition; only the elements where it holds count.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> mean(Variable(np.array([1.0, 3.0])))
    variable(2.0)
    """
    ...

@array_function
def median(a: Operand, axis: Axis = None, *, overwrite_input: bool = False, keepdims: bool = False) -> Array:
    """The element in the middle of the order along some axes, all of them by default, or the mean of the two there.

    The derivative goes to that element, or by halves to those two; of equal elements to those that are there if equal
    elements keep their order. The result is nan if any element is. `overwrite_input` has no effect: nothing is ever
    overwritten.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> median(Variable(np.array([4.0, 1.0, 2.0, 3.0])))
    variable(2.5)
    >>> grad(median)(np.array([4.0, 1.0, 2.0, 3.0]))
    array([0. , 0. , 0.5, 0.5])
    """
    ...

@overload
def meshgrid(
    *xi: Variable, copy: bool = ..., sparse: bool = ..., indexing: Literal["xy", "ij"] = ...
) -> tuple[Variable, ...]:
    """The coordinates of the points of a grid, one array for each of the vectors of coordinates along its axes.

    The i-th coordinate varies along the i-th axis; with `indexing="xy"` the first two axes are swapped. With `sparse`
    each array has length 1 along all other axes. `copy` is for arrays; a Variable is never changed.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> meshgrid(Variable(np.array([1.0, 2.0])), Variable(np.array([3.0, 4.0])))
    (variable([[1. 2.]
              [1. 2.]]), variable([[3. 3.]
              [4. 4.]]))
    """
    ...

@overload
def meshgrid(
    *xi: ArrayOrNumber, copy: bool = ..., sparse: bool = ..., indexing: Literal["xy", "ij"] = ...
) -> tuple[NDArray[Any], ...]: ...
@overload
def meshgrid(*xi: Operand, copy: bool = ..., sparse: bool = ..., indexing: Literal["xy", "ij"] = ...) -> Mixed: ...
@array_function
def min(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The smallest element along some axes; elements that tie for it share the derivative evenly.

    Or the initial value, where that is smaller; where they are equal it gets half of the derivative. Elements where a
    condition does not hold are left out.

    Raises:
        ValueError: there are no elements and no initial value, or a condition and no initial value.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> min(Variable(np.array([2.0, 3.0])))
    variable(2.0)
    """
    ...

@binary_function
def minimum(x1: Operand, x2: Operand, /) -> Array:
    """The smaller of x1 and x2, nan where one is nan. Where they are equal each gets half of the derivative.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.minimum` gives.
    """
    ...

@binary_function
def mod(x1: Operand, x2: Operand, /) -> Array:
    """The remainder x1 - x2 * floor(x1 / x2), with the sign of x2; its derivatives are 1 and -floor(x1 / x2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.remainder` gives.
    """
    ...

@overload
def modf(x: Variable, /) -> tuple[Variable, Variable]:
    """The pair of the fractional part of x, with derivative 1, and its integral part, with derivative 0.

    Both have the sign of x.

    >>> from pydezero import as_variable
    >>> modf(as_variable(-2.5))
    (variable(-0.5), variable(-2.0))
    """
    ...

@overload
def modf(x: ArrayOrNumber, /) -> tuple[NDArray[Any], NDArray[Any]]: ...
@array_function
def moveaxis(a: Operand, source: int | Sequence[int], destination: int | Sequence[int]) -> Array:
    """The array with axes moved to other places, and the rest in their order.

    Raises:
        ValueError: `source` and `destination` do not name equally many axes, or one of them names an axis twice.
        numpy.exceptions.AxisError: an axis does not exist.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> moveaxis(Variable(np.ones((2, 3, 4))), 0, -1).shape
    (3, 4, 2)
    """
    ...

@binary_function
def multiply(x1: Operand, x2: Operand, /) -> Array:
    """The product x1 * x2; its derivatives are x2 and x1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.multiply` gives.
    """
    ...

@array_function
def nan_to_num(
    x: Operand, copy: bool = True, nan: Operand = 0.0, posinf: Operand | None = None, neginf: Operand | None = None
) -> Array:
    """x with `nan` in the place of nan, and `posinf` and `neginf` in the place of the infinities.

    These are the largest and the smallest finite number by default. Of a complex number both parts are treated so. The
    derivative goes to x where it is finite, and to the replacement elsewhere.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nan_to_num(Variable(np.array([1.0, np.nan])), nan=5.0)
    variable([1. 5.])
    """
    ...

@array_function
def nancumprod(a: Operand, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    """The running product with nan taken for ones; their derivative is 0. The parameters are those of `cumprod`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nancumprod(Variable(np.array([1.0, np.nan, 3.0])))
    variable([1. 1. 3.])
    """
    ...

@array_function
def nancumsum(a: Operand, axis: int | None = None, dtype: DTypeLike | None = None) -> Array:
    """The running sum with nan taken for zeros; their derivative is 0. The parameters are those of `cumsum`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nancumsum(Variable(np.array([1.0, np.nan, 3.0])))
    variable([1. 1. 4.])
    """
    ...

@array_function
def nanmax(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The largest of the elements that are not nan; nan, with derivative 0, where there are none.

    Elements that tie for it share the derivative evenly. The parameters are those of `max`. There is no warning where
    all elements are nan.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanmax(Variable(np.array([1.0, np.nan, 3.0])))
    variable(3.0)
    """
    ...

@array_function
def nanmean(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    where: Operand | bool = True,
) -> Array:
    """The mean of the elements that are not nan; nan where there are none. The parameters are those of `mean`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanmean(Variable(np.array([1.0, np.nan, 3.0])))
    variable(2.0)
    """
    ...

@array_function
def nanmedian(a: Operand, axis: Axis = None, *, overwrite_input: bool = False, keepdims: bool = False) -> Array:
    """The median of the elements that are not nan; nan, with derivative 0, where there are none.

    The parameters are those of `median`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanmedian(Variable(np.array([4.0, np.nan, 2.0])))
    variable(3.0)
    """
    ...

@array_function
def nanmin(
    a: Operand,
    axis: Axis = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The smallest of the elements that are not nan; nan, with derivative 0, where there are none.

    Elements that tie for it share the derivative evenly. The parameters are those of `min`. There is no warning where
    all elements are nan.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanmin(Variable(np.array([1.0, np.nan, 3.0])))
    variable(1.0)
    """
    ...

@binary_array_function
def nanpercentile(
    a: Operand,
    q: Operand,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Operand | None = None,
) -> Array:
    """The percentiles of the elements that are not nan; nan, with derivative 0, where there are none.

    The parameters are those of `quantile`, with q from 0 to 100.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanpercentile(Variable(np.array([4.0, np.nan, 1.0, 2.0])), 50)
    variable(2.0)
    """
    ...

@array_function
def nanprod(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The product of the elements that are not nan. The parameters are those of `prod`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanprod(Variable(np.array([2.0, np.nan, 3.0])))
    variable(6.0)
    """
    ...

@binary_array_function
def nanquantile(
    a: Operand,
    q: Operand,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Operand | None = None,
) -> Array:
    """The quantiles of the elements that are not nan; nan, with derivative 0, where there are none.

    The parameters are those of `quantile`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanquantile(Variable(np.array([4.0, np.nan, 1.0, 2.0])), 0.5)
    variable(2.0)
    """
    ...

@array_function
def nanstd(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Operand | bool = True,
    mean: Operand | None = None,
    correction: float | None = None,
) -> Array:
    """The standard deviation of the elements that are not nan, the root of `nanvar`.

    Where it is 0 its derivative is taken to be 0. The parameters are those of `std`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanstd(Variable(np.array([1.0, np.nan, 3.0])))
    variable(1.0)
    """
    ...

@array_function
def nansum(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The sum of the elements that are not nan. The parameters are those of `sum`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nansum(Variable(np.array([1.0, np.nan, 3.0])))
    variable(4.0)
    """
    ...

@array_function
def nanvar(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Operand | bool = True,
    mean: Operand | None = None,
    correction: float | None = None,
) -> Array:
    """The variance of the elements that are not nan; nan where there are too few. The parameters are those of `var`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> nanvar(Variable(np.array([1.0, np.nan, 3.0])))
    variable(1.0)
    """
    ...

@unary_function
def negative(x: Operand, /) -> Array:
    """-x; its derivative is -1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.negative` gives.
    """
    ...

@binary_function
def nextafter(x1: Operand, x2: Operand, /) -> Array:
    """The next floating-point number after x1 towards x2; its derivatives are 1 and 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.nextafter` gives.
    """
    ...

@binary_function
def outer(a: Operand, b: Operand, /) -> Array:
    """All products of an element of a with an element of b, both raveled: shape (a.size, b.size).

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> outer(Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0]))
    variable([[3. 4.]
              [6. 8.]])
    """
    ...

@overload
def pad(
    array: Variable,
    pad_width: _PadWidth,
    mode: _Mode = ...,
    *,
    stat_length: ArrayOrNumber | None = ...,
    constant_values: _Values = ...,
    end_values: _Values = ...,
    reflect_type: Literal["even", "odd"] = ...,
) -> Variable:
    """The array with `pad_width` elements added in front of it and behind it along each axis.

    `pad_width` is a number for all sides, a pair (before, after) for all axes, a pair for each axis, or a dict of the
    axes that are padded. The elements depend on `mode`:

    - `"constant"`: `constant_values`, 0 by default, of which there are as many as of widths; they are differentiated;
    - `"linear_ramp"`: on the line from the outermost element to `end_values`, 0 by default; they are differentiated;
    - `"edge"`, `"wrap"`, `"reflect"`, `"symmetric"`: the outermost element; the elements from the other end; those in
      reverse order, without the outermost one or with it. Where `reflect_type` is `"odd"`, twice the outermost element
      minus those in reverse order;
    - `"maximum"`, `"mean"`, `"median"`, `"minimum"`: that of the `stat_length` outermost elements, or of all. Elements
      that tie share the derivative as they do in `np.max` and `np.median`;
    - `"empty"`: zeros, where NumPy's are arbitrary.

    `np.pad` finds a Variable in the array alone: where only the values are Variables, call `functions.pad`.

    Raises:
        TypeError: the mode is a function, which would write into the array.
        ValueError: there is no such mode; a keyword argument is for another mode; or an axis without elements is to be
            padded with elements of its own.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> pad(Variable(np.array([1.0, 2.0, 3.0])), (1, 2), "wrap")
    variable([3. 1. 2. 3. 1. 2.])
    """
    ...

@overload
def pad(
    array: ArrayOrNumber, pad_width: _PadWidth, mode: Literal["constant"] = ..., *, constant_values: Variable
) -> Variable: ...
@overload
def pad(
    array: ArrayOrNumber, pad_width: _PadWidth, mode: Literal["linear_ramp"], *, end_values: Variable
) -> Variable: ...
@overload
def pad(
    array: ArrayOrNumber,
    pad_width: _PadWidth,
    mode: _Mode = ...,
    *,
    stat_length: ArrayOrNumber | None = ...,
    constant_values: ArrayOrNumber = ...,
    end_values: ArrayOrNumber = ...,
    reflect_type: Literal["even", "odd"] = ...,
) -> NDArray[Any]: ...
@array_function
def partition(
    a: Operand, kth: int | Sequence[int], axis: int | None = -1, kind: Literal["introselect"] = "introselect"
) -> Array:
    """The elements of a along an axis, rearranged such that the k-th is where it is in the sorted array.

    No element before it is larger, and none after it is smaller. The others have the order of `np.argpartition`, which
    may differ from that of `np.partition`. `kth` may be several k. If `axis` is None, all elements are taken in one
    axis.

    Raises:
        ValueError: a k is beyond the end of the axis.
        numpy.exceptions.AxisError: there is no such axis.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: np.partition(x, 1)[1])(np.array([5.0, 4.0, 6.0]))
    array([1., 0., 0.])
    """
    ...

@binary_array_function
def percentile(
    a: Operand,
    q: Operand,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Operand | None = None,
) -> Array:
    """The quantiles, with q from 0 to 100. The parameters are those of `quantile`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> percentile(Variable(np.array([4.0, 1.0, 2.0])), 75)
    variable(3.0)
    """
    ...

@array_function
def permute_dims(a: Operand, axes: Sequence[int] | None = None) -> Array:
    """The array with its axes in another order, reversed by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> transpose(Variable(np.ones((2, 3, 4))), (0, 2, 1)).shape
    (2, 4, 3)
    """
    ...

@array_function
def piecewise(x: Operand, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Array:
    """An array of the values of a function (or a constant) where the condition that belongs to it holds.

    Where several conditions hold, the last one counts. A function is called with the elements for which its condition
    holds, in one axis, and with `args` and `kw`; so its values elsewhere, infinite or nan, have no part in the
    derivative. One function more than there are conditions is for the elements for which none holds; without it these
    are 0 in the result. The result has the shape and the dtype of x.

    In a batch or a trace the number of elements for which a condition holds is not known. There the functions must be
    elementwise: they are called with an array of the shape of x, in which an element for which the condition holds
    takes the place of all for which it does not.

    Raises:
        ValueError: the numbers of conditions and functions do not match.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: np.sum(np.piecewise(x, [x > 0], [np.sqrt, 5.0])))(np.array([4.0, 0.0]))
    array([0.25, 0.  ])
    """
    ...

@array_function
def poly(seq_of_zeros: Array) -> Array:
    """The coefficients of the polynomial with these roots and the leading coefficient 1.

    For a square matrix it is the characteristic polynomial, computed from the eigenvalues, which must be distinct for a
    derivative. If the conjugate of every complex root is a root too, the coefficients are real; in a batch or a trace,
    where that is not known, the coefficients of complex roots are complex.

    Raises:
        ValueError: the argument has neither one axis, nor two of the same length.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> poly(Variable(np.array([1.0, 2.0])))
    variable([ 1. -3.  2.])
    """
    ...

@binary_array_function
def polyadd(a1: Operand, a2: Operand) -> Array:
    """The sum of two polynomials.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polyadd(Variable(np.array([1.0, 2.0])), np.array([3.0]))
    variable([1. 5.])
    """
    ...

@array_function
def polyder(p: Operand, m: int = 1) -> Array:
    """The m-th derivative of a polynomial.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polyder(Variable(np.array([1.0, 2.0, 3.0])))
    variable([2. 2.])
    """
    ...

@overload
def polydiv(u: Variable, v: Operand) -> tuple[Variable, Variable]:
    """The quotient and the remainder of the division of a polynomial u by a polynomial v.

    The remainder loses the leading coefficients that are 0 (up to 1e-8), but keeps at least one. In a batch or a trace,
    where a coefficient stands for more than one number, it has as many as v, less one.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polydiv(Variable(np.array([1.0, 0.0, -1.0])), np.array([1.0, 2.0]))
    (variable([ 1. -2.]), variable([3.]))
    """
    ...

@overload
def polydiv(u: ArrayOrNumber, v: Variable) -> tuple[Variable, Variable]: ...
@overload
def polydiv(u: ArrayOrNumber, v: ArrayOrNumber) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def polyfit(
    x: Variable,
    y: Operand,
    deg: int,
    rcond: float | None = None,
    full: Literal[False] = False,
    w: Operand | None = None,
    cov: Literal[False] = False,
) -> Variable:
    """The coefficients of the polynomial of degree `deg` that comes closest to y at x, by least squares.

    x is of shape (M,), y of shape (M,) or (M, K), and the result of shape (deg + 1,) or (deg + 1, K). The differences
    are multiplied by the weights w before they are squared. All of x, y and w are differentiated.

    Returns:
        The coefficients; with `full` the tuple of them, of the results of `np.linalg.lstsq` for the scaled powers of x
        (residuals, rank, singular values), and of `rcond`; with `cov` the pair of them and their covariance.

    Raises:
        TypeError: x, y or w have another number of axes, or not the same length.
        ValueError: deg is negative; there are too few points for a covariance that is scaled.

    Warns:
        RankWarning: the points do not determine the coefficients, and neither the derivative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> np.round(polyfit(np.array([0.0, 1.0, 2.0]), Variable(np.array([1.0, 3.0, 5.0])), 1).data, 6)
    array([2., 1.])
    """
    ...

@overload
def polyfit(
    x: ArrayOrNumber,
    y: Variable,
    deg: int,
    rcond: float | None = None,
    full: Literal[False] = False,
    w: Operand | None = None,
    cov: Literal[False] = False,
) -> Variable: ...
@overload
def polyfit(
    x: Operand,
    y: Operand,
    deg: int,
    rcond: float | None = None,
    full: bool = False,
    w: Operand | None = None,
    cov: bool | Literal["unscaled"] = False,
) -> Any: ...
@array_function
def polyint(p: Operand, m: int = 1, k: Operand | None = None) -> Array:
    """The m-th integral of a polynomial, with the constants of integration k: all 0, one for all, or m of them.

    Both p and k are differentiated. `np.polyint` itself finds a Variable in k only if p is one too; this function finds
    it in any case.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polyint(Variable(np.array([2.0, 2.0])), k=3.0)
    variable([1. 2. 3.])
    """
    ...

@binary_array_function
def polymul(a1: Operand, a2: Operand) -> Array:
    """The product of two polynomials, with the leading zeros of both left out, as in NumPy.

    Coefficients that are 0 are differentiated with the rest, but a coefficient of the product that is left out has no
    derivative; `np.convolve(a1, a2)` keeps all. In a batch or a trace, where a coefficient stands for more
    than one number, it counts as different from 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polymul(Variable(np.array([1.0, 2.0])), np.array([1.0, -2.0]))
    variable([ 1.  0. -4.])
    """
    ...

@binary_array_function
def polysub(a1: Operand, a2: Operand) -> Array:
    """The difference of two polynomials.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polysub(Variable(np.array([1.0, 2.0])), np.array([3.0]))
    variable([ 1. -1.])
    """
    ...

@binary_array_function
def polyval(p: Operand, x: Operand) -> Array:
    """The values of a polynomial at x: the sum of `p[k] * x ** (len(p) - 1 - k)`, by Horner's rule.

    A p of several axes holds the coefficients of several polynomials, along its first axis; the others broadcast
    against x.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> polyval(np.array([1.0, 0.0, -1.0]), Variable(np.array([2.0, 3.0])))
    variable([3. 8.])
    """
    ...

@unary_function
def positive(x: Operand, /) -> Array:
    """+x, a copy; its derivative is 1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.positive` gives.
    """
    ...

@binary_function
def pow(x1: Operand, x2: Operand, /) -> Array:
    """x1 ** x2; its derivatives are x2 x1 ** (x2 - 1) and log(x1) x1 ** x2 (DLMF 4.7).

    Elementwise; the arguments broadcast against each other. The derivative with respect to x2 is real only where x1 is
    positive; where x1 is negative it is nan, as `np.log(x1)` is.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> power(Variable(np.array([1.0, 2.0, 3.0])), 2)
    variable([1. 4. 9.])
    """
    ...

@binary_function
def power(x1: Operand, x2: Operand, /) -> Array:
    """x1 ** x2; its derivatives are x2 x1 ** (x2 - 1) and log(x1) x1 ** x2 (DLMF 4.7).

    Elementwise; the arguments broadcast against each other. The derivative with respect to x2 is real only where x1 is
    positive; where x1 is negative it is nan, as `np.log(x1)` is.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> power(Variable(np.array([1.0, 2.0, 3.0])), 2)
    variable([1. 4. 9.])
    """
    ...

@array_function
def prod(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The product of the elements along some axes, all of them by default.

    Zeros among the elements are no obstacle to any derivative. The other parameters are those of `sum`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> prod(Variable(np.array([2.0, 3.0])))
    variable(6.0)
    """
    ...

@array_function
def ptp(a: Operand, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The largest element less the smallest along some axes; elements that tie for either share its derivative evenly.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ptp(Variable(np.array([2.0, 5.0, 3.0])))
    variable(3.0)
    """
    ...

@binary_array_function
def quantile(
    a: Operand,
    q: Operand,
    axis: Axis = None,
    *,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    weights: Operand | None = None,
) -> Array:
    """The values below which a part q of the elements lies, along some axes, all of them by default.

    Args:
        a: the elements, real.
        q: the parts, from 0 to 1, in an array of any shape, whose axes come first in the result.
        axis: the axis or axes.
        overwrite_input: has no effect: nothing is ever overwritten.
        method: NumPy's name for the way in which a value between two elements is found.
        keepdims: whether the result keeps the axes, with length 1.
        weights: of all elements, or of those along the axes; for `method="inverted_cdf"` only.

    The derivative with respect to a goes to the elements that the value is taken from; of equal elements to those that
    are there if equal elements keep their order. q is differentiated where the method is continuous, and where the
    value has a kink as a function of q, at an element, its derivative is the mean of those on either side; at the ends
    0 and 1 of "linear" it is that of the one side. With the other methods the value does not change between its steps,
    nor does it change with the weights: the derivative with respect to these is 0. The result is nan if any element is.

    Raises:
        ValueError: q is not between 0 and 1, there are no elements, NumPy has no such method, or the weights are
            negative, all zero, or of the wrong shape.
        TypeError: a is complex.

    >>> import numpy as np
    >>> from pydezero import Variable, grad
    >>> quantile(Variable(np.array([4.0, 1.0, 2.0, 8.0])), np.array([0.0, 0.5]))
    variable([1. 3.])
    >>> grad(quantile)(np.array([4.0, 1.0, 2.0, 8.0]), 0.75)
    array([0.75, 0.  , 0.  , 0.25])
    """
    ...

@unary_function
def rad2deg(x: Operand, /) -> Array:
    """x radians in degrees; the derivative is 180 / pi.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.rad2deg` gives.
    """
    ...

@unary_function
def radians(x: Operand, /) -> Array:
    """x degrees in radians; the derivative is pi / 180.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.deg2rad` gives.
    """
    ...

@array_function
def ravel(a: Operand, order: str = "C") -> Array:
    """All elements in one axis, row by row, or column by column where the order is "F".

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ravel(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([1. 2. 3. 4.])
    """
    ...

@unary_function
def real(x: Operand, /) -> Array:
    """The real part of x, elementwise.

    >>> from pydezero import as_variable
    >>> real(as_variable(1.0 + 2.0j))
    variable(1.0)
    """
    ...

@array_function
def real_if_close(a: Operand, tol: float = 100) -> Array:
    """The real part of a if all imaginary parts are close to 0, else a.

    Close is up to `tol` times the distance from 1 to the next number, or up to `tol` itself if it is at most 1.

    Raises:
        TypeError: a is complex and stands for many values, under vmap or in a trace: then it is not known which of the
            two the result is. Write np.real(a).

    >>> from pydezero import as_variable
    >>> real_if_close(as_variable(2 + 1e-15j))
    variable(2.0)
    """
    ...

@unary_function
def reciprocal(x: Operand, /) -> Array:
    """1 / x; its derivative is -1 / x ** 2.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.reciprocal` gives.
    """
    ...

@binary_function
def remainder(x1: Operand, x2: Operand, /) -> Array:
    """The remainder x1 - x2 * floor(x1 / x2), with the sign of x2; its derivatives are 1 and -floor(x1 / x2).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.remainder` gives.
    """
    ...

@array_function
def repeat(a: Operand, repeats: ArrayOrNumber | Listed, axis: int | None = None) -> Array:
    """An array with each element along an axis several times, of the raveled array by default.

    `repeats` says how often: an integer, or an integer for each place along the axis.

    Raises:
        ValueError: `repeats` is negative, or of another length than the axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> repeat(Variable(np.array([1.0, 2.0])), [2, 1])
    variable([1. 1. 2.])
    """
    ...

@array_function
def reshape(a: Operand, shape: Shape, order: str = "C") -> Array:
    """An array in another shape, of the same elements; one entry of `shape` may be -1, which is then worked out.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> reshape(Variable(np.arange(4.0)), (2, -1))
    variable([[0. 1.]
              [2. 3.]])
    """
    ...

@array_function
def resize(a: Operand, new_shape: Shape) -> Array:
    """The elements of a, one after another and over again, until an array of the new shape is full.

    Elements for which there is no room are left out; if a has no elements the result is zeros. (The method of the same
    name of an ndarray is another function, which changes the array.)

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> resize(Variable(np.array([1.0, 2.0])), (3,))
    variable([1. 2. 1.])
    """
    ...

@unary_function
def rint(x: Operand, /) -> Array:
    """The nearest integer; its derivative is 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.rint` gives.
    """
    ...

@array_function
def roll(a: Operand, shift: int | tuple[int, ...], axis: Axis = None) -> Array:
    """The elements moved on by `shift` places along an axis; those that leave at its end come in at its beginning.

    A tuple of shifts goes with a tuple of axes; a single shift is for all of them. Without an axis the elements are
    moved as if they stood in one row, and get their shape back.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> roll(Variable(np.array([1.0, 2.0, 3.0])), 1)
    variable([3. 1. 2.])
    """
    ...

@array_function
def rollaxis(a: Operand, axis: int, start: int = 0) -> Array:
    """An axis moved back until it lies in front of the axis `start`; `moveaxis` says the same more clearly.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> rollaxis(Variable(np.ones((2, 3, 4))), 2).shape
    (4, 2, 3)
    """
    ...

@array_function
def roots(p: Operand) -> Array:
    """The roots of a polynomial, in the order in which NumPy finds them; complex unless all of them are real.

    Leading coefficients that are 0 make the polynomial one of a lower degree, and those at the end give roots at 0;
    their derivatives are right too. At a root that occurs more than once, up to rounding, the derivative is infinite:
    it is inf or nan, with NumPy's warning of a division by zero.

    The derivative is that of the implicit function p(r) = 0.

    Raises:
        ValueError: p has several axes; in a batch, a leading coefficient is 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> roots(Variable(np.array([1.0, -3.0, 2.0])))
    variable([2. 1.])
    """
    ...

@array_function
def rot90(m: Operand, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """The plane of two axes turned by k right angles, from the first of them towards the second.

    Raises:
        ValueError: `axes` does not name two different axes of m.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> rot90(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([[2. 4.]
              [1. 3.]])
    """
    ...

@array_function
def round(a: Operand, decimals: int = 0) -> Array:
    """a rounded to a number of decimals, halves to the even neighbour; its derivative is 0.

    >>> from pydezero import as_variable
    >>> round(as_variable(1.25), 1)
    variable(1.2)
    """
    ...

@joining_function
def row_stack(tup: Sequence[Operand], *, dtype: DTypeLike | None = None, casting: _Casting = "same_kind") -> Array:
    """The arrays on top of each other: along the first axis, each of one axis being a row.

    `dtype` and `casting` are as in `concatenate`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vstack([Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0])])
    variable([[1. 2.]
              [3. 4.]])
    """
    ...

@overload
def select(condlist: Sequence[Operand], choicelist: Sequence[Variable] | Variable, default: Operand = ...) -> Variable:
    """Elements of the choice that belongs to the first condition that holds, of the default where none does.

    Conditions, choices and default broadcast against each other; the derivative goes to the choices and the default. A
    choice that was not selected has none, as in `where`. (`np.piecewise` does not even compute it.)

    Raises:
        ValueError: there are not as many conditions as choices, or none.
        TypeError: a condition holds something else than booleans.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = Variable(np.array([-1.0, 2.0, 5.0]))
    >>> select([x < 0, x < 3], [-x, x**2], 10.0)
    variable([ 1.  4. 10.])
    """
    ...

@overload
def select(condlist: Sequence[Operand], choicelist: Sequence[Operand], default: Variable) -> Variable: ...
@overload
def select(  # type: ignore[overload-overlap]
    condlist: Sequence[Operand], choicelist: Sequence[ArrayOrNumber], default: ArrayOrNumber = ...
) -> NDArray[Any]: ...
@overload
def select(condlist: Sequence[Operand], choicelist: Sequence[Operand], default: Operand = ...) -> Variable: ...
@array_function
def setdiff1d(ar1: Operand, ar2: Operand, assume_unique: bool = False) -> Array:
    """The different elements of `ar1` that are not in `ar2`, in ascending order.

    `assume_unique` says that `ar1` has no element twice; then the elements stay in their order. The derivative with
    respect to `ar2` is 0: if only that is a Variable, the result is a plain array.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> setdiff1d(Variable(np.array([3.0, 1.0])), np.array([2.0, 3.0]))
    variable([1.])
    """
    ...

@binary_array_function
def setxor1d(ar1: Operand, ar2: Operand, assume_unique: bool = False) -> Array:
    """The different elements that are in one of the arrays and not in the other, in ascending order.

    `assume_unique` says that neither array has an element twice.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> setxor1d(Variable(np.array([3.0, 1.0])), np.array([2.0, 3.0]))
    variable([1. 2.])
    """
    ...

@unary_function
def sign(x: Operand, /) -> Array:
    """-1, 0 or 1 for a real x, with derivative 0; x / |x| for a complex one, and 0 at 0. Elementwise.

    >>> from pydezero import as_variable
    >>> sign(as_variable(-2.0))
    variable(-1.0)
    """
    ...

@unary_function
def sin(x: Operand, /) -> Array:
    """The sine of x; its derivative is cos(x) (DLMF 4.20).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.sin` gives.
    """
    ...

@unary_function
def sinc(x: Operand, /) -> Array:
    """sin(pi x) / (pi x), and 1 at 0; its derivative is (cos(pi x) - sinc(x)) / x, and 0 at 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.sinc` gives.
    """
    ...

@unary_function
def sinh(x: Operand, /) -> Array:
    """The hyperbolic sine; its derivative is cosh(x) (DLMF 4.34).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.sinh` gives.
    """
    ...

@array_function
def sliding_window_view(x: Operand, window_shape: Shape, axis: int | Sequence[int] | None = None) -> Array:
    """All windows of a shape in x, as `np.lib.stride_tricks.sliding_window_view` has them.

    Args:
        x: an array or a Variable.
        window_shape: the lengths of a window, one for each axis in `axis`.
        axis: the axes along which the windows slide, by default all.

    Returns:
        An array with an axis of the positions of the windows in the place of each of these axes, and behind all others
        an axis along each window.

    Raises:
        ValueError: a window is longer than its axis, or there is not one length for each axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sliding_window_view(Variable(np.array([1.0, 2.0, 4.0])), 2)
    variable([[1. 2.]
              [2. 4.]])
    """
    ...

@array_function
def sort(a: Operand, axis: int | None = -1, kind: _Kind | None = None, *, stable: bool | None = None) -> Array:
    """The elements of a in ascending order along an axis, or all of them in one axis where `axis` is None.

    Complex numbers are ordered by their real parts, and where these are equal by their imaginary parts; nan comes last.
    Equal elements get the derivatives of their places in the order of `np.argsort` with the same `kind`; with
    `stable=True` that is the order that they had.

    Raises:
        numpy.exceptions.AxisError: there is no such axis.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: np.sort(x) @ np.array([1.0, 2.0, 3.0]))(np.array([5.0, 4.0, 6.0]))
    array([2., 1., 3.])
    """
    ...

@array_function
def sort_complex(a: Operand) -> Array:
    """The elements of a as complex numbers, sorted along the last axis: by their real parts, then their imaginary ones.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sort_complex(Variable(np.array([2.0, 1.0])))
    variable([1.+0.j 2.+0.j])
    """
    ...

@unary_function
def spacing(x: Operand, /) -> Array:
    """The distance between x and the nearest adjacent number; its derivative is 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.spacing` gives.
    """
    ...

@overload
def split(ary: Variable, indices_or_sections: _Parts, axis: int = 0) -> list[Variable]:
    """Parts of an array along an axis: a number of equal ones, or those between the given indices.

    Raises:
        ValueError: the axis does not divide into that many equal parts.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> split(Variable(np.arange(4.0)), 2)
    [variable([0. 1.]), variable([2. 3.])]
    """
    ...

@overload
def split(ary: ArrayOrNumber, indices_or_sections: _Parts, axis: int = 0) -> list[NDArray[Any]]: ...
@unary_function
def sqrt(x: Operand, /) -> Array:
    """The square root; its derivative is 1 / (2 sqrt(x)), infinite at 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.sqrt` gives.
    """
    ...

@unary_function
def square(x: Operand, /) -> Array:
    """x * x; its derivative is 2 x.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.square` gives.
    """
    ...

@array_function
def squeeze(a: Operand, axis: Axis = None) -> Array:
    """The array without its axes of length 1, or without those that `axis` names.

    Raises:
        ValueError: an axis that `axis` names has another length than 1.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> squeeze(Variable(np.ones((1, 3, 1)))).shape
    (3,)
    """
    ...

@joining_function
def stack(
    arrays: Sequence[Operand], axis: int = 0, *, dtype: DTypeLike | None = None, casting: _Casting = "same_kind"
) -> Array:
    """The arrays, all of one shape, along a new axis at this place of the result.

    `dtype` and `casting` are as in `concatenate`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> stack([Variable(np.array(1.0)), 2.0])
    variable([1. 2.])
    """
    ...

@array_function
def std(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Operand | bool = True,
    mean: Operand | None = None,
    correction: float | None = None,
) -> Array:
    """The standard deviation along some axes, the root of `var`; where it is 0 its derivative is taken to be 0.

    The parameters are those of `var`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> std(Variable(np.array([1.0, 3.0])))
    variable(1.0)
    """
    ...

@binary_function
def subtract(x1: Operand, x2: Operand, /) -> Array:
    """The difference x1 - x2; its derivatives are 1 and -1.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.subtract` gives.
    """
    ...

@array_function
def sum(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    keepdims: bool = False,
    initial: Operand | None = None,
    where: Operand | bool = True,
) -> Array:
    """The sum of the elements along some axes, all of them by default.

    `dtype` is the dtype to compute in, `initial` a value that is added, which is differentiated, too, and `where` a
    condition; only the elements where it holds count.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sum(Variable(np.ones((2, 3))), axis=0)
    variable([2. 2. 2.])
    """
    ...

@array_function
def swapaxes(a: Operand, axis1: int, axis2: int) -> Array:
    """The array with two axes in each other's place.

    Raises:
        numpy.exceptions.AxisError: one of them does not exist.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> swapaxes(Variable(np.ones((2, 3, 4))), 0, 2).shape
    (4, 3, 2)
    """
    ...

@overload
def take(a: Variable, indices: Operand | Sequence[int], axis: int | None = ..., mode: OutOfBounds = ...) -> Variable:
    """The elements of a at integer indices along an axis, or of all its elements in one axis by default.

    `mode` says what an index that is out of bounds means: an error ("raise"), the index modulo the length ("wrap"), or
    the nearest valid one ("clip", for which negative ones are out of bounds, too).

    Write it in the place of `a[indices]` where a is an array and the indices are a Variable, which neither an array nor
    `np.take` accepts: under vmap and in a trace functions like `np.argmax` give such indices.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> take(Variable(np.array([1.0, 2.0, 3.0])), [0, 2])
    variable([1. 3.])
    """
    ...

@overload
def take(a: ArrayOrNumber, indices: Variable, axis: int | None = ..., mode: OutOfBounds = ...) -> Variable: ...
@overload
def take(
    a: ArrayOrNumber, indices: ArrayOrNumber | Sequence[int], axis: int | None = ..., mode: OutOfBounds = ...
) -> NDArray[Any]: ...
@array_function
def take_along_axis(arr: Operand, indices: Operand, axis: int | None = -1) -> Array:
    """The elements of each row of `arr` at the indices in the same row of `indices`, where rows lie along an axis.

    `np.take_along_axis(x, np.argsort(x, axis), axis)` is x sorted. Apart from the axis the two shapes broadcast against
    each other. Where `axis` is None, `indices` has one axis and counts all elements of `arr`. An element that is taken
    twice gets the derivatives of both places.

    Raises:
        ValueError: the numbers of axes differ.
        IndexError: the indices are no integers, or one is out of bounds.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> take_along_axis(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), np.array([[1], [0]]), axis=1)
    variable([[2.]
              [3.]])
    """
    ...

@unary_function
def tan(x: Operand, /) -> Array:
    """The tangent of x; its derivative is 1 + tan(x) ** 2 (DLMF 4.20).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.tan` gives.
    """
    ...

@unary_function
def tanh(x: Operand, /) -> Array:
    """The hyperbolic tangent; its derivative is 1 - tanh(x) ** 2 (DLMF 4.34).

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.tanh` gives.
    """
    ...

@binary_array_function
def tensordot(a: Operand, b: Operand, axes: int | Sequence[int | Sequence[int]] = 2) -> Array:
    """The sum of products over pairs of axes.

    `axes` lists those of a and those of b, or is the number of the last axes of a and the first axes of b.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tensordot(Variable(np.ones((2, 3, 4))), np.ones((3, 4, 5))).shape
    (2, 5)
    """
    ...

@array_function
def tile(A: Operand, reps: Shape) -> Array:
    """The array as a tile, laid so many times along each axis; `reps` for less axes is for the last ones.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tile(Variable(np.array([1.0, 2.0])), (2, 2))
    variable([[1. 2. 1. 2.]
              [1. 2. 1. 2.]])
    """
    ...

@array_function
def trace(a: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The sum along the diagonal of the matrices in two axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trace(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable(5.0)
    """
    ...

@array_function
def transpose(a: Operand, axes: Sequence[int] | None = None) -> Array:
    """The array with its axes in another order, reversed by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> transpose(Variable(np.ones((2, 3, 4))), (0, 2, 1)).shape
    (2, 4, 3)
    """
    ...

@array_function
def trapezoid(y: Operand, x: Operand | Listed | None = None, dx: Operand = 1.0, axis: int = -1) -> Array:
    """The integral along an axis, by the trapezoidal rule, of samples y at points x or at distances dx.

    x has one axis, or as many as y has. All of y, x and dx are differentiated.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trapezoid(Variable(np.array([1.0, 2.0, 3.0])), dx=2.0)
    variable(8.0)
    """
    ...

@array_function
def tril(m: Operand, k: int = 0) -> Array:
    """Matrices with zeros above the k-th diagonal, k > 0 being above the main one; a vector is all rows of a matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tril(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([[1. 0.]
              [3. 4.]])
    """
    ...

@array_function
def trim_zeros(filt: Operand, trim: _Trim = "fb", axis: int | Sequence[int] | None = None) -> Array:
    """An array without the zeros at its ends: in front ("f" in `trim`), at the back ("b"), or both.

    Of an array of several axes the slices that hold nothing but zeros are trimmed, along the axes that `axis` names, or
    along all (NumPy 2.2 and later). The derivative of an element that is trimmed is 0.

    `np.poly1d` keeps the leading coefficients of a Variable that are 0, because a polynomial depends on them.

    Raises:
        EscapeError: the array is batched or traced, so that the shape of the result is not known.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> trim_zeros(Variable(np.array([0.0, 1.0, 0.0, 2.0, 0.0])))
    variable([1. 0. 2.])
    """
    ...

@array_function
def triu(m: Operand, k: int = 0) -> Array:
    """Matrices with zeros below the k-th diagonal, k > 0 being above the main one; a vector is all rows of a matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> triu(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([[1. 2.]
              [0. 4.]])
    """
    ...

@binary_function
def true_divide(x1: Operand, x2: Operand, /) -> Array:
    """The quotient x1 / x2; its derivatives are 1 / x2 and -x1 / x2 ** 2.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.divide` gives.
    """
    ...

@unary_function
def trunc(x: Operand, /) -> Array:
    """The nearest integer towards 0; its derivative is 0.

    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and
    numbers give what `np.trunc` gives.
    """
    ...

@binary_array_function
def union1d(ar1: Operand, ar2: Operand) -> Array:
    """The different elements of both arrays, in ascending order.

    An element that is in both gets its derivative in `ar1`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> union1d(Variable(np.array([3.0, 1.0])), np.array([2.0, 3.0]))
    variable([1. 2. 3.])
    """
    ...

def unique(
    ar: Operand,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> _Found:
    """The different elements of an array, in ascending order; or its different slices along an axis.

    With `return_index`, `return_inverse` or `return_counts` the result is a tuple of them and of plain arrays: the
    index of the first occurrence of each, the index among them of each element of the array, and the number of
    occurrences of each. With `equal_nan` all nan are the same. The result is sorted, whatever `sorted` says. The
    derivative goes to the first of equal elements.

    Raises:
        EscapeError: the array is batched or traced, so that the number of different elements is not known.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: np.unique(x) @ np.array([1.0, 2.0]))(np.array([2.0, 1.0, 2.0]))
    array([2., 1., 0.])
    """
    ...

def unique_all(x: Operand) -> _Found:
    """The different elements, as a named tuple of `values` and the plain `indices`, `inverse_indices` and `counts`.

    It is `unique` with all of its results, but every nan counts as another element.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unique_all(Variable(np.array([2.0, 1.0, 2.0]))).values
    variable([1. 2.])
    """
    ...

def unique_counts(x: Operand) -> _Found:
    """The different elements and the number of occurrences of each: a named tuple of `values` and plain `counts`.

    Every nan counts as another element.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unique_counts(Variable(np.array([2.0, 1.0, 2.0]))).counts
    array([1, 2])
    """
    ...

def unique_inverse(x: Operand) -> _Found:
    """The different elements and the index among them of each element, as `values` and plain `inverse_indices`.

    The result is a named tuple. Every nan counts as another element.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unique_inverse(Variable(np.array([2.0, 1.0, 2.0]))).inverse_indices
    array([1, 0, 1])
    """
    ...

def unique_values(x: Operand) -> Array:
    """The different elements, in ascending order; every nan counts as another.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unique_values(Variable(np.array([2.0, 1.0, 2.0])))
    variable([1. 2.])
    """
    ...

@overload
def unstack(x: Variable, /, *, axis: int = 0) -> tuple[Variable, ...]:
    """The arrays of which `stack` along an axis makes x; `np.unstack`, which NumPy has from 2.1 on.

    Raises:
        ValueError: x has no axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unstack(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), axis=1)
    (variable([1. 3.]), variable([2. 4.]))
    """
    ...

@overload
def unstack(x: ArrayOrNumber, /, *, axis: int = 0) -> tuple[NDArray[Any], ...]: ...
@array_function
def unwrap(p: Operand, discont: float | None = None, axis: int = -1, *, period: float = ...) -> Array:
    """p with multiples of the period added, such that no step along the axis is longer than half of the period.

    A step is left as it is up to a length of `discont`, if that is more than half of the period. The multiples are
    constant between the steps of p, so the derivative is 1.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> unwrap(Variable(np.array([0.0, 3.0, 5.0])), period=4)
    variable([ 0. -1.  1.])
    """
    ...

@array_function
def vander(x: Operand, N: int | None = None, increasing: bool = False) -> Array:
    """The matrix of the first N powers of x: a row for each element of x, which has one axis and by default N elements.

    The powers go from the highest to the zeroth, or the other way round if they are `increasing`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vander(Variable(np.array([2.0, 3.0])), 3)
    variable([[4. 2. 1.]
              [9. 3. 1.]])
    """
    ...

@array_function
def var(
    a: Operand,
    axis: Axis = None,
    dtype: DTypeLike | None = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Operand | bool = True,
    mean: Operand | None = None,
    correction: float | None = None,
) -> Array:
    """The variance along some axes: the mean of the squared magnitudes of the deviations from the mean.

    The sum of squares is divided by the number of elements less `ddof` (or `correction`, its other name).

    Args:
        a: the elements.
        axis: the axis or axes; all of them by default.
        dtype: the dtype to compute in.
        ddof: the number that is subtracted from the number of elements.
        keepdims: whether the result keeps the axes, with length 1.
        where: a condition; only the elements where it holds count.
        mean: the mean, as `mean(a, axis, keepdims=True)` gives it, where it is known already. It is differentiated, so
            that the derivative is the usual one if it was computed from a.
        correction: the same as `ddof`.

    Raises:
        ValueError: `ddof` and `correction` are both given.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> var(Variable(np.array([1.0, 3.0])))
    variable(1.0)
    """
    ...

@binary_function
def vdot(a: Operand, b: Operand, /) -> Array:
    """The sum of the products of conj(a) and b, both raveled.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vdot(Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0]))
    variable(11.0)
    """
    ...

@binary_array_function
def vecdot(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Array:
    """The sums of the products of conj(x1) and x2 along an axis of both; the other axes broadcast against each other.

    Raises:
        ValueError: x1 or x2 has no axis, or the lengths of the summed axes differ.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vecdot(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), np.array([1.0, 10.0]))
    variable([21. 43.])
    """
    ...

@binary_function
def vecmat(x1: Operand, x2: Operand, /) -> Array:
    """The product of the conjugate of each vector in the last axis of x1 with the matrix in the last two axes of x2.

    The other axes broadcast against each other.

    Raises:
        ValueError: x1 has no axis or x2 fewer than two, or the lengths of the summed axes differ.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vecmat(Variable(np.array([1.0, 2.0])), np.array([[1.0, 0.0], [3.0, 1.0]]))
    variable([7. 2.])
    """
    ...

@overload
def vsplit(ary: Variable, indices_or_sections: _Parts) -> list[Variable]:
    """The parts on top of each other: `split` along the first axis.

    Raises:
        ValueError: the array has less than two axes, or does not divide into that many equal parts.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vsplit(Variable(np.array([[1.0], [2.0]])), 2)
    [variable([[1.]]), variable([[2.]])]
    """
    ...

@overload
def vsplit(ary: ArrayOrNumber, indices_or_sections: _Parts) -> list[NDArray[Any]]: ...
@joining_function
def vstack(tup: Sequence[Operand], *, dtype: DTypeLike | None = None, casting: _Casting = "same_kind") -> Array:
    """The arrays on top of each other: along the first axis, each of one axis being a row.

    `dtype` and `casting` are as in `concatenate`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> vstack([Variable(np.array([1.0, 2.0])), np.array([3.0, 4.0])])
    variable([[1. 2.]
              [3. 4.]])
    """
    ...

@overload
def where(condition: Operand | Listed, x: Variable, y: Operand, /) -> Variable:
    """Elements of x where `condition` holds, elements of y elsewhere; the three broadcast against each other.

    The condition itself is not differentiated. As in NumPy both branches are evaluated; but a branch that was not taken
    has no derivative, even where that of its functions is infinite: `np.where(x > 0, np.log(x), 0)` has derivative 0
    at 0.

    >>> from pydezero import as_variable
    >>> where(True, as_variable(1.0), 2.0)
    variable(1.0)
    """
    ...

@overload
def where(condition: Operand | Listed, x: ArrayOrNumber, y: Variable, /) -> Variable: ...
@overload
def where(condition: Operand | Listed, x: ArrayOrNumber, y: ArrayOrNumber, /) -> NDArray[Any]: ...
