"""Control flow that batches and traces: `scan`, `fori_loop`, `while_loop`, `cond`, `switch`, `map`."""
