"""The boundary of a transform: arguments in, results out, names for messages, and how a function was made."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.transforms.boundary.writing import note_list as note_list
    from pydezero.transforms.boundary.writing import note_read_only as note_read_only
    from pydezero.transforms.boundary.writing import note_variable as note_variable
