"""A recorded graph: walking it, seeding it, pulling cotangents back through it, and linear maps as graphs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.graph.general import pull_back_choice as pull_back_choice
    from pydezero.graph.general import pull_back_in_general as pull_back_in_general
    from pydezero.graph.notes import note_backward as note_backward
    from pydezero.graph.pending import compute_pending as compute_pending
    from pydezero.graph.pending import pending_one as pending_one
    from pydezero.graph.pending import pull_through as pull_through
    from pydezero.graph.taken import results_with_marks as results_with_marks
