# Made by `python -m tests.stubs`, not by hand.
"""The functions of `scipy.signal` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. Of arrays alone the functions here compute what SciPy's do."""

from collections.abc import Sequence
from numpy.typing import NDArray
from pydezero.core.typed import array_function, binary_array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.signal.cascades import PadType, Sections
from pydezero.scipy.signal.convolution import Axes, Method, Mode
from pydezero.scipy.signal.filters import Coefficients
from pydezero.scipy.signal.smoothing import Ends, Trend
from typing import Any, overload

__all__ = [
    "convolve",
    "correlate",
    "detrend",
    "fftconvolve",
    "filtfilt",
    "lfilter",
    "lfilter_zi",
    "oaconvolve",
    "savgol_filter",
    "sosfilt",
    "sosfilt_zi",
    "sosfiltfilt",
]

@binary_array_function
def convolve(in1: Operand, in2: Operand, mode: Mode = "full", method: Method = "auto") -> Array:
    """The convolution of two arrays with as many axes: the sums of `in1[i] * in2[k - i]` over i, for each k.

    The mode says for which k: all with at least one product ("full"), those for which no product is missing ("valid"),
    or those in the middle, as many as in1 has elements ("same"). The method is that of SciPy: "direct" adds products,
    "fft" takes Fourier transforms, and "auto" is the one that SciPy takes to be faster.

    Raises:
        ValueError: the numbers of axes differ; for "valid" neither array is the larger one along all axes; or there is
            no such mode or method.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> convolve(Variable(np.array([1.0, 2.0, 3.0])), np.array([1.0, -1.0]), mode="same")
    variable([1. 1. 1.])
    """
    ...

@binary_array_function
def correlate(in1: Operand, in2: Operand, mode: Mode = "full", method: Method = "auto") -> Array:
    """The correlation of two arrays with as many axes: the sums of `in1[k + i] * conj(in2[i])` over i, for each k.

    Modes and methods are those of `convolve`, and it raises what `convolve` raises.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> correlate(Variable(np.array([1.0, 2.0, 3.0])), np.array([1.0, -1.0]), mode="valid")
    variable([-1. -1.])
    """
    ...

@array_function
def detrend(data: Operand, axis: int = -1, type: Trend = "linear", bp: int | Sequence[int] | NDArray[Any] = 0) -> Array:
    """The data without the line, or with `type="constant"` the mean, that fits them along an axis.

    Args:
        data: the data.
        axis: along which there is a trend.
        type: of the trend: "linear" or "constant".
        bp: where a line ends and another begins, as indices along the axis.

    Raises:
        ValueError: `type` is none of those, or an index is negative or larger than the length of the axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> detrend(Variable(np.array([1.0, 2.0, 6.0])), type="constant")
    variable([-2. -1.  3.])
    """
    ...

@binary_array_function
def fftconvolve(in1: Operand, in2: Operand, mode: Mode = "full", axes: Axes = None) -> Array:
    """The convolution of two arrays by Fourier transforms, along `axes`, or along all of them.

    Along the other axes the arrays broadcast. The modes are those of `convolve`.

    Raises:
        ValueError: what `convolve` raises; or along the other axes the arrays do not broadcast.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> signals = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])
    >>> np.round(fftconvolve(Variable(signals), np.array([[1.0, -1.0]]), axes=1).data, 6) + 0.0
    array([[ 1.,  1.,  1., -3.],
           [ 0.,  1., -1.,  0.]])
    """
    ...

@overload
def filtfilt(
    b: Variable,
    a: Variable | Coefficients,
    x: Operand,
    axis: int = -1,
    padtype: PadType = "odd",
    padlen: int | None = None,
    method: str = "pad",
    irlen: int | None = None,
) -> Variable:
    """The results of a linear filter that runs forward and then backward, so that nothing is shifted.

    The arguments are those of `scipy.signal.filtfilt`. b, a and x are as of `lfilter`. `padtype` says how x is extended
    at both ends by `padlen` elements, three times the number of coefficients if it is not given.

    Raises:
        ValueError: b, a or x is none that `lfilter` takes; the method is "gust", which has no derivative here; there is
            no such method or padtype; or x is not longer than padlen.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> x = np.array([0.0, 1.0, 0.0, -1.0])
    >>> grad(lambda c: filtfilt(np.array([1.0]) * c, [1.0], x, padlen=2).sum())(2.0)
    np.float64(0.0)
    """
    ...

