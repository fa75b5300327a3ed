"""A native function as machine code: compiled by Numba, or taken from the cache on disk, where nothing is compiled.

The file of a function has what Numba's compiler leaves of it: the object code, the name of its entry, and the names
that the linker has to fill in. It is linked by LLVM on its own, so that no other function can take the place of one of
the same name. All that the code depends on is in the key: see `_key`.
"""

from __future__ import annotations

import ctypes
import json
import platform
import sys
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np

from pydezero.transforms.jit import cache as files
from pydezero.transforms.jit.program import Buffer

_ENVIRONMENT: Final = "_ZN08NumbaEnv"
"""What the names begin with by which Numba's code refers to the constants of a function, of which ours have none."""

# Settings of Numba, by NUMBA_..., that change the code it makes.
_SETTINGS: Final = (
    "BOUNDSCHECK", "DEBUGINFO_DEFAULT", "DISABLE_INTEL_SVML", "ENABLE_AVX", "FASTMATH", "LOOP_VECTORIZE", "OPT",
    "SLP_VECTORIZE", "USING_SVML",
)  # fmt: skip


def machine_code(
    name: str, code: Any, arguments: Sequence[tuple[Buffer, bool]], lines: Sequence[str], *, for_large: bool
) -> Callable[..., Any]:
    """A function of the source of a program as machine code.

    It does not ask whether what it is called with are arrays of the dtypes that it is compiled for, in C order.

    Args:
        name: its name in the source.
        code: the source, compiled by Python.
        arguments: the buffers that it takes, and whether it writes to each.
        lines: the lines of the function.
        for_large: whether it must be right for arguments of any size.
    """
    key = _key(lines, arguments, for_large)
    content = None if key is None else files.read(key)
    loaded = None if content is None else _loaded(name, content)
    if loaded is not None:
        return loaded
    content = _translated(lines, arguments, for_large)
    loaded = None if content is None else _loaded(name, content)
    if loaded is None:
        result = _compiled(name, code, arguments, for_large)
        content, loaded = _content(result), result.entry_point
    if key is not None and content is not None:
        files.write(key, content)
    return loaded


def _translated(lines: Sequence[str], arguments: Sequence[tuple[Buffer, bool]], for_large: bool) -> bytes | None:
    """The content to keep of a function that is translated without Numba; None if there is no translation."""
    from numba.core.compiler_lock import global_compiler_lock

    from pydezero.transforms.jit.machine.native import ENTRY, native_code
    from pydezero.transforms.jit.machine.values import Unknown

    try:
        with global_compiler_lock:  # LLVM does one thing at a time
            code = native_code(lines, arguments, for_large=for_large)
    except Unknown:
        return None
    return _with_header(ENTRY, [], code.outside, code.content)


def _compiled(name: str, code: Any, arguments: Sequence[tuple[Buffer, bool]], for_large: bool) -> Any:
    """A function compiled by Numba."""
    from numba import njit, types
    from numba.np.numpy_support import from_dtype

    kinds = []
    for buffer, is_written in arguments:
        kind = from_dtype(buffer.dtype)
        if buffer.shape:
            kind = types.Array(kind, len(buffer.shape), "C", readonly=not is_written)
        kinds.append(kind)
    names = dict(_native_names(for_large))
    exec(code, names)  # of the words of this package alone
    jitted = njit([tuple(kinds)], error_model="numpy", nogil=True)(names[name])
    (result,) = jitted.overloads.values()
    return result


@cache
def _native_names(for_large: bool) -> dict[str, Any]:
    from pydezero.transforms.jit import native  # it takes a while, and is needed where something is compiled

    return native.names(for_large=for_large)


