"""A peer of start.mdl: JAX, the step under jit, parameters updated in place."""

import jax
import jax.numpy as jnp
import numpy as np
from idx import mnist

train_x, train_y, valid_x, valid_y = mnist()
keys = jax.random.split(jax.random.key(0), 2)
p = (
    jax.random.uniform(keys[0], (784, 128), minval=-0.0357, maxval=0.0357),
    jnp.zeros(128),
    jax.random.uniform(keys[1], (128, 10), minval=-0.0884, maxval=0.0884),
    jnp.zeros(10),
)


def predict(p, x):
    return jax.nn.relu(x @ p[0] + p[1]) @ p[2] + p[3]


def loss(p, x, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(predict(p, x)), y[:, None], axis=1))


def step(p, x, y):
    return tuple(a - 0.1 * g for a, g in zip(p, jax.grad(loss)(p, x, y)))


step = jax.jit(step, donate_argnums=0)
# The last, smaller batch is left out: it would be compiled again.
order = np.random.default_rng(0).permutation(len(train_x))
for i in range(0, len(order) - 63, 64):
    batch = order[i : i + 64]
    p = step(p, train_x[batch], train_y[batch])
right = jnp.argmax(jax.jit(predict)(p, valid_x), 1) == valid_y
print(f"accuracy {right.mean():.4f}")
