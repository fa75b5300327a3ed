"""The workloads, a file of each kind."""

from typing import Final

from benchmarks.workload import Workload
from benchmarks.workloads.adam import adam
from benchmarks.workloads.bundle import bundle
from benchmarks.workloads.chain import chain_10, chain_100, long_chain, unlike_chain, where_chain
from benchmarks.workloads.checkpoint import memory_chain, memory_checkpoint
from benchmarks.workloads.convolution import convolution
from benchmarks.workloads.dispatch import dispatch
from benchmarks.workloads.fan_out import fan_out
from benchmarks.workloads.functions import FUNCTIONS
from benchmarks.workloads.growth import GROWTH
from benchmarks.workloads.hessian import hessian, hessian_dense, hessian_loop
from benchmarks.workloads.hvp import hvp, rosenbrock_gradient
from benchmarks.workloads.imports import import_after_attrs, import_after_numpy
from benchmarks.workloads.index_loop import index_loop
from benchmarks.workloads.jacobian import jacobian, jacobian_forward
from benchmarks.workloads.joining import split_concatenate, split_stack
from benchmarks.workloads.kalman import kalman
from benchmarks.workloads.logistic import logistic
from benchmarks.workloads.logsumexp import logsumexp
from benchmarks.workloads.loops import LOOPS
from benchmarks.workloads.lotka_volterra import lotka_volterra, lotka_volterra_error
from benchmarks.workloads.lstm import lstm
from benchmarks.workloads.memory import memory_adds, memory_products
from benchmarks.workloads.mixture import mixture
from benchmarks.workloads.mlp import mlp
from benchmarks.workloads.passes import passes
from benchmarks.workloads.per_example import per_example, per_example_loop
from benchmarks.workloads.rnn import rnn
from benchmarks.workloads.rotations import rotations
from benchmarks.workloads.scan import memory_scan, scan, scan_checkpoint
from benchmarks.workloads.small import SMALL
from benchmarks.workloads.stencil import stencil
from benchmarks.workloads.threads import THREADS

SUITE: Final[tuple[Workload, ...]] = (
    chain_100,
    chain_10,
    where_chain,
    long_chain,
    unlike_chain,
    mlp,
    logistic,
    logsumexp,
    mixture,
    rnn,
    stencil,
    convolution,
    index_loop,
    lstm,
    bundle,
    rotations,
    adam,
    scan,
    scan_checkpoint,
    kalman,
    *LOOPS,
    split_concatenate,
    split_stack,
    fan_out,
    memory_adds,
    memory_products,
    memory_chain,
    memory_checkpoint,
    memory_scan,
    lotka_volterra,
    lotka_volterra_error,
    per_example,
    per_example_loop,
    rosenbrock_gradient,
    hvp,
    hessian,
    hessian_loop,
    hessian_dense,
    jacobian,
    jacobian_forward,
    *FUNCTIONS,
    *SMALL,
    *passes,
    *GROWTH,
    *THREADS,
    dispatch,
    import_after_numpy,
    import_after_attrs,
)
