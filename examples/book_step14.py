"""Step 14 of *Deep Learning from Scratch 3*: the three bugs of a mutable `.grad`, and what happens here instead.

python examples/book_step14.py
"""

from __future__ import annotations

import numpy as np

from pydezero import Variable, add, grad, gradients


def main() -> None:
    x = Variable(np.array(3.0))

    print("A variable used twice: its gradients add up.")
    y = add(x, x)
    print(f"  y = x + x          dy/dx = {gradients(y, x)}")

    print("The same variable in another computation: nothing is left over, so nothing is to be cleared.")
    z = add(add(x, x), x)
    print(f"  z = (x + x) + x    dz/dx = {gradients(z, x)}")
    print(f"  y once more        dy/dx = {gradients(y, x)}")

    print("No gradient is an alias of another: writing into one changes no other.")
    dy, dx = gradients(y, (y, x))
    dy[...] = 100.0
    print(f"  dy/dy overwritten with {dy}, dy/dx = {dx}, and asked again: {gradients(y, y)}")

    print("Without a graph in sight: grad turns a function into its derivative.")
    print(f"  grad(lambda x: x + x + x)(3.0) = {grad(lambda x: x + x + x)(3.0)}")


if __name__ == "__main__":
    main()