@overload
def filtfilt(
    b: Coefficients,
    a: Variable,
    x: Operand,
    axis: int = -1,
    padtype: PadType = "odd",
    padlen: int | None = None,
    method: str = "pad",
    irlen: int | None = None,
) -> Variable: ...
@overload
def filtfilt(
    b: Coefficients,
    a: Coefficients,
    x: Variable,
    axis: int = -1,
    padtype: PadType = "odd",
    padlen: int | None = None,
    method: str = "pad",
    irlen: int | None = None,
) -> Variable: ...
@overload
def filtfilt(
    b: Coefficients,
    a: Coefficients,
    x: ArrayOrNumber,
    axis: int = -1,
    padtype: PadType = "odd",
    padlen: int | None = None,
    method: str = "pad",
    irlen: int | None = None,
) -> NDArray[Any]: ...
@overload
def lfilter(b: Variable, a: Variable | Coefficients, x: Operand, axis: int = -1, zi: None = None) -> Variable:
    """The results of a linear filter, y[n] = (sum b[k] x[n - k] - sum a[k] y[n - k]) / a[0], the second over k >= 1.

    Args:
        b: the coefficients of the numerator, a vector.
        a: the coefficients of the denominator, a vector.
        x: the array that is filtered, along an axis.
        axis: that axis.
        zi: the state to start in, with the shape of x but for the axis, which has max(len(a), len(b)) - 1 elements.

    Returns:
        y, of the shape of x; with zi, y and the final state.

    Raises:
        ValueError: b or a is no vector with elements, a[0] is 0, x has no axis, or zi has not that shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lfilter([1.0], np.array([1.0, -0.5]), Variable(np.array([1.0, 0.0, 0.0])))
    variable([1.   0.5  0.25])
    """
    ...

