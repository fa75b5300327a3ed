"""No function, operator or method goes untested: each has a row in a table."""

from __future__ import annotations

import types
from collections.abc import Iterable
from typing import Final

import numpy as np

from pydezero import numpy_protocol
from pydezero.core.surface import ArraySurface
from tests.functions import table_elementwise, table_operators, table_reductions
from tests.functions.case import Case
from tests.functions.cases import FUNCTION_CASES
from tests.functions.names import ALIASES, NAMES, function
from tests.functions.table_indexing import INDEXING
from tests.functions.table_methods import METHODS, NUMPY_ONLY

# Tested where plain results and refusals are.
_PLAIN_METHODS: Final = frozenset({"argmax", "argmin", "argsort", "nonzero", "any", "all", "item", "tolist"})


def _attributes(cases: Iterable[Case]) -> set[str]:
    """The names that the functions of these rows look up on their arguments."""
    names: set[str] = set()
    for case in cases:
        assert isinstance(case.function, types.FunctionType)
        names.update(case.function.__code__.co_names)
    return names


def _tested_functions() -> set[str]:
    return _attributes(FUNCTION_CASES) | table_elementwise.NAMES | table_reductions.NAMES


def test_every_function_has_a_case() -> None:
    assert set(NAMES) - ALIASES - _tested_functions() == set()


def test_every_other_name_is_numpys() -> None:
    for name in ALIASES:
        assert numpy_protocol.counterpart(getattr(np, name)) is function(name)


def test_every_reduction_of_a_ufunc_has_a_case() -> None:
    tested = {case.name.split()[0] for case in NUMPY_ONLY}
    assert {f"np.{ufunc.__name__}.reduce" for ufunc in numpy_protocol.REDUCTIONS} <= tested


def test_every_method_has_a_case() -> None:
    public = {name for name in vars(ArraySurface) if not name.startswith("_")}
    assert public - _attributes([*METHODS, *INDEXING]) - _PLAIN_METHODS == set()


def test_every_operator_has_a_case() -> None:
    binary = {*table_operators.BINARY, table_operators.MATMUL}
    reflected = {f"__r{name.removeprefix('__')}" for name in binary}
    assert binary | reflected | set(table_operators.UNARY) <= set(vars(ArraySurface))
    arithmetic = {name for name in vars(np.ndarray) if f"__r{name.removeprefix('__')}" in vars(ArraySurface)}
    conditions = {"__and__", "__or__", "__xor__"}  # without a derivative; see the tests of vmap and trace
    assert arithmetic - conditions == binary
