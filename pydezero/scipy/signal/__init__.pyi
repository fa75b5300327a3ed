# Made by `python -m tests.stubs`, not by hand.
"""The functions of `scipy.signal` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. Of arrays alone the functions here compute what SciPy's do."""

import numpy as np
from collections.abc import Sequence
from numpy.typing import NDArray
from pydezero.core.typed import array_function, binary_array_function
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.signal.analytic import Residual
from pydezero.scipy.signal.cascades import PadType, Sections
from pydezero.scipy.signal.convolution import Axes, Method, Mode
from pydezero.scipy.signal.design import Band, Cutoff, CutoffOfVariables
from pydezero.scipy.signal.filters import Coefficients
from pydezero.scipy.signal.finite import PassZero
from pydezero.scipy.signal.images import Boundary, Mode as Mode_
from pydezero.scipy.signal.polyphase import Extension
from pydezero.scipy.signal.resampling import Background, Domain, SpectralWindow, Times
from pydezero.scipy.signal.responses import Frequencies, Plot, System
from pydezero.scipy.signal.sections import Pairing
from pydezero.scipy.signal.segments import Detrend, Scaling, Window
from pydezero.scipy.signal.short_time import Boundary as Boundary_, Spectra, Transforms
from pydezero.scipy.signal.smoothing import Ends, Trend
from pydezero.scipy.signal.spectra import Average
from typing import Any, Literal, overload
from pydezero.scipy.signal import windows as windows

__all__ = [
    "bilinear",
    "butter",
    "coherence",
    "convolve",
    "convolve2d",
    "correlate",
    "correlate2d",
    "csd",
    "decimate",
    "detrend",
    "envelope",
    "fftconvolve",
    "filtfilt",
    "firwin",
    "freqs",
    "freqs_zpk",
    "freqz",
    "freqz_sos",
    "freqz_zpk",
    "group_delay",
    "hilbert",
    "istft",
    "lfilter",
    "lfilter_zi",
    "oaconvolve",
    "periodogram",
    "resample",
    "resample_poly",
    "savgol_filter",
    "sosfilt",
    "sosfilt_zi",
    "sosfiltfilt",
    "sosfreqz",
    "spectrogram",
    "stft",
    "upfirdn",
    "welch",
    "zpk2sos",
]

@overload
def bilinear(b: Variable, a: Variable | Coefficients, fs: float = 1.0) -> tuple[Variable, Variable]:
    """The digital filter of an analog one, with the same response at frequencies that are small against fs.

    Args:
        b: the coefficients of the numerator in s, that of the highest power first.
        a: the coefficients of the denominator, likewise.
        fs: how many samples there are in a unit of time.

    Returns:
        The coefficients of the numerator and the denominator in 1/z, of which a[0] is 1. (SciPy leaves out zeros at the
        front of b; here they stay, as the number of coefficients does not depend on their values.)

    Raises:
        TypeError: fs is a Variable.
        ValueError: b or a is no vector with elements.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> bilinear([1.0], Variable(np.array([1.0, 2.0])))[0]
    variable([0.25 0.25])
    """
    ...

@overload
def bilinear(b: Coefficients, a: Variable, fs: float = 1.0) -> tuple[Variable, Variable]: ...
@overload
def bilinear(b: Coefficients, a: Coefficients, fs: float = 1.0) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def butter(
    N: int,
    Wn: CutoffOfVariables,
    btype: Band = "low",
    analog: bool = False,
    output: Literal["ba"] = "ba",
    fs: float | None = None,
) -> tuple[Variable, Variable]:
    """A Butterworth filter, which has no ripples, of a cutoff that is differentiated.

    Args:
        N: the order.
        Wn: the cutoff frequency, where the gain is sqrt(1/2), or the two of a band: of a digital filter as a part of
            the Nyquist frequency, or in the units of `fs`; of an analog one in radians a second.
        btype: "lowpass", "highpass", "bandpass" or "bandstop".
        analog: whether the filter is analog.
        output: "ba" for the coefficients of the numerator and the denominator, "zpk" for zeros, poles and gain, "sos"
            for the sections of a digital filter of second order, which round least.
        fs: how many samples there are in a unit of time.

    Raises:
        TypeError: N or fs is a Variable.
        ValueError: a frequency is not between 0 and the Nyquist frequency, or an option is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> b, a = butter(1, Variable(np.array(0.25)))
    >>> a.round(6)
    variable([ 1.       -0.414214])
    """
    ...

