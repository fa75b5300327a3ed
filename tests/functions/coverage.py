"""What pydezero makes of every public callable of NumPy: the table, and `docs/coverage.md` made of it.

What is differentiable and what has a plain result is read off the library itself; everything else that NumPy has must
be named here, with the reason why it is not differentiated, or a test fails. So does one when NumPy gets a function
that is new.

`python -m tests.functions.coverage` writes the page anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np

from pydezero import numpy_protocol, trace
from pydezero.core.operators import EscapeError
from pydezero.core.primitive import Elementwise, General, Linear, Multilinear, Nondifferentiable, Primitive
from pydezero.functions.nondifferentiable.functions import NONDIFFERENTIABLE_FUNCTIONS
from tests.functions.case import Call, Case
from tests.functions.cases import CASES
from tests.functions.checks import call_through_numpy, chosen

PAGE: Final = Path(__file__).parents[2] / "docs" / "coverage.md"

NAMESPACES: Final[dict[str, Any]] = {"np": np, "np.linalg": np.linalg, "np.fft": np.fft}


def _each(names: str, why: str) -> dict[str, str]:
    """The same reason for each of some names."""
    return dict.fromkeys(names.split(), why)


_CONVERSION = (
    "turns its argument into an array, which would lose the derivative; "
    "of Variables: `pydezero.array`, or `like=` one of them"
)
_CALLBACK = "calls a Python function on numbers; that function of Variables is differentiable as it is"
_NOT_MADE_OF_NUMBERS = "is about integers, bits, text or dates"

# Raises a TypeError, or never sees the Variable because its arguments are none: nothing is differentiated.
UNRELATED: Final[dict[str, str]] = {
    **_each(
        "np.arange np.empty np.eye np.identity np.ones np.zeros np.indices np.tri np.tril_indices np.triu_indices "
        "np.diag_indices np.mask_indices np.fromfunction np.bartlett np.blackman np.hamming np.hanning np.kaiser "
        "np.fft.fftfreq np.fft.rfftfreq np.full",
        "makes an array of shapes and numbers",
    ),
    **_each(
        "np.array np.asarray np.asanyarray np.asarray_chkfinite np.ascontiguousarray np.asfortranarray np.asmatrix "
        "np.bmat np.require np.fromiter np.from_dlpack np.frombuffer",
        _CONVERSION,
    ),
    **_each(
        "np.load np.loadtxt np.genfromtxt np.fromfile np.fromregex np.fromstring np.save np.savetxt np.savez "
        "np.savez_compressed",
        "reads or writes files",
    ),
    **_each(
        "np.geterr np.seterr np.geterrcall np.seterrcall np.getbufsize np.setbufsize np.get_printoptions "
        "np.set_printoptions np.printoptions np.get_include np.info np.show_config np.show_runtime np.test "
        "np.linalg.test np.fft.test np.nested_iters np.broadcast_shapes np.einsum_path np.isfortran "
        "np.isscalar np.issubdtype np.promote_types np.typename",
        "is about settings, iteration, memory, dtypes or shapes",
    ),
    **_each(
        "np.base_repr np.binary_repr np.busday_count np.busday_offset np.is_busday np.datetime_as_string "
        "np.datetime_data np.format_float_positional np.format_float_scientific np.isdtype "
        "np.iterable np.mintypecode",
        _NOT_MADE_OF_NUMBERS,
    ),
    "np.frompyfunc": _CALLBACK,
}

_KINDS: Final[dict[type[Primitive], str]] = {
    Elementwise: "elementwise",
    Linear: "linear",
    Multilinear: "multilinear",
    General: "general",
    Nondifferentiable: "plain",
}


@attrs.frozen
class Entry:
    """A public callable of NumPy: its name, and what class of the table it is in."""

    name: str
    status: str
    note: str = ""


def callables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the namespaces, by the name that users write. Types are none."""
    for prefix, namespace in NAMESPACES.items():
        for name in dir(namespace):
            function = getattr(namespace, name)
            if not name.startswith("_") and callable(function) and not isinstance(function, type):
                yield f"{prefix}.{name}", function


