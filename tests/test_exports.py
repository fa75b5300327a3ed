"""The table of exported names is current, and a name loads nothing but the module that defines it."""

from __future__ import annotations

import importlib
import pickle
import subprocess
import sys
from types import FunctionType

import pytest

import pydezero
import pydezero.diagnostics
from pydezero.exports import EXPORTS
from pydezero.lazy import load
from tests.exports import TABLE, table
from tests.rows import over_rows


def test_the_table_is_current() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(), "run `python -m tests.exports`"


@over_rows([(package, name) for package in EXPORTS for name in EXPORTS[package]], by=lambda row: row[0])
def test_every_name_can_be_loaded(row: tuple[str, str]) -> None:
    package, name = row
    found = load(package, name)
    assert found is getattr(sys.modules.get(package), name, found)
    if isinstance(found, FunctionType) or package == "pydezero.scipy.stats":
        assert pickle.loads(pickle.dumps(found)) is found  # as a field of a model, for another process


def test_the_public_names_are_those_of_the_table() -> None:
    assert set(pydezero.__all__) == set(EXPORTS["pydezero"])


@pytest.mark.parametrize(
    ("package", "name", "instead"),
    [
        ("pydezero", "lax", "scan, while_loop"),
        ("pydezero", "make_jaxpr", r"trace\(f\)\(x\)"),
        ("pydezero.nn", "Module", "any attrs class"),
        ("pydezero.nn", "CrossEntropyLoss", r"write cross_entropy\(logits, labels\)"),
        ("pydezero.optim", "lr_scheduler", "given as the learning rate"),
        ("pydezero.data", "DataLoader", r"write batches\(arrays, size, rng\)"),
    ],
)
def test_a_name_of_another_library_says_what_there_is_instead(package: str, name: str, instead: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute '{name}': .*{instead}"):
        getattr(importlib.import_module(package), name)


def test_python_says_which_name_was_meant() -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(importlib.import_module("pydezero.nn"), "ReLU")  # noqa: B009  # a checker knows that it is missing
    assert caught.value.name == "ReLU"
    assert "relu" in dir(caught.value.obj)


def test_an_unknown_name_is_an_attribute_error() -> None:
    for package in EXPORTS:
        with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'sinus'"):
            load(package, "sinus")
    for module in (pydezero, pydezero.functions, pydezero.diagnostics):
        with pytest.raises(AttributeError, match="has no attribute 'sinus'"):
            module.sinus  # noqa: B018  # for the error


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(AttributeError, match=r"module 'pydezero\.functions' has no attribute 'sinus'"):
        load("pydezero.functions", "sinus")


def loaded_by(first: str, then: str) -> set[str]:
    """The modules of pydezero that a statement loads after another."""
    program = f"""
import sys
{first}
before = set(sys.modules)
{then}
print(*sorted(name for name in set(sys.modules) - before if name.startswith("pydezero.")))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_the_first_call_of_a_function_loads_its_module_alone() -> None:
    start = "import numpy as np, pydezero; v = pydezero.Variable(np.ones(2)); np.sum(v), v[0]"
    assert loaded_by(start, "np.tile(v, 2)") == {"pydezero.functions.shapes.tiling"}
    assert loaded_by(start, "np.linalg.det(np.stack([v, v]))") == {
        "pydezero.core.operation",
        "pydezero.functions.joining",
        "pydezero.functions.joining.joining",
        "pydezero.functions.linalg",
        "pydezero.functions.linalg.determinants",
        "pydezero.functions.linalg.factorization",
        "pydezero.functions.linalg.matrices",
        "pydezero.functions.linalg.results",
        "pydezero.functions.shapes.axes",
    }


def test_an_operator_that_many_programs_lack_is_loaded_with_its_first_use() -> None:
    start = "import numpy as np, pydezero; v = pydezero.Variable(np.ones(2)); np.sum(np.sin(v) * v)"
    assert loaded_by(start, "v[0]") == {f"pydezero.functions.indexing{name}" for name in ("", ".index", ".indexing")}
    assert loaded_by(start, "np.ones(2) @ v") == {f"pydezero.functions.products{name}" for name in ("", ".matmul")}