@overload
def butter(
    N: int,
    Wn: CutoffOfVariables,
    btype: Band = "low",
    analog: bool = False,
    *,
    output: Literal["sos"],
    fs: float | None = None,
) -> Variable: ...
@overload
def butter(
    N: int,
    Wn: CutoffOfVariables,
    btype: Band = "low",
    analog: bool = False,
    *,
    output: Literal["zpk"],
    fs: float | None = None,
) -> tuple[Variable, Variable, Variable]: ...
@overload
def butter(
    N: int,
    Wn: Cutoff,
    btype: Band = "low",
    analog: bool = False,
    output: Literal["ba", "sos", "zpk"] = "ba",
    fs: float | None = None,
) -> Any: ...
@overload
def coherence(
    x: Variable,
    y: Operand,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    axis: int = -1,
) -> tuple[NDArray[Any], Variable]:
    """The frequencies, and how coherent two signals are at each: |csd(x, y)|**2 / (welch(x) welch(y)), from 0 to 1.

    The arguments are those of `csd`, and so is what it raises.

    Returns:
        The frequencies in the unit of fs, and the coherences along the axis.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = np.array([1.0, 2.0, 4.0, 8.0])
    >>> coherence(Variable(x), -x, nperseg=2, detrend=False)[1].data.round(6)
    array([1., 1.])
    """
    ...

