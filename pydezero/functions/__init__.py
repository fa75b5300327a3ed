"""The differentiable functions, a package for each subject, with NumPy's names, arguments and results.

`np.sin(x)` and `functions.sin(x)` compute the same, and so do `np.linalg.inv(x)` and `functions.linalg.inv(x)`. The
functions here have types that a checker sees through (a Variable gives a Variable) and skip NumPy's dispatch; on plain
arrays they are NumPy.

A function is imported when it is first looked up, and nothing but the module that defines it. Each module lists its
functions in `__all__`; `pydezero.exports` is the table of them all.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.functions import fft as fft
    from pydezero.functions import linalg as linalg
    from pydezero.functions.along_axes import *
    from pydezero.functions.choosing.piecewise import *
    from pydezero.functions.choosing.selection import *
    from pydezero.functions.elementwise.arithmetic import *
    from pydezero.functions.elementwise.bessel import *
    from pydezero.functions.elementwise.clipping import *
    from pydezero.functions.elementwise.complex import *
    from pydezero.functions.elementwise.exponential import *
    from pydezero.functions.elementwise.extremes import *
    from pydezero.functions.elementwise.floating import *
    from pydezero.functions.elementwise.kinks import *
    from pydezero.functions.elementwise.phases import *
    from pydezero.functions.elementwise.trigonometric import *
    from pydezero.functions.indexing.indexing import *
    from pydezero.functions.indexing.windows import *
    from pydezero.functions.joining.inserting import *
    from pydezero.functions.joining.joining import *
    from pydezero.functions.joining.nested import *
    from pydezero.functions.joining.splitting import *
    from pydezero.functions.ordering.sets import *
    from pydezero.functions.ordering.sorting import *
    from pydezero.functions.polynomials.fitting import *
    from pydezero.functions.polynomials.polynomials import *
    from pydezero.functions.polynomials.roots import *
    from pydezero.functions.products.contractions import *
    from pydezero.functions.products.diagonals import *
    from pydezero.functions.products.einstein import *
    from pydezero.functions.products.matmul import *
    from pydezero.functions.products.products import *
    from pydezero.functions.products.vector_products import *
    from pydezero.functions.reductions.cumulative import *
    from pydezero.functions.reductions.deviations import *
    from pydezero.functions.reductions.extremes import *
    from pydezero.functions.reductions.nan_functions import *
    from pydezero.functions.reductions.order_statistics import *
    from pydezero.functions.reductions.products import *
    from pydezero.functions.reductions.quantiles import *
    from pydezero.functions.reductions.sums import *
    from pydezero.functions.sampled.calculus import *
    from pydezero.functions.sampled.convolution import *
    from pydezero.functions.sampled.grids import *
    from pydezero.functions.sampled.interpolation import *
    from pydezero.functions.sampled.progressions import *
    from pydezero.functions.shapes.axes import *
    from pydezero.functions.shapes.padding import *
    from pydezero.functions.shapes.rearranging import *
    from pydezero.functions.shapes.shape import *
    from pydezero.functions.shapes.tiling import *
    from pydezero.functions.statistics.averages import *
    from pydezero.functions.statistics.histograms import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = [name for name in EXPORTS[__name__] if name not in ("fft", "linalg")]
    __getattr__, __dir__ = attributes(__name__)
