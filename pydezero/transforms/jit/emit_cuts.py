"""Long loops, cut into pieces: each is a loop of its own over the elements of a block, one block after the other.

The time that compilers take grows faster than the length of a loop, and so does the number of values that wait for
their use, for which there are few registers. What a piece computes and a later one needs lies in scratch memory for the
elements of one block, which stay in the cache.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

from pydezero.transforms.jit.emit_nest import Cut, Nest
from pydezero.transforms.jit.native_names import is_function
from pydezero.transforms.jit.program import c_strides
from pydezero.transforms.jit.scalars import loaded_as, stored_as
from pydezero.transforms.staging.text import dtype_name

LONGEST: Final = 700
"""The most instructions of a piece, about."""

_OF_FUNCTION: Final = 20  # instructions
_FILLED: Final = 0.6
"""The part of a piece that is filled before a place to cut is looked for."""

_BLOCK_BYTES: Final = 1 << 17
_LONGEST_BLOCK: Final = 512
_SHORTEST_BLOCK: Final = 32
_LANES: Final = 8
_WIDTH: Final = 8
"""The bytes of the widest number."""

_ASSIGNMENT: Final = re.compile(r"(\w+) = (.*)")
_COMPUTED: Final = re.compile(r"v\d+")
_NAME: Final = re.compile(r"\b[A-Za-z_]\w*\b")


def cut_of(nest: Nest) -> Cut | None:
    """The pieces of the innermost loop of a nest, if it is long and its iterations are independent."""
    if sum(map(_weight, nest.before[-1])) <= LONGEST or not nest.is_independent:
        return None
    body = _Body(nest.before[-1])
    pieces, adding = body.pieces()
    needed = [body.needed(piece) for piece in pieces]
    piece_of = [k for k, piece in enumerate(pieces) for _ in piece]
    last = {name: k for k, names in enumerate(needed) for name in names}
    stored = [name for name in last if _COMPUTED.fullmatch(name) and not nest.scope.is_kept(int(name[1:]))]
    slots, count = _slots({name: (piece_of[body.made[name]], last[name]) for name in stored})
    block = _block(nest.dims[-1], count)
    places = _places(nest, slots, count, block)
    index = f"i{len(nest.dims) - 1}"
    texts: list[list[str]] = []
    for k, piece in enumerate(pieces):
        text = [_got(nest, name, body.lines[body.made[name]], places.get(name)) for name in needed[k]]
        for i in piece:
            text.append(body.lines[i])
            name = body.makes[i]
            if name in places:
                text.append(f"{places[name]} = {stored_as(name, nest.buffers[int(name[1:])].dtype)}")
        own = {name: f"{name}_{k}" for name in (index, *needed[k])}
        texts.append([_renamed(line, own) for line in text])
    return Cut(texts, adding, block)


def _renamed(line: str, names: Mapping[str, str]) -> str:
    return _NAME.sub(lambda found: names.get(found[0], found[0]), line)


def _weight(line: str) -> int:
    return 1 + _OF_FUNCTION * sum([is_function(name) for name in _NAME.findall(line)])


def _is_adding(line: str) -> bool:
    """Whether a line adds to a sum, in memory or in a variable, and so must run only once."""
    target, _, value = line.partition(" = ")
    # To be large twice is no more than once.
    return target != "large" and (target in value if "[" in target else target in _NAME.findall(value))


class _Body:
    """The lines of a loop, the lines that add to sums last.

    Attributes:
        lines: the lines.
        makes: the name of the value that each makes, if any.
        uses: the names that each uses.
        made: the line that makes each value.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        is_adding = [_is_adding(line) for line in lines]
        self.count: int = is_adding.count(False)
        self.lines: list[str] = [line for _, line in sorted(zip(is_adding, lines, strict=True), key=lambda x: x[0])]
        found = [_ASSIGNMENT.fullmatch(line) for line in self.lines]
        self.uses: list[list[str]] = [
            _NAME.findall(x[2] if x else line) for x, line in zip(found, self.lines, strict=True)
        ]
        self.makes: list[str] = [
            x[1] if x and x[1] not in names else "" for x, names in zip(found, self.uses, strict=True)
        ]
        self.made: dict[str, int] = {name: i for i, name in enumerate(self.makes) if name}

    def pieces(self) -> tuple[list[range], int]:
        """The lines of each piece, and the number of the pieces, at the end, that add to sums."""
        pieces = self._cut(0, self.count)
        adding = self._cut(self.count, len(self.lines))
        return pieces + adding, len(adding)

    def _cut(self, start: int, stop: int) -> list[range]:
        """Pieces of some lines; they end where few of the values that were computed are needed later."""
        waiting = self._waiting()
        pieces: list[range] = []
        while start < stop:
            weight, end = 0, stop
            for i in range(start + 1, stop):
                weight += _weight(self.lines[i - 1])
                if weight > LONGEST and end < stop:
                    break
                if weight > _FILLED * LONGEST and (end == stop or waiting[i] <= waiting[end]) and not self._is_kept(i):
                    end = i
            else:
                end = stop if weight <= LONGEST else end
            pieces.append(range(start, end))
            start = end
        return pieces

    def _is_kept(self, i: int) -> bool:
        """Whether a line writes to an array what the line before it computes; later pieces read it there."""
        return self.lines[i].startswith(f"p{self.makes[i - 1][1:]}[") and self.makes[i - 1] in self.uses[i]

    def _waiting(self) -> list[int]:
        """How many of the values computed before each line are needed from there on."""
        last = {name: i for i, names in enumerate(self.uses) for name in names if name in self.made}
        changes = [0] * (len(self.uses) + 1)
        for name, i in last.items():
            if _COMPUTED.fullmatch(name):
                changes[self.made[name] + 1] += 1
                changes[i + 1] -= 1
        return list(accumulate(changes))

    def needed(self, piece: range) -> list[str]:
        """The values of earlier pieces that a piece needs, in the order in which they are made there."""
        found: set[str] = set()
        waiting = [name for i in piece for name in self.uses[i]]
        while waiting:
            name = waiting.pop()
            if name in found or self.made.get(name, piece.start) >= piece.start:
                continue
            found.add(name)
            if not _COMPUTED.fullmatch(name):  # what is not computed is read or converted again
                waiting += self.uses[self.made[name]]
        return sorted(found, key=self.made.__getitem__)


