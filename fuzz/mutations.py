"""What can go wrong with any file, whatever its format: bytes that are flipped, cut, doubled, moved, re-encoded.

Everything is drawn from a `Random`, so that an input is known by its seed.
"""

from collections.abc import Callable, Sequence
from random import Random

LONGEST = 256 * 1024
"""How many bytes an input has at most."""

DATES = """2024-02-29 2023-02-29 2024-00-10 2024-13-01 0001-01-01 9999-12-31 1899-12-31 1900-01-01 2050-12-31 2051-01-01
02/01/2024 20240102 2024-W01-2 2024-1-2 45293 2024-01-02T25:00 2024-01-02T16:40 2024-01-02T16:40:00+01:00
2024-03-31T01:30:00+00:00 2024-10-27T01:30:00Z 0001-01-01T00:00:00+23:59 9999-12-31T23:59:59-23:59
2024-01-02T10:00:00+99:00 2024-01-02T24:00:00 2024-01-02T10:00:00.123456789Z 2024-01-02t10:00 2024-01-02x2024 today NaT
\uff12\uff10\uff12\uff14-01-02 \u0662\u0660\u0662\u0664-01-02 2024\u201101\u201102""".split()
NUMBERS = """0 -1 1 2 1.5 1e999 -1e999 NaN Infinity 2147483648 9223372036854775808 99999999999999999999999999 0x10 0o7
0b1 1_000 1__0 +1 -0 007 .5 5. 1e5""".split()
PIECES: tuple[bytes, ...] = (
    *(date.encode() for date in DATES),
    *(number.encode() for number in NUMBERS),
    *(b'" \' """ \\ \\" \\u0000 \\ud800 \\u0022 , ; : = # [ ] [[ ]] { } {{ }} < >'.split()),
    *(b"''' </ /> & &amp; &#0; &#x1F; &a;".split()),
    *(b"&lt; &nbsp; ]]> <![CDATA[ <!-- --> <?x?> null true false nan inf -inf Child Header CINdetails".split()),
    *(b"\0", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"),
    *(b"\r", b"\n", b"\r\n", b"\t", b"\x0b", b"\x0c", b"\x1a", b"\x1b[2J", b"\x7f", b" "),
    *(
        text.encode()
        for text in ("\x85", "\u2028", "\u202e", "\u200b", "\ufeff", "\ufffd", "\u0130", "e\u0301", "\U0001f9d2")
    ),
    b'<!DOCTYPE Message [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    b'<?xml version="1.0" encoding="UTF-7"?>',
)
LONG = (
    *(b"9" * 5000, b"x" * 140_000, b"[" * 3000, b'{"a":' * 1200, b"a=[" * 900, b"a." * 1500, b"<a>" * 3000),
    *(
        b'\\"' * 4000,
        b'\\"' * 60_000,
        b'"' * 3001,
        b'"' * 60_001,
        b"\\" * 60_001,
        b"'" * 5000,
        b",x" * 50_000,
        b"\n" * 90_000,
    ),
    *(
        b"\n[[rule]]" * 8000,
        b"<x/>" * 30_000,
        b"&lt;" * 30_000,
        b"a b," * 30_000,
        b"#" * 90_000,
        b"-" * 90_000,
        b"0" * 4301,
    ),
)
"""Pieces of which there is rarely one."""


def _piece(rng: Random) -> bytes:
    return rng.choice(PIECES if rng.random() < 0.992 else LONG)


def _place(data: bytes, rng: Random) -> int:
    return rng.randint(0, len(data))


def _slice(data: bytes, rng: Random, longest: int = 64) -> tuple[int, int]:
    start = _place(data, rng)
    return start, min(len(data), start + rng.randint(1, longest))


def _flip(data: bytes, rng: Random) -> bytes:
    if not data:
        return data
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


def _insert(data: bytes, rng: Random) -> bytes:
    place = _place(data, rng)
    return data[:place] + _piece(rng) + data[place:]


def _overwrite(data: bytes, rng: Random) -> bytes:
    start, end = _slice(data, rng, 16)
    return data[:start] + _piece(rng) + data[end:]


def _delete(data: bytes, rng: Random) -> bytes:
    start, end = _slice(data, rng)
    return data[:start] + data[end:]


def _double(data: bytes, rng: Random) -> bytes:
    start, end = _slice(data, rng, 400)
    return data[:end] + data[start:end] * rng.choice((1, 1, 1, 2, 50)) + data[end:]


def _move(data: bytes, rng: Random) -> bytes:
    start, end = _slice(data, rng, 200)
    rest = data[:start] + data[end:]
    place = _place(rest, rng)
    return rest[:place] + data[start:end] + rest[place:]


def _cut(data: bytes, rng: Random) -> bytes:
    return data[: _place(data, rng)]


def _swap_lines(data: bytes, rng: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if len(lines) < 2:
        return data
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _swap_words(data: bytes, rng: Random) -> bytes:
    """Change what stands between two quotation marks, commas, brackets or equals signs for what stands elsewhere."""
    mark = rng.choice((b'"', b",", b">", b"=", b"\n", b"'", b" "))
    parts = data.split(mark)
    if len(parts) < 3:
        return data
    one, other = rng.randrange(len(parts)), rng.randrange(len(parts))
    parts[one] = rng.choice((parts[other], _piece(rng)))
    return mark.join(parts)


def _encode(data: bytes, rng: Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(
        rng.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252")), "replace"
    )


def _line_ends(data: bytes, rng: Random) -> bytes:
    return data.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\n", b"\n\r", b" ", b"\x1e", b"\xc2\x85")))


_COMMON: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(_flip, _insert, _insert, _overwrite, _overwrite, _delete, _double, _move, _swap_lines, _swap_words, _swap_words),
)
_RARE: tuple[Callable[[bytes, Random], bytes], ...] = (_cut, _encode, _line_ends)


def mutated(data: bytes, rng: Random, seeds: Sequence[bytes] = ()) -> bytes:
    """The data with one to six things gone wrong, some of them with a part of another file in it."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        choice = rng.random()
        if seeds and choice < 0.05:
            other = rng.choice(seeds)
            data = data[: _place(data, rng)] + other[_place(other, rng) :]
        else:
            data = rng.choice(_RARE if choice < 0.15 else _COMMON)(data, rng)
    return data[:LONGEST]


def noise(rng: Random) -> bytes:
    """Bytes out of nowhere, or pieces in any order."""
    if rng.random() < 0.3:
        return rng.randbytes(rng.choice((1, 4, 30, 300)))
    return b"".join(_piece(rng) for _ in range(rng.randint(1, 12)))[:LONGEST]
