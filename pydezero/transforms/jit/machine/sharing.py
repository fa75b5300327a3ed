"""The words by which a native function shares the parts of a loop with other threads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pydezero.transforms.jit.machine.translate import Result, Translation
from pydezero.transforms.jit.machine.values import Value

_SHARE: Final = """define internal void @share(ptr %counters, ptr %threads, i64 %section) noinline nounwind {
begin:
  %done = getelementptr i64, ptr %counters, i64 8
  %before = atomicrmw xchg ptr %done, i64 0 seq_cst
  %free = atomicrmw xchg ptr %counters, i64 0 seq_cst
  %count = load i64, ptr %threads
  %place1 = getelementptr i64, ptr %threads, i64 1
  %address = load i64, ptr %place1
  %function = inttoptr i64 %address to ptr
  %place2 = getelementptr i64, ptr %threads, i64 2
  %number = load i64, ptr %place2
  %which = add i64 %number, %section
  br label %test
test:
  %i = phi i64 [ 0, %begin ], [ %next, %inside ]
  %more = icmp slt i64 %i, %count
  br i1 %more, label %inside, label %end
inside:
  call void %function(i64 %which)
  %next = add i64 %i, 1
  br label %test
end:
  ret void
}"""

_WAIT: Final = """define internal void @wait(ptr %counters, ptr %threads, i64 %parts) noinline nounwind {
begin:
  %done = getelementptr i64, ptr %counters, i64 8
  %place = getelementptr i64, ptr %threads, i64 3
  br label %test
test:
  %count = atomicrmw add ptr %done, i64 0 seq_cst
  %less = icmp slt i64 %count, %parts
  br i1 %less, label %inside, label %end
inside:
  %address = load i64, ptr %place
  %function = inttoptr i64 %address to ptr
  call void %function(i64 0)
  br label %test
end:
  ret void
}"""


def share(to: Translation, x: Sequence[Result]) -> tuple[()]:
    """Let the parts of a section be taken, and call those who help.

    Someone may still come to help with the last turn of a loop around: he finds nothing until parts may be taken.
    """
    return _called(to, "share", _SHARE, x)


def wait(to: Translation, x: Sequence[Result]) -> tuple[()]:
    """Wait until all parts of a section are computed."""
    return _called(to, "wait", _WAIT, x)


def _called(to: Translation, name: str, definition: str, x: Sequence[Result]) -> tuple[()]:
    counters, threads, number = x
    to.to.declared[name] = definition
    to.to.add(f"call void @{name}({counters.typed}, {threads.typed}, {to.to.converted(number, 'i64').typed})")
    return ()


def added(to: Translation, x: Sequence[Result]) -> Value:
    """The value of a counter before one was added, which LLVM knows to be no less than 0."""
    before = to.to.new("i64", f"atomicrmw add {x[0].typed}, i64 1 seq_cst")
    return to.to.converted(to.to.converted(before, "u32"), "i64")
