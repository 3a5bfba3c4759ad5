"""Says what PNG files hold: size, channels, the first and the last pixel."""

import struct
import sys
import zlib

for path in sys.argv[1:]:
    data = open(path, "rb").read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    place, rows = 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + size]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[place + 8 + size : place + 12 + size])[0], "checksum"
        if kind == b"IHDR":
            width, height, bits, colours = struct.unpack(">IIBB", body[:10])
        rows += body if kind == b"IDAT" else b""
        place += 12 + size
    pixels = zlib.decompress(rows)
    channels = {0: 1, 2: 3, 6: 4}[colours]
    assert bits == 8 and len(pixels) == height * (1 + width * channels), "size"
    ends = [*pixels[1 : 1 + channels], *pixels[-channels:]]
    print(f"{width} x {height}, {channels} channels:", *ends)
