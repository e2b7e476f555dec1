"""The event table: one row an event, as CSV or as JSON Lines.

Columns `child`, `event` and `at`; where there are any, `recorded`, `ref`, `withdrawn` and `coverage` (see
`event_table_coverage`); every further column that is the name of a fact holds it. Sets are separated by `;`, an empty
cell is unknown, and true/false, yes/no and 1/0 are read alike. Columns of other names are not kept, unless a mapping
says what they are.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from attrs import define, evolve, field

from childprotect.chronology import Chronology, Remark
from childprotect.errors import UnreadableInput
from childprotect.events import Event, Lost
from childprotect.ordering import in_order
from childprotect.records.entries import Entries, Entry, identifier_of, text_of
from childprotect.records.event_table_coverage import UNTOLD, TableCoverage
from childprotect.records.keeping import Layout
from childprotect.records.mapping import PLAIN_COLUMNS
from childprotect.records.mistaken import instead_of
from childprotect.records.recognising import PLAIN, Given, Reader, Reading, begins_as_text, of_file
from childprotect.records.rows import CSV_EXPECTED, JSON_EXPECTED, NO_OBJECT, CsvTable, JsonTable, Row, Unread
from childprotect.records.source import Account, Rejection, Source, clean_identifier
from childprotect.records.spool import Held, Told
from childprotect.records.texts import UTF_8, open_text
from childprotect.vocabulary import STANDARD

FORMAT = "event-table"
DECIMAL = ".0"
ONE_CHILD = "its number is there with and without .0 at the end, as spreadsheets write it: these may be one child"
_ODD = re.compile("[\0\ud800-\udfff]")
_ELSEWHERE = "a row that was not read"
_EVERY = 1000
"""Lines after which the progress is told."""


def read_csv(path: str, reading: Reading = PLAIN) -> Source:
    """Read a CSV event table. Raises `UnreadableInput` if it is not one; bad rows are rejected, counted and listed."""
    columns = reading.columns or PLAIN_COLUMNS
    file, text, encoding = open_text(path, columns.encoding)
    source = Source(path, FORMAT, date.min, recognised=_said(encoding))
    with text:
        table = CsvTable.begun(path, text, Layout(columns), encoding, source.account.unused)
        entries = Entries(table.names, reading, encoding)
        taking = Taking(source, reading, entries)
        told = _Progress(reading, file.tell)
        for line, row in table.rows():
            if line % _EVERY == 0:
                told.on()
            taking.row(line, row, entries.of)
    return taking.finished(table.columns, CSV_EXPECTED)


def read_json_lines(path: str, reading: Reading = PLAIN) -> Source:
    """Read an event table with one JSON object a line. As `read_csv` otherwise."""
    columns = reading.columns or PLAIN_COLUMNS
    layout = Layout(columns)
    file, text, encoding = open_text(path, columns.encoding)
    source = Source(path, FORMAT, date.min, recognised=_said(encoding))
    with text:
        entries = Entries((), reading, encoding)
        taking = Taking(source, reading, entries)
        table = JsonTable(set(), text, layout, source.account.unused)
        told = _Progress(reading, file.tell)
        for line, row in table.rows():
            if line % _EVERY == 0:
                told.on()
            taking.row(line, row, entries.read)
    if not taking.days and source.account.rows > 1 and source.rejections[0].because == NO_OBJECT:
        why = f"no event could be read: {NO_OBJECT}, and the file may be one document over several lines"
        raise UnreadableInput(path, source.rejections[0].place, why, JSON_EXPECTED)
    layout.check(table.seen, path, "", JSON_EXPECTED)
    return taking.finished(table.columns, JSON_EXPECTED)


def _said(encoding: str) -> str:
    return "" if encoding == UTF_8 else f"its encoding is {encoding}"


@define
class _Progress:
    reading: Reading
    tell: Callable[[], int]
    told: int = 0

    def on(self) -> None:
        """Tell how many bytes were read since the last time."""
        if self.reading.progress is not None:
            read = self.tell()
            self.reading.progress(read - self.told)
            self.told = read


@define
class Taking:
    """Rows on their way into chronologies, with the account of them."""

    source: Source
    reading: Reading
    entries: Entries
    held: Held = field(factory=Held)
    unread: list[tuple[int, Unread]] = field(factory=list)
    """Lines that were not read, each with the number of its rejection."""
    days: set[date] = field(factory=set)
    """The days of events."""
    decimals: set[str] = field(factory=set)
    """Identifiers that end as spreadsheets write a number that has become one with a fraction."""

    @property
    def account(self) -> Account:
        """The account of the rows."""
        return self.source.account

    def row(self, line: int, row: Row | Unread, entry_of: Callable[..., Event | Entry]) -> None:
        """Take in one line of a file."""
        self.account.rows += 1
        if isinstance(row, Unread):
            self.reject_unread(f"line {line}", row)
            return
        (child, ref, *core), facts, cells = row
        entry = entry_of(*core, facts)
        name = clean_identifier(identifier_of(child))
        if name is not None and type(entry) is Event and not ref:
            self.of(name).events.append(entry)
            self.days.add(entry.day)
            return
        self.entry(f"line {line}", child, ref, entry, cells)

    def of(self, name: str, entries: int = 1) -> Told:
        """What was read of a child, to which so many entries are about to be added."""
        if name.endswith(DECIMAL) and name.removesuffix(DECIMAL).isdecimal():
            self.decimals.add(name)
        return self.held.told(name, entries)

    def entry(self, place: str, child: Any, ref: Any, entry: Event | Entry, cells: Iterable[Any]) -> None:
        """Take in what a row says; one that names no child, or no event of ours, is put aside, with the reason."""
        identifier = identifier_of(child)
        name = clean_identifier(identifier)
        odd = self.entries.odd((child, ref))
        if isinstance(entry, Event):
            entry = Entry(event=entry)
        event = entry.event
        if name is None or (event is None and entry.kind is None and not entry.is_coverage):
            texts = tuple(cell for cell in cells if isinstance(cell, str))
            if name is None:
                because = odd or (entry.because if entry.because.startswith("the row holds") else "")
                self.reject_unread(place, Unread(because or "the row names no child", texts, identifier))
            else:
                line = Unread(odd or entry.because, texts, name, entry.kinds, entry.is_dated, entry.covers)
                self.reject_unread(place, line)
            return
        told = self.of(name)
        if entry.covers is not None:
            told.cover(entry.covers)
        if entry.is_coverage:
            if entry.because:
                self.account.reject(place, name, entry.because)
                told.lost.append(Lost(None, place, entry.because))
            return
        if event is not None and odd:
            entry, event = Entry(odd, event.kind), None
        if event is None:
            self.account.reject(place, name, entry.because)
            told.lost.append(Lost(entry.kind, place, entry.because))
            return
        self.days.add(event.day)
        told.events.append(with_ref(event, self.ref(ref)))
        for why in entry.remarks:
            told.remarks.append(Remark("unreadable-fact", event.at, f"{place}: {why}; it counts as not recorded."))

    def ref(self, ref: Any) -> str | None:
        """What identifies the entry, under another name where children have one."""
        text = text_of(ref) or None
        return self.reading.pseudonyms(text) if text and self.reading.pseudonyms is not None else text

    def reject_unread(self, place: str, unread: Unread) -> None:
        """Reject a line of which it is not known yet whose it is."""
        self.unread.append((len(self.account.rejections), unread))
        self.account.reject(place, None, unread.because)

    def rename(self, begin: int = 0) -> None:
        """Name children in rejections, from one on, as they are named elsewhere."""
        if self.reading.pseudonyms is not None:
            told = self.account.rejections
            told[begin:] = [evolve(entry, child=self.reading.child(entry.child)) for entry in told[begin:]]

    def finished(self, columns: Iterable[str], expected: str) -> Source:
        """The source, when all rows are taken in. Raises `UnreadableInput` where none of them is an event."""
        account = self.account
        if not self.days:
            raise nothing_read(self.source.path, account, expected)
        told = self.told(columns)
        self.source.as_at = account.last_of(self.days)
        return self.source.give(told)

    def told(self, columns: Iterable[str], elsewhere: Sequence[Unread] = ()) -> Iterator[Chronology]:
        """The children, when all rows are taken in, of a table with these of our columns.

        Lines that were not read `elsewhere` may be of any of them too; no account is kept of these here.
        """
        rejections, own = self.account.rejections, len(self.account.rejections)
        rejections += (Rejection(_ELSEWHERE, None, line.because) for line in elsewhere)
        give_back([*self.unread, *enumerate(elsewhere, own)], self.held, rejections)
        del rejections[own:]
        self.doubt_decimals()
        self.rename()
        reading = self.reading
        covers = TableCoverage.of(columns, reading.columns or PLAIN_COLUMNS)
        return (chronology(str(reading.child(name)), told, covers) for name, told in self.held.children())

    def doubt_decimals(self) -> None:
        """Put in doubt who may be one child, under two identifiers: with `.0` at its end, and without."""
        plain = self.held.known({name.removesuffix(DECIMAL) for name in self.decimals})
        for name in (of for one in sorted(plain) for of in (one, one + DECIMAL)):
            place = "the identifier"
            self.account.doubt(place, self.reading.child(name), ONE_CHILD)
            self.held.give_back(name, [Lost(None, place, ONE_CHILD)])


def nothing_read(path: str, account: Account, expected: str) -> UnreadableInput:
    """That none of the rows is an event, and why the first is none."""
    first = account.rejections[0] if account.rejections else None
    reason = f"no event could be read: {first.because if first else 'there are no rows'}"
    return UnreadableInput(path, first.place if first else "", reason, expected)


def chronology(name: str, told: Told, covers: TableCoverage) -> Chronology:
    """All that was read of a child."""
    if told.covers is None and covers.is_told:
        told.lost.append(UNTOLD)
    events = in_order(told.events, lost=told.lost)
    return Chronology(name, None, None, events, covers.of_child(told.covers), tuple(told.lost), tuple(told.remarks))


def with_ref(event: Event, ref: str | None) -> Event:
    """The event as the entry of that name."""
    if ref is None:
        return event
    return Event(event.kind, event.at, event.facts, event.recorded, ref, event.withdrawn)


def give_back(unread: Iterable[tuple[int, Unread]], held: Held, rejections: list[Rejection]) -> None:
    """Mark lines that were not read on the children whose they were: a known child in its place, else all named.

    Only children of whom another row was read are known: what stands in a line that was not might be anything. A row
    with a date, and with no event of ours, names its child nevertheless, who is held from then on.
    """
    lines = [(n, line, tidied(line.child or ""), {tidied(cell) for cell in line.cells}) for n, line in unread]
    known = held.known({name for _, _, child, cells in lines for name in (child, *cells)})
    for n, line, child, cells in lines:
        owners = ({child} & known) or (cells & known)
        kinds = line.kinds
        if kinds is None:
            seen = tuple(cells & STANDARD.keys())
            kinds = seen if len(seen) == 1 else (None,)
        rejection = rejections[n]
        if line.names_child:
            held.told(child, 0)
            rejections[n] = evolve(rejection, child=child)
            kinds = kinds if child in known else kinds or (None,)  # it is all that was said of the child
            owners.add(child)
        elif len(owners) == 1:
            rejections[n] = evolve(rejection, child=min(owners))
        if line.covers is not None and child in owners:
            held.told(child, 0).cover(line.covers)
        for name in owners:
            held.give_back(name, [Lost(kind, rejection.place, rejection.because) for kind in kinds])


def tidied(cell: str) -> str:
    """What a cell would be as an identifier, which may stand in the wrong place."""
    return _ODD.sub("", cell).strip()


def contained(
    container: str, recognise: Callable[[Given], str | None], read: Callable[[Given, Reading], Source], *, by: str
) -> Reader:
    """The reader of an event table in a container, which its title names."""
    return Reader(FORMAT, f"an event table ({container})", recognise, read, by=by)


def _csv(given: Given) -> str | None:
    if given.path is None or not given.first or given.is_folder or instead_of(given.path, given.head):
        return None
    return "it is text with a header row"


JSON_LINES = contained(
    "JSON Lines",
    begins_as_text("{", "its first line is a JSON object"),
    of_file(read_json_lines),
    by="a JSON object on every line",
)
CSV = contained("CSV", _csv, of_file(read_csv), by="any other text; its header row has child, event and at")
