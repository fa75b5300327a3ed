"""LLVM: from the text of a module to machine code for this processor."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

# llvmlite has no types.


def optimized(text: str, linked: Iterable[bytes] = ()) -> Any:
    """The module of a text, with modules in bitcode linked to it, after LLVM's optimizations."""
    import llvmlite.binding as llvm

    machine = _machine()
    module = llvm.parse_assembly(text)
    module.triple = llvm.get_process_triple()
    module.data_layout = str(machine.target_data)
    for code in linked:
        module.link_in(llvm.parse_bitcode(code))
    module.verify()
    # Simple instructions first: after that loops in loops are unrolled, and turned into SIMD, as they should be.
    _run(module, machine, 0, "add_instruction_combine_pass")
    _run(module, machine, 3)
    return module


def _run(module: Any, machine: Any, level: int, *more: str) -> None:
    """Run the passes of a level of optimization, and then more of them."""
    import llvmlite.binding as llvm

    tuning = llvm.create_pipeline_tuning_options(speed_level=level)
    tuning.loop_vectorization = True
    builder = llvm.create_pass_builder(machine, tuning)
    passes = builder.getModulePassManager()
    for name in more:
        getattr(passes, name)()
    passes.run(module, builder)


def object_code(module: Any) -> bytes:
    """A module as an object file."""
    code: bytes = _machine().emit_object(module)
    return code


@cache
def _machine() -> Any:
    """The processor, as far as Numba's settings allow to use it."""
    from numba.core.registry import cpu_target

    return cpu_target.target_context.codegen()._tm
