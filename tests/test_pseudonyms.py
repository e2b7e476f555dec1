"""Keyed pseudonyms: one child has one name wherever one key was used, and no other name anywhere."""

import hashlib
import hmac
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.on_disk import census_child, tags, write_census, write_lines, write_table

from childprotect import UnreadableInput
from childprotect.records import Pseudonyms, Source, read

KEY = b"0123456789abcdef"
OTHER = b"0123456789abcdeg"
names = Pseudonyms(KEY)


def test_a_pseudonym_is_the_first_part_of_an_hmac_in_letters_and_digits() -> None:
    """The specification of HMAC (RFC 2104), worked out by hand: the hash of the key and the hash of key and text."""
    block = KEY.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + b"C-101").digest()
    whole = hashlib.sha256(bytes(byte ^ 0x5C for byte in block) + inner).digest()
    assert whole == hmac.digest(KEY, b"C-101", "sha256")
    bits = "".join(f"{byte:08b}" for byte in whole)[: 24 * 5]
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    assert names("C-101") == "".join(letters[int(bits[n : n + 5], 2)] for n in range(0, 120, 5))


@given(st.text(), st.text())
def test_two_children_have_two_names_and_one_child_has_one(one: str, other: str) -> None:
    for text in (one, other):
        assert len(names(text)) == 24
        assert names(text).isalnum()
        assert names(text) == Pseudonyms(KEY)(text)
        assert names(text) != Pseudonyms(OTHER)(text)
    assert (names(one) == names(other)) is (one == other)


def test_a_key_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="a key of 15 bytes can be guessed: at least 16 are needed"):
        Pseudonyms(KEY[:15])


def test_no_object_shows_the_key() -> None:
    assert "0123" not in repr(names) + str(names)


def test_the_key_of_a_file_has_no_space_around_it(tmp_path: Path) -> None:
    for number, content in enumerate((KEY, KEY + b"\n", b"\r\n " + KEY + b"\r\n")):
        path = tmp_path / str(number)
        path.write_bytes(content)
        assert Pseudonyms.from_file(str(path)) == names


FILES: dict[str, tuple[bytes | None, str]] = {
    "too short": (KEY[:15] + b"\n", "a key of 15 bytes can be guessed"),
    "space": (b" " * 40, "a key of 0 bytes can be guessed"),
    "empty": (b"", "a key of 0 bytes can be guessed"),
    "missing": (None, "there is no such file"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_without_a_key_is_one_clear_line_without_what_is_in_it(kind: str, tmp_path: Path) -> None:
    content, why = FILES[kind]
    path = tmp_path / "the-key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableInput) as caught:
        Pseudonyms.from_file(str(path))
    assert str(caught.value).startswith(f"{path}: {why}")
    assert "0123" not in str(caught.value)
    assert caught.value.__suppress_context__
    with pytest.raises(UnreadableInput, match="it is a folder"):
        Pseudonyms.from_file(str(tmp_path))


# --- in every format ----------------------------------------------------------------------------------------------


def in_every_format(folder: Path, child: str) -> list[Path]:
    """The same child with a good entry and a bad one, in each format."""
    rows = [{"child": child, "event": "referral", "at": day} for day in ("2023-05-02", "2023-02-30")]
    table = write_table(folder / "t.csv", ("2023-05-02", "referral"), ("2023-02-30", "referral"), child=child)
    episodes = (tags(CINreferralDate=day) for day in ("2023-05-02", "2023-02-30"))
    return [
        table,
        write_lines(folder / "t.jsonl", *rows),
        write_census(folder / "c.xml", census_child(*episodes, name=child)),
    ]


def whole(path: Path, pseudonyms: Pseudonyms | None) -> tuple[str, Source]:
    """Everything that was read of a file of one child, in text, and its source."""
    source = read(path, pseudonyms=pseudonyms)
    (child,) = source
    shown = f"{child!r} {child.lost} {child.remarks} {[(e, dict(e.facts), e.ref) for e in child]} {source.to_dict()}"
    return (shown + pickle.dumps((child, source.account)).decode("latin-1")).replace(str(path), ""), source


def test_the_name_is_the_same_in_every_format_and_the_identifier_is_nowhere(tmp_path: Path) -> None:
    for path in in_every_format(tmp_path, "C-101"):
        plain, _ = whole(path, None)
        assert "C-101" in plain
        hidden, source = whole(path, names)
        assert "C-101" not in hidden
        assert names("C-101") in hidden
        assert Pseudonyms(OTHER)("C-101") not in hidden
        (rejection,) = source.rejections
        assert rejection.child == names("C-101")


def test_space_around_an_identifier_makes_no_other_child(tmp_path: Path) -> None:
    for path in in_every_format(tmp_path, " C-101 "):
        (child,) = read(path, pseudonyms=names)
        assert child.child == names("C-101")


def test_a_child_of_whom_no_row_could_be_read_has_a_pseudonym_in_the_rejection(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("child,event,at\nC-101,referral,2023-02-30\nC-102,referral,2023-05-02\n", encoding="utf-8")
    source = read(table, pseudonyms=names)
    assert names("C-102") in [child.child for child in source]
    assert [rejection.child for rejection in source.rejections] == [names("C-101")]
