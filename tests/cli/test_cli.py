"""The command line: what it prints, writes and refuses."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from typing import Final

import numpy as np
import pytest

import pydezero
from pydezero.cli import main
from pydezero.cli.arguments import help_text, options
from pydezero.cli.evaluation import answer
from pydezero.cli.expression import Expression
from pydezero.cli.plot import poles_of, sample
from pydezero.cli.values import point

Run = Callable[..., tuple[int, str, str]]

DOCS: Final = (Path(__file__).parents[2] / "docs" / "command_line.md").read_text()
DOCUMENTED: Final = re.findall(r"```console\n\$ python -m pydezero (.*)\n((?:.*\n)*?)```", DOCS)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command line in an empty folder: the exit status, and what it prints on either stream.

    It runs in this process, without limits; tests/cli/test_limits.py has the other.
    """
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def run(*argv: str) -> tuple[int, str, str]:
        try:
            status = answer(options(argv))
        except SystemExit as exit_:
            status = int(exit_.code or 0)
        return status, *capsys.readouterr()

    return run


def cells(output: str) -> list[list[str]]:
    """The words of each line that has any."""
    return [line.split() for line in output.splitlines() if line.strip(" ─")]


def test_the_documentation_has_examples() -> None:
    assert len(DOCUMENTED) == DOCS.count("```console") > 5


@pytest.mark.parametrize(("command", "printed"), DOCUMENTED, ids=[command for command, _ in DOCUMENTED])
def test_the_documentation_says_what_is_printed(run: Run, command: str, printed: str) -> None:
    status, output, errors = run(*shlex.split(command))
    assert (status == 2) == bool(errors)
    assert [line.rstrip() for line in (output + errors).splitlines()] == printed.splitlines()


def test_value_and_gradient(run: Run) -> None:
    status, output, errors = run("x * np.sin(y)", "--at", "x=1.5", "y=2")
    assert (status, errors) == (0, "")
    assert cells(output) == [
        ["x", "*", "np.sin(y)", "=", "1.36394614"],
        ["at", "derivative"],
        ["x", "1.5", f"{np.sin(2):.10g}"],
        ["y", "2", f"{1.5 * np.cos(2):.10g}"],
    ]


def test_the_hessian(run: Run) -> None:
    _, output, _ = run("x * np.sin(y)", "--at", "x=1.5", "y=2", "--order", "2")
    assert cells(output)[4:] == [
        ["Hessian", "x", "y"],
        ["x", "0", f"{np.cos(2):.10g}"],
        ["y", f"{np.cos(2):.10g}", f"{-1.5 * np.sin(2):.10g}"],
    ]


def test_higher_derivatives_come_one_by_one(run: Run) -> None:
    _, output, _ = run("x**3 * y + v[1]**4", "--at", "x=2", "y=3", "v=[1,2]", "--order", "4")
    lines = cells(output)
    third = lines[lines.index(["order", "3", "derivative"]) :]
    assert ["x^3", "18"] in third
    assert ["x^2", "y", "12"] in third
    assert ["v[1]^3", "48"] in third
    assert ["x", "y", "v[0]", "0"] in third
    assert ["x^3", "y", "6"] in lines[lines.index(["order", "4", "derivative"]) :]


def test_the_jacobian_of_an_array(run: Run) -> None:
    _, output, _ = run("A @ v * x", "--at", "A=[[1,2],[3,4]]", "v=[5,6]", "x=2")
    lines = cells(output)
    assert output.startswith("f = A @ v * x, an array of shape (2,)\n")
    assert lines[2] == ["f[0]", "34", "10", "12", "0", "0", "2", "4", "17"]
    assert lines[3] == ["f[1]", "78", "0", "0", "10", "12", "6", "8", "39"]


def test_an_expression_as_deep_and_as_long_as_may_be(run: Run) -> None:
    assert run("(-" * 97 + "x" + ")" * 97, "--at", "x=1", "--order", "6")[0] == 0
    assert run("[" + ",".join(["x"] * 900) + "]", "--at", "x=1")[0] == 0


