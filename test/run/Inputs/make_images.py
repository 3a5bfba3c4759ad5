"""Writes small images: make_images.py FOLDER NAME=KIND[:HxW[:FIRST]] …

The grey of the pixel in row y and column x is FIRST + 12 * (y * W + x), of red; green is 255 - red, blue half of red. 4x5 and 0 where
nothing is said. Kinds: grey, rgb, rgba, grey16 (low byte 0x80), palette, bits1 (x odd is white); jpeg and jpegrgb (4x5 only, quality
90, as Pillow writes them); and faults: cut (half of a PNG), cutjpeg, checksum (of a PNG's header), huge (a header that lies), empty,
html, gif.
"""

import base64
import os
import struct
import sys
import zlib

JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/"
    "wAALCAAEAAUBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EAB0QAAECBwAAAAAAAAAAAAAAAAcAAQIIFSZCUdL/2gAIAQEAAD8Aax7JIJqI1v6yh5X/2Q=="
)
JPEGRGB = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/"
    "2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAEAAUDASIAAhEBAxEB"
    "/8QAFQABAQAAAAAAAAAAAAAAAAAAAAb/xAAZEAEAAgMAAAAAAAAAAAAAAAAABAUGEzP/xAAVAQEBAAAAAAAAAAAAAAAAAAAGB//EACIRAAAFAQkAAAAA"
    "AAAAAAAAAAACAwQF0QEGExQjJDFTkv/aAAwDAQACEQMRAD8AkZ+Z2u7uAPt45lhF0CebKC/Rt2oPKJ7FLjrJQf/Z"
)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, bits, colour, rows, palette=b""):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return b"\x89PNG\r\n\x1a\n" + header + (chunk(b"PLTE", palette) if palette else b"") + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def rgb(red):
    return [red, 255 - red, red // 2]


def image(kind, height, width, first):
    red = [[(first + 12 * (y * width + x)) % 256 for x in range(width)] for y in range(height)]
    if kind == "grey":
        return png(width, height, 8, 0, red)
    if kind == "rgb":
        return png(width, height, 8, 2, [sum((rgb(v) for v in row), []) for row in red])
    if kind == "rgba":
        return png(width, height, 8, 6, [sum((rgb(v) + [x * 50] for x, v in enumerate(row)), []) for row in red])
    if kind == "grey16":
        return png(width, height, 16, 0, [sum(([v, 0x80] for v in row), []) for row in red])
    if kind == "palette":
        palette = bytes(sum((rgb(v) for row in red for v in row), []))
        return png(width, height, 8, 3, [range(y * width, (y + 1) * width) for y in range(height)], palette)
    if kind == "bits1":
        return png(width, height, 1, 0, [[0b01010101] * ((width + 7) // 8) for _ in range(height)])
    if kind in ("jpeg", "jpegrgb"):
        return base64.b64decode(JPEG if kind == "jpeg" else JPEGRGB)
    whole = png(width, height, 8, 0, red)
    if kind == "cut":
        return whole[: len(whole) // 2 + 10]
    if kind == "cutjpeg":
        return base64.b64decode(JPEG)[:-12]
    if kind == "checksum":
        return whole[:29] + bytes([whole[29] ^ 1]) + whole[30:]
    if kind == "huge":
        return png(1000000, 1000000, 8, 0, red)
    return {"empty": b"", "html": b"<!DOCTYPE html>", "gif": b"GIF89a\1\0\1\0"}[kind]


folder, *images = sys.argv[1:]
for item in images:
    name, kind, *rest = item.replace("=", ":", 1).split(":")
    height, width = map(int, (rest[0] if rest else "4x5").split("x"))
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(image(kind, height, width, int(rest[1]) if len(rest) > 1 else 0))
