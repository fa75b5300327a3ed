"""The stubs of the packages of functions: what an editor shows of a function, and what a type checker knows of it.

In the source most functions are what a maker of primitives returns, or what a decorator makes of a definition. Their
type is a protocol, and an editor shows no documentation of a variable of that type. The stub of a package has each of
its functions as a definition with documentation: decorated so that its type is the protocol, or with overloads. The
types are read off the source, the documentation off the functions themselves. `python -m tests.stubs` writes them anew.
"""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import cache
from importlib import import_module
from inspect import Parameter
from pathlib import Path
from textwrap import indent
from typing import Any, Final

import attrs

from pydezero.scipy.signatures import UNUSED
from tests.exports import ROOT, exported, path_of

PACKAGES: Final = (
    "pydezero.functions",
    "pydezero.functions.fft",
    "pydezero.functions.linalg",
    "pydezero.scipy.fft",
    "pydezero.scipy.integrate",
    "pydezero.scipy.linalg",
    "pydezero.scipy.optimize",
    "pydezero.scipy.signal",
    "pydezero.scipy.signal.windows",
    "pydezero.scipy.sparse.linalg",
    "pydezero.scipy.spatial.distance",
    "pydezero.scipy.special",
)

_DECORATORS: Final = "pydezero.core.typed"
_HEAD: Final = "# Made by `python -m tests.stubs`, not by hand.\n"


@attrs.frozen(eq=False)
class Source:
    """A module of the library, as its text has it.

    Attributes:
        lines: its text.
        definitions: the statements that define each name; several for a function with overloads.
        origins: the module and the name there of each name that is imported, "" for the module itself.
    """

    module: str
    lines: list[str]
    definitions: dict[str, list[ast.stmt]]
    origins: dict[str, tuple[str, str]]


@cache
def source(module: str) -> Source:
    """A module of the library."""
    text = path_of(module).read_text()
    found = Source(module, text.splitlines(), {}, {})
    for statement in _statements(ast.parse(text).body):
        match statement:
            case ast.ImportFrom(module=str(origin), names=aliases):
                found.origins.update({alias.asname or alias.name: (origin, alias.name) for alias in aliases})
            case ast.Import(names=aliases):
                found.origins.update({alias.asname or alias.name: (alias.name, "") for alias in aliases})
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.definitions.setdefault(name, []).append(statement)
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                found.definitions.setdefault(name, []).append(statement)
    return found


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _statements(statement.body)
        else:
            yield statement


def definition(module: str, name: str) -> tuple[Source, list[ast.stmt]]:
    """The statements that define a name that a module has, and the module that they are in."""
    here = source(module)
    if name in here.definitions:
        return here, here.definitions[name]
    return definition(*here.origins[name])


def _first_origin(origin: tuple[str, str]) -> tuple[str, str]:
    """The module and the name there of something that modules of the library may hand on."""
    module, name = origin
    origins = source(module).origins if module.startswith("pydezero.") else {}
    return _first_origin(origins[name]) if name in origins else origin


@attrs.frozen(eq=False)
class Imports:
    """The names that the annotations of a stub need, with their origins."""

    origins: dict[str, tuple[str, str]] = attrs.field(factory=dict)

    def annotation(self, expression: ast.expr, here: Source) -> str:
        """An annotation of a module, as the stub has it."""
        copy = deepcopy(expression)
        for part in ast.walk(copy):
            if isinstance(part, ast.Name) and (part.id in here.origins or part.id in here.definitions):
                part.id = self._named(part.id, _first_origin(here.origins.get(part.id, (here.module, part.id))))
        return ast.unparse(copy)

    def _named(self, name: str, origin: tuple[str, str]) -> str:
        while self.origins.setdefault(name, origin) != origin:  # a name of another module
            name += "_"
        return name

    def lines(self) -> Iterator[str]:
        """The import statements."""
        names: dict[str, list[str]] = {}
        for name, (module, attribute) in sorted(self.origins.items()):
            renamed = "" if name == (attribute or module) else f" as {name}"
            if attribute:
                names.setdefault(module, []).append(f"{attribute}{renamed}")
            else:
                yield f"import {module}{renamed}\n"
        yield from [f"from {module} import {', '.join(found)}\n" for module, found in sorted(names.items())]


@attrs.frozen
class Argument:
    """A parameter of a stub; `kind` is one of those of `inspect.Parameter`, annotation and default are text."""

    name: str
    kind: Any
    annotation: str = ""
    default: str = ""

    def __str__(self) -> str:
        stars = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}.get(self.kind, "")
        default = f" = {self.default}" if self.default else ""
        return f"{stars}{self.name}" + (f": {self.annotation}" if self.annotation else "") + default


