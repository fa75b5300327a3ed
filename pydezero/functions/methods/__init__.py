"""The operators and methods of a Variable."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.functions.indexing.at import AtIndexer as AtIndexer
    from pydezero.functions.indexing.flat import FlatIterator as FlatIterator
    from pydezero.functions.methods.newcomers import instead_of_name as instead_of_name
    from pydezero.functions.methods.numpys import instead_of_lists as instead_of_lists
    from pydezero.functions.methods.scipys import instead_of_scipys as instead_of_scipys
    from pydezero.functions.methods.scipys import is_sparse_product as is_sparse_product
    from pydezero.functions.methods.scipys import note_scipys as note_scipys
