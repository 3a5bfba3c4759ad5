"""Reads MNIST's IDX files for the peers: standard library and NumPy only. Part of what is measured."""

import gzip
import os
import sys

import numpy as np


def load(folder, part, what, offset):
    path = os.path.join(folder, f"{part}-{what}-ubyte")
    opened = open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz", "rb")
    with opened as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def mnist():
    """(train images f32[60000, 784], labels i64, valid images f32[10000, 784], labels i64)"""
    result = []
    for part in ("train", "t10k"):
        result.append(load(sys.argv[1], part, "images-idx3", 16).reshape(-1, 784).astype(np.float32) / np.float32(255))
        result.append(load(sys.argv[1], part, "labels-idx1", 8).astype(np.int64))
    return result
