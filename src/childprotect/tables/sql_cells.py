"""What the cells of a warehouse say, as SQL: text, days, and whom they name.

A reader takes away every white space of Unicode around a cell, and takes no identifier that holds what cannot be
printed. SQL knows of spaces alone, and no two databases of more in one way. So it knows the printable characters of
ASCII, and what has others is in doubt.
"""

from collections.abc import Iterator

from childprotect.tables.sql_said import text

# not the backslash, which some databases take for an escape
_VISIBLE = text("".join(chr(n) for n in range(0x21, 0x7F) if chr(n) != "\\"))
_PLAIN = text("".join(chr(n) for n in range(0x20, 0x7F) if chr(n) != "\\"))


def cell_of(column: str) -> str:
    """A cell as text without spaces around it; NULL where nothing is left."""
    return f"NULLIF(TRIM(CAST({column} AS VARCHAR)), '')"


def is_day(calendar: str, column: str) -> str:
    """Whether a row of a calendar is the day that a cell holds: as text, so that text that is no date is no error."""
    cell = cell_of(column)
    day = f"CASE WHEN {cell} LIKE '% 00:00:00' THEN SUBSTRING({cell}, 1, 10) ELSE {cell} END"
    return f"CAST({calendar}.day AS VARCHAR) = {day}"


def is_frayed(column: str) -> str:
    """Whether a cell begins or ends with what may be white space; NULL where it is empty."""
    return f"({_at_the_ends(cell_of(column))})"


def named_of(events: str, child: str) -> str:
    """The part `named`: what stands in the cells of children, each once, and whether it is `strange`."""
    return _looked_at(f"SELECT CAST({child} AS VARCHAR) AS said FROM {events} WHERE {cell_of(child)} IS NOT NULL")


def names_nobody(child: str) -> str:
    """Whether a cell may be no identifier to a reader."""
    return f"{cell_of(child)} IS NULL OR CAST({child} AS VARCHAR) IN (SELECT said FROM named WHERE strange = 1)"


def names_of(loose: str) -> Iterator[tuple[str, str]]:
    """The parts that find the children of whom it is `unsure` who they are, by what stands in their cells as text.

    These are identifiers that a reader may take for none, those that differ in what stands around them or in the `.0`
    of a number, and those in `loose` cells: a query of one column.
    """
    yield "cells", _looked_at(loose)
    ends = _at_the_ends("tidy")
    yield (
        "peeled",  # a name that is strange has one character less at an end in each round; a plain one has none
        "SELECT said, strange, loose, CAST(TRIM(said) AS VARCHAR) AS tidy FROM "
        "(SELECT said, strange, 0 AS loose FROM named UNION ALL SELECT said, strange, 1 FROM cells) n\nUNION\n"
        f"SELECT said, strange, loose, CAST(CASE WHEN {_is_unseen('tidy', '1')} THEN SUBSTRING(tidy, 2) "
        "ELSE SUBSTRING(tidy, 1, LENGTH(tidy) - 1) END AS VARCHAR)\n"
        f"FROM peeled WHERE CASE WHEN strange = 1 AND tidy <> '' THEN {ends} ELSE FALSE END",
    )
    yield (
        "spelt",
        "SELECT said, strange, CASE WHEN tidy LIKE '%.0' THEN SUBSTRING(tidy, 1, LENGTH(tidy) - 2) ELSE tidy END "
        f"AS tidy\nFROM peeled WHERE CASE WHEN strange = 1 AND tidy <> '' THEN NOT ({ends}) ELSE TRUE END",
    )
    yield (
        "unsure",
        "SELECT said FROM spelt WHERE strange = 1\nUNION\nSELECT said FROM spelt "
        "WHERE tidy IN (SELECT tidy FROM spelt GROUP BY tidy HAVING COUNT(*) > 1)",
    )


def _looked_at(cells: str) -> str:
    # the text of a number without a value is NaN
    strange = f"TRIM(said, {_PLAIN}) <> '' OR LOWER(said) = 'nan'"
    return (
        f"SELECT said, CASE WHEN {strange} THEN 1 ELSE 0 END AS strange\n"
        f"FROM (SELECT DISTINCT said FROM ({cells}) c WHERE said IS NOT NULL) d"
    )


def _at_the_ends(cell: str) -> str:
    return f"{_is_unseen(cell, '1')} OR {_is_unseen(cell, f'LENGTH({cell})')}"


def _is_unseen(cell: str, place: str) -> str:
    # many times quicker than TRIM; "%" and "_" stand for anything, and are among them
    return f"{_VISIBLE} NOT LIKE ('%' || SUBSTRING({cell}, {place}, 1) || '%')"
