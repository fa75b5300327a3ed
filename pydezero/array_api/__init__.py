"""The array API standard (2024.12) for plain arrays and Variables: the namespace that code written against it asks for.

A Variable gives this module as `x.__array_namespace__()`. Its functions have the names and parameters of the standard
(https://data-apis.org/array-api/2024.12), take arrays and Variables alike, and are differentiable. Of plain arrays they
give what NumPy gives. At run time it has NumPy's other names besides, because libraries such as xarray ask a namespace
for functions of NumPy's that the standard lacks.

>>> import numpy as np
>>> from pydezero import grad
>>> def spread(x):  # written for the arrays of any library
...     xp = x.__array_namespace__()
...     return xp.sum((x - xp.mean(x)) ** 2)
>>> grad(spread)(np.array([1.0, 2.0, 6.0]))
array([-4., -2.,  6.])
"""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy import bool as bool
from numpy import complex64 as complex64
from numpy import complex128 as complex128
from numpy import e as e
from numpy import float32 as float32
from numpy import float64 as float64
from numpy import inf as inf
from numpy import int8 as int8
from numpy import int16 as int16
from numpy import int32 as int32
from numpy import int64 as int64
from numpy import nan as nan
from numpy import newaxis as newaxis
from numpy import pi as pi
from numpy import uint8 as uint8
from numpy import uint16 as uint16
from numpy import uint32 as uint32
from numpy import uint64 as uint64

from pydezero.array_api import fft as fft
from pydezero.array_api import linalg as linalg
from pydezero.array_api.arrays import broadcast_arrays as broadcast_arrays
from pydezero.array_api.arrays import clip as clip
from pydezero.array_api.arrays import reshape as reshape
from pydezero.array_api.arrays import sort as sort
from pydezero.array_api.creation import arange as arange
from pydezero.array_api.creation import asarray as asarray
from pydezero.array_api.creation import empty as empty
from pydezero.array_api.creation import empty_like as empty_like
from pydezero.array_api.creation import eye as eye
from pydezero.array_api.creation import from_dlpack as from_dlpack
from pydezero.array_api.creation import full as full
from pydezero.array_api.creation import full_like as full_like
from pydezero.array_api.creation import linspace as linspace
from pydezero.array_api.creation import meshgrid as meshgrid
from pydezero.array_api.creation import ones as ones
from pydezero.array_api.creation import ones_like as ones_like
from pydezero.array_api.creation import zeros as zeros
from pydezero.array_api.creation import zeros_like as zeros_like
from pydezero.array_api.data_types import astype as astype
from pydezero.array_api.data_types import can_cast as can_cast
from pydezero.array_api.data_types import finfo as finfo
from pydezero.array_api.data_types import iinfo as iinfo
from pydezero.array_api.data_types import isdtype as isdtype
from pydezero.array_api.data_types import result_type as result_type
from pydezero.array_api.info import __array_namespace_info__ as __array_namespace_info__
from pydezero.array_api.plain import all as all
from pydezero.array_api.plain import any as any
from pydezero.array_api.plain import argmax as argmax
from pydezero.array_api.plain import argmin as argmin
from pydezero.array_api.plain import argsort as argsort
from pydezero.array_api.plain import bitwise_and as bitwise_and
from pydezero.array_api.plain import bitwise_invert as bitwise_invert
from pydezero.array_api.plain import bitwise_left_shift as bitwise_left_shift
from pydezero.array_api.plain import bitwise_or as bitwise_or
from pydezero.array_api.plain import bitwise_right_shift as bitwise_right_shift
from pydezero.array_api.plain import bitwise_xor as bitwise_xor
from pydezero.array_api.plain import count_nonzero as count_nonzero
from pydezero.array_api.plain import equal as equal
from pydezero.array_api.plain import greater as greater
from pydezero.array_api.plain import greater_equal as greater_equal
from pydezero.array_api.plain import isfinite as isfinite
from pydezero.array_api.plain import isinf as isinf
from pydezero.array_api.plain import isnan as isnan
from pydezero.array_api.plain import less as less
from pydezero.array_api.plain import less_equal as less_equal
from pydezero.array_api.plain import logical_and as logical_and
from pydezero.array_api.plain import logical_not as logical_not
from pydezero.array_api.plain import logical_or as logical_or
from pydezero.array_api.plain import logical_xor as logical_xor
from pydezero.array_api.plain import nonzero as nonzero
from pydezero.array_api.plain import not_equal as not_equal
from pydezero.array_api.plain import searchsorted as searchsorted
from pydezero.array_api.plain import signbit as signbit
from pydezero.functions import abs as abs
from pydezero.functions import acos as acos
from pydezero.functions import acosh as acosh
from pydezero.functions import add as add
from pydezero.functions import asin as asin
from pydezero.functions import asinh as asinh
from pydezero.functions import atan as atan
from pydezero.functions import atan2 as atan2
from pydezero.functions import atanh as atanh
from pydezero.functions import broadcast_to as broadcast_to
from pydezero.functions import ceil as ceil
from pydezero.functions import concat as concat
from pydezero.functions import conj as conj
from pydezero.functions import copysign as copysign
from pydezero.functions import cos as cos
from pydezero.functions import cosh as cosh
from pydezero.functions import cumulative_prod as cumulative_prod
from pydezero.functions import cumulative_sum as cumulative_sum
from pydezero.functions import diff as diff
from pydezero.functions import divide as divide
from pydezero.functions import exp as exp
from pydezero.functions import expand_dims as expand_dims
from pydezero.functions import expm1 as expm1
from pydezero.functions import flip as flip
from pydezero.functions import floor as floor
from pydezero.functions import floor_divide as floor_divide
from pydezero.functions import hypot as hypot
from pydezero.functions import imag as imag
from pydezero.functions import log as log
from pydezero.functions import log1p as log1p
from pydezero.functions import log2 as log2
from pydezero.functions import log10 as log10
from pydezero.functions import logaddexp as logaddexp
from pydezero.functions import matmul as matmul
from pydezero.functions import matrix_transpose as matrix_transpose
from pydezero.functions import max as max
from pydezero.functions import maximum as maximum
from pydezero.functions import mean as mean
from pydezero.functions import min as min
from pydezero.functions import minimum as minimum
from pydezero.functions import moveaxis as moveaxis
from pydezero.functions import multiply as multiply
from pydezero.functions import negative as negative
from pydezero.functions import nextafter as nextafter
from pydezero.functions import permute_dims as permute_dims
from pydezero.functions import positive as positive
from pydezero.functions import pow as pow
from pydezero.functions import prod as prod
from pydezero.functions import real as real
from pydezero.functions import reciprocal as reciprocal
from pydezero.functions import remainder as remainder
from pydezero.functions import repeat as repeat
from pydezero.functions import roll as roll
from pydezero.functions import round as round
from pydezero.functions import sign as sign
from pydezero.functions import sin as sin
from pydezero.functions import sinh as sinh
from pydezero.functions import sqrt as sqrt
from pydezero.functions import square as square
from pydezero.functions import squeeze as squeeze
from pydezero.functions import stack as stack
from pydezero.functions import std as std
from pydezero.functions import subtract as subtract
from pydezero.functions import sum as sum
from pydezero.functions import take as take
from pydezero.functions import take_along_axis as take_along_axis
from pydezero.functions import tan as tan
from pydezero.functions import tanh as tanh
from pydezero.functions import tensordot as tensordot
from pydezero.functions import tile as tile
from pydezero.functions import tril as tril
from pydezero.functions import triu as triu
from pydezero.functions import trunc as trunc
from pydezero.functions import unique_all as unique_all
from pydezero.functions import unique_counts as unique_counts
from pydezero.functions import unique_inverse as unique_inverse
from pydezero.functions import unique_values as unique_values
from pydezero.functions import unstack as unstack
from pydezero.functions import var as var
from pydezero.functions import vecdot as vecdot
from pydezero.functions import where as where