def _content(result: Any) -> bytes | None:
    """The content to keep of a function; None if its code holds in this process alone."""
    from numba.core.environment import lookup_environment

    library, module = result.library, result.library._final_module
    environments = [x.name for x in module.global_variables if x.name.startswith(_ENVIRONMENT)]
    if (
        library.has_dynamic_globals
        or result.reload_init
        or any(getattr(lookup_environment(x), "consts", None) for x in environments)
    ):
        return None
    outside = [x.name for x in (*module.functions, *module.global_variables) if x.is_declaration]
    outside = [x for x in outside if not x.startswith("llvm.")]
    return _with_header(result.fndesc.llvm_cpython_wrapper_name, environments, outside, library._get_compiled_object())


def _with_header(entry: str, environments: Sequence[str], outside: Sequence[str], code: bytes) -> bytes:
    """The content of a file: an object file, and what `_loaded` has to know of it."""
    names = {"entry": entry, "environments": list(environments), "outside": list(outside)}
    header = json.dumps(names).encode()
    return len(header).to_bytes(4, "little") + header + code


def _loaded(name: str, content: bytes) -> Callable[..., Any] | None:
    """The function of what was kept; None if a name that it refers to is not there, on which LLVM would exit."""
    import llvmlite.binding as llvm
    from numba import _dynfunc
    from numba.core import config
    from numba.core.compiler_lock import global_compiler_lock

    end = 4 + int.from_bytes(content[:4], "little")
    header = json.loads(content[4:end])
    with global_compiler_lock:
        _add_names()
        if any(llvm.address_of_symbol(x) is None for x in header["outside"]):
            return None
        machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(jit=True)
        engine = llvm.create_mcjit_compiler(
            llvm.parse_assembly(""), machine, use_lmm=config.USE_LLVMLITE_MEMORY_MANAGER
        )
        engine.add_object_file(llvm.ObjectFileRef.from_data(content[end:]))
        engine.finalize_object()
        environment = _dynfunc.Environment({})
        for x in header["environments"]:
            cell = ctypes.c_void_p.from_address(engine.get_global_value_address(x))
            cell.value = id(environment)
        address = engine.get_function_address(header["entry"])
    module, text = sys.modules[__name__], f"machine code of {name}"
    made: Callable[..., Any] = _dynfunc.make_function(module, name, text, address, environment, (engine,))
    return made


@cache
def _add_names() -> None:
    """Tell LLVM the addresses of what Numba's code calls of Numba, of C and of Python."""
    import llvmlite.binding as llvm
    from numba.core.registry import cpu_target
    from numba.core.runtime import _nrt_python

    assert cpu_target.target_context  # which adds most of them
    # As Numba does before it compiles its runtime, which what is loaded has in it.
    for x, address in _nrt_python.c_helpers.items():
        llvm.add_symbol(x if x.startswith("_") else f"NRT_{x}", address)


def _key(lines: Sequence[str], arguments: Sequence[tuple[Buffer, bool]], for_large: bool) -> str | None:
    """A digest of what machine code depends on; None if nothing is to be kept.

    It is: the source of the function and what it takes; the sources that it calls and that compile it; the versions of
    pydezero, Numba, llvmlite, NumPy and Python; the processor with its features; and Numba's settings.
    """
    basis = _basis() if files.is_on() else None
    if basis is None:
        return None
    kinds = [f"{buffer.dtype.str} {len(buffer.shape)} {is_written}" for buffer, is_written in arguments]
    text = "\n".join([*lines, "", *kinds, str(for_large)])
    return blake2b(basis + text.encode(), digest_size=20).hexdigest()


@cache
def _basis() -> bytes | None:
    """The part of a key that is the same for all functions of a process; None if the sources are not there to read."""
    import llvmlite
    import numba
    from numba.core import config
    from numba.core.registry import cpu_target

    versions = [
        sys.modules["pydezero"].__version__, numba.__version__, llvmlite.__version__, np.__version__,
        sys.version, sys.implementation.cache_tag, platform.machine(),
    ]  # fmt: skip
    settings = [repr(getattr(config, name, None)) for name in _SETTINGS]
    digest = blake2b("\n".join([*versions, *settings, *cpu_target.target_context.codegen().magic_tuple()]).encode())
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    if not sources:
        return None
    for source in sources:
        digest.update(source.read_bytes())
    return digest.digest()
