"""All rows of all tables, and the calls they are tested by."""

from __future__ import annotations

from typing import Final

from tests.functions.case import Call, Case
from tests.functions.table_at import AT
from tests.functions.table_building import BUILDING
from tests.functions.table_calculus import CALCULUS
from tests.functions.table_elementwise import ELEMENTWISE
from tests.functions.table_fft import FFT
from tests.functions.table_floating import FLOATING
from tests.functions.table_indexing import INDEXING
from tests.functions.table_linalg import LINALG
from tests.functions.table_methods import METHODS, NUMPY_ONLY
from tests.functions.table_numpy_linalg import NUMPY_LINALG
from tests.functions.table_operators import OPERATORS
from tests.functions.table_padding import PADDING
from tests.functions.table_polynomials import POLYNOMIALS
from tests.functions.table_quantiles import QUANTILES
from tests.functions.table_rearranging import REARRANGING
from tests.functions.table_reductions import REDUCTIONS
from tests.functions.table_selection import SELECTION
from tests.functions.table_shape import SHAPE
from tests.functions.table_sorting import SORTING
from tests.functions.table_statistics import STATISTICS
from tests.functions.table_ufunc_methods import UFUNC_METHODS
from tests.scipy.cases import SCIPY

# Rows that go through the namespace, which is numpy once and pydezero.functions once.
FUNCTION_CASES: Final = [
    *ELEMENTWISE,
    *REDUCTIONS,
    *SHAPE,
    *BUILDING,
    *REARRANGING,
    *PADDING,
    *LINALG,
    *NUMPY_LINALG,
    *FFT,
    *FLOATING,
    *CALCULUS,
    *POLYNOMIALS,
    *SELECTION,
    *SORTING,
    *STATISTICS,
    *QUANTILES,
]
CASES: Final = [*FUNCTION_CASES, *INDEXING, *AT, *OPERATORS, *METHODS, *NUMPY_ONLY, *UFUNC_METHODS, *SCIPY]


def _calls(case: Case) -> list[Call]:
    """Each argument alone, and all of them at once."""
    positions = case.differentiable
    alone = [Call(case, (i,)) for i in positions if not (i and case.in_numpy)]
    return alone if len(positions) == 1 else [*alone, Call(case, positions)]


CALLS: Final = [call for case in CASES for call in _calls(case)]
# Each row once, with all its arguments.
WHOLE_CALLS: Final = [Call(case, case.differentiable) for case in CASES]
