"""A phone: it decodes a picture with a QR code, by a decoder that is none of ours."""

import struct
import zlib

import numpy as np
import zxingcpp


def decoded(png: bytes) -> list[str]:
    """Return what the codes in a picture say: a PNG of one bit a pixel."""
    width, height, bits, *_ = struct.unpack(">IIBBBBB", png[16:29])
    assert bits == 1
    packed = np.frombuffer(zlib.decompress(_data(png)), np.uint8).reshape(height, -1)
    rows = np.zeros_like(packed[:, 1:])
    for number, (kind, *row) in enumerate(packed.tolist()):
        assert kind in {0, 2}, "a row as it is, or as it differs from the one above"
        above = rows[number - 1] if kind and number else 0
        rows[number] = np.array(row, np.uint8) + above
    pixels = np.unpackbits(rows, axis=1)[:, :width] * np.uint8(255)
    return [one.text for one in zxingcpp.read_barcodes(pixels)]


def _data(png: bytes) -> bytes:
    """Return the pixels of a PNG as they are packed, from all its parts that have some."""
    found, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            found += png[at + 8 : at + 8 + length]
        at += length + 12
    return found
