"""The records of a warehouse as SQL: what each row says, in which order things happened, and which spells were open.

Nothing is asked of the dialect but joins, groups and one window: days are numbers, counted by the calendar table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from childprotect.calendars import WorkingDays, england_and_wales
from childprotect.chronology import EVERYTHING, Coverage
from childprotect.records.entries import DECISIVE
from childprotect.rules import Within
from childprotect.spells import Spell
from childprotect.tables.sql_cells import cell_of, is_day, is_frayed, named_of, names_nobody, names_of
from childprotect.tables.sql_said import among, counts, due_column, named, quoted, text
from childprotect.vocabulary import STANDARD, Form, Vocabulary, form_of

UNREADABLE = "?"
"""What stands in `told` for a flag that is neither true nor false."""


def _england() -> tuple[tuple[str, WorkingDays], ...]:
    return (("working_days", england_and_wales()),)


@frozen(kw_only=True)
class Warehouse:
    """Where the events are: a table with a row for every event, and the `columns` that it has, as the database says.

    The columns are those of an event table: `child`, `event`, `at` (a DATE), and one for each fact. `ref` and
    `withdrawn` are read if they are there; and so is `timed`: true where the time of day is known, which `at` does not
    hold. What is not among the columns is not recorded. `calendars` names the table of each calendar of working days,
    the one by which days are counted first; all have the same days. `covers` is what the table can hold. Names of
    tables go into the SQL as they are given.
    """

    columns: tuple[str, ...]
    events: str = "events"
    calendars: tuple[tuple[str, WorkingDays], ...] = field(factory=_england)
    covers: Coverage = EVERYTHING
    vocabulary: Vocabulary = STANDARD

    @property
    def calendar(self) -> str:
        """The table of the calendar by which days are counted."""
        return self.calendars[0][0]

    def table_of(self, calendar: WorkingDays) -> str | None:
        """The table of a calendar, or None if the warehouse has none."""
        return next((table for table, known in self.calendars if known == calendar), None)

    def column(self, name: str) -> str | None:
        """A column as SQL, by our name of it; capitals, spaces and `_` do not matter. None if there is none."""
        for column in self.columns:
            if named(column) == name:
                return quoted(column)
        return None


@define
class Script:
    """The parts of a query, each with a name, in the order in which they rest on each other."""

    parts: dict[str, str] = field(factory=dict)

    def put(self, name: str, body: str) -> str:
        """Put a part, if it is not there. Gives its name."""
        self.parts.setdefault(name, body)
        return name

    def __str__(self) -> str:
        # each is made once: what a database takes apart and makes again for every rule, it does not finish
        return "WITH RECURSIVE\n" + ",\n".join(
            f"{name} AS MATERIALIZED (\n{body}\n)" for name, body in self.parts.items()
        )


# --- the order of a day


def renewable(kinds: Iterable[str], vocabulary: Vocabulary) -> dict[str, tuple[list[str], list[str]]]:
    """What opens and closes the spells whose ending and beginning again on one day may change the order of such events.

    Also those that may change the order of what opens and closes these.
    """
    found: dict[str, tuple[list[str], list[str]]] = {}
    left = set(kinds)
    while left:
        for name in vocabulary[left.pop()].begins - found.keys():
            opens = [kind.name for kind in vocabulary.kinds if kind.opens == name]
            closes = [kind.name for kind in vocabulary.kinds if kind.closes == name]
            if opens and closes:
                found[name] = opens, closes
                left |= {*opens, *closes}
    return dict(sorted(found.items()))


def kinds_of(rule: Within, vocabulary: Vocabulary) -> frozenset[str]:
    """The kinds of event that can change a finding, or the order of the events of a day that can."""
    more = renewable(rule.reads, vocabulary).values()
    return rule.reads.union(*(kinds for both in more for kinds in both))


def _ranked(kinds: Iterable[str], vocabulary: Vocabulary, row: str) -> str:
    cases = " ".join(f"WHEN {text(kind)} THEN {vocabulary.ranks[kind] + 1}" for kind in kinds)
    return f"CASE {row}.event {cases} ELSE 0 END"


@frozen
class Told:
    """The first parts of a query, which all rules share: `told`, the rows; `story`, the events in their order."""

    script: Script
    warehouse: Warehouse
    kinds: frozenset[str]
    facts: frozenset[str]
    dates: frozenset[str]
    spells: Mapping[Spell, int]

    def column_of(self, spell: Spell) -> str:
        """The column of `story` that says whether a spell is open."""
        return f"spell_{list(self.spells).index(spell) + 1}"

    def put(self, as_at: str, asked_of: Callable[[Spell], Iterable[str]]) -> None:
        """Put all of these parts. `asked_of` gives the kinds of event of which a spell is asked."""
        house, put = self.warehouse, self.script.put
        put("asked", f"SELECT number FROM {house.calendar} WHERE day = {as_at}")
        put("told", self._told())
        put("named", named_of(f"{house.events} e", f"e.{house.column('child')}"))
        for name, body in names_of(self._loose()):
            put(name, body)
        put("odd", self._odd())
        renewals = renewable(self.kinds, house.vocabulary)
        for name, (opens, closes) in renewals.items():
            part = name.replace("-", "_")
            put(f"days_of_{part}", self._days(opens, closes))
            put(f"renewed_{part}", _RENEWED.format(days=f"days_of_{part}"))
        last = put("story_0", self._ordered(renewals))
        for depth in range(1, max(self.spells.values(), default=0) + 1):
            those = [spell for spell, lies in self.spells.items() if lies == depth]
            for spell in those:
                put(f"{self.column_of(spell)}_at", self._spell(spell, asked_of(spell), last))
            last = put(f"story_{depth}", self._with_spells(those, last))
        put("story", f"SELECT * FROM {last}")
        put("twice", "SELECT child, number, event FROM story GROUP BY child, number, event HAVING COUNT(*) > 1")

    def _odd(self) -> str:
        """The rows that are none that can be read, of any day, since the day may be what is wrong with them.

        Of an event that is none of ours, without its name. A row is read whole or not at all: so any column spoils it,
        also one that no rule asks for.
        """
        house, kinds = self.warehouse, among(self.kinds)
        child, event, at = (f"e.{house.column(name)}" for name in ("child", "event", "at"))
        found = [f"{event} IS NULL OR {event} NOT IN {kinds} OR d.number IS NULL", *self._spoilt(event)]
        joins = f"LEFT JOIN {house.calendar} d ON {is_day('d', at)}"
        if (recorded := house.column("recorded")) is not None:
            joins += f" LEFT JOIN {house.calendar} r ON {is_day('r', f'e.{recorded}')}"
            found.append(f"({cell_of(f'e.{recorded}')} IS NOT NULL AND r.number IS NULL)")
        unread = sorted(set(house.vocabulary) - self.kinds)
        read = f" AND ({event} IS NULL OR {event} NOT IN {among(unread)})" if unread else ""
        return (
            f"SELECT {child} AS child, CASE WHEN {event} IN {kinds} THEN {event} END AS event\n"
            f"FROM {house.events} e CROSS JOIN asked {joins}\n"
            f"WHERE {cell_of(child)} IS NOT NULL{read}\nAND ({' OR '.join(found)})\n"
            f"UNION ALL\nSELECT {child}, NULL FROM {house.events} e CROSS JOIN asked\n"
            f"WHERE {cell_of(child)} IS NOT NULL AND CAST({child} AS VARCHAR) IN (SELECT said FROM unsure)"
        )

    def _spoilt(self, event: str) -> Iterator[str]:
        """When the cells of a row make it one that cannot be read."""
        house = self.warehouse
        for fact in sorted(house.vocabulary.facts | self.facts):
            if (column := house.column(fact)) is None:
                continue
            if form_of(fact) is Form.FLAG and fact in DECISIVE | self.facts:
                yield f"{_flag(f'e.{column}')} = '{UNREADABLE}'"
            for kind in sorted(self.kinds) if form_of(fact) is Form.TEXT else ():
                if values := house.vocabulary[kind].values.get(fact):
                    yield f"({event} = {text(kind)} AND {cell_of(f'e.{column}')} NOT IN {among(values)})"
            if form_of(fact) is Form.TEXT and fact in self.facts:
                yield is_frayed(f"e.{column}")
        for name in self._cells():  # what stands for bytes that could not be decoded
            yield f"CAST(e.{house.column(name)} AS VARCHAR) LIKE '%\ufffd%'"

    def _loose(self) -> str:
        """The cells of rows that are nobody's or no event of ours: in any of them a child's identifier may stand."""
        house = self.warehouse
        child, event = f"e.{house.column('child')}", f"e.{house.column('event')}"
        ours = sorted({*self._cells(), "at", *(name for name in ("recorded", "withdrawn") if house.column(name))})
        cells = (f"CAST(e.{house.column(name)} AS VARCHAR) AS {quoted(name)}" for name in ours)
        rows = (
            f"SELECT {', '.join(cells)}\nFROM {house.events} e "
            f"WHERE {names_nobody(child)} OR {event} IS NULL OR {event} NOT IN {among(house.vocabulary)}"
        )
        loose = self.script.put("loose", rows)
        return " UNION ALL ".join(f"SELECT {quoted(name)} AS said FROM {loose}" for name in ours)

    def _cells(self) -> list[str]:
        """The columns in which text stands that is read, by our names."""
        ours = {"event", "ref", *self.warehouse.vocabulary.facts, *self.facts}
        return sorted(name for name in ours if self.warehouse.column(name) is not None)

    def _told(self) -> str:
        house = self.warehouse
        columns = [self._fact(fact) for fact in sorted(self.facts)]
        at = f"e.{house.column('at')}"
        joins = [f"JOIN {house.calendar} d ON {is_day('d', at)}"]
        for n, fact in enumerate(sorted(self.dates), 1):
            column = house.column(fact)
            columns.append(f"{f'd{n}.number' if column else 'CAST(NULL AS BIGINT)'} AS {due_column(fact)}")
            joins += [f"LEFT JOIN {house.calendar} d{n} ON {is_day(f'd{n}', f'e.{column}')}"] if column else []
        if (timed := house.column("timed")) is not None:
            columns.append(f"{_flag(f'e.{timed}')} AS timed")
        child, event = house.column("child"), f"e.{house.column('event')}"
        return (
            f"SELECT {', '.join([f'e.{child} AS child', f'{event} AS event', 'd.day', 'd.number', *columns])}\n"
            f"FROM {house.events} e {' '.join(joins)}\n"
            f"WHERE {cell_of(f'e.{child}')} IS NOT NULL AND {event} IN {among(self.kinds)}\n"
            "AND d.number <= (SELECT number FROM asked)"
        )

    def _fact(self, fact: str) -> str:
        column = self.warehouse.column(fact)
        if column is None:
            return f"CAST(NULL AS VARCHAR) AS {quoted(fact)}"
        value = _flag(f"e.{column}") if form_of(fact) is Form.FLAG else cell_of(f"e.{column}")
        return f"{value} AS {quoted(fact)}"

    def _days(self, opens: list[str], closes: list[str]) -> str:
        ranks = self.warehouse.vocabulary
        return (
            f"SELECT t.child, t.number, MAX({_ranked(opens, ranks, 't')}) AS opened, "
            f"MAX({_ranked(closes, ranks, 't')}) AS closed\n"
            f"FROM told t WHERE t.event IN {among([*opens, *closes])}\n"
            "GROUP BY t.child, t.number"
        )

    def _ordered(self, renewals: Mapping[str, Any]) -> str:
        vocabulary, joins, later = self.warehouse.vocabulary, [], []
        for n, name in enumerate(renewals, 1):
            part = f"renewed_{name.replace('-', '_')}"
            joins.append(f"LEFT JOIN {part} r{n} ON r{n}.child = t.child AND r{n}.number = t.number")
            begin = [kind for kind in self.kinds if name in vocabulary[kind].begins]
            later.append(f"(r{n}.child IS NOT NULL AND t.event IN {among(begin)})")
        after = f"CASE WHEN {' OR '.join(later)} THEN 1 ELSE 0 END, " if later else ""
        return (
            f"SELECT t.*, ROW_NUMBER() OVER (PARTITION BY t.child ORDER BY t.number, {after}"
            f"{_ranked(sorted(self.kinds), vocabulary, 't')}) AS place\n"
            f"FROM told t {' '.join(joins)}"
        )

    def _spell(self, spell: Spell, asked: Iterable[str], story: str) -> str:
        """The last of each that can say whether a spell is open, before each row of which it is asked."""
        opens, closes, resets, doubts = (
            counts(match, "q", self.column_of) for match in (spell.opens, spell.closes, spell.resets, spell.doubted_by)
        )
        return (
            f"SELECT p.child, p.place, {_last(opens)} AS opened, {_last_maybe(opens)} AS maybe_opened, "
            f"{_last(closes)} AS closed, {_last_maybe(closes)} AS maybe_closed, {_last(resets)} AS reset, "
            f"{_last(doubts)} AS doubted\n"
            f"FROM {story} p JOIN {story} q ON q.child = p.child AND q.place < p.place\n"
            f"WHERE p.event IN {among(asked)} AND q.event IN {among(spell.kinds)} GROUP BY p.child, p.place"
        )

    def _with_spells(self, spells: list[Spell], story: str) -> str:
        covers, columns, joins = self.warehouse.covers, ["p.*"], []
        for spell in spells:
            name = self.column_of(spell)
            row = f"{name}_at"
            joins.append(f"LEFT JOIN {row} ON {row}.child = p.child AND {row}.place = p.place")
            held = any(map(covers.holds, spell.opens.kinds))
            certainly = "TRUE" if all(map(covers.holds, spell.closes.kinds)) else "NULL"
            columns.append(
                f"{_OPEN.format(at=row, certainly=certainly) if held else 'CAST(NULL AS BOOLEAN)'} AS {name}"
            )
        return f"SELECT {', '.join(columns)}\nFROM {story} p {' '.join(joins)}"


def _flag(column: str) -> str:
    read = f"LOWER({cell_of(column)})"
    return (
        f"CASE WHEN {read} IN ('true', 'yes', '1') THEN 'true' WHEN {read} IN ('false', 'no', '0') THEN 'false' "
        f"WHEN {read} IS NOT NULL THEN '{UNREADABLE}' END"
    )


def _last(truth: str) -> str:
    return f"COALESCE(MAX(CASE WHEN {truth} THEN q.place END), 0)"


def _last_maybe(truth: str) -> str:
    return f"COALESCE(MAX(CASE WHEN ({truth}) IS NULL THEN q.place END), 0)"


# open that morning: on the last day that settles it, it was opened, and not closed after that. What closes and opens
# on one day leaves it as it was, where the closing has the later place in the order of the process
_RENEWED = """\
SELECT t.child, t.number FROM {days} t JOIN {days} d ON d.child = t.child AND d.number < t.number
WHERE t.opened > 0 AND t.closed > 0 GROUP BY t.child, t.number
HAVING COALESCE(MAX(CASE WHEN d.opened > d.closed THEN d.number END), 0) > \
COALESCE(MAX(CASE WHEN d.opened = 0 THEN d.number END), 0)"""

# no row is no opening, and so a spell that is not open
_OPEN = """\
CASE WHEN {at}.opened > 0 AND {at}.opened >= {at}.closed AND {at}.opened > {at}.reset \
AND {at}.maybe_closed <= {at}.opened AND {at}.doubted <= {at}.opened THEN {certainly} \
WHEN ({at}.opened > 0 AND {at}.opened >= {at}.closed AND {at}.opened > {at}.reset) \
OR ({at}.maybe_opened > 0 AND {at}.maybe_opened >= {at}.closed AND {at}.maybe_opened > {at}.reset) THEN NULL \
ELSE FALSE END"""