def test_a_complex_result(run: Run) -> None:
    _, output, _ = run("exp(1j * x)", "--at", "x=0")
    assert cells(output)[0][-1] == "1+0j"
    assert cells(output)[-1] == ["x", "0", "0+1j"]


def test_an_expression_without_variables(run: Run) -> None:
    assert run("2 + 3") == (0, "2 + 3 = 5\n", "")
    assert cells(run("[1, 2]")[1])[1:] == [["value"], ["f[0]", "1"], ["f[1]", "2"]]
    assert run("[]") == (0, "f = [], an array of shape (0,)\n", "")


def test_ten_digits(run: Run) -> None:
    assert run("pi * 1e-20")[1] == "pi * 1e-20 = 3.141592654e-20\n"
    assert run("log(0 * x)", "--at", "x=-1")[1].startswith("log(0 * x) = -inf\n")


def test_large_tables_are_abbreviated(run: Run) -> None:
    _, output, _ = run("sum(v**2)", "--at", "v=linspace(0,1,100)", "--order", "2")
    lines = cells(output)
    assert max(map(len, output.splitlines())) <= 120
    assert ["...", "...", "..."] in lines
    hessian = lines[next(i for i, line in enumerate(lines) if line[0] == "Hessian") :]
    assert hessian[0][1] == "v[0]"
    assert "..." in hessian[0]
    assert hessian[0][-1] == "v[99]"
    assert hessian[-1][-1] == "2"
    assert len({len(line) for line in hessian}) == 1


def test_an_expression_may_begin_with_a_minus(run: Run) -> None:
    assert run("-x**2", "--at", "x=3")[1].startswith("-x**2 = -9\n")


def test_values_are_expressions() -> None:
    found = point(["x=pi/2", "A=[[1, 2], [3, 4]]", "t=-1e3", "v=np.linspace(0, 1, 3)"])
    assert list(found) == ["x", "A", "t", "v"]
    np.testing.assert_array_equal(found["A"], [[1, 2], [3, 4]])
    assert found["x"] == np.pi / 2
    assert found["x"].dtype == found["A"].dtype == np.float64


