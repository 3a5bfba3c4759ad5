"""Writes a small data set in IDX format, with one fault: make_idx.py FOLDER plain|gz [FAULT].

Faults, in the training images: cut (ends early), magic, size (3x2 instead of 2x2), missing, huge; gzip only: half (the file
itself is cut), damaged. In the training labels: count (one less), class (a number not seen in the other sets), trailing.
"""

import gzip
import os
import struct
import sys

folder, form, *faults = sys.argv[1:]
fault = faults[0] if faults else ""


def idx(shape, data, kind=8):
    return struct.pack(">BBBB", 0, 0, kind, len(shape)) + b"".join(struct.pack(">I", n) for n in shape) + bytes(data)


os.makedirs(folder, exist_ok=True)
for part, rows in (("train", 6), ("t10k", 4)):
    images, labels = idx([rows, 2, 2], range(4 * rows)), idx([rows], [i % 2 for i in range(rows)])
    if part == "train":
        if fault == "cut":
            images = images[:-3]
        elif fault == "magic":
            images = b"\0\0\x05" + images[3:]
        elif fault == "size":
            images = idx([rows, 3, 2], range(6 * rows))
        elif fault == "huge":
            images = idx([0xFFFFFFFF, 2, 2], range(4))
        elif fault == "count":
            labels = idx([rows - 1], [i % 2 for i in range(rows - 1)])
        elif fault == "class":
            labels = idx([rows], [0, 1, 0, 1, 0, 7])
        elif fault == "trailing":
            labels += b"\0\0"
    for name, data in ((f"{part}-images-idx3-ubyte", images), (f"{part}-labels-idx1-ubyte", labels)):
        isImages = name == "train-images-idx3-ubyte"
        if fault == "missing" and isImages:
            continue
        if form == "gz":
            data = bytearray(gzip.compress(data, mtime=0))
            if fault == "damaged" and isImages:
                data[-6] ^= 0xFF  # its checksum
            elif fault == "half" and isImages:
                data = data[: len(data) // 2]
        with open(os.path.join(folder, name + (".gz" if form == "gz" else "")), "wb") as file:
            file.write(data)
