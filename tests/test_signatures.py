"""Every public function says its parameters and what it is, and has annotations that can be evaluated."""

from __future__ import annotations

import inspect
import pydoc
import types
import typing
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import pydezero
from pydezero import functions
from pydezero.exports import EXPORTS
from tests.rows import over_rows

PACKAGES = (
    "pydezero",
    "pydezero.functions",
    "pydezero.functions.fft",
    "pydezero.functions.linalg",
    "pydezero.scipy.linalg",
    "pydezero.scipy.signal",
    "pydezero.scipy.sparse",
    "pydezero.scipy.sparse.linalg",
    "pydezero.scipy.special",
)
PUBLIC: list[tuple[str, str]] = [(package, name) for package in PACKAGES for name in EXPORTS[package]]
UFUNCS = [name for name in EXPORTS["pydezero.functions"] if isinstance(getattr(np, name, None), np.ufunc)]


@over_rows(PUBLIC, by=lambda row: row[0])
def test_signature_annotations_and_documentation(row: tuple[str, str]) -> None:
    package, name = row
    thing = getattr(import_module(package), name)
    if inspect.ismodule(thing) or typing.get_origin(thing) in (typing.Union, types.UnionType):
        return  # a union of types has no documentation of its own
    assert inspect.getdoc(thing)
    typing.get_type_hints(thing)
    parameters = inspect.signature(thing).parameters.values()
    if inspect.isfunction(thing):
        assert all(p.annotation is not p.empty for p in parameters)
        assert inspect.signature(thing).return_annotation is not inspect.Signature.empty


@over_rows(UFUNCS, by=lambda name: name[0])
def test_the_parameters_of_a_ufunc_have_numpys_names(name: str) -> None:
    ufunc: Any = getattr(np, name)
    function: Callable[..., Any] = getattr(functions, name)
    positional = [p.name for p in inspect.signature(function).parameters.values() if p.kind is p.POSITIONAL_ONLY]
    assert positional == (["x"] if ufunc.nin == 1 else ["x1", "x2"])


@over_rows(UFUNCS, by=lambda name: name[0])
def test_the_documentation_speaks_of_the_parameters(name: str) -> None:
    function: Callable[..., Any] = getattr(functions, name)
    summary = (inspect.getdoc(function) or "").splitlines()[0]
    assert not {"y", "z"} & set(summary.replace("(", " ").replace(",", " ").split()) or "=" in summary, summary


@pytest.mark.parametrize("package", PACKAGES)
def test_help_and_dir_of_a_package_have_all_names(package: str) -> None:
    module = import_module(package)
    assert set(module.__all__) <= set(dir(module))
    assert set(EXPORTS[package]) <= set(dir(module))
    text = pydoc.plain(pydoc.render_doc(module))
    assert all(name in text for name in module.__all__)


def test_help_of_a_function_has_signature_and_derivative() -> None:
    text = pydoc.plain(pydoc.render_doc(pydezero.exp))
    assert "exp(x: 'Array', /)" in text
    assert "its own derivative" in text
