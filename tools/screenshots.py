"""
Paint every page of the planner's week into docs/screens, light and dark: python tools/screenshots.py

The test of the week (tests/interfaces/test_planners_week.py) is walked in a real Chromium; each page becomes a PNG of few colours.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
from numba import njit

HERE = Path(__file__).resolve().parents[1]
SCREENS = HERE / "docs" / "screens"
WEEK = HERE / "tests" / "interfaces" / "test_planners_week.py"
COLOURS = 64  # of a page: text, lines and a few fields
RARE = 48  # more of them, unlike those: a mark of danger, a stop in a strip
SPECK = 12  # pixels of a colour that are worth one
TALLEST = 1800  # what is below is left out [px]


def main() -> int:
    """Walk the week and keep its pictures; the exit code is that of the test."""
    with tempfile.TemporaryDirectory() as folder:
        code = subprocess.call(
            [sys.executable, "-m", "pytest", "-q", "-x", str(WEEK)], cwd=HERE, env={**os.environ, "JUSTENOUGH_SCREENS": folder}
        )
        if code:
            return code
        SCREENS.mkdir(exist_ok=True)
        for path in sorted(Path(folder).glob("*.png")):
            (SCREENS / path.name).write_bytes(small(path.read_bytes()))
    total = sum(path.stat().st_size for path in SCREENS.glob("*.png"))
    print(f"{len(list(SCREENS.glob('*.png')))} pictures, {total / 1e6:.2f} MB in {SCREENS.relative_to(HERE)}")
    return 0


def small(png: bytes) -> bytes:
    """A screenshot with few colours, as a PNG with a palette: the commonest, then the ones least like those taken already."""
    pixels = _pixels(png)
    height, width = pixels.shape[:2]
    coded = pixels[..., 0].astype(np.uint32) << 16 | pixels[..., 1].astype(np.uint32) << 8 | pixels[..., 2]
    seen, where, times = np.unique(coded, return_inverse=True, return_counts=True)
    palette = seen[np.argsort(times)[::-1][:COLOURS]]
    apart = _apart(seen, palette)
    for _ in range(RARE):
        palette = np.append(palette, seen[np.argmax(np.where(times >= SPECK, apart.min(axis=1), -1.0))])
        apart = np.hstack([apart, _apart(seen, palette[-1:])])
    rows = apart.argmin(axis=1).astype(np.uint8)[where].reshape(height, width)
    lines = np.hstack([np.zeros((height, 1), np.uint8), rows]).tobytes()
    colours = b"".join(int(one).to_bytes(3, "big") for one in palette)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _apart(seen: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """Squared distance of each colour from each of a palette."""
    red_green_blue = [(of >> shift & 255).astype(float) for shift in (16, 8, 0) for of in (seen, palette)]
    return sum((one[:, None] - other[None, :]) ** 2 for one, other in zip(red_green_blue[::2], red_green_blue[1::2], strict=True))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _pixels(png: bytes) -> np.ndarray:
    """Rows, columns and channels of a PNG of 8-bit RGB or RGBA without interlacing, as a browser paints it."""
    at, data, width, height, channels = 8, b"", 0, 0, 3
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert (depth, interlaced) == (8, 0)
            channels = {2: 3, 6: 4}[colour]
        elif kind == b"IDAT":
            data += body
        at += 12 + length
    raw = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    return _unfiltered(raw[:TALLEST], channels).reshape(-1, width, channels)


@njit
def _unfiltered(raw: np.ndarray, step: int) -> np.ndarray:
    """Lines of a PNG as they were (ISO/IEC 15948, section 9: none, sub, up, average, Paeth)."""
    found = np.zeros((raw.shape[0], raw.shape[1] - 1), np.uint8)
    for y in range(raw.shape[0]):
        kind = raw[y, 0]
        for x in range(found.shape[1]):
            left = int(found[y, x - step]) if x >= step else 0
            up = int(found[y - 1, x]) if y else 0
            corner = int(found[y - 1, x - step]) if y and x >= step else 0
            guess = 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = up
            elif kind == 3:
                guess = (left + up) // 2
            elif kind == 4:
                a, b, c = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
                guess = left if a <= b and a <= c else up if b <= c else corner
            found[y, x] = (raw[y, x + 1] + guess) & 255
    return found


if __name__ == "__main__":
    sys.exit(main())
