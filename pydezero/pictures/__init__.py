"""Pictures of computations: what is drawn, how repetition is folded, and the languages that pictures are written in."""
