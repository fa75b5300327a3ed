"""The operations of a loop as lines of Python source."""

from __future__ import annotations

import math

import numpy as np

from pydezero.transforms.jit.emit_cuts import cut_of
from pydezero.transforms.jit.emit_nest import BLOCK, Nest, Scope, kept_strides
from pydezero.transforms.jit.emit_parts import Section, is_independent, parts_of
from pydezero.transforms.jit.fuse import Loop
from pydezero.transforms.jit.native_names import has_limit
from pydezero.transforms.jit.program import Assign, Compute, Reduce, Store, c_strides
from pydezero.transforms.jit.scalars import literal, loaded_as, stored_as
from pydezero.transforms.staging.text import dtype_name


def lines_of(loop: Loop, scope: Scope) -> list[str]:
    """The lines of a loop over a shape."""
    nest = Nest(scope, loop)
    if 0 in loop.shape:
        return _of_nothing(nest)
    nest.parts = parts_of(nest)
    for operation in loop.operations:
        if isinstance(operation, Compute):
            _compute(nest, operation)
        elif isinstance(operation, Store):
            _store(nest, operation)
        elif isinstance(operation, Assign):
            _assign(nest, operation)
        else:
            _reduce(nest, operation)
    nest.is_independent = is_independent(nest)
    nest.cut = cut_of(nest)
    lines = nest.nested(0)
    if nest.parts is None:
        return [*nest.first, *lines]
    section = Section(nest, nest.parts)
    scope.sections.append(section.of_part(lines))
    joined = [line for o in loop.operations if isinstance(o, Reduce) for line in _joined(nest, o, section)]
    return [*nest.first, *section.begun(), *joined]


def _of_nothing(nest: Nest) -> list[str]:
    """The lines of a loop over no elements, of which there are only reductions."""
    lines: list[str] = []
    for operation in nest.loop.operations:
        if isinstance(operation, Reduce):
            first = literal(first_of(operation))
            is_variable = operation.out in nest.scope.plan.variables
            if is_variable:
                lines.append(f"v{operation.out} = {first}")
            buffer = nest.buffers[operation.out]
            if buffer.shape and (not is_variable or operation.out in nest.scope.plan.arrays):
                lines += _filling(f"p{operation.out}", buffer.size, stored_as(first, operation.dtype))
    return lines


def _compute(nest: Nest, operation: Compute) -> None:
    out, dtype = operation.out, nest.buffers[operation.out].dtype
    operands = [nest.operand(x, d) for x, d in zip(operation.operands, operation.dtypes, strict=True)]
    text = operation.expression
    if text.startswith("{zero:"):
        text = literal(dtype.type(0))
    else:
        for i, x in enumerate(operands):
            text = text.replace(f"{{{i}}}", x)
    if has_limit(operation.name):
        _look_for_large(nest, operation.name, operands[0])
    if dtype.kind in "iu" and dtype.itemsize < 8 and text not in operands:
        text = f"{dtype_name(dtype)}({text})"
    nest.line(f"v{out} = {text}")
    nest.local.add(out)
    if nest.scope.is_kept(out):
        stored = stored_as(f"v{out}", dtype)
        nest.line(f"p{out}[{nest.index(0, c_strides(nest.loop.shape))}] = {stored}")


def _look_for_large(nest: Nest, name: str, x: str) -> None:
    """Add the line that notes an argument beyond the limit of a function."""
    line = f"large = large | ((abs({x}) > limit_of_{name}) & (abs({x}) < inf))"
    nest.scope.looks_for_large = nest.looks_for_large = True
    if line not in nest.before[-1]:
        nest.line(line)


def _assign(nest: Nest, operation: Assign) -> None:
    out, dtype = operation.out, nest.buffers[operation.out].dtype
    value = nest.operand(operation.operand, dtype)
    if out in nest.scope.plan.variables:
        nest.line(f"v{out} = {value}")
    if nest.scope.is_kept(out):
        nest.line(f"p{out}[{nest.index(0, c_strides(nest.loop.shape))}] = {stored_as(value, dtype)}")


def _store(nest: Nest, operation: Store) -> None:
    target = operation.target
    dtype = nest.buffers[target.buffer].dtype
    value = stored_as(nest.operand(operation.operand, dtype), dtype)
    place = f"p{target.buffer}[{nest.index_at(target)}]"
    nest.line(f"{place} = {place} + {value}" if operation.adds else f"{place} = {value}")


def _reduce(nest: Nest, operation: Reduce) -> None:
    flags = [group[0] in operation.axes for group in nest.axes.groups]
    depth = len(nest.dims)
    inner = depth
    while inner and flags[inner - 1]:
        inner -= 1
    value = nest.operand(operation.operand, operation.dtype)
    strides = kept_strides(operation)
    out = f"v{operation.out}"
    is_variable = operation.out in nest.scope.plan.variables
    is_copied = nest.parts is not None and operation.out in nest.parts.copied
    into = f"{'q' if is_copied else 'p'}{operation.out}[{nest.index(0, strides)}]"
    first = literal(first_of(operation))
    dtype = operation.dtype
    so_far = loaded_as(into, dtype)
    if any(flags[:inner]):  # what is reduced further out is added up in memory
        size = nest.buffers[operation.out].size
        lines = nest.before[0] if is_copied or nest.parts is None else nest.first
        lines += _filling(into.split("[")[0], size, stored_as(first, dtype))
        if inner == depth:
            nest.line(f"{into} = {stored_as(_step(operation, so_far, value), dtype)}")
            return
    _accumulate(nest, operation, value, first, inner)
    total = f"a{operation.out}"
    if any(flags[:inner]):
        nest.after[inner].append(f"{into} = {stored_as(_step(operation, so_far, total), dtype)}")
    elif is_variable and not is_copied:
        nest.after[inner].append(f"{out} = {total}")
        if operation.out in nest.scope.plan.arrays:
            nest.after[inner].append(f"p{operation.out}[0] = {stored_as(total, dtype)}")
    else:
        nest.after[inner].append(f"{into} = {stored_as(total, dtype)}")


