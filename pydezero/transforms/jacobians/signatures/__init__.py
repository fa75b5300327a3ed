"""The types of `jacobian`, `hessian` and their siblings, and of the functions that they return.

Where a differentiated argument of f is a Variable, the derivative takes a Variable and returns Variables, or takes an
array and returns arrays, or takes a number and returns what f returns for it.

A decorator gives each transform its overloads, which are written once. At run time it stays a plain function with its
own docstring and signature, which also answers to another library's name of `argnums`.
"""
