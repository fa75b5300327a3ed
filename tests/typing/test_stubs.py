"""The stubs of the packages of functions are those of the source, and say what is true at run time."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from pydezero.scipy.signatures import UNUSED
from tests.exports import exported
from tests.stubs import PACKAGES, path_of_stub, stub
from tests.versions import needs

ROOT = Path(__file__).parents[2]

Exemption = Callable[[str, str], object]


def _named(pattern: str) -> Exemption:
    return lambda name, message: re.search(pattern, name)


def _saying(pattern: str) -> Exemption:
    return lambda name, message: re.search(pattern, message)


def _is_cached(name: str, message: str) -> object:
    module, _, function = name.rpartition(".")
    return hasattr(getattr(sys.modules.get(module) or _imported(module), function, None), "cache_info")


def _imported(module: str) -> object:
    try:
        return import_module(module)
    except ImportError:  # a class
        return None


# What stubtest says of the library that is no mistake, with the reason.
EXEMPTIONS: Final[dict[str, Exemption]] = {
    "attrs makes classes at run time, and mypy's plugin for it has parts of its own": _named(
        r"\.(__attrs_\w+__|__replace__|\w*AttrsAttributes__|_AT|__(ge|gt|le|lt)__|__slots__)$"
    ),
    "a function with a cache has the signature of that in the stubs of functools": _is_cached,
    "mypy takes an alias of a Literal for a union": _saying("is not a Union|is an unknown mypy node"),
    "NDArray is a type statement from NumPy 2.5 on, of which an alias is no class": _saying("runtime is not a type$"),
    "a member of an enum is no number": _saying(r"variable differs from runtime type Literal\[\d+\]$"),
    "a NamedTuple that is generic is subscripted by typing": _named(r"Result\.__class_getitem__$"),
    "what a Variable refuses raises an error at run time, and is to be refused by a checker": lambda name, message: (
        ".ArrayOperators." in name and message.startswith("is not present in stub")
    ),
    "a method of a Variable is a function, whose first parameter is not called self": lambda name, message: (
        ".ArrayOperators." in name and re.search('stub parameter "self"|parameter "(args|x|y)"$', message)
    ),
    "round(x) raises an error that says what to write, and is to be refused by a checker": _named(
        r"\.ArrayOperators\.__round__$"
    ),
    "a package without a stub exports what its modules list": _named(r"\.(data|nn|optim|sparse|scipy\.\w+)\.__all__$"),
    "protocols for the annotations of Variables alone": _named(r"operators\.(Elements|Indexer|Updates)$"),
    "one overload of several takes the default, and each of them is compared": lambda name, message: (
        re.search(r"\b(jit|pad|vjp)$", name) and "has a default value of type" in message
    ),
    "a decorator adds the options of SciPy's that change no value, which the stubs of the packages have": (
        lambda name, message: (
            re.fullmatch(r"pydezero\.scipy(\.\w+){3}", name) and re.search(f'"({"|".join(UNUSED)})"$', message)
        )
    ),
    "a checker takes the options by name of the overloads apart": _saying(
        r"runtime does not have \*\*kwargs parameter"
    ),
    "what mypy makes of callable(x)": _named("callable subtype of object"),
    "a checker takes it for what every object has": _named(r"\.Transformed\.__(signature|doc|annotations)__$"),
    "what lambdas are given, to a checker alone": _named(r"signatures\.Traced\b"),
    "a class that a function makes of one of another library": _named(r"\.VariableBackend@\d+$"),
    "a class that is made without __slots__ in C": _saying("is a disjoint base at runtime"),
    "subclasses are refused with a message": _saying("cannot be subclassed at runtime"),
    "an alias of a class of an optional library is a text": _named(r"layout\.Matrix$"),
    "a hash that the type says is missing": _named(r"VSpace\.__hash__$"),
    "a function where the base class has a method": _named(r"\.dynamic_dtype$"),
}


def stubtest(*options: str) -> list[str]:
    """What stubtest says of the library, without what is exempted: "name message"."""
    result = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "--concise", "--mypy-config-file", "mypy.ini", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MYPYPATH": "typings"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = []
    for line in (result.stdout + result.stderr).splitlines():
        name, message = (line.rsplit(" is not present", 1)[0], line) if "<" in line else line.split(" ", 1)
        if not any(is_exempt(name, message) for is_exempt in EXEMPTIONS.values()):
            found.append(line)
    return found


@needs("numpy>=2.1", "the stubs of NumPy 2.0 lack names that its modules have, which compat.autograd.numpy hands on")
def test_what_the_types_say_is_true_at_run_time() -> None:
    assert stubtest("pydezero") == []


@pytest.mark.parametrize("package", PACKAGES)
def test_the_stub_is_made_of_the_source(package: str) -> None:
    written = ast.parse(path_of_stub(package).read_text())
    assert ast.dump(written) == ast.dump(ast.parse(stub(package))), "python -m tests.stubs writes it anew"


@pytest.mark.parametrize("package", PACKAGES)
def test_each_function_is_a_definition_with_documentation_and_annotations(package: str) -> None:
    tree = ast.parse(path_of_stub(package).read_text())
    first: dict[str, ast.FunctionDef] = {}
    for part in tree.body:
        if isinstance(part, ast.FunctionDef):
            first.setdefault(part.name, part)
            parameters = [*part.args.posonlyargs, *part.args.args, *part.args.kwonlyargs]
            assert all(parameter.annotation for parameter in parameters), part.name
            assert part.returns is not None, part.name
    assert all(ast.get_docstring(part) for part in first.values())
    others = {name for name in exported(package) if name not in first}
    assert all(name in ("fft", "linalg", "windows") or name.endswith("Result") for name in others)
