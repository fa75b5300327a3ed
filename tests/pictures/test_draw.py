"""`draw`, and what shows itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pytest

from pydezero import Function, Picture, Variable, draw, grad, jvp, trace, vmap
from pydezero import functions as F
from pydezero.pictures.diagram import Role
from tests.versions import needs

X: Final = np.array([1.0, 2.0])

NEEDS_IMAGES = pytest.mark.skipif(
    find_spec("graphviz") is None or shutil.which("dot") is None, reason="Graphviz is not installed"
)


def loss(w: Any, x: Any) -> Any:
    return np.sum(np.tanh(w @ x) ** 2)


PICTURE: Final = draw(loss)(np.ones((3, 2)), X)


def said(picture: Picture, role: Role) -> list[tuple[str, ...]]:
    return [(box.text, *box.details) for box in picture.diagram.boxes if box.role is role]


# What is in the boxes.


def test_names_shapes_and_dtypes() -> None:
    assert said(PICTURE, Role.INPUT) == [("w", "f64[3,2]"), ("x", "f64[2]")]
    assert said(PICTURE, Role.OPERATION) == [
        ("matmul", "f64[3]"),
        ("tanh", "f64[3]"),
        ("square", "f64[3]"),
        ("sum", "f64[]"),
    ]
    assert said(PICTURE, Role.OUTPUT) == [("result", "f64[]")]
    assert PICTURE.diagram.name == "loss"
    assert draw(loss, name="misfit")(np.ones((3, 2)), X).diagram.name == "misfit"
    assert repr(PICTURE) == "<Picture of loss: 7 boxes, 6 arrows>"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(PICTURE, "diagram", None)  # noqa: B010  # a checker would refuse the assignment


@attrs.frozen
class Parameters:
    weights: list[Any]
    label: str = "p"


@pytest.mark.parametrize(
    ("f", "args", "kwargs", "names"),
    [
        (lambda p: p.weights[0] * p.weights[1], (Parameters([X, X]),), {}, ["p.weights[0]", "p.weights[1]"]),
        (lambda *xs, k: xs[0] * xs[1] * k, (X, X), {"k": X}, ["xs[0]", "xs[1]", "k"]),
        (lambda p, **more: p["a"] * more["b"], ({"a": X},), {"b": X}, ["p['a']", "b"]),
        pytest.param(np.multiply, (X, X), {}, ["x1", "x2"], marks=needs("numpy>=2.4", "ufuncs have signatures")),
        (max, (1.0,), {"key": 2.0}, None),
        (F.sin, (X,), {}, ["x"]),
    ],
)
def test_inputs_have_the_names_of_the_arguments(
    f: Callable[..., Any], args: Any, kwargs: Any, names: list[str] | None
) -> None:
    if names is None:
        return
    assert [texts[0] for texts in said(draw(f)(*args, **kwargs), Role.INPUT)] == names


def test_constants_and_parameters() -> None:
    table = np.arange(4.0).reshape(2, 2)

    def f(x: Any) -> Any:
        return np.sum(table @ x + np.full(2, 0.5), axis=0, keepdims=True) * np.float32(2) - 1e-9 / x[1]

    picture = draw(f)(X)
    assert said(picture, Role.CONSTANT) == [("constant", "f64[2,2]"), ("0.5", "f64[2]")]
    assert [texts[:2] for texts in said(picture, Role.OPERATION)] == [
        ("matmul", "f64[2]"),
        ("add", "f64[2]"),
        ("sum", "axis=0, keepdims=True"),
        ("multiply(·, 2.0)", "f64[1]"),
        ("getitem", "index=1"),
        ("divide(1e-09, ·)", "f64[]"),
        ("subtract", "f64[1]"),
    ]


def test_arrows_are_numbered_where_it_makes_a_difference() -> None:
    labels = {box.key: box.title for box in PICTURE.diagram.boxes}
    numbered = {(labels[arrow.tail], arrow.label) for arrow in PICTURE.diagram.arrows if arrow.label}
    assert numbered == {("w", "1"), ("x", "2")}
    swap: Any = Function(forward=lambda x, y: (y, x), backward=lambda g, h, x, y: (h, g))
    picture = draw(lambda x, y: swap(x, y)[1] * 2.0)(X, X)
    assert [arrow.label for arrow in picture.diagram.arrows] == ["1", "2", "out 1", ""]


def test_a_value_that_is_used_often_is_called_by_a_name() -> None:
    def f(x: Any, a: Any) -> Any:
        y = np.sin(x)
        return y * a + np.cos(y) - y / a + np.exp(y) + np.sqrt(y) + y

    picture = draw(f)(2.0, 3.0)
    texts = [texts[0] for texts in said(picture, Role.OPERATION)]
    assert texts[:2] == ["b = sin", "multiply(b, ·)"]  # there is an a already
    assert "divide(b, ·)" in texts
    few = draw(lambda x: np.sin(x) * np.cos(x))(2.0)
    assert [texts[0] for texts in said(few, Role.OPERATION)] == ["sin", "cos", "multiply"]


def test_long_texts_are_cut() -> None:
    def f(x: Any) -> Any:
        return x

    f.__name__ = "f" * 100
    picture = draw(f)({"k" * 100: X})
    assert len(said(picture, Role.INPUT)[0][0]) == 32


# Graphs.


def test_a_graph_shows_itself() -> None:
    graph = trace(loss)(np.ones((3, 2)), X)
    assert graph.names == ("w", "x")
    assert graph.to_dot() == draw(graph).to_dot() == PICTURE.to_dot()
    assert graph.to_mermaid() == PICTURE.to_mermaid()
    assert draw(graph, name="other").diagram.name == "other"


def test_a_graph_whose_arguments_have_no_names_has_letters() -> None:
    graph = attrs.evolve(trace(loss)(np.ones((3, 2)), X), names=())
    assert [texts[0] for texts in said(draw(graph), Role.INPUT)] == ["a", "b"]


# Variables.


def test_a_variable_shows_how_it_was_computed() -> None:
    x, w = Variable(X), Variable(np.ones((3, 2)))
    z = np.sin(x)
    y = np.sum(w * z + 3 * np.exp(w) + np.array([1.0, 2.0]))
    picture = draw(y, name="by hand", names={x: "x", w: "weights", z: "z", y: "y"})
    assert picture.diagram.name == "by hand"
    assert sorted(said(picture, Role.INPUT)) == [("weights", "f64[3,2]"), ("x", "f64[2]")]
    assert sorted(said(picture, Role.OPERATION)) == [
        ("add", "f64[3,2]"),
        ("add(·, …)", "f64[3,2]"),
        ("exp", "f64[3,2]"),
        ("multiply", "f64[3,2]"),
        ("multiply(3, ·)", "f64[3,2]"),
        ("sum", "f64[]"),
        ("z = sin", "f64[2]"),
    ]
    assert said(picture, Role.OUTPUT) == [("y", "f64[]", f"= {float(y.data):.5g}")]


def test_constants_that_a_variable_has_kept() -> None:
    picture = draw(Variable(X) * np.array([3.0, 4.0]) * np.full(2, 5.0))
    assert said(picture, Role.CONSTANT) == [("constant", "f64[2]"), ("5.0", "f64[2]")]
    assert said(picture, Role.INPUT) == [("input", "f64[2]")]
    assert said(picture, Role.OUTPUT) == [("result", "f64[2]", "= [15. 40.]")]


def test_a_variable_of_an_operation_of_ones_own() -> None:
    swap: Any = Function(forward=lambda x, y: (y, x), backward=lambda g, h, x, y: (h, g))
    x, y = Variable(X), Variable(np.ones(3))
    first, second = swap(x, y)
    picture = draw(np.sum(first) * second, names={x: "x", y: "y"})
    assert [texts[0] for texts in said(picture, Role.OPERATION)] == ["Function <lambda>", "sum", "multiply"]
    assert {arrow.label for arrow in picture.diagram.arrows} == {"", "1", "2", "out 0", "out 1"}


def test_shapes_of_a_variable_are_those_of_the_function() -> None:
    def f(x: Any, w: Any) -> Any:
        y = np.maximum(w @ x, 0.1).reshape(3, 1) * x
        return np.sum(np.concatenate([y, y[1:] / 2]).T ** 2, axis=0)[np.array([0, 0, 1])].mean()

    x, w = Variable(X), Variable(np.ones((3, 2)))
    by_hand = said(draw(f(x, w)), Role.OPERATION)
    traced = said(draw(f)(X, np.ones((3, 2))), Role.OPERATION)
    assert [texts[0].split("(")[0] for texts in by_hand] == [texts[0].split("(")[0] for texts in traced]
    known = [(a[-1], b[-1]) for a, b in zip(by_hand, traced, strict=True) if len(a) > 1]
    assert len(known) >= len(traced) - 3
    assert all(a == b for a, b in known)


def test_what_is_complex_becomes_real() -> None:
    z = Variable(np.array([1.0 + 2.0j, 3.0]))
    total: Any = np.sum(np.abs(z * 2.0))  # Any: to the stubs it is a number
    picture = draw(total)
    assert ("multiply(·, 2.0)", "c128[2]") in said(picture, Role.OPERATION)
    assert ("complex_absolute", "f64[2]") in said(picture, Role.OPERATION)


def test_loops_by_hand_are_folded() -> None:
    x = Variable(X)
    for i in range(20):
        x = np.sin(x) * i
    assert [group.count for group in draw(x).diagram.groups] == [20]
    assert draw(x, fold=False).diagram.groups == ()


def test_inside_a_function_that_is_differentiated() -> None:
    pictures: list[Picture] = []

    def f(x: Any) -> Any:
        y = np.sin(x) * x
        pictures.append(draw(y))
        return y

    grad(f)(1.0)
    grad(grad(f))(1.0)
    assert [texts[0] for texts in said(pictures[0], Role.OPERATION)] == ["sin", "multiply"]


# Mistakes.


def of_transform(transform: Callable[[Callable[..., Any]], object]) -> Callable[[], object]:
    return lambda: transform(lambda x: draw(x * 2.0) and x)


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda: draw(2.0), r"draw\(f\): f must be a function, a Graph or a Variable, got a float"),  # type: ignore[call-overload]
        (lambda: draw(X), "got an array of shape"),  # type: ignore[call-overload]
        (lambda: draw(loss, names={Variable(X): "x"}), "names are for the picture of a Variable"),  # type: ignore[call-overload]
        (lambda: draw(Variable(X), names={"x": Variable(X)}), r"names=\{x: 'x'\}"),  # type: ignore[dict-item]
        (of_transform(lambda f: vmap(f)(X)), "keeps no operations"),
        (of_transform(lambda f: jvp(f, (1.0,), (1.0,))), "keeps no operations"),
        (of_transform(lambda f: trace(f)(1.0)), r"draw the function instead: draw\(f\)\(x\)"),
        (lambda: draw(loss)(Variable(X), X), "trace"),
    ],
)
def test_mistakes(mistake: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        mistake()


# Files.


@pytest.mark.parametrize("suffix", [".mmd", ".dot"])
def test_texts_are_written_without_graphviz(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    expected = PICTURE.to_mermaid() if suffix == ".mmd" else PICTURE.to_dot()
    PICTURE.save(tmp_path / f"picture{suffix}")
    trace(loss)(np.ones((3, 2)), X).save(str(tmp_path / f"graph{suffix.upper()}"))
    assert (tmp_path / f"picture{suffix}").read_text(encoding="utf-8") == expected
    assert (tmp_path / f"graph{suffix.upper()}").read_text(encoding="utf-8") == expected


@NEEDS_IMAGES
@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_images(suffix: str, start: bytes, tmp_path: Path) -> None:
    PICTURE.save(tmp_path / f"picture{suffix}")
    assert (tmp_path / f"picture{suffix}").read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["picture", "picture.jpeg", "picture.svg.gz"])
def test_other_files(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf, \.dot, \.mmd"):
        PICTURE.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


HELP = r"pip install 'pydezero\[graph\]'.*apt install graphviz.*brew install graphviz.*conda install"


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match=rf"the package is not installed\. to_mermaid\(\).*{HELP}"):
        PICTURE.save(tmp_path / "picture.svg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(find_spec("graphviz") is None, reason="the package graphviz is not installed")
def test_without_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match=rf"the program was not found\. to_mermaid\(\).*{HELP}"):
        PICTURE.save(tmp_path / "picture.png")
    assert list(tmp_path.iterdir()) == []


# Notebooks.


def shown(thing: Any) -> tuple[str | None, str | None]:
    """What a notebook gets of a thing: an image, and HTML."""
    return thing._repr_svg_(), thing._repr_html_()


def things() -> list[Any]:
    return [PICTURE, trace(loss)(np.ones((3, 2)), X), np.sum(np.sin(Variable(X)))]


@NEEDS_IMAGES
def test_a_notebook_shows_an_image() -> None:
    for thing in things():
        image, html = shown(thing)
        assert image is not None
        assert image.startswith("<svg")
        assert html is None


@pytest.mark.parametrize("missing", ["package", "program"])
def test_a_notebook_shows_mermaid_where_there_is_no_image(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing == "package":
        monkeypatch.setitem(sys.modules, "graphviz", None)
    else:
        monkeypatch.setenv("PATH", str(tmp_path))
    for thing in things():
        image, html = shown(thing)
        assert image is None
        assert html is not None
        assert re.fullmatch(r"<pre>---\ntitle: .*flowchart TB\n.*</pre>", html, re.DOTALL)
        assert "<br/>" not in html  # it is escaped


def test_what_has_no_history_or_too_much_is_shown_as_text() -> None:
    assert shown(Variable(X)) == (None, None)
    seen: list[tuple[str | None, str | None]] = []

    def of_one_example(x: Any) -> Any:
        seen.append(shown(x * 2.0))
        return x

    vmap(of_one_example)(X)
    assert seen == [(None, None)]

    def long(x: Any) -> Any:
        for i in range(300):
            x = np.sin(x) if bin(i * 2654435761).count("1") % 2 else np.cos(x) * x
        return x

    assert shown(long(Variable(X))) == (None, None)
    assert shown(trace(long)(X)) == (None, None)
    assert draw(long)(X).diagram.boxes

    def very_long(x: Any) -> Any:
        for _ in range(5001):
            x = np.sin(x)
        return x

    assert shown(very_long(Variable(X))) == (None, None)
    assert shown(trace(very_long)(X)) == (None, None)


# The package and its page.


def test_pictures_are_imported_when_they_are_asked_for() -> None:
    program = """
import sys, pydezero
from pydezero import trace, Variable
trace(lambda x: x)(1.0)
print([name for name in sys.modules if name.startswith(("pydezero.pictures", "graphviz"))])
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
