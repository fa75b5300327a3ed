"""What a computation is: values, the nodes they came from, and the primitives that made them.

Read in this order: `variable` (the two records), `primitive` (the three kinds), `elementwise` and `bind` (how a
primitive is applied and recorded). Nothing here knows how a computation is differentiated; see `pydezero.transforms`.
"""