@attrs.frozen
class Overload:
    """A signature of a function; `ignored` is the error that a checker is told to ignore in it."""

    arguments: list[Argument]
    returns: str
    ignored: str = ""
    decorator: str = "overload"

    def text(self, name: str, doc: str) -> str:
        """The definition, with documentation where it is not ""."""
        parts: list[str] = []
        last = None
        for argument in self.arguments:
            if last == Parameter.POSITIONAL_ONLY != argument.kind:
                parts.append("/")
            if argument.kind == Parameter.KEYWORD_ONLY and last not in (argument.kind, Parameter.VAR_POSITIONAL):
                parts.append("*")
            parts.append(str(argument))
            last = argument.kind
        if last == Parameter.POSITIONAL_ONLY:
            parts.append("/")
        ignored = f"  # type: ignore[{self.ignored}]\n" if self.ignored else ""
        body = f'\n    """{_block(doc)}"""\n    ...' if doc else " ..."
        decorator = f"@{self.decorator}\n" if self.decorator else ""
        return f"{decorator}def {name}({ignored}{', '.join(parts)}) -> {self.returns}:{body}\n"


def _block(doc: str) -> str:
    """Documentation as it stands between the quotes of an indented block."""
    return indent(doc, "    ").strip() + ("\n    " if "\n" in doc else "")


def overloads(module: str, name: str, imports: Imports) -> list[Overload]:
    """The overloads of a function, one where it has no others; none for what is no function."""
    here, statements = definition(module, name)
    match statements:
        case [ast.Assign(value=ast.Name(id=other))]:  # another name of a function
            return overloads(here.module, other, imports)
        case [ast.AnnAssign(annotation=ast.Name(id=protocol))]:
            parameters = inspect.signature(getattr(import_module(module), name)).parameters.values()
            return _of_protocol(here, protocol, [Argument(p.name, p.kind) for p in parameters], imports)
        case [ast.FunctionDef() as implementation]:
            for decorator in implementation.decorator_list:
                if _protocol(here, decorator):
                    decorated = imports.annotation(decorator, here)
                    return [attrs.evolve(_overload(implementation, here, imports), decorator=decorated)]
            return [attrs.evolve(_overload(implementation, here, imports), decorator="")]
        case [*declared, ast.FunctionDef()]:
            return [_overload(part, here, imports) for part in declared if isinstance(part, ast.FunctionDef)]
    return []


def _protocol(here: Source, decorator: ast.expr) -> str:
    """The protocol that a decorator says to return, "" for one that leaves the type of a function alone."""
    if isinstance(decorator, ast.Name) and (decorator.id in here.origins or decorator.id in here.definitions):
        _, statements = definition(here.module, decorator.id)
        match statements[-1]:
            case ast.FunctionDef(returns=ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name))):
                return name if name.endswith("Function") else ""
    return ""


def _of_protocol(here: Source, protocol: str, own: list[Argument], imports: Imports) -> list[Overload]:
    """The overloads of a function with these parameters that is a protocol.

    Where there is a decorator for the protocol it says them all, and the type stays what it is: mypy infers more from
    functions of a protocol than from overloads in which something is Any.
    """
    where, statements = definition(here.module, protocol)
    decorators = source(_DECORATORS)
    for name, (*_, part) in decorators.definitions.items():
        if (
            isinstance(part, ast.FunctionDef)
            and ast.unparse(part.returns or part) == protocol
            and len(part.args.args) == 1
        ):
            (operand, returned) = _of_decorated(part)
            arguments = [attrs.evolve(p, annotation=imports.annotation(operand, decorators)) for p in own]
            decorator = imports.annotation(ast.Name(name), decorators)
            return [Overload(arguments, imports.annotation(returned, decorators), decorator=decorator)]
    found = []
    for part in statements[0].body if isinstance(statements[0], ast.ClassDef) else []:
        if isinstance(part, ast.FunctionDef):
            typed = _overload(part, where, imports)
            arguments = [
                attrs.evolve(theirs, name=mine.name, kind=mine.kind)
                for mine, theirs in zip(own, typed.arguments[1:], strict=True)
            ]
            found.append(attrs.evolve(typed, arguments=arguments))
    return found


def _of_decorated(decorator: ast.FunctionDef) -> tuple[ast.expr, ast.expr]:
    """The annotations of the arguments and of the result that a decorator says its function has."""
    match decorator.args.args[0].annotation:
        case ast.Subscript(slice=ast.Tuple(elts=[ast.List(elts=[operand, *_]), returned])):
            return operand, returned
    raise ValueError(f"{decorator.name} does not say what it decorates")


