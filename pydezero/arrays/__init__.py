"""Arrays of other libraries: one small adapter for each, loaded when such an array is first met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydezero.arrays.words import ADAPTERS, NUMPY, WORDS, KernelWords, Words

if TYPE_CHECKING:
    from pydezero.arrays.cupy import cupy_words as cupy_words
    from pydezero.arrays.jax import jax_restorer as jax_restorer
    from pydezero.arrays.pandas import pandas_restorer as pandas_restorer
    from pydezero.arrays.pint import per_unit as per_unit
    from pydezero.arrays.pint import pint_wrapper as pint_wrapper
    from pydezero.arrays.pint import product_unit as product_unit
    from pydezero.arrays.pint import sum_unit as sum_unit
    from pydezero.arrays.pint import unit_factor as unit_factor
    from pydezero.arrays.sparse import sparse_words as sparse_words
    from pydezero.arrays.torch import torch_restorer as torch_restorer
    from pydezero.arrays.xarray import xarray_wrapper as xarray_wrapper

__all__ = ["ADAPTERS", "NUMPY", "WORDS", "KernelWords", "Words"]
