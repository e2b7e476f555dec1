"""Records in: files become chronologies, one child at a time. Nothing else in the library knows a file format."""

from childprotect.errors import UnreadableInput
from childprotect.records.cin_census import read_census
from childprotect.records.event_table import read_csv, read_json_lines
from childprotect.records.source import Progress, Rejection, Source, open_binary

__all__ = ["Rejection", "Source", "read", "read_census", "read_csv", "read_json_lines"]


def read(path: str, *, progress: Progress | None = None) -> Source:
    """Read a file of records, whichever of the formats it is: an event table (CSV, JSON Lines) or a CIN census (XML).

    The first character that is not space decides. Iterate the source for its chronologies. `progress` is called with
    the number of bytes read as they are read. Raises `UnreadableInput` for what is none of these.
    """
    with open_binary(path) as file:
        head = file.read(4096)
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    first = head.replace(b"\0", b"").lstrip()[:1]
    if not first:
        expected = "an event table (CSV or JSON Lines) or a children in need census (XML)"
        raise UnreadableInput(path, "", "the file is empty", expected)
    if first == b"[":
        raise UnreadableInput(path, "line 1", "it is a JSON array", "JSON Lines: one object a line")
    if first == b"<":
        return read_census(path, progress)
    if first == b"{":
        return read_json_lines(path, progress)
    return read_csv(path, progress)
