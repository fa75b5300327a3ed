"""The differentiable functions, a file per family, with NumPy's names, arguments and results.

`np.sin(x)` and `functions.sin(x)` compute the same, and so do `np.linalg.inv(x)` and `functions.linalg.inv(x)`. The
functions here have types that a checker sees through (a Variable gives a Variable) and skip NumPy's dispatch; on plain
arrays they are NumPy.

What nearly every program needs is imported with the package; the other families are imported when one of their names is
first looked up, so that `import pydezero` stays quick. Each family lists its names in `__all__`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from pydezero.functions.arithmetic import *
from pydezero.functions.complex import *
from pydezero.functions.exponential import *
from pydezero.functions.indexing import *
from pydezero.functions.joining import *
from pydezero.functions.methods import install
from pydezero.functions.piecewise import *
from pydezero.functions.products import *
from pydezero.functions.reductions import *
from pydezero.functions.shape import *
from pydezero.functions.trigonometric import *

if TYPE_CHECKING:
    from pydezero.functions import fft as fft
    from pydezero.functions import linalg as linalg
    from pydezero.functions.aliases import *
    from pydezero.functions.along_axes import *
    from pydezero.functions.bessel import *
    from pydezero.functions.building import *
    from pydezero.functions.calculus import *
    from pydezero.functions.contractions import *
    from pydezero.functions.convolution import *
    from pydezero.functions.cumulative import *
    from pydezero.functions.dividing import *
    from pydezero.functions.einstein import *
    from pydezero.functions.fitting import *
    from pydezero.functions.floating import *
    from pydezero.functions.histograms import *
    from pydezero.functions.inserting import *
    from pydezero.functions.interpolation import *
    from pydezero.functions.nan_functions import *
    from pydezero.functions.order_statistics import *
    from pydezero.functions.padding import *
    from pydezero.functions.phases import *
    from pydezero.functions.polynomial_roots import *
    from pydezero.functions.polynomials import *
    from pydezero.functions.progressions import *
    from pydezero.functions.quantiles import *
    from pydezero.functions.rearranging import *
    from pydezero.functions.selection import *
    from pydezero.functions.sets import *
    from pydezero.functions.sorting import *
    from pydezero.functions.statistics import *
    from pydezero.functions.tiling import *
    from pydezero.functions.vector_products import *
else:
    _FAMILIES = (
        "arithmetic",
        "complex",
        "einstein",
        "exponential",
        "indexing",
        "joining",
        "piecewise",
        "products",
        "reductions",
        "shape",
        "trigonometric",
        "bessel",
        "contractions",
        "floating",
        "phases",
        "along_axes",
        "calculus",
        "convolution",
        "fitting",
        "interpolation",
        "polynomial_roots",
        "polynomials",
        "vector_products",
        "selection",
        "sets",
        "sorting",
        "cumulative",
        "histograms",
        "nan_functions",
        "order_statistics",
        "quantiles",
        "statistics",
        "building",
        "dividing",
        "inserting",
        "padding",
        "rearranging",
        "progressions",
        "tiling",
        "aliases",
    )
    _NAMESPACES = ("fft", "linalg")

    def __getattr__(name):
        if name == "__all__":
            return sorted(name for family in _FAMILIES for name in _family(family).__all__)
        if name in _NAMESPACES:
            return _family(name)
        if not name.startswith("_"):
            for family in _FAMILIES:
                if name in _family(family).__all__:
                    value = globals()[name] = getattr(_family(family), name)
                    return value
        raise AttributeError(f"module 'pydezero.functions' has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *__getattr__("__all__"), *_NAMESPACES})

    def _family(name):
        return import_module(f"pydezero.functions.{name}")


install()
