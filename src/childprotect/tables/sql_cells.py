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


def names_nobody(child: str) -> str:
    """Whether a cell may be no identifier to a reader. Of a number without a value the text is NaN."""
    cell = cell_of(child)
    return f"{cell} IS NULL OR {_is_strange(cell)}"


def names_of(events: str, child: str, loose: str) -> Iterator[tuple[str, str]]:
    """The parts that find the children of whom it is `unsure` who they are, by what stands in their cells as text.

    These are identifiers that a reader may take for none, those that differ in what stands around them or in the `.0`
    of a number, and those in `loose` cells: a query of one column.
    """
    yield (
        "peeled",  # of a name, one character less in each round; those of loose cells are numbered 1
        f"SELECT said, CAST(TRIM(said) AS VARCHAR) AS tidy, loose FROM (SELECT CAST({child} AS VARCHAR) AS said, "
        f"0 AS loose FROM {events}\nUNION SELECT said, 1 FROM ({loose}) c) n "
        "WHERE said IS NOT NULL\nUNION\n"
        f"SELECT said, CAST(CASE WHEN {_is_unseen('tidy', '1')} THEN SUBSTRING(tidy, 2) "
        "ELSE SUBSTRING(tidy, 1, LENGTH(tidy) - 1) END AS VARCHAR), loose\n"
        f"FROM peeled WHERE tidy <> '' AND ({_at_the_ends('tidy')})",
    )
    yield (
        "spelt",
        "SELECT said, CASE WHEN tidy LIKE '%.0' THEN SUBSTRING(tidy, 1, LENGTH(tidy) - 2) ELSE tidy END AS tidy\n"
        f"FROM peeled WHERE tidy = '' OR NOT ({_at_the_ends('tidy')})",
    )
    yield (
        "unsure",
        f"SELECT said FROM spelt WHERE {_is_strange('said')}\nUNION\nSELECT said FROM spelt "
        "WHERE tidy IN (SELECT tidy FROM spelt GROUP BY tidy HAVING COUNT(*) > 1)",
    )


def _is_strange(cell: str) -> str:
    return f"TRIM({cell}, {_PLAIN}) <> '' OR LOWER({cell}) = 'nan'"


def _at_the_ends(cell: str) -> str:
    return f"{_is_unseen(cell, '1')} OR {_is_unseen(cell, f'LENGTH({cell})')}"


def _is_unseen(cell: str, place: str) -> str:
    return f"TRIM(SUBSTRING({cell}, {place}, 1), {_VISIBLE}) <> ''"