@overload
def lfilter(b: Coefficients, a: Variable, x: Operand, axis: int = -1, zi: None = None) -> Variable: ...
@overload
def lfilter(b: Coefficients, a: Coefficients, x: Variable, axis: int = -1, zi: None = None) -> Variable: ...
@overload
def lfilter(b: Coefficients, a: Coefficients, x: ArrayOrNumber, axis: int = -1, zi: None = None) -> NDArray[Any]: ...
@overload
def lfilter(
    b: Variable, a: Variable | Coefficients, x: Operand, axis: int = -1, *, zi: Operand
) -> tuple[Variable, Variable]: ...
@overload
def lfilter(b: Coefficients, a: Variable, x: Operand, axis: int = -1, *, zi: Operand) -> tuple[Variable, Variable]: ...
@overload
def lfilter(
    b: Coefficients, a: Coefficients, x: Variable, axis: int = -1, *, zi: Operand
) -> tuple[Variable, Variable]: ...
@overload
def lfilter(
    b: Coefficients, a: Coefficients, x: ArrayOrNumber, axis: int = -1, *, zi: Variable
) -> tuple[Variable, Variable]: ...
@overload
def lfilter(
    b: Coefficients, a: Coefficients, x: ArrayOrNumber, axis: int = -1, *, zi: ArrayOrNumber
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def lfilter_zi(b: Variable, a: Variable | Coefficients) -> Variable:
    """The state of `lfilter` in which the results for an input of ones are all the same.

    Args:
        b: the coefficients of the numerator, a vector.
        a: the coefficients of the denominator, a vector whose sum is not 0.

    Raises:
        ValueError: b or a is no vector with elements, or a[0] is 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> lfilter_zi([0.5], Variable(np.array([1.0, -0.5])))
    variable([0.5])
    """
    ...

@overload
def lfilter_zi(b: Coefficients, a: Variable) -> Variable: ...
@overload
def lfilter_zi(b: Coefficients, a: Coefficients) -> NDArray[Any]: ...
@binary_array_function
def oaconvolve(in1: Operand, in2: Operand, mode: Mode = "full", axes: Axes = None) -> Array:
    """The result of `fftconvolve`, computed piece by piece: faster where one array is much longer than the other.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> np.round(oaconvolve(Variable(np.array([1.0, 2.0, 3.0])), np.array([1.0, -1.0])).data, 6)
    array([ 1.,  1.,  1., -3.])
    """
    ...

@array_function
def savgol_filter(
    x: Operand,
    window_length: int,
    polyorder: int,
    deriv: int = 0,
    delta: float = 1.0,
    axis: int = -1,
    mode: Ends = "interp",
    cval: float = 0.0,
) -> Array:
    """The values, or derivatives, of the polynomials that fit a window that moves along an axis, in its middle.

    Args:
        x: the data, real.
        window_length: how many elements a polynomial is fitted to.
        polyorder: the degree of the polynomials, less than that.
        deriv: which derivative of them, with respect to a coordinate with steps of `delta`.
        delta: the distance of the elements.
        axis: of x.
        mode: at the ends the polynomial of the first or the last window ("interp"), or how x is extended.
        cval: by which it is for "constant".

    Raises:
        ValueError: `mode` is none of those, the window is longer than the axis or not longer than `polyorder`, a count
            is no integer or negative, or x is complex.
        TypeError: `delta` is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> savgol_filter(Variable(np.array([0.0, 3.0, 0.0, 3.0])), 3, 1).data.round(6)
    array([1., 1., 2., 2.])
    """
    ...

@overload
def sosfilt(sos: Variable, x: Operand, axis: int = -1, zi: None = None) -> Variable:
    """The results of a filter in sections of second order, each of which filters what the one before gives.

    Args:
        sos: a row of six coefficients for each section: three of the numerator, three of the denominator, of which the
            first is 1 and has the derivative 0.
        x: the array that is filtered, along an axis.
        axis: that axis.
        zi: the states to start in, of the shape (sections, *shape of x), where the axis has two elements.

    Returns:
        y, of the shape of x; with zi, y and the final states.

    Raises:
        ValueError: sos or zi has not that shape, a row's fourth coefficient is not 1, or x has no axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sosfilt([[1.0, 0.0, 0.0, 1.0, -0.5, 0.0]], Variable(np.array([1.0, 0.0, 0.0])))
    variable([1.   0.5  0.25])
    """
    ...

@overload
def sosfilt(sos: Sections, x: Variable, axis: int = -1, zi: None = None) -> Variable: ...
@overload
def sosfilt(sos: Sections, x: ArrayOrNumber, axis: int = -1, zi: None = None) -> NDArray[Any]: ...
@overload
def sosfilt(sos: Variable, x: Operand, axis: int = -1, *, zi: Operand) -> tuple[Variable, Variable]: ...
@overload
def sosfilt(sos: Sections, x: Variable, axis: int = -1, *, zi: Operand) -> tuple[Variable, Variable]: ...
@overload
def sosfilt(sos: Sections, x: ArrayOrNumber, axis: int = -1, *, zi: Variable) -> tuple[Variable, Variable]: ...
@overload
def sosfilt(
    sos: Sections, x: ArrayOrNumber, axis: int = -1, *, zi: ArrayOrNumber
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def sosfilt_zi(sos: Variable) -> Variable:
    """The state of `sosfilt` in which the results for an input of ones are all the same, of shape (sections, 2).

    Raises:
        ValueError: sos has not the shape (sections, 6), or a row's fourth coefficient is not 1.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sosfilt_zi(Variable(np.array([[0.5, 0.0, 0.0, 1.0, -0.5, 0.0]])))
    variable([[0.5 0. ]])
    """
    ...

@overload
def sosfilt_zi(sos: Sections) -> NDArray[Any]: ...
@binary_array_function
def sosfiltfilt(sos: Operand, x: Operand, axis: int = -1, padtype: PadType = "odd", padlen: int | None = None) -> Array:
    """The results of a filter in sections that runs forward and then backward, so that nothing is shifted.

    The arguments are those of `sosfilt` and `filtfilt`.

    Raises:
        ValueError: what `sosfilt` raises; there is no such padtype; or x is not longer than padlen.
        TypeError: padlen is not given, and sos is batched or traced: it depends on which coefficients are 0.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sosfiltfilt([[0.5, 0.5, 0.0, 1.0, 0.0, 0.0]], Variable(np.array([0.0, 4.0, 0.0, 4.0])), padlen=1)
    variable([0. 2. 2. 4.])
    """
    ...
