"""Keyed pseudonyms: a child has the same name wherever the same key was used, and nobody without it can tell whose.

A plain hash of an identifier is no protection: there are so few identifiers that all can be tried. With a key that
stays with the authority, trying does not help.
"""

import base64
import hmac
from typing import Self

from attrs import field, frozen

from childprotect.errors import UnreadableInput
from childprotect.records.source import open_binary

LEAST_KEY = 16
"""Bytes. With less, the key itself could be tried."""
_LENGTH = 24
"""Characters of five bits each: among a hundred million children, no two with the same name are to be expected."""


@frozen
class Pseudonyms:
    """Names for children, made from their identifiers with HMAC-SHA256 (RFC 2104) and a key.

    >>> names = Pseudonyms(b"only for this example")
    >>> names("C-101")
    '3s2iulaevopjps3noiawhk4r'
    >>> names("C-101") == Pseudonyms(b"another key, of another council")("C-101")
    False
    """

    key: bytes = field(repr=False)

    def __attrs_post_init__(self) -> None:
        if len(self.key) < LEAST_KEY:
            raise ValueError(f"a key of {len(self.key)} bytes can be guessed: at least {LEAST_KEY} are needed")

    @classmethod
    def from_file(cls, path: str) -> Self:
        """With the content of a file as the key, without space around it. Raises `UnreadableInput` if too short."""
        with open_binary(path) as file:
            key = file.read().strip()
        try:
            return cls(key)
        except ValueError as error:
            raise UnreadableInput(path, "", str(error), "a file with a key, such as 32 random bytes as text") from None

    def __call__(self, identifier: str) -> str:
        digest = hmac.digest(self.key, identifier.encode(), "sha256")
        return base64.b32encode(digest).decode("ascii")[:_LENGTH].lower()
