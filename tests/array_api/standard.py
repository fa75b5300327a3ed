"""The functions of the array API standard (2024.12), and their parameters in words of Python's signatures.

The names are those of https://data-apis.org/array-api/2024.12/API_specification.
"""

from __future__ import annotations

from typing import Final

_BY_SIGNATURE: Final[dict[str, str]] = {
    "start, /, stop, step, *, dtype, device": "arange",
    "obj, /, *, dtype, device, copy": "asarray",
    "shape, *, dtype, device": "empty ones zeros",
    "x, /, *, dtype, device": "empty_like ones_like zeros_like",
    "n_rows, n_cols, /, *, k, dtype, device": "eye",
    "x, /, *, device, copy": "from_dlpack",
    "shape, fill_value, *, dtype, device": "full",
    "x, /, fill_value, *, dtype, device": "full_like",
    "start, stop, /, num, *, dtype, device, endpoint": "linspace",
    "*arrays, indexing": "meshgrid",
    "x, /, *, k": "tril triu",
    "x, dtype, /, *, copy, device": "astype",
    "from_, to, /": "can_cast",
    "type, /": "finfo iinfo",
    "dtype, kind": "isdtype",
    "*arrays_and_dtypes": "result_type",
    "x, /": (
        "abs acos acosh asin asinh atan atanh bitwise_invert ceil conj cos cosh exp expm1 floor imag isfinite isinf "
        "isnan log log1p log2 log10 logical_not negative positive real reciprocal round sign signbit sin sinh square "
        "sqrt tan tanh trunc linalg.det linalg.eigh linalg.eigvalsh linalg.inv linalg.matrix_transpose linalg.slogdet "
        "linalg.svdvals matrix_transpose nonzero unique_all unique_counts unique_inverse unique_values"
    ),
    "x1, x2, /": (
        "add atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor copysign divide equal "
        "floor_divide greater greater_equal hypot less less_equal logaddexp logical_and logical_or logical_xor maximum "
        "minimum multiply nextafter not_equal pow remainder subtract linalg.matmul linalg.outer linalg.solve matmul"
    ),
    "x, /, min, max": "clip",
    "x, /, *, n, axis, norm": "fft.fft fft.ifft fft.rfft fft.irfft fft.hfft fft.ihfft",
    "x, /, *, s, axes, norm": "fft.fftn fft.ifftn fft.rfftn fft.irfftn",
    "n, /, *, d, dtype, device": "fft.fftfreq fft.rfftfreq",
    "x, /, *, axes": "fft.fftshift fft.ifftshift",
    "x, indices, /, *, axis": "take take_along_axis",
    "x, /, *, upper": "linalg.cholesky",
    "x1, x2, /, *, axis": "linalg.cross linalg.vecdot vecdot",
    "x, /, *, offset": "linalg.diagonal",
    "x, /, *, keepdims, ord": "linalg.matrix_norm",
    "x, n, /": "linalg.matrix_power",
    "x, /, *, rtol": "linalg.matrix_rank linalg.pinv",
    "x, /, *, mode": "linalg.qr",
    "x, /, *, full_matrices": "linalg.svd",
    "x1, x2, /, *, axes": "linalg.tensordot tensordot",
    "x, /, *, offset, dtype": "linalg.trace",
    "x, /, *, axis, keepdims, ord": "linalg.vector_norm",
    "*arrays": "broadcast_arrays",
    "x, /, shape": "broadcast_to",
    "arrays, /, *, axis": "concat stack",
    "x, /, axis": "expand_dims squeeze",
    "x, /, *, axis": "flip unstack",
    "x, source, destination, /": "moveaxis",
    "x, /, axes": "permute_dims",
    "x, repeats, /, *, axis": "repeat",
    "x, /, shape, *, copy": "reshape",
    "x, /, shift, *, axis": "roll",
    "x, repetitions, /": "tile",
    "x, /, *, axis, keepdims": "argmax argmin count_nonzero max mean min all any",
    "x1, x2, /, *, side, sorter": "searchsorted",
    "condition, x1, x2, /": "where",
    "x, /, *, axis, descending, stable": "argsort sort",
    "x, /, *, axis, dtype, include_initial": "cumulative_prod cumulative_sum",
    "x, /, *, axis, dtype, keepdims": "prod sum",
    "x, /, *, axis, correction, keepdims": "std var",
    "x, /, *, axis, n, prepend, append": "diff",
}

SIGNATURES: Final[dict[str, str]] = {
    name: signature for signature, names in _BY_SIGNATURE.items() for name in names.split()
}
"""The parameters of each function. What stands before `/` is given by position, what stands behind `*` by name."""

DTYPES: Final = [
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float32",
    "float64",
    "complex64",
    "complex128",
]
CONSTANTS: Final = ["e", "inf", "nan", "newaxis", "pi"]
OTHERS: Final = ("__array_api_version__", "__array_namespace_info__", "fft", "linalg")

NONDIFFERENTIABLE: Final = frozenset(
    [
        "arange",
        "empty",
        "ones",
        "zeros",
        "empty_like",
        "ones_like",
        "zeros_like",
        "eye",
        "from_dlpack",
        "can_cast",
        "finfo",
        "iinfo",
        "isdtype",
        "result_type",
        "bitwise_invert",
        "bitwise_and",
        "bitwise_left_shift",
        "bitwise_or",
        "bitwise_right_shift",
        "bitwise_xor",
        "equal",
        "greater",
        "greater_equal",
        "isfinite",
        "isinf",
        "isnan",
        "less",
        "less_equal",
        "logical_and",
        "logical_not",
        "logical_or",
        "logical_xor",
        "not_equal",
        "signbit",
        "nonzero",
        "argmax",
        "argmin",
        "argsort",
        "count_nonzero",
        "all",
        "any",
        "searchsorted",
        "fft.fftfreq",
        "fft.rfftfreq",
        "linalg.matrix_rank",
    ]
)
"""The functions whose results have no derivative."""
