"""A recorded graph: walking it, seeding it, pulling cotangents back through it, and linear maps as graphs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.graph.notes import note_backward as note_backward