def _slots(intervals: Mapping[str, tuple[int, int]]) -> tuple[dict[str, int], int]:
    """A place for each value from the piece that makes it to the last that needs it, and the number of places."""
    slots: dict[str, int] = {}
    free: list[int] = []
    ends: dict[int, list[int]] = {}
    count = begun = 0
    for name, (first, last) in sorted(intervals.items(), key=lambda item: item[1][0]):
        for piece in range(begun, first):  # a place is free again in the pieces behind
            free += ends.pop(piece, [])
        begun = max(begun, first)
        if free:
            slots[name] = free.pop()
        else:
            slots[name], count = count, count + 1
        ends.setdefault(last, []).append(slots[name])
    return slots, count


def _block(n: int, slots: int) -> int:
    """The number of elements of a block: few enough for the cache, and if possible a part of all."""
    most = max(_SHORTEST_BLOCK, min(_LONGEST_BLOCK, _BLOCK_BYTES // (_WIDTH * max(1, slots)) // _LANES * _LANES))
    if n <= most:
        return n
    return next((size for size in range(most, most // 2, -_LANES) if n % size == 0), most)


def _places(nest: Nest, slots: Mapping[str, int], count: int, block: int) -> dict[str, str]:
    """The element of each value that lies in scratch memory; each part of a loop has memory of its own."""
    size = -(-block // _LANES) * _LANES * _WIDTH
    parts = nest.parts.count if nest.parts is not None else 1
    start = nest.scope.reserved(parts * count * size)
    of_part = f" + part * {count * size}" if parts > 1 else ""
    return {
        name: f"{dtype_name(nest.buffers[int(name[1:])].dtype)}_at(scratch, {start + slot * size}{of_part})[j]"
        for name, slot in slots.items()
    }


def _got(nest: Nest, name: str, line: str, place: str | None) -> str:
    """The line by which a piece gets what another one has made; `place` is where that lies in scratch memory."""
    if not _COMPUTED.fullmatch(name):
        return line
    number = int(name[1:])
    if place is None:
        place = f"p{number}[{nest.index(0, c_strides(nest.loop.shape))}]"
    return f"{name} = {loaded_as(place, nest.buffers[number].dtype)}"
