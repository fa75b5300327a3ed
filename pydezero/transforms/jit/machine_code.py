"""A native function as machine code: compiled by LLVM, or taken from the cache on disk, where nothing is compiled.

The file of a function has the object code, the name of its entry, and the names that the linker has to fill in. It is
linked by LLVM on its own, so that no other function can take the place of one of the same name. All that the code
depends on is in the key: see `_key`. Numba gives LLVM, the processor's features, and the names of C, Python and BLAS.
"""

from __future__ import annotations

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
from pydezero.transforms.jit.machine.lapack import PREFIX, address_of
from pydezero.transforms.jit.program import Buffer

_SETTINGS: Final = ("OPT", "USING_SVML")
"""The settings of Numba that change what LLVM makes of a program, beside those of the processor."""


def machine_code(
    name: str, arguments: Sequence[tuple[Buffer, bool]], lines: Sequence[str], *, for_large: bool
) -> Callable[..., Any]:
    """A native function of a program as machine code.

    It does not ask whether what it is called with are arrays of the dtypes that it is compiled for, in C order.

    Args:
        name: its name in the source.
        arguments: the buffers that it takes, and whether it writes to each.
        lines: the lines of the function.
        for_large: whether it must be right for arguments of any size.
    """
    key = _key(lines, arguments, for_large)
    content = None if key is None else files.read(key)
    loaded = None if content is None else _loaded(name, content)
    if loaded is None:
        content = _compiled(lines, arguments, for_large)
        loaded = _loaded(name, content)
        assert loaded is not None, "the code calls only what Numba has told LLVM of"
        if key is not None:
            files.write(key, content)
    return loaded


def _compiled(lines: Sequence[str], arguments: Sequence[tuple[Buffer, bool]], for_large: bool) -> bytes:
    """The content to keep of a function."""
    from numba.core.compiler_lock import global_compiler_lock

    from pydezero.transforms.jit.machine.native import ENTRY, native_code  # where nothing is compiled, it is not needed

    with global_compiler_lock:  # LLVM does one thing at a time
        code = native_code(lines, arguments, for_large=for_large)
    header = json.dumps({"entry": ENTRY, "outside": code.outside}).encode()
    return len(header).to_bytes(4, "little") + header + code.content


def _loaded(name: str, content: bytes) -> Callable[..., Any] | None:
    """The function of what was kept; None if a name that it refers to is not there, on which LLVM would exit."""
    import llvmlite.binding as llvm
    from numba import _dynfunc
    from numba.core import config
    from numba.core.compiler_lock import global_compiler_lock
    from numba.core.registry import cpu_target

    end = 4 + int.from_bytes(content[:4], "little")
    header = json.loads(content[4:end])
    with global_compiler_lock:
        assert cpu_target.target_context  # which tells LLVM the addresses of what Numba has
        for name_of_lapack in [x for x in header["outside"] if x.startswith(PREFIX)]:
            llvm.add_symbol(name_of_lapack, address_of(name_of_lapack))
        if any(llvm.address_of_symbol(x) is None for x in header["outside"]):
            return None
        machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(jit=True)
        engine = llvm.create_mcjit_compiler(
            llvm.parse_assembly(""), machine, use_lmm=config.USE_LLVMLITE_MEMORY_MANAGER
        )
        engine.add_object_file(llvm.ObjectFileRef.from_data(content[end:]))
        engine.finalize_object()
        address = engine.get_function_address(header["entry"])
    module, text = sys.modules[__name__], f"machine code of {name}"
    made: Callable[..., Any] = _dynfunc.make_function(module, name, text, address, _dynfunc.Environment({}), (engine,))
    return made


def _key(lines: Sequence[str], arguments: Sequence[tuple[Buffer, bool]], for_large: bool) -> str | None:
    """A digest of all that the machine code depends on; None if nothing is to be kept.

    That is: the source of the function and its arguments; the sources of the functions that it calls, and of the
    compiler; the versions of pydezero, Numba, llvmlite, NumPy and Python; the processor with its features; and Numba's
    settings.
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