if not TYPE_CHECKING:  # to a type checker the namespace has the names of the standard alone
    from sys import modules as _modules

    from pydezero.lazy import load as _load

    def __getattr__(name):
        """A name of NumPy's that the standard lacks, whose functions find ours by NumPy's protocols.

        Under `special` SciPy looks for functions like those of `scipy.special`.
        """
        if name == "special" and "scipy" in _modules:
            return _load("pydezero.scipy", name)
        if name.startswith("__") or not hasattr(np, name):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(np, name)


__array_api_version__: Final = "2024.12"

__all__ = [
    "__array_api_version__",
    "__array_namespace_info__",
    "abs",
    "acos",
    "acosh",
    "add",
    "all",
    "any",
    "arange",
    "argmax",
    "argmin",
    "argsort",
    "asarray",
    "asin",
    "asinh",
    "astype",
    "atan",
    "atan2",
    "atanh",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "bool",
    "broadcast_arrays",
    "broadcast_to",
    "can_cast",
    "ceil",
    "clip",
    "complex64",
    "complex128",
    "concat",
    "conj",
    "copysign",
    "cos",
    "cosh",
    "count_nonzero",
    "cumulative_prod",
    "cumulative_sum",
    "diff",
    "divide",
    "e",
    "empty",
    "empty_like",
    "equal",
    "exp",
    "expand_dims",
    "expm1",
    "eye",
    "fft",
    "finfo",
    "flip",
    "float32",
    "float64",
    "floor",
    "floor_divide",
    "from_dlpack",
    "full",
    "full_like",
    "greater",
    "greater_equal",
    "hypot",
    "iinfo",
    "imag",
    "inf",
    "int8",
    "int16",
    "int32",
    "int64",
    "isdtype",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "linalg",
    "linspace",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "matmul",
    "matrix_transpose",
    "max",
    "maximum",
    "mean",
    "meshgrid",
    "min",
    "minimum",
    "moveaxis",
    "multiply",
    "nan",
    "negative",
    "newaxis",
    "nextafter",
    "nonzero",
    "not_equal",
    "ones",
    "ones_like",
    "permute_dims",
    "pi",
    "positive",
    "pow",
    "prod",
    "real",
    "reciprocal",
    "remainder",
    "repeat",
    "reshape",
    "result_type",
    "roll",
    "round",
    "searchsorted",
    "sign",
    "signbit",
    "sin",
    "sinh",
    "sort",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "subtract",
    "sum",
    "take",
    "take_along_axis",
    "tan",
    "tanh",
    "tensordot",
    "tile",
    "tril",
    "triu",
    "trunc",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
    "unstack",
    "var",
    "vecdot",
    "where",
    "zeros",
    "zeros_like",
]
