"""What is handed over by accident, and is no records as they are: what it is, and what to give instead."""

_PACKED = "it is packed", "the file that is packed in it"
_SHEET = "one of its sheets, saved as CSV"
_BEGINNINGS: dict[bytes, tuple[str, str]] = {
    b"SQLite format 3\0": ("it is an SQLite database", "its URL: sqlite:///{path}"),
    b"%PDF-": ("it is a PDF", "the records that it was made from"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ("it is a workbook or another document of an office program", _SHEET),
    b"\x1f\x8b": _PACKED,  # gzip
    b"BZh": _PACKED,
    b"\xfd7zXZ\0": _PACKED,
    b"\x28\xb5\x2f\xfd": _PACKED,  # zstd
    b"7z\xbc\xaf\x27\x1c": _PACKED,
    b"Rar!\x1a\x07": _PACKED,
}
_ZIP = b"PK\x03\x04"
_OFFICE = b"[Content_Types].xml", b"docProps/", b"xl/", b"mimetypeapplication/vnd.oasis.opendocument"
"""Names in a zip archive that is a document of an office program."""

NO_TABLES = (
    "it is a folder without a table of the Standard Safeguarding Dataset",
    "files such as ssd_cin_episodes.csv in it; or the path of one file",
)
"""The same of a folder that no reader knows."""


def instead_of(path: str, head: bytes) -> tuple[str, str] | None:
    """What a file is that begins so, and what to give instead of it; None of what may be records."""
    for beginning, (what, instead) in _BEGINNINGS.items():
        if head.startswith(beginning):
            return what, instead.format(path=path)
    if head.startswith(_ZIP):
        if any(name in head for name in _OFFICE):
            return "it is a workbook or another document of an office program", _SHEET
        return "it is a zip archive", "a file or the folder that is packed in it"
    if head.replace(b"\0", b"").lstrip().startswith(b"["):
        what = "it is a JSON array, and not one of the DfE's daily API, whose children have la_child_id"
        return what, "JSON Lines, which have an object on every line; or children as that API sends them"
    return None
