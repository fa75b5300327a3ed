"""Taylor mode: `jet`, `taylor` and `nth_derivative`."""