def classified(name: str, function: Callable[..., Any]) -> list[Entry]:
    """The classes that a function is in; there should be one."""
    found = []
    dispatched = function not in numpy_protocol.CREATION  # by `like=` alone
    if function in numpy_protocol.FUNCTIONS or (dispatched and numpy_protocol.counterpart(function) is not None):
        found.append(Entry(name, "differentiable", _note(name, function)))
    if function in NONDIFFERENTIABLE_FUNCTIONS or function in numpy_protocol.NONDIFFERENTIABLE_UFUNCS:
        found.append(Entry(name, "plain"))
    if name in numpy_protocol.INSTEAD:
        found.append(Entry(name, "mutating", f"`{numpy_protocol.INSTEAD[name]}`"))
    if name in UNRELATED:
        found.append(Entry(name, "unrelated", UNRELATED[name]))
    return found


def rows_of(name: str) -> list[Case]:
    """The rows of the tables that test a function."""
    names = set(name.removeprefix("np.").split("."))
    return [case for case, found in _named() if names <= found]


@cache
def _named() -> list[tuple[Case, set[str]]]:
    return [(case, _names_in(case)) for case in CASES]


def _names_in(case: Case) -> set[str]:
    """The names that the function of a row looks up; those of factories are in what they close over."""
    code = getattr(case.function, "__code__", None)
    names = set(code.co_names) if code else set()
    return names | {case.name.split()[0].split("[")[0]}


def _note(name: str, function: Callable[..., Any]) -> str:
    """What kind of primitive it is, or of which primitives it is composed at the arguments of its first row."""
    ours = numpy_protocol.FUNCTIONS.get(function) or numpy_protocol.counterpart(function)
    assert ours is not None
    if hasattr(np, ours.__name__) and ours.__name__ != name.rpartition(".")[2]:
        return f"another name of `np.{ours.__name__}`"
    rows = rows_of(name)
    if not rows:
        return ""
    call = Call(rows[0], rows[0].differentiable)
    if rows[0].typed_by_values:
        return "real or complex, as the values say"
    values = rows[0].draw()
    try:
        graph = trace(call_through_numpy(call, values))(*chosen(call, values))
    except EscapeError:
        return "takes elements that the values choose"
    kinds = [_KINDS.get(type(e.primitive), "general") for e in graph.equations]
    names = sorted({f"`{e.name}`" for e in graph.equations})
    return kinds[0] if len(kinds) == 1 else f"composed of {', '.join(names)}" if kinds else "the argument itself"


def entries() -> list[Entry]:
    """The class of every function; of a function in several classes or in none the test of the table tells."""
    return [entry for name, function in callables() for entry in classified(name, function)]


_HEAD: Final = """# Which functions of NumPy have a derivative

Made by `python -m tests.functions.coverage` from the table that the tests check. NumPy {version} has {total} public
functions in `numpy`, `numpy.linalg` and `numpy.fft`. Of them

- **{differentiable}** are differentiable,
- {plain} have a result without a derivative (a comparison, an index, a shape): they answer as to an array,
- {mutating} write into an array: they raise, and say what to write instead,
- {unrelated} have nothing to differentiate: they make arrays of numbers, read files, ...; given a Variable they raise.

Each function is tested, in {rows} rows, against differences in reverse mode, in forward mode, in all combinations of
both to second order, in single precision, for complex numbers where NumPy takes them, and as a batch under `vmap`
against a loop. The `kind` is that of [Extending pydezero](extending.md); what is composed is composed of the primitives
named, at the arguments of its first test.
"""


def page() -> str:
    """The page, as Markdown."""
    table = entries()
    classes = {status: [e for e in table if e.status == status] for status in ("differentiable", "plain", "mutating")}
    unrelated = [e for e in table if e.status == "unrelated"]
    head = _HEAD.format(
        version=".".join(np.__version__.split(".")[:2]),
        total=len(table),
        rows=len(CASES),
        unrelated=len(unrelated),
        **{status: len(found) for status, found in classes.items()},
    )
    parts = [head, "## Differentiable", "", "| function | kind | tests |", "|---|---|---:|"]
    parts += [f"| `{e.name}` | {e.note} | {len(rows_of(e.name)) or ''} |" for e in classes["differentiable"]]
    parts += ["", "## With a plain result", "", ", ".join(f"`{e.name}`" for e in classes["plain"])]
    parts += ["", "## Writing into an array", "", "| function | what to write instead |", "|---|---|"]
    parts += [f"| `{e.name}` | {e.note} |" for e in classes["mutating"]]
    parts += ["", "## Nothing to differentiate", "", "| | functions |", "|---|---|"]
    reasons = dict.fromkeys(e.note for e in unrelated)
    parts += [f"| {why} | {', '.join(f'`{e.name}`' for e in unrelated if e.note == why)} |" for why in reasons]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
