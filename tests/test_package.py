"""The package as it ships."""

import doctest
import inspect
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import pytest

import pydezero
from pydezero import functions
from tests.functions import names
from tests.rows import over_rows

ROOT = Path(__file__).parent.parent
NAMES = """
    Variable Node Function add square exp as_array as_variable numerical_diff gradients grad value_and_grad vjp
""".split()  # noqa: SIM905  # as the issue has them
MODULES = [import_module(found.name) for found in walk_packages(pydezero.__path__, "pydezero.")] + [pydezero]


def test_the_names_of_the_issue_are_in_the_top_level_namespace() -> None:
    assert set(NAMES) <= set(pydezero.__all__)


def test_what_is_not_used_is_not_imported() -> None:
    program = """
import sys, pydezero
print(sorted(name for name in sys.modules if name.startswith("pydezero.transforms.")))
assert set(pydezero.__all__) <= set(dir(pydezero))
assert pydezero.vmap is pydezero.vmap
assert "pydezero.transforms.batching.vmap" in sys.modules
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(AttributeError, match="module 'pydezero' has no attribute 'gradd'"):
        pydezero.gradd  # type: ignore[attr-defined]  # noqa: B018  # the checker knows, too


@pytest.mark.parametrize("module", [pydezero, functions], ids=["pydezero", "functions"])
def test_all_names_exist_once_and_are_documented(module: ModuleType) -> None:
    names = module.__all__
    assert len(set(names)) == len(names)
    for name in names:
        assert inspect.getdoc(getattr(module, name)), name


@over_rows(MODULES, by=lambda module: ".".join(module.__name__.split(".")[:2]))
def test_every_module_class_and_function_that_is_public_is_documented(module: ModuleType) -> None:
    assert module.__doc__
    for name, thing in vars(module).items():
        defined_here = getattr(thing, "__module__", None) == module.__name__
        if defined_here and not name.startswith("_") and (inspect.isroutine(thing) or inspect.isclass(thing)):
            assert thing.__doc__, f"{module.__name__}.{name}"


def test_the_documentation_of_every_function_has_the_right_name() -> None:
    for name in set(names.NAMES) - names.ALIASES:
        assert names.function(name).__name__ == name


def examples() -> Iterator[doctest.DocTest]:
    """Those of every function, also of the ones that factories made and that pytest does not collect."""
    finder = doctest.DocTestFinder(recurse=False)
    functions = {name: names.function(name) for name in names.NAMES}
    for name in names.NAMES:
        for test in finder.find(names.function(name), name, globs=dict(functions)):
            if test.examples:
                yield test


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.name)
def test_the_examples_of_the_functions_run(example: doctest.DocTest) -> None:
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert runner.run(example, out=report.append).failed == 0, "".join(report)


def test_the_version_is_that_of_the_installed_package() -> None:
    parts = pydezero.__version__.split(".")
    assert len(parts) == 3
    assert all(part.isdigit() for part in parts)


def imported_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_importing_it_imports_nothing_beyond_numpy_attrs_and_the_standard_library() -> None:
    foreign = imported_by("import pydezero") - imported_by("import numpy, attrs")
    assert foreign - set(sys.stdlib_module_names) == {"pydezero"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=target)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = target.glob("*.whl")
    return zipfile.Path(built)


def test_the_wheel_holds_the_package_its_types_and_nothing_else(wheel: zipfile.Path) -> None:
    names = set(wheel.root.namelist())
    assert "pydezero/py.typed" in names
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"pydezero", f"pydezero-{pydezero.__version__}.dist-info"}
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "pydezero").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == modules


def test_the_wheel_says_what_it_needs(wheel: zipfile.Path) -> None:
    metadata = (wheel / f"pydezero-{pydezero.__version__}.dist-info" / "METADATA").read_text()
    assert f"Version: {pydezero.__version__}\n" in metadata
    needs = [line for line in metadata.splitlines() if line.startswith("Requires-Dist") and "extra" not in line]
    assert sorted(line.split()[1].partition(">")[0] for line in needs) == ["attrs", "numpy"]