def _overload(part: ast.FunctionDef, here: Source, imports: Imports) -> Overload:
    _, _, ignored = here.lines[part.lineno - 1].partition("# type: ignore[")
    assert part.returns is not None, f"{here.module}.{part.name} has no annotations"
    return Overload(_arguments(part, here, imports), imports.annotation(part.returns, here), ignored.partition("]")[0])


def _arguments(part: ast.FunctionDef, here: Source, imports: Imports) -> list[Argument]:
    """The parameters of a definition."""
    found: list[Argument] = []

    def add(parameter: ast.arg | None, kind: Any, default: ast.expr | None = None) -> None:
        if parameter is not None and not _is_of_specification(parameter.annotation):
            annotation = imports.annotation(parameter.annotation, here) if parameter.annotation else ""
            found.append(Argument(parameter.arg, kind, annotation, _default(default)))

    a = part.args
    positional = [*a.posonlyargs, *a.args]
    for i, parameter in enumerate(positional):
        kind = Parameter.POSITIONAL_ONLY if i < len(a.posonlyargs) else Parameter.POSITIONAL_OR_KEYWORD
        at = i - (len(positional) - len(a.defaults))
        add(parameter, kind, a.defaults[at] if at >= 0 else None)
    add(a.vararg, Parameter.VAR_POSITIONAL)
    for parameter, default in zip(a.kwonlyargs, a.kw_defaults, strict=True):
        add(parameter, Parameter.KEYWORD_ONLY, default)
    add(a.kwarg, Parameter.VAR_KEYWORD)
    return found


def _is_of_specification(annotation: ast.expr | None) -> bool:
    """Whether an annotation is `P.args` or `P.kwargs`, in the place of the parameters that a function has besides."""
    return isinstance(annotation, ast.Attribute) and annotation.attr in ("args", "kwargs")


def _default(default: ast.expr | None) -> str:
    if default is None:
        return ""
    try:
        ast.literal_eval(default)
    except ValueError:
        return "..."
    return ast.unparse(default)


def _with_unused(arguments: list[Argument], function: Any) -> list[Argument]:
    """The parameters of an overload, and those of SciPy's that a decorator adds to it, at their places."""
    found: list[Argument] = []
    left = list(arguments)
    parameters = inspect.signature(function).parameters
    for name, parameter in parameters.items():
        if any(argument.name == name for argument in left):
            while found[-1:] == [] or found[-1].name != name:
                found.append(left.pop(0))
        elif parameter.annotation == UNUSED.get(name):
            is_in_order = [*[argument.name for argument in found], name] == list(parameters)[: len(found) + 1]
            kind = max([parameter.kind if is_in_order else Parameter.KEYWORD_ONLY, *[x.kind for x in found[-1:]]])
            found.append(Argument(name, kind, parameter.annotation, repr(parameter.default)))
    return found + left


def stub(package: str) -> str:
    """The text of the stub of a package, before it is formatted."""
    imports = Imports()
    names: list[str] = []
    text: list[str] = []
    others: list[str] = []
    for name, place in exported(package).items():
        module, _, attribute = place.partition(":")
        found = overloads(module, attribute, imports) if attribute else []
        if not found:
            of, _, last = place.replace(":", ".").rpartition(".")
            others.append(f"from {of} import {last} as {name}\n")
            continue
        function = getattr(import_module(module), attribute)
        doc = inspect.cleandoc(function.__doc__).replace("\\", "\\\\")
        found = [attrs.evolve(part, arguments=_with_unused(part.arguments, function)) for part in found]
        text += [part.text(name, "" if i else doc) for i, part in enumerate(found)]
        names.append(name)
    imports.origins["overload"] = ("typing", "overload")
    doc = inspect.getdoc(import_module(package)) or ""
    head = [_HEAD, f'"""{doc}"""\n', *imports.lines(), *others, f"__all__ = {names}\n"]
    return "".join(head + text)


def formatted(text: str) -> str:
    """A stub as the formatter leaves it."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--config",
        str(ROOT / "pyproject.toml"),
        "--stdin-filename",
        "stub.pyi",
        "-",
    ]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def path_of_stub(package: str) -> Path:
    """The file of the stub of a package."""
    return path_of(package).with_suffix(".pyi")


if __name__ == "__main__":
    for package in PACKAGES:
        path_of_stub(package).write_text(formatted(stub(package)))
