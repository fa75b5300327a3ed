"""Finding what is wrong or slow: `check_finite`, `explain`, and where a value came from."""