def _accumulate(nest: Nest, operation: Reduce, value: str, first: str, inner: int) -> None:
    """Add up along the axes from a depth on; the total is in `a` and the number of the buffer."""
    total, part = f"a{operation.out}", f"s{operation.out}"
    depth = len(nest.dims)
    is_float_sum = operation.name == "sum" and operation.dtype.kind == "f"
    rows = math.prod(nest.dims[inner : depth - 1])
    if not is_float_sum or rows * nest.dims[depth - 1] <= BLOCK:
        nest.before[inner].append(f"{total} = {first}")
        nest.line(f"{total} = {_step(operation, total, value, free=True)}")
        return
    lost = f"c{operation.out}"
    nest.before[inner] += [f"{total} = {first}", f"{lost} = {first}"]
    nest.in_block.append(f"{part} = {first}")
    nest.line(f"{part} = plus({part}, {value})")
    nest.after_block += _compensated(total, lost, part, f"t{operation.out}")
    nest.after[inner].append(_with_lost(total, lost))


def _compensated(total: str, lost: str, x: str, new: str) -> list[str]:
    """The lines that add x to a total, and the rounding error of that to what is lost (Neumaier 1974)."""
    return [
        f"{new} = {total} + {x}",
        f"{lost} = {lost} + select(abs({total}) >= abs({x}), ({total} - {new}) + {x}, ({x} - {new}) + {total})",
        f"{total} = {new}",
    ]


def _with_lost(total: str, lost: str) -> str:
    # It is no number where the sum is infinite.
    return f"{total} = select(abs({lost}) < inf, {total} + {lost}, {total})"


def _joined(nest: Nest, operation: Reduce, section: Section) -> list[str]:
    """The lines that put together what the parts of a loop have reduced, one after the other."""
    if operation.out not in section.copies:
        return []
    out, dtype, count = operation.out, operation.dtype, section.parts.count
    size = section.parts.copied[out]
    total, lost, x = f"all{out}", f"lost{out}", f"more{out}"
    is_float_sum = operation.name == "sum" and dtype.kind == "f"
    k, of_part = ("k", f"k + part * {size}") if size > 1 else ("0", "part")
    lines = [f"{total} = {loaded_as(f'all_q{out}[{k}]', dtype)}"]
    lines += [f"{lost} = {literal(dtype.type(0))}"] if is_float_sum else []
    step = _compensated(total, lost, x, f"new{out}") if is_float_sum else [f"{total} = {_step(operation, total, x)}"]
    lines += [
        f"for part in range(1, {count}):",
        f"    {x} = {loaded_as(f'all_q{out}[{of_part}]', dtype)}",
        *[f"    {line}" for line in step],
    ]
    lines += [_with_lost(total, lost)] if is_float_sum else []
    is_variable = out in nest.scope.plan.variables
    if is_variable:
        lines.append(f"v{out} = {total}")
    if not is_variable or out in nest.scope.plan.arrays:
        lines.append(f"p{out}[{k}] = {stored_as(total, dtype)}")
    copies = f"all_q{out} = {dtype_name(dtype)}_at(scratch, {section.copies[out]})"
    if size == 1:
        return [copies, *lines]
    return [copies, f"for k in range({size}):", *[f"    {line}" for line in lines]]


def _filling(memory: str, size: int, value: str) -> list[str]:
    return [f"for k in range({size}):", f"    {memory}[k] = {value}"]


def first_of(operation: Reduce) -> np.generic:
    """The value that a reduction begins with."""
    kind = operation.dtype.type
    if operation.name in ("sum", "prod", "any", "all"):
        first: np.generic = kind(operation.name in ("prod", "all"))
        return first
    sign = -1 if operation.name == "max" else 1
    if operation.dtype.kind == "f":
        return kind(sign * math.inf)  # type: ignore[no-any-return]  # NumPy's stubs know no dtype here
    limits = np.iinfo(operation.dtype)
    return kind(limits.min if sign < 0 else limits.max)  # type: ignore[no-any-return]  # likewise


def _step(operation: Reduce, total: str, value: str, *, free: bool = False) -> str:
    """The total with one more value; `free` if the order makes no difference."""
    is_float = operation.dtype.kind == "f"
    if operation.dtype.kind == "b":
        return f"{total} {'|' if operation.name == 'any' else '&'} {value}"
    if operation.name in ("sum", "prod"):
        if free and is_float:
            return f"{'plus' if operation.name == 'sum' else 'times'}({total}, {value})"
        text = f"{total} {'+' if operation.name == 'sum' else '*'} {value}"
        return text if is_float or operation.dtype.itemsize == 8 else f"{dtype_name(operation.dtype)}({text})"
    if is_float:
        return f"{'largest' if operation.name == 'max' else 'smallest'}({total}, {value})"
    return f"select({total} {'>' if operation.name == 'max' else '<'} {value}, {total}, {value})"
