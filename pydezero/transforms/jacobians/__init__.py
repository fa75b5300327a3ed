"""Derivatives as arrays: `jacobian`, `jacfwd`, `jacrev`, `hessian`, `hvp`, `laplacian` and `derivative`."""
