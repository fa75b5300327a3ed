"""Every snippet of README.md, of the pages in docs/ and of documentation passes mypy --strict and pyright.

Functions without annotations are allowed: code that uses NumPy alone has none, and the snippets teach it. What they
call is checked. The programs of `test_programs.py` are checked by the same two runs, each of which reads all types of
NumPy and of this library.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from tests.typing.checkers import ROOT, mypy, pyright
from tests.typing.snippets import STRICT, write_snippets
from tests.typing.test_programs import CORRECT, WRONG, faults, programs, wrong_lines
from tests.versions import needs

UFUNC: Final = (
    "docs/book/en/2_natural_code.md: print(np.array([10.0, 20.0]) + x, np.add(np.array([10.0, 20.0]), x), 3.0 * x)"
)

# Lines that cannot pass, with the reason.
MYPY: Final = {
    "pandas has no types of its own": ["docs/other_libraries.md: import pandas as pd"],
    "NumPy's stubs know no ufunc of an array and a Variable": [UFUNC],
    "a name stands for one function after the other": [
        "docs/book/en/3_higher_order.md: f = grad(f)",
        "docs/book/en/3_higher_order.md: f = derivative(f)",
    ],
    "an event of SciPy's is a function with attributes": [
        "docs/scipy.md: is_reached.terminal = True",
        "pydezero/scipy/integrate/initial_value.py: back.terminal, back.direction = True, -1",
    ],
    "the page is about internals: the node of an operation has a primitive": [
        "docs/how_it_works.md: contribution = node.primitive.argument(position).pull(cotangents[node], residual)",
    ],
}
PYRIGHT: Final = {
    "NumPy's stubs know no ufunc of an array and a Variable": [UFUNC],
    "an event of SciPy's is a function with attributes": MYPY["an event of SciPy's is a function with attributes"],
    "the page shows what raises": ["docs/start.md: grad(lambda x: float(x) ** 2)(3.0)"],
    "a function of several numbers without annotations is taken for one of arrays": [
        "docs/implicit.md: by_pressure, by_temperature = grad(volume_of, argnums=(1, 2))(1.0, 0.8, 1.2)",
    ],
    "a graph of a function without annotations is taken for one of Variables": [
        "docs/loops.md: print(np.array_equal(graph(np.zeros(2), 0.5)[0], f(np.zeros(2), 0.5)[0]))",
        "docs/graphs.md: print(len(unrolled.equations), len(rolled.equations), rolled(points) == index_loop(points))",
    ],
    "what a compiled function without annotations returns is not known": [
        "pydezero/transforms/jit/jit.py: round(loss(np.ones(3), np.eye(3), np.zeros(3)), 6)",
    ],
    "the parameter of a lambda is taken for a Variable, not a container": [
        'docs/coming_from.md: grad(lambda p: h(**p))({"x": x, "y": v})["y"]',
        'docs/coming_from.md: grad(lambda p: p["a"] * np.sum(p["b"]))(p)',
        "pydezero/nn/linear.py: grad(lambda layer, x: np.sum(layer(x)))(layer, np.ones((5, 3))).b",
        "pydezero/nn/linear.py: grad(lambda words: np.sum(words(np.array([1, 4, 1]))))(words).table",
        "pydezero/tree.py: grad(lambda power: power(2.0))(Power(1.5, 3))",
        'pydezero/transforms/jacobians/hessian.py: hessian(lambda x: x["a"] * x["b"] ** 2)({"a": 3.0, "b": 2.0})',
        "pydezero/transforms/jacobians/jacobian.py: jacrev(lambda x: "
        '{"sum": x["a"] + x["b"], "product": x["a"] * x["b"]})({"a": 2.0, "b": 5.0})',
    ],
    "the arrays of other libraries are no arrays to NumPy's stubs": [
        "docs/other_libraries.md: print(grad(roughness)(height).to_series())",
        "docs/other_libraries.md: print(grad(lambda x: np.sum(x**2))(prices))",
        "docs/other_libraries.md: print(grad(lambda w: np.sum(w * Series([1.0, 2.0])))(np.ones(2)))",
        "docs/other_libraries.md: print(grad(lambda x: np.sum(x**2))(Series([1.0, 2.0])))",
        "docs/book/en/5_harder.md: slopes = grad(lambda x: np.sum(np.sin(x) * x))(OnCard(np.array([0.0, 1.0])))",
    ],
    "nested lists are inferred once, for the first overload": [
        "pydezero/functions/joining/joining.py: "
        "block([[Variable(np.eye(2)), np.zeros((2, 1))], [np.zeros((1, 2)), 3.0]])",
        "pydezero/functions/joining/nested.py: array([[1.0, x], [x * x, 4.0]])",
    ],
    "the page is about internals: the node of an operation has a primitive": MYPY[
        "the page is about internals: the node of an operation has a primitive"
    ],
    "the page is about internals: cotangents are of the type of the seed": [
        "docs/how_it_works.md: print(y, type(gradient).__name__, gradient.node.level == outer.node.level, "
        "name(gradient.node))",
        "docs/how_it_works.md: print(backward({gradient.node: np.ones(3)})[outer.node], "
        "grad(lambda x: grad(f)(x).sum())(x))",
    ],
}


@needs("numpy>=2.4", "the stubs are more precise")
def test_the_snippets_and_the_programs_type_check(tmp_path: Path) -> None:
    (folder := (tmp_path / "snippets").resolve()).mkdir()
    sources = write_snippets(folder)
    assert STRICT in sources.values()
    correct, wrong = (Path(shutil.copy(path, folder / f"programs_{path.name}")) for path in (CORRECT, WRONG))
    found = {"mypy": mypy([*sources, correct, wrong], tmp_path), "pyright": pyright(folder)}
    for checker, marked in (("mypy", MYPY), ("pyright", PYRIGHT)):
        errors = {
            f"{sources[path].relative_to(ROOT)}: {_code(path, line)}": message
            for (path, line), message in found[checker].items()
            if path in sources
        }
        assert errors.keys() == {line for lines in marked.values() for line in lines}, (checker, errors)
        mistaken, missed = faults(found[checker], correct, wrong)
        assert len(programs()) - len(mistaken) >= 108, checker
        assert len(wrong_lines()) - len(missed) >= 250, checker


def _code(path: Path, line: int) -> str:
    code = path.read_text(encoding="utf-8").splitlines()[line - 1].strip()
    return code.partition("-> None: ")[2] or code