MISTAKES: Final[dict[str, str]] = {
    "'x * y' --at x=1": r"error: y has no value; known is x; to give it one: --at y=1.5\n  x \* y\n      \^\n$",
    "'x.__class__' --at x=1": r"error: .__class__ is not allowed",
    "--at x=1 'x**2'": "error: there is no expression; write it first",
    "x --at x": "error: --at x: write a name and a value",
    "x --at 'x y=1'": "error: --at x y=1: write a name and a value",
    "x --at __x=1": "error: --at __x=1: write a name and a value",
    "x --at np=1": "error: --at np=1: write a name and a value",
    "x --at lambda=1": "error: --at lambda=1: write a name and a value",
    "x --at x=1 x=2": "error: --at gives x twice",
    "x --at x=1 --at x=2": "error: --at gives x twice",
    "x --at x=y": "error: y has no value",
    "x --at x=": "error: this is not an expression",
    "x --at x=1j": r"error: x=1j: variables are real numbers, or arrays of them; a complex number is x \+ 1j\*y",
    "x --at x=True": "error: x=True: variables are real numbers, or arrays of them\n",
    "x --at x=[1,[2]]": "error: .*not one array",
    "x --at x=1 --order 0": "0 is not a whole number from 1 to 6",
    "x --at x=1 --order two": "two is not a whole number from 1 to 6",
    "x --at x=1 --order 7": "7 is not a whole number from 1 to 6",
    "[x,x] --at x=1 --order 2": r"error: --order 2 is for a scalar; the result has shape \(2,\): sum it",
    "'x > 1' --at x=1": "error: x > 1 is a condition, which has no derivative",
    "inv([[x,x],[x,x]]) --at x=1": r"error: there is no function inv .*did you mean linalg.inv\?",
    "linalg.inv([[x,x],[x,x]]) --at x=1": "error: linalg.inv: Singular matrix",
    "sum(v**2) --at v=linspace(0,1,2000) --order 2": "error: the derivatives of order 2 of 1 by 2,000 numbers",
    "sum(v**2) --at v=linspace(0,1,30) --order 6": "error: the derivatives of order 6 of 1 by 30 numbers",
    "sum(linspace(0,x,900000)) --at x=1 --order 6": "error: the derivatives of order 6 of 1 by 1 numbers",
    "v --at v=linspace(0,1,2000)": "error: the derivatives of order 1 of 2,000 by 2,000 numbers",
    "x+y --at x=1,y=2": "error: --at x=1,y=2: write a space between two values, not a comma, like x=1.5 y=2",
    "x --plot x": "error: --plot x: write a name and a value",
    "x --at x=1 --plot y=0:1": "error: --plot y=0:1: y does not occur in x",
    "x --plot x=1": "error: --plot x=1: write the variable and where it begins and ends",
    "x --plot x=2:1": "error: --plot x=2:1: the ends must be two numbers, the smaller one first",
    "x --plot x=0:inf": "error: --plot x=0:inf: the ends must be two numbers",
    "x --plot x=0:[1]": "error: --plot .*the ends must be two numbers",
    "x*v --at v=[1,2] --plot x=0:1": r"error: --plot is for a real scalar; this is float64 of shape \(2,\)",
    "1j*x --plot x=0:1": "error: --plot is for a real scalar; this is complex128",
    "x --plot x=0:1 --plot-to plot.gif": "plot.gif does not end in .pdf, .png, .svg",
    "x --plot x=0:1 --plot-to missing/plot.svg": "error: .*No such file or directory",
    "log(x) --plot x=-2:-1": "error: --plot: log.x. has no value between -2 and -1",
    "x*y --at y=1 --plot x=0:1 --draw out.mmd": "error: --draw needs a value for x",
    "x --at x=1 --draw out.txt": "error: .*out.txt",
    "x --unknown": "unrecognized arguments: --unknown",
    "x --at x=1 --timeout 0": "0 is not a number above 0",
    "x --at x=1 --timeout soon": "soon is not a number above 0",
    "x --at x=1 --memory inf": "inf is not a number above 0",
    "x --at x=1 --timeout 1e300": r"1e300 is not a number above 0, and up to 1e\+09",
    f"x --at x={'[' * 65}1{']' * 65}": "error: this array has more than 64 axes",
    "'matmul(None, None)'": "error: matmul: ",
    "'abs(roots(linspace(1, x, 90)))[0]' --plot x=2:3": "error: 401 points of this are more than can be computed here",
}


@pytest.mark.parametrize(("command", "message"), MISTAKES.items(), ids=list(MISTAKES))
def test_mistakes(run: Run, command: str, message: str) -> None:
    status, output, errors = run(*shlex.split(command))
    assert status == 2
    assert re.search(message, errors), errors
    assert "Traceback" not in errors + output


def test_help(run: Run) -> None:
    assert run() == (0, help_text(), "")
    status, output, _ = run("--help")
    assert status == 0
    assert output == help_text()
    examples = re.findall(r"^  python -m pydezero (.*)$", output, re.MULTILINE)
    assert len(examples) > 4
    for example in examples:
        if ".svg" not in example:  # which needs the program dot
            assert run(*shlex.split(example))[0] == 0


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"pydezero {pydezero.__version__}\n", "")


def test_a_plot(run: Run, tmp_path: Path) -> None:
    status, output, _ = run("k * x**2", "--at", "k=2", "--plot", "x=-1:1", "--order", "2")
    assert (status, output) == (0, "plot: plot.svg\n")  # no tables: x has no value
    text = (tmp_path / "plot.svg").read_text()
    assert text.count('id="axes_') == 3
    assert "k * x**2" in text


