"""A peer of the training step: `peers.py NAME THREADS` answers each line `N` on standard input by the seconds that N steps took.

The step is that of step.mdl: 784-128-10, relu, softmax cross-entropy, SGD, f32, one fixed batch of 64. The process lives through all
rounds, so imports and compilation are outside what is measured.
"""

import os
import sys
import time

BATCH, INPUTS, HIDDEN, CLASSES, RATE = 64, 784, 128, 10, 0.01


def torchEager():
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(1)
    x, y = torch.randn(BATCH, INPUTS), torch.arange(BATCH) % CLASSES
    net = torch.nn.Sequential(torch.nn.Linear(INPUTS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES))
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    loss = torch.nn.CrossEntropyLoss()

    def run(steps):
        for _ in range(steps):
            optimizer.zero_grad()
            value = loss(net(x), y)
            value.backward()
            optimizer.step()
        return value.item()

    return run


def torchCompile():
    """Forward and loss, and the optimiser's step, compiled; the usual way."""
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(1)
    x, y = torch.randn(BATCH, INPUTS), torch.arange(BATCH) % CLASSES
    net = torch.nn.Sequential(torch.nn.Linear(INPUTS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES))
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    criterion = torch.nn.CrossEntropyLoss()
    loss = torch.compile(lambda: criterion(net(x), y), mode="max-autotune-no-cudagraphs")
    update = torch.compile(optimizer.step)

    def run(steps):
        for _ in range(steps):
            value = loss()
            value.backward()
            update()
            optimizer.zero_grad()
        return value.item()

    return run


def torchFunctional():
    """The whole step as one graph (torch.func.grad under torch.compile)."""
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(1)
    x, y = torch.randn(BATCH, INPUTS), torch.arange(BATCH) % CLASSES
    start = torch.nn.Linear(INPUTS, HIDDEN), torch.nn.Linear(HIDDEN, CLASSES)
    parameters = [p.detach() for layer in start for p in (layer.weight, layer.bias)]

    def loss(p):
        return F.cross_entropy(F.linear(F.relu(F.linear(x, p[0], p[1])), p[2], p[3]), y)

    @torch.compile(fullgraph=True)
    @torch.no_grad()
    def step(p):
        for parameter, gradient in zip(p, torch.func.grad(loss)(p)):
            parameter.sub_(gradient, alpha=RATE)

    def run(steps):
        for _ in range(steps):
            step(parameters)
        return loss(parameters).item()

    return run


def jaxLoss():
    import jax
    import jax.numpy as jnp

    keys = jax.random.split(jax.random.key(1), 3)
    x, y = jax.random.normal(keys[0], (BATCH, INPUTS)), jnp.arange(BATCH) % CLASSES
    parameters = (
        jax.random.normal(keys[1], (INPUTS, HIDDEN)) * 0.05,
        jnp.zeros(HIDDEN),
        jax.random.normal(keys[2], (HIDDEN, CLASSES)) * 0.1,
        jnp.zeros(CLASSES),
    )

    def loss(p, x, y):
        scores = jax.nn.relu(x @ p[0] + p[1]) @ p[2] + p[3]
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(scores), y[:, None], axis=1))

    def step(p, x, y):
        gradients = jax.grad(loss)(p, x, y)
        return tuple(a - RATE * g for a, g in zip(p, gradients))

    return jax, parameters, x, y, loss, step


def jaxJit():
    """The step compiled, its parameters updated in place (donated); the loop is Python's."""
    jax, parameters, x, y, loss, step = jaxLoss()
    step = jax.jit(step, donate_argnums=0)

    def run(steps):
        nonlocal parameters
        for _ in range(steps):
            parameters = step(parameters, x, y)
        return loss(jax.block_until_ready(parameters), x, y)

    return run


def jaxLoop():
    """The whole loop compiled: nothing is left to Python."""
    jax, parameters, x, y, loss, step = jaxLoss()
    loop = jax.jit(lambda p, n, x, y: jax.lax.fori_loop(0, n, lambda _, p: step(p, x, y), p), donate_argnums=0)

    def run(steps):
        nonlocal parameters
        parameters = jax.block_until_ready(loop(parameters, steps, x, y))
        return loss(parameters, x, y)

    return run


PEERS = {
    "pytorch": torchEager,
    "torch.compile": torchCompile,
    "torch.compile, one graph": torchFunctional,
    "jax.jit": jaxJit,
    "jax.jit, whole loop": jaxLoop,
}


def main():
    name, threads = sys.argv[1:]
    # Read when the libraries load; NPROC is the size of JAX's thread pool.
    os.environ.update(OMP_NUM_THREADS=threads, NPROC=threads, JAX_PLATFORMS="cpu", CUDA_VISIBLE_DEVICES="")
    if threads == "1":
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    run = PEERS[name]()
    run(20)
    print("ready", flush=True)
    for line in sys.stdin:
        begin = time.perf_counter()
        value = run(int(line))
        seconds = time.perf_counter() - begin
        assert value == value, "the loss is not a number"
        print(seconds, flush=True)


if __name__ == "__main__":
    main()
