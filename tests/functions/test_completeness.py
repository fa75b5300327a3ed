"""No function, operator or method goes untested: each has a row in a table."""

from __future__ import annotations

import types
from collections.abc import Iterable
from dis import get_instructions
from itertools import pairwise
from typing import Final

import numpy as np

from pydezero import numpy_protocol
from pydezero.core.operators import ArrayOperators
from pydezero.numpy_protocol.ufunc_methods import REDUCTIONS
from tests.functions import table_elementwise, table_operators, table_reductions, test_methods
from tests.functions.case import Case
from tests.functions.cases import FUNCTION_CASES
from tests.functions.names import ALIASES, INNER_NAMES, NAMES, function
from tests.functions.table_indexing import INDEXING
from tests.functions.table_methods import METHODS, NUMPY_ONLY
from tests.functions.table_ufunc_methods import UFUNC_METHODS

# Tested where plain results and refusals are.
_PLAIN_METHODS: Final = frozenset(
    {*test_methods.PLAIN, *test_methods.BITS, *test_methods.CHANGES, *test_methods.LEAVES, *test_methods.ITSELF}
)


def _attributes(cases: Iterable[Case]) -> set[str]:
    """The names that the functions of these rows look up on their arguments."""
    names: set[str] = set()
    for case in cases:
        assert isinstance(case.function, types.FunctionType)
        names.update(case.function.__code__.co_names)
    return names


def _tested_functions() -> set[str]:
    return _attributes(FUNCTION_CASES) | table_elementwise.NAMES | table_reductions.NAMES


# The functions of later versions than NumPy 2.0: without them, their rows are not there, either.
_LATER: Final = frozenset({"cumulative_prod", "cumulative_sum", "matvec", "vecmat"})


def test_every_function_has_a_case() -> None:
    missing = {name for name in _LATER if not hasattr(np, name)}
    assert set(NAMES) - ALIASES - _tested_functions() - missing == set()


def _inner_names(case: Case) -> set[str]:
    """The names that the function of a row looks up in a namespace inside, as "linalg.inv"."""
    assert isinstance(case.function, types.FunctionType)
    looked_up = [step.argval for step in get_instructions(case.function) if step.opname in ("LOAD_ATTR", "LOAD_METHOD")]
    return {f"{space}.{name}" for space, name in pairwise(looked_up)}


def test_every_function_of_an_inner_namespace_has_a_case() -> None:
    tested = set[str]().union(*map(_inner_names, FUNCTION_CASES))
    assert set(INNER_NAMES) - tested == set()


def test_every_other_name_is_numpys() -> None:
    for name in ALIASES:
        if not hasattr(np, name):
            continue  # an old one, which NumPy has no more
        assert numpy_protocol.counterpart(getattr(np, name)) is function(name)


def test_every_reduction_of_a_ufunc_has_a_case() -> None:
    tested = {case.name.split()[0] for case in [*NUMPY_ONLY, *UFUNC_METHODS]}
    for method in ("reduce", "accumulate", "reduceat"):
        assert {f"np.{ufunc.__name__}.{method}" for ufunc in REDUCTIONS} <= tested


def test_every_method_has_a_case() -> None:
    public = {name for name in vars(ArrayOperators) if not name.startswith("_")}
    assert public - _attributes([*METHODS, *INDEXING]) - _PLAIN_METHODS == set()


def test_every_operator_has_a_case() -> None:
    binary = {*table_operators.BINARY, table_operators.MATMUL}
    reflected = {f"__r{name.removeprefix('__')}" for name in binary}
    assert binary | reflected | set(table_operators.UNARY) <= set(vars(ArrayOperators))
    arithmetic = {name for name in vars(np.ndarray) if f"__r{name.removeprefix('__')}" in vars(ArrayOperators)}
    conditions = set(test_methods.BITS)  # without a derivative
    assert arithmetic - conditions == binary