@overload
def coherence(
    x: ArrayOrNumber,
    y: Variable,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    axis: int = -1,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def coherence(
    x: ArrayOrNumber,
    y: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    axis: int = -1,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def coherence(
    x: ArrayOrNumber,
    y: ArrayOrNumber,
    fs: float = 1.0,
    window: Window = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    axis: int = -1,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
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
def convolve2d(
    in1: Operand, in2: Operand, mode: Mode_ = "full", boundary: Boundary = "fill", fillvalue: complex = 0
) -> Array:
    """The convolution of two matrices, with the modes of `convolve`.

    Beyond its edges in1 is `fillvalue` ("fill"), is repeated ("wrap") or is reflected ("symm"). The products of "valid"
    do not reach beyond them.

    Raises:
        TypeError: `fillvalue` is a Variable.
        ValueError: an array is no matrix; for "valid" neither is the larger one along both axes; or there is no such
            mode or boundary.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> edges = np.array([[1.0, -1.0]])
    >>> convolve2d(Variable(np.array([[1.0, 3.0, 4.0]])), edges, mode="same", boundary="symm")
    variable([[0. 2. 1.]])
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

@binary_array_function
def correlate2d(
    in1: Operand, in2: Operand, mode: Mode_ = "full", boundary: Boundary = "fill", fillvalue: complex = 0
) -> Array:
    """The correlation of two matrices, with the modes of `correlate` and the boundaries of `convolve2d`.

    It raises what `convolve2d` raises.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> edges = np.array([[-1.0, 1.0]])
    >>> correlate2d(Variable(np.array([[1.0, 3.0, 4.0]])), edges, mode="valid")
    variable([[2. 1.]])
    """
    ...

@overload
def csd(
    x: Variable,
    y: Operand,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> tuple[NDArray[Any], Variable]:
    """The frequencies, and the cross spectral density of two signals at each, by the method of Welch.

    That is a mean over segments of the products of the conjugate transform of x and the transform of y. Where one
    signal is shorter zeros follow it, and along the other axes they broadcast. The other arguments are as of `welch`.

    Returns:
        The frequencies in the unit of fs, and the densities, which are complex, along the axis.

    Raises:
        ValueError: what `welch` raises, or the signals do not broadcast.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = np.tile([1.0, -1.0], 4)
    >>> csd(Variable(x), -x, window="boxcar", nperseg=4)[1]
    variable([ 0.+0.j  0.+0.j -4.+0.j])
    """
    ...

@overload
def csd(
    x: ArrayOrNumber,
    y: Variable,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> tuple[NDArray[Any], Variable]: ...
@overload
def csd(
    x: ArrayOrNumber,
    y: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> tuple[NDArray[Any], Variable]: ...
@overload
def csd(
    x: ArrayOrNumber,
    y: ArrayOrNumber,
    fs: float = 1.0,
    window: Window = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@array_function
def decimate(
    x: Operand, q: int, n: int | None = None, ftype: Any = "iir", axis: int = -1, zero_phase: bool = True
) -> Array:
    """One element of q of a signal, from which a filter has taken the frequencies that the lower rate does not have.

    Args:
        x: the signal, along an axis.
        q: of how many elements one is left.
        n: the order of the filter: 8 by default for "iir", 20 q for "fir".
        ftype: "iir" for a Chebyshev filter, "fir" for one with a Hamming window, or a `scipy.signal.dlti`.
        axis: of x.
        zero_phase: whether nothing is shifted: a filter with an infinite response runs forward and backward.

    Raises:
        ValueError: ftype is none of those, or x is too short for the filter.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: decimate(x, 2, n=2, ftype="fir").sum())(np.ones(4)).round(3)
    array([0.908, 0.092, 0.908, 0.046])
    """
    ...

@array_function
def detrend(
    data: Operand,
    axis: int = -1,
    type: Trend = "linear",
    bp: int | Sequence[int] | NDArray[Any] = 0,
    overwrite_data: bool = False,
) -> Array:
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

@array_function
def envelope(
    z: Operand,
    bp_in: tuple[int | None, int | None] = (1, None),
    *,
    n_out: int | None = None,
    squared: bool = False,
    residual: Residual = "lowpass",
    axis: int = -1,
) -> Array:
    """The envelope of a signal whose frequencies are in a band, and what the signal has outside of it.

    Args:
        z: the signal, along an axis.
        bp_in: where the band begins and ends, as indices of frequencies; None is for the lowest, or behind the highest.
        n_out: the length of the results, by default that of z.
        squared: whether the squared envelope is wanted, which has derivatives where it is 0.
        residual: which other frequencies are wanted besides: those below the band ("lowpass"), all, or None.
        axis: of z.

    Returns:
        The envelope and the residual, one after the other along a first axis; the envelope alone for residual=None.

    Raises:
        ValueError: z has no elements along the axis, the band or n_out does not fit, or there is no such residual.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> x = Variable(np.array([3.0, 1.0, -1.0, 1.0]))  # 1 and a cosine of the size 2
    >>> envelope(x)
    variable([[2. 2. 2. 2.]
              [1. 1. 1. 1.]])
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
def firwin(
    numtaps: int,
    cutoff: CutoffOfVariables,
    *,
    width: float | None = None,
    window: Any = "hamming",
    pass_zero: PassZero = True,
    scale: bool = True,
    fs: float | None = None,
) -> Variable:
    """The coefficients of a filter of finite length and linear phase, by the window method.

    Args:
        numtaps: the number of coefficients.
        cutoff: the frequencies between the bands that pass and that do not, as parts of the Nyquist frequency, or in
            the units of `fs`: a number, or several, which rise.
        width: the width of the transitions, which chooses a Kaiser window in place of `window`.
        window: the name of a window, or a tuple of that and its parameters, which for "gaussian", "general_gaussian"
            and "kaiser" may be Variables.
        pass_zero: whether the frequency 0 passes, or a word that says so.
        scale: whether the gain in the middle of the first band is made 1.
        fs: how many samples there are in a unit of time.

    Raises:
        TypeError: width or fs is a Variable, or a parameter of another window.
        ValueError: a cutoff is not between 0 and the Nyquist frequency, or they do not rise, or an option does not fit.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> firwin(3, Variable(np.array(0.5)))
    variable([0.0462215 0.907557  0.0462215])
    """
    ...

@overload
def firwin(
    numtaps: int,
    cutoff: Cutoff,
    *,
    width: float | None = None,
    window: Any = "hamming",
    pass_zero: PassZero = True,
    scale: bool = True,
    fs: float | None = None,
) -> NDArray[np.float64]: ...
@overload
def freqs(
    b: Variable, a: Variable | Coefficients, worN: Frequencies = 200, plot: Plot = None
) -> tuple[NDArray[Any], Variable]:
    """The frequencies, and the response of an analog filter to each, in s = 1j w.

    Args:
        b: the coefficients of the numerator, that of the highest power first.
        a: the coefficients of the denominator, in the same way.
        worN: the frequencies in radians, or how many, which spread around the zeros and poles as SciPy chooses; their
            derivative is 0 then.
        plot: a function of the frequencies and the responses, which is called.

    Returns:
        The frequencies, and the responses, which are complex.

    Raises:
        TypeError: worN is a number, and b or a is batched or traced: which frequencies these are depends on them.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> freqs([1.0], Variable(np.array([1.0, 1.0])), [0.0, 1.0])[1]
    variable([1. +0.j  0.5-0.5j])
    """
    ...

@overload
def freqs(
    b: Coefficients, a: Variable, worN: Frequencies = 200, plot: Plot = None
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqs(
    b: Variable | Coefficients, a: Variable | Coefficients, worN: Variable, plot: Plot = None
) -> tuple[Variable, Variable]: ...
@overload
def freqs(
    b: Coefficients, a: Coefficients, worN: Frequencies = 200, plot: Plot = None
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def freqs_zpk(
    z: Operand | Coefficients, p: Operand | Coefficients, k: Operand, worN: Variable
) -> tuple[Variable, Variable]:
    """The frequencies, and the response to each of an analog filter of which zeros, poles and gain are given.

    Args:
        z: the zeros, a vector.
        p: the poles, a vector.
        k: the gain, a number.
        worN: the frequencies, or how many, as of `freqs`.

    Returns:
        The frequencies in radians, and the responses, which are complex.

    Raises:
        TypeError: worN is a number, and z or p is batched or traced: which frequencies these are depends on them.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> freqs_zpk([], Variable(np.array([-1.0])), 1.0, [0.0, 1.0])[1]
    variable([1. +0.j  0.5-0.5j])
    """
    ...

@overload
def freqs_zpk(
    z: Variable, p: Operand | Coefficients, k: Operand, worN: Frequencies = 200
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqs_zpk(z: Coefficients, p: Variable, k: Operand, worN: Frequencies = 200) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqs_zpk(
    z: Coefficients, p: Coefficients, k: Variable, worN: Frequencies = 200
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqs_zpk(
    z: Coefficients, p: Coefficients, k: complex, worN: Frequencies = 200
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def freqz(
    b: Variable,
    a: Variable | Coefficients = 1,
    worN: Frequencies = 512,
    whole: bool = False,
    plot: Plot = None,
    fs: float = ...,
    include_nyquist: bool = False,
) -> tuple[NDArray[Any], Variable]:
    """The frequencies w, and the response of a digital filter to each: sum b[k] z**-k / sum a[k] z**-k.

    Args:
        b: the coefficients of the numerator, along the first axis; others broadcast with those of the frequencies.
        a: the coefficients of the denominator, in the same way.
        worN: how many frequencies, from 0 to half of fs, or the frequencies.
        whole: if so, they go to fs, where there are as many as worN says.
        plot: a function of the frequencies and the responses, which is called.
        fs: the sampling frequency, a plain number.
        include_nyquist: if so, the last of a number of frequencies is half of fs.

    Returns:
        The frequencies in the unit of fs, and the responses, which are complex.

    Raises:
        ValueError: b or a has no elements, fs is no number, or worN is negative.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> freqz(Variable(np.array([0.5, 0.5])), worN=2)[1]
    variable([1. +0.j  0.5-0.5j])
    """
    ...

@overload
def freqz(
    b: Coefficients,
    a: Variable,
    worN: Frequencies = 512,
    whole: bool = False,
    plot: Plot = None,
    fs: float = ...,
    include_nyquist: bool = False,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqz(
    b: Variable | Coefficients,
    a: Variable | Coefficients = 1,
    *,
    worN: Variable,
    whole: bool = False,
    plot: Plot = None,
    fs: float = ...,
    include_nyquist: bool = False,
) -> tuple[Variable, Variable]: ...
@overload
def freqz(
    b: Variable | Coefficients,
    a: Variable | Coefficients,
    worN: Variable,
    whole: bool = False,
    plot: Plot = None,
    fs: float = ...,
    include_nyquist: bool = False,
) -> tuple[Variable, Variable]: ...
@overload
def freqz(
    b: Coefficients,
    a: Coefficients = 1,
    worN: Frequencies = 512,
    whole: bool = False,
    plot: Plot = None,
    fs: float = ...,
    include_nyquist: bool = False,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def freqz_sos(
    sos: Variable, worN: Frequencies = 512, whole: bool = False, fs: float = ...
) -> tuple[NDArray[Any], Variable]:
    """The frequencies, and the response to each of a digital filter in sections of second order.

    Args:
        sos: a row of six coefficients for each section, as of `sosfilt`.
        worN: how many frequencies, from 0 to half of fs, or the frequencies.
        whole: if so, they go to fs, where there are as many as worN says.
        fs: the sampling frequency, a plain number.

    Returns:
        The frequencies in the unit of fs, and the responses, which are complex.

    Raises:
        ValueError: sos is none that `sosfilt` takes, fs is no number, or worN is negative.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> freqz_sos(Variable(np.array([[0.5, 0.5, 0.0, 1.0, 0.0, 0.0]])), 2)[1]
    variable([1. +0.j  0.5-0.5j])
    """
    ...

@overload
def freqz_sos(
    sos: Variable | Sections, worN: Variable, whole: bool = False, fs: float = ...
) -> tuple[Variable, Variable]: ...
@overload
def freqz_sos(
    sos: Sections, worN: Frequencies = 512, whole: bool = False, fs: float = ...
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def freqz_zpk(
    z: Operand | Coefficients,
    p: Operand | Coefficients,
    k: Operand,
    worN: Variable,
    whole: bool = False,
    fs: float = ...,
) -> tuple[Variable, Variable]:
    """The frequencies, and the response to each of a digital filter of which zeros, poles and gain are given.

    Args:
        z: the zeros, a vector.
        p: the poles, a vector.
        k: the gain, a number.
        worN: how many frequencies, from 0 to half of fs, or the frequencies.
        whole: if so, they go to fs, where there are as many as worN says.
        fs: the sampling frequency, a plain number.

    Returns:
        The frequencies in the unit of fs, and the responses, which are complex.

    Raises:
        ValueError: fs is no number, or worN is negative.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> freqz_zpk(Variable(np.array([-1.0])), [0.0], 0.5, 2)[1].data.round(6)
    array([1. +0.j , 0.5-0.5j])
    """
    ...

@overload
def freqz_zpk(
    z: Variable, p: Operand | Coefficients, k: Operand, worN: Frequencies = 512, whole: bool = False, fs: float = ...
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqz_zpk(
    z: Coefficients, p: Variable, k: Operand, worN: Frequencies = 512, whole: bool = False, fs: float = ...
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqz_zpk(
    z: Coefficients, p: Coefficients, k: Variable, worN: Frequencies = 512, whole: bool = False, fs: float = ...
) -> tuple[NDArray[Any], Variable]: ...
@overload
def freqz_zpk(
    z: Coefficients, p: Coefficients, k: complex, worN: Frequencies = 512, whole: bool = False, fs: float = ...
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def group_delay(system: System, w: Variable, whole: bool = False, fs: float = ...) -> tuple[Variable, Variable]:
    """The frequencies, and by how many samples a digital filter delays each: minus the slope of the phase.

    Args:
        system: the coefficients of numerator and denominator, as of `lfilter`.
        w: how many frequencies, from 0 to half of fs, or the frequencies.
        whole: if so, they go to fs, where there are as many as w says.
        fs: the sampling frequency, a plain number.

    Returns:
        The frequencies in the unit of fs, and the delays. Where the response is exactly 0 there is no delay: the result
        is 0 there, of which the derivative is nan, and a warning says so.

    Raises:
        ValueError: system is no pair of vectors, fs is no number, or w is negative.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> group_delay((Variable(np.array([1.0, 2.0, 1.0])), [1.0]), 2)[1]
    variable([1. 1.])
    """
    ...

@overload
def group_delay(
    system: tuple[Variable, Variable | Coefficients], w: Frequencies = 512, whole: bool = False, fs: float = ...
) -> tuple[NDArray[Any], Variable]: ...
@overload
def group_delay(
    system: tuple[Coefficients, Variable], w: Frequencies = 512, whole: bool = False, fs: float = ...
) -> tuple[NDArray[Any], Variable]: ...
@overload
def group_delay(
    system: tuple[Coefficients, Coefficients], w: Frequencies = 512, whole: bool = False, fs: float = ...
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@array_function
def hilbert(x: Operand, N: int | None = None, axis: int = -1) -> Array:
    """The analytic signal: x, and i times its Hilbert transform, by Fourier transforms along an axis.

    Args:
        x: the signal, real.
        N: the length of the transforms: x is cropped, or zeros follow it.
        axis: of x.

    Raises:
        ValueError: x is complex, or N is not positive.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> hilbert(Variable(np.array([1.0, 0.0, -1.0, 0.0])))
    variable([ 1.+0.j  0.+1.j -1.+0.j  0.-1.j])
    """
    ...

@overload
def istft(
    Zxx: Variable,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    input_onesided: bool = True,
    boundary: bool = True,
    time_axis: int = -1,
    freq_axis: int = -2,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], Variable]:
    """The times, and the signal whose short-time Fourier transforms are the closest to those that are given.

    Args:
        Zxx: the transforms, as `stft` returns them.
        fs: the sampling frequency, a plain number.
        window: a factor for each element of a segment, that of `stft`.
        nperseg: the length of a segment, by default the even one that the number of frequencies tells.
        noverlap: how many elements of two segments are the same, by default half of them.
        nfft: the length of the transforms, by default as nperseg.
        input_onesided: whether the frequencies are those that are not negative, and the signal is real.
        boundary: whether the signal was extended by half a segment at both ends, which are left out.
        time_axis: the axis of Zxx with the segments.
        freq_axis: the axis of Zxx with the frequencies.
        scaling: that of `stft`.

    Returns:
        The times, and the signal, along the axis that times and frequencies leave. Where all windows are 0 so is the
        signal.

    Raises:
        ValueError: Zxx has less than two axes, the two are the same, the window or a length does not fit, or scaling is
            none of those.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> from pydezero.scipy.signal import stft
    >>> transforms = stft(Variable(np.array([1.0, 2.0, 4.0, 8.0])), nperseg=2)[2]
    >>> istft(transforms, nperseg=2)[1].data.round(6)
    array([1., 2., 4., 8.])
    """
    ...

@overload
def istft(
    Zxx: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    input_onesided: bool = True,
    boundary: bool = True,
    time_axis: int = -1,
    freq_axis: int = -2,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], Variable]: ...
@overload
def istft(
    Zxx: ArrayOrNumber,
    fs: float = 1.0,
    window: Window = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    input_onesided: bool = True,
    boundary: bool = True,
    time_axis: int = -1,
    freq_axis: int = -2,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], NDArray[Any]]: ...
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

@overload
def periodogram(
    x: Variable,
    fs: float = 1.0,
    window: Window | Variable | None = "boxcar",
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
) -> tuple[NDArray[Any], Variable]:
    """The frequencies, and the spectral density of a signal at each: the squared size of its Fourier transform.

    Args:
        x: the signal, along an axis.
        fs: the sampling frequency, a plain number.
        window: a factor for each element: its name, a tuple of a name and parameters, or the factors.
        nfft: the length of the transform: x is cropped, or zeros follow it.
        detrend: which trend is taken from x: "constant", "linear", False for none, or a function of the signals along
            the last axis.
        return_onesided: if so, and x is real, the frequencies are not negative, and have the density of both.
        scaling: "density", in the unit of x squared by that of fs, or "spectrum", in the unit of x squared.
        axis: of x.

    Returns:
        The frequencies in the unit of fs, and the densities along the axis.

    Raises:
        ValueError: the window or a length does not fit, or scaling is none of those.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> periodogram(Variable(np.array([1.0, -1.0, 1.0, -1.0])))[1]
    variable([0. 0. 4.])
    """
    ...

@overload
def periodogram(
    x: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
) -> tuple[NDArray[Any], Variable]: ...
@overload
def periodogram(
    x: ArrayOrNumber,
    fs: float = 1.0,
    window: Window | None = "boxcar",
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def resample(
    x: Variable,
    num: int,
    t: None = None,
    axis: int = 0,
    window: SpectralWindow | Variable = None,
    domain: Domain = "time",
) -> Variable:
    """A periodic signal at another number of points, by its Fourier transform.

    Args:
        x: the signal, along an axis, or its Fourier transform.
        num: the number of points.
        t: the times of the elements of x, equally far apart, if those of the result are wanted.
        axis: of x.
        window: a factor for each frequency: a name, a tuple of a name and parameters, the factors in the order of
            `np.fft.fftfreq`, or a function of these frequencies.
        domain: whether x is the signal ("time") or its transform ("freq").

    Returns:
        The signal; where t is given, the signal and its times. That of a transform is complex.

    Raises:
        ValueError: the window has not as many factors as x has elements, num is not positive, or there is no such
            domain.
        TypeError: t is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> resample(Variable(np.array([1.0, 0.0, -1.0, 0.0])), 2)
    variable([ 1. -1.])
    """
    ...

@overload
def resample(
    x: Variable, num: int, t: Times, axis: int = 0, window: SpectralWindow | Variable = None, domain: Domain = "time"
) -> tuple[Variable, NDArray[Any]]: ...
@overload
def resample(
    x: ArrayOrNumber, num: int, t: None = None, axis: int = 0, *, window: Variable, domain: Domain = "time"
) -> Variable: ...
@overload
def resample(
    x: ArrayOrNumber, num: int, t: None = None, axis: int = 0, window: SpectralWindow = None, domain: Domain = "time"
) -> NDArray[Any]: ...
@overload
def resample(
    x: ArrayOrNumber, num: int, t: Times, axis: int = 0, window: SpectralWindow = None, domain: Domain = "time"
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def resample_poly(
    x: Variable,
    up: int,
    down: int,
    axis: int = 0,
    window: Window | Variable = ("kaiser", 5.0),
    padtype: Background = "constant",
    cval: Operand | None = None,
) -> Variable:
    """A signal at a sampling rate that is `up / down` times as high, by a filter between both.

    Args:
        x: the signal, along an axis.
        up: by how much the rate is multiplied.
        down: by how much it is divided.
        axis: of x.
        window: that of the filter, which cuts off what the lower rate does not have: a name or a tuple of a name and
            parameters; or the coefficients of a filter, a vector.
        padtype: how x is extended: as by `upfirdn`, or by its "mean", "median", "minimum" or "maximum".
        cval: the value for "constant", 0 by default.

    Raises:
        ValueError: up or down is no positive integer, the filter is no vector, there is no such padtype, or cval is
            given for another one.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> resample_poly(Variable(np.array([1.0, 2.0, 3.0])), 2, 1, window=[0.25, 0.5, 0.25], padtype="edge")
    variable([1.  1.5 2.  2.5 3.  3. ])
    """
    ...

@overload
def resample_poly(
    x: ArrayOrNumber,
    up: int,
    down: int,
    axis: int = 0,
    *,
    window: Variable,
    padtype: Background = "constant",
    cval: Operand | None = None,
) -> Variable: ...
@overload
def resample_poly(
    x: ArrayOrNumber,
    up: int,
    down: int,
    axis: int = 0,
    window: Window = ("kaiser", 5.0),
    padtype: Background = "constant",
    cval: complex | None = None,
) -> NDArray[Any]: ...
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

@overload
def sosfreqz(
    sos: Variable, worN: Frequencies = 512, whole: bool = False, fs: float = ...
) -> tuple[NDArray[Any], Variable]:
    """The frequencies, and the response to each of a digital filter in sections of second order.

    Args:
        sos: a row of six coefficients for each section, as of `sosfilt`.
        worN: how many frequencies, from 0 to half of fs, or the frequencies.
        whole: if so, they go to fs, where there are as many as worN says.
        fs: the sampling frequency, a plain number.

    Returns:
        The frequencies in the unit of fs, and the responses, which are complex.

    Raises:
        ValueError: sos is none that `sosfilt` takes, fs is no number, or worN is negative.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> freqz_sos(Variable(np.array([[0.5, 0.5, 0.0, 1.0, 0.0, 0.0]])), 2)[1]
    variable([1. +0.j  0.5-0.5j])
    """
    ...

@overload
def sosfreqz(
    sos: Variable | Sections, worN: Variable, whole: bool = False, fs: float = ...
) -> tuple[Variable, Variable]: ...
@overload
def sosfreqz(
    sos: Sections, worN: Frequencies = 512, whole: bool = False, fs: float = ...
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def spectrogram(
    x: Variable,
    fs: float = 1.0,
    window: Window | Variable = ("tukey", 0.25),
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    mode: Spectra = "psd",
) -> tuple[NDArray[Any], NDArray[Any], Variable]:
    """The frequencies, the times of the middles of the segments, and the spectrum of a signal at each.

    Args:
        x: the signal, along an axis.
        fs: the sampling frequency, a plain number.
        window: a factor for each element of a segment, as of `welch`.
        nperseg: the length of a segment, by default 256 or that of the window, and not more than that of x.
        noverlap: how many elements of two segments are the same, by default an eighth of them.
        nfft: the length of the transforms, before which zeros follow the segments.
        detrend: which trend is taken from a segment, as of `welch`; a function gets them along the axis.
        return_onesided: if so, and x is real, the frequencies are not negative.
        scaling: "density" or "spectrum", as of `welch`.
        axis: of x.
        mode: "psd", the squared sizes of the transforms, as of `welch`; or the transforms themselves ("complex"), their
            sizes ("magnitude"), their angles ("angle"), or these without jumps along the frequencies ("phase").

    Returns:
        The frequencies, the times, and the spectra: frequencies along the axis, times along a last one.

    Raises:
        ValueError: the window or a length does not fit, or scaling or mode is none of those.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> spectrogram(Variable(np.array([1.0, -1.0, 3.0, -3.0])), window="boxcar", nperseg=2)[2]
    variable([[ 0.  0.]
              [ 2. 18.]])
    """
    ...

@overload
def spectrogram(
    x: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    mode: Spectra = "psd",
) -> tuple[NDArray[Any], NDArray[Any], Variable]: ...
@overload
def spectrogram(
    x: ArrayOrNumber,
    fs: float = 1.0,
    window: Window = ("tukey", 0.25),
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    mode: Spectra = "psd",
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@overload
def stft(
    x: Variable,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = 256,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = False,
    return_onesided: bool = True,
    boundary: Boundary_ = "zeros",
    padded: bool = True,
    axis: int = -1,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], NDArray[Any], Variable]:
    """The frequencies, the times of the middles of the segments, and the Fourier transforms of the segments.

    Args:
        x: the signal, along an axis.
        fs: the sampling frequency, a plain number.
        window: a factor for each element of a segment, as of `welch`.
        nperseg: the length of a segment; that of x is used if it is less.
        noverlap: how many elements of two segments are the same, by default half of them.
        nfft: the length of the transforms, before which zeros follow the segments.
        detrend: which trend is taken from a segment, as of `spectrogram`.
        return_onesided: if so, and x is real, the frequencies are not negative.
        boundary: how x is extended at both ends by half a segment, so that each element is in the middle of one: by
            "zeros", by "constant" ends, as an "even" or an "odd" function, or not, None.
        padded: if so, zeros follow x, so that all elements are in a segment.
        axis: of x.
        scaling: "spectrum", in the unit of x, or "psd", in that of the root of a density.

    Returns:
        The frequencies, the times, and the transforms: frequencies along the axis, times along a last one.

    Raises:
        ValueError: the window or a length does not fit, or boundary or scaling is none of those.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> stft(Variable(np.array([1.0, -1.0, 3.0, -3.0])), window="boxcar", nperseg=2, noverlap=0, boundary=None)[2]
    variable([[0.+0.j 0.+0.j]
              [1.+0.j 3.+0.j]])
    """
    ...

@overload
def stft(
    x: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nperseg: int | None = 256,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = False,
    return_onesided: bool = True,
    boundary: Boundary_ = "zeros",
    padded: bool = True,
    axis: int = -1,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], NDArray[Any], Variable]: ...
@overload
def stft(
    x: ArrayOrNumber,
    fs: float = 1.0,
    window: Window = "hann",
    nperseg: int | None = 256,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = False,
    return_onesided: bool = True,
    boundary: Boundary_ = "zeros",
    padded: bool = True,
    axis: int = -1,
    scaling: Transforms = "spectrum",
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]: ...
@binary_array_function
def upfirdn(
    h: Operand, x: Operand, up: int = 1, down: int = 1, axis: int = -1, mode: Extension = "constant", cval: Operand = 0
) -> Array:
    """A signal with zeros between its elements, filtered, and of that one element of several.

    Args:
        h: the coefficients of the filter, a vector.
        x: the signal, along an axis.
        up: how many times as many elements it has with the zeros.
        down: which elements are left: one of so many.
        axis: of x.
        mode: how x is extended at both ends: by `cval`, or as by `np.pad` in the modes "symmetric", "reflect", "edge"
            and "wrap"; "antisymmetric" and "antireflect" are odd, "smooth" goes on with the slope of two elements, and
            "line" with that from the first to the last.
        cval: the value for "constant".

    Raises:
        ValueError: h is no vector with elements, x has no elements along the axis, up or down is not positive, or there
            is no such mode.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> upfirdn([0.5, 1.0, 0.5], Variable(np.array([2.0, 4.0])), up=2)
    variable([1. 2. 3. 4. 2.])
    """
    ...

@overload
def welch(
    x: Variable,
    fs: float = 1.0,
    window: Window | Variable = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> tuple[NDArray[Any], Variable]:
    """The frequencies, and the spectral density of a signal at each, by the method of Welch: a mean over segments.

    Args:
        x: the signal, along an axis.
        fs: the sampling frequency, a plain number.
        window: a factor for each element of a segment: a name, a tuple of a name and parameters, or the factors.
        nperseg: the length of a segment, by default 256 or that of the window, and not more than that of x.
        noverlap: how many elements of two segments are the same, by default half of them.
        nfft: the length of the transforms, before which zeros follow the segments.
        detrend: which trend is taken from a segment: "constant", "linear", False for none, or a function of the
            segments along the last axis.
        return_onesided: if so, and x is real, the frequencies are not negative, and have the density of both.
        scaling: "density", in the unit of x squared by that of fs, or "spectrum", in the unit of x squared.
        axis: of x.
        average: of the segments: the "mean" or the "median".

    Returns:
        The frequencies in the unit of fs, and the densities along the axis.

    Raises:
        ValueError: the window or a length does not fit, or scaling or average is none of those.
        TypeError: fs is a Variable.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> welch(Variable(np.tile([1.0, -1.0], 4)), window="boxcar", nperseg=4)[1]
    variable([0. 0. 4.])
    """
    ...

@overload
def welch(
    x: ArrayOrNumber,
    fs: float = 1.0,
    *,
    window: Variable,
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> tuple[NDArray[Any], Variable]: ...
@overload
def welch(
    x: ArrayOrNumber,
    fs: float = 1.0,
    window: Window = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Detrend = "constant",
    return_onesided: bool = True,
    scaling: Scaling = "density",
    axis: int = -1,
    average: Average = "mean",
) -> tuple[NDArray[Any], NDArray[Any]]: ...
@overload
def zpk2sos(z: Variable, p: Operand | Coefficients, k: Operand, pairing: Pairing = None) -> Variable:
    """The sections of second order of a digital filter of which zeros, poles and gain are given.

    Args:
        z: the zeros, a vector; those that are not real in pairs that are conjugate.
        p: the poles, likewise.
        k: the gain, a number, which the first section has.
        pairing: which zeros and poles are in one section: "nearest" by default, or "keep_odd", of SciPy's ways.

    Returns:
        The coefficients (sections, 6), for `sosfilt`. Which zeros and poles a section has counts as constant.

    Raises:
        ValueError: zeros or poles have no conjugate; or `pairing` is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> zpk2sos(np.array([-1.0, -1.0]), Variable(np.array([0.25, 0.5])), 2.0)
    variable([[ 2.     4.     2.     1.    -0.75   0.125]])
    """
    ...

@overload
def zpk2sos(z: Operand | Coefficients, p: Variable, k: Operand, pairing: Pairing = None) -> Variable: ...
@overload
def zpk2sos(z: Operand | Coefficients, p: Operand | Coefficients, k: Variable, pairing: Pairing = None) -> Variable: ...
@overload
def zpk2sos(z: Coefficients, p: Coefficients, k: float, pairing: Pairing = None) -> NDArray[np.float64]: ...