def test_a_plot_beside_tables_in_a_file_of_its_own(run: Run, tmp_path: Path) -> None:
    for name, start in {"a.png": b"\x89PNG", "a.pdf": b"%PDF"}.items():
        status, output, _ = run("1/x", "--at", "x=1", "--plot", "x=-1:1", "--plot-to", name)
        assert status == 0
        assert output.endswith(f"plot: {name}\n")
        assert output.startswith("1/x = 1\n")
        assert (tmp_path / name).read_bytes().startswith(start)


def test_what_is_plotted() -> None:
    f = Expression.of("k * x**3", ["k", "x"])
    curves = sample(f, "x", -1, 1, {"k": np.array(2.0)}, 3)
    x = curves.x
    assert (x[0], x[-1]) == (-1, 1)
    np.testing.assert_allclose(curves.y, [2 * x**3, 6 * x**2, 12 * x, np.full_like(x, 12)], atol=1e-14)


def test_a_plot_has_gaps_where_there_is_no_value() -> None:
    for text in ("log(x)", "1 / np.linalg.inv([[x, 0], [0, 1]])[0, 0]", "sqrt(x)"):
        with np.errstate(all="ignore"):
            curves = sample(Expression.of(text, ["x"]), "x", -1, 1, {}, 1)
        assert np.isfinite(curves.y[:, -1]).all()
        assert np.isnan(curves.y[:, curves.x == 0]).any()
        assert np.isnan(curves.y[1])[np.isnan(curves.y[0])].all()


@pytest.mark.parametrize(("text", "count"), [("tan(x)", 2), ("1/(x - 0.01)", 1), ("x**3", 0), ("sign(x)", 0)])
def test_poles(text: str, count: int) -> None:
    assert poles_of(sample(Expression.of(text, ["x"]), "x", -3, 3, {}, 0).y[0]).sum() == count


def test_a_drawing_of_the_gradient(run: Run, tmp_path: Path) -> None:
    status, output, _ = run("x * sin(y)", "--at", "x=1", "y=2", "--draw", "out.mmd")
    assert status == 0
    assert output.endswith("graph: out.mmd\n")
    text = (tmp_path / "out.mmd").read_text()
    for word in ("x * sin(y)", "x<br/>f64[]", "y<br/>f64[]", "sin<br/>", "backward"):
        assert word in text, word


def test_a_drawing_of_an_array_is_of_the_function(run: Run, tmp_path: Path) -> None:
    assert run("[x, 2*x]", "--at", "x=1", "--draw", "out.mmd")[0] == 0
    assert "backward" not in (tmp_path / "out.mmd").read_text()


@pytest.mark.parametrize(
    ("argv", "package"), [(["x", "--at", "x=1"], "rich"), (["x", "--plot", "x=0:1"], "matplotlib")]
)
def test_a_package_that_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch, argv: list[str], package: str) -> None:
    for module in [name for name in sys.modules if name.startswith(("pydezero.cli.report", "pydezero.cli.plot"))]:
        monkeypatch.delitem(sys.modules, module)
    for module in [name for name in sys.modules if name.partition(".")[0] == package] + [package]:
        monkeypatch.setitem(sys.modules, module, None)
    assert run(*argv) == (2, "", f"error: {package} is not installed: pip install 'pydezero[cli]'\n")


def test_a_picture_without_the_package_that_draws_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    status, _, errors = run("x**2", "--at", "x=1", "--draw", "out.svg")
    assert status == 2
    assert "pip install 'pydezero[graph]'" in errors


def test_the_console_script_is_the_same_program() -> None:
    scripts = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["scripts"]
    assert resolve_name(scripts["pydezero"]) is main


def test_the_program_runs_as_a_module() -> None:
    command = [sys.executable, "-W", "error", "-m", "pydezero", "x**2", "--at", "x=3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("x**2 = 9\n")
    done = subprocess.run([*command[:-1], "y=3"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: x has no value; known is y")


def test_what_is_not_asked_for_is_not_imported() -> None:
    program = (
        "import sys; from pydezero.cli.arguments import options; from pydezero.cli.evaluation import answer; "
        "answer(options(['x', '--at', 'x=1'])); print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")
