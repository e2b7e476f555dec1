"""One rule as SQL: the clocks that its starts set running, and what became of each, as in `pairing` and `timeliness`.

The parts of a rule, in order: `doubt`, the children of whom SQL cannot tell; `began` and `starts`; `marks`, what ends
or discharges; `closings`, the first of each after every start; where repeats set no clock of their own, `runs` of
starts; `clocks`; `judged`.
"""

from collections.abc import Iterable, Iterator

from attrs import frozen

from childprotect.chronology import Coverage
from childprotect.conditions import Doubtful, Match
from childprotect.pairing import Repeats
from childprotect.periods import Counting, MonthEnd, Period, Unit
from childprotect.requirements import By, Limit, Requirement
from childprotect.rules import Duty, Within
from childprotect.tables.sql_cells import cell_of, is_frayed
from childprotect.tables.sql_said import among, counts, dates_of, due_column, facts_of, quoted, text
from childprotect.tables.sql_story import Told, Warehouse, kinds_of, renewable
from childprotect.versions import Version


def period_of(requires: Requirement) -> Period | None:
    """The period that a version counts; None for a date on the record, and for none."""
    return requires.period if isinstance(requires, Limit) else requires if isinstance(requires, Period) else None


@frozen
class Clocks:
    """The parts of one rule. Each has a name that begins with `prefix`."""

    told: Told
    rule: Within
    prefix: str

    def put(self) -> str:
        """Put all of them. Gives the SELECT of the findings."""
        parts = [
            ("doubt", self._doubt()),
            ("began", self._began()),
            ("starts", self._starts()),
            ("marks", self._marks()),
            *self._takings_back(),
            ("closings", self._closings()),
            *self._runs(),
            ("judged", self._judged()),
        ]
        for name, body in parts:
            self.told.script.put(f"{self.prefix}{name}", body)
        return self._findings()

    def _named(self, body: str) -> str:
        return body.replace("@", self.prefix)

    def _counts(self, match: Match, row: str = "s") -> str:
        return counts(match, row, self.told.column_of)

    @property
    def _covers(self) -> Coverage:
        return self.told.warehouse.covers

    # --- doubt

    def _doubt(self) -> str:
        house, rule = self.told.warehouse, self.rule
        kinds, facts = kinds_of(rule, house.vocabulary), sorted(facts_of(rule))
        found = [f"SELECT child FROM odd WHERE event IS NULL OR event IN {among(kinds)}"]
        columns = [f"s.{quoted(fact)}" for fact in facts] + [f"s.{due_column(fact)}" for fact in sorted(dates_of(rule))]
        differ = [f"COUNT({c}) NOT IN (0, COUNT(*)) OR MIN({c}) <> MAX({c})" for c in columns]
        if differ:  # which of two of a kind and day was the first, nobody can tell
            found.append(
                "SELECT s.child FROM twice t JOIN story s ON s.child = t.child AND s.number = t.number "
                f"AND s.event = t.event WHERE t.event IN {among(rule.reads)} "
                f"GROUP BY s.child, s.number, s.event HAVING {' OR '.join(differ)}"
            )
        if house.column("timed") is not None:
            of_day = f"SELECT child FROM story WHERE event IN {among(kinds)} GROUP BY child, number"
            found.append(f"{of_day} HAVING COUNT(*) > 1 AND MAX(COALESCE(timed, 'false')) <> 'false'")
        spells = [name.replace("-", "_") for name in renewable(rule.reads, house.vocabulary)]
        if len(spells) > 1:  # each may change the order in which the other ends and begins
            both = " UNION ALL ".join(
                f"SELECT child, number FROM days_of_{name} WHERE opened > 0 AND closed > 0" for name in spells
            )
            found.append(f"SELECT child FROM ({both}) b GROUP BY child, number HAVING COUNT(*) > 1")
        found += list(_corrected(house))
        return "\nUNION\n".join(found)

    # --- starts and what closes them

    def _began(self) -> str:
        columns = [f"s.{quoted(self.rule.pairing.same)} AS same"] if self.rule.pairing.same else []
        columns += [f"s.{due_column(fact)}" for fact in sorted(dates_of(self.rule))]
        listed = "".join(f", {column}" for column in columns)
        return (
            "SELECT * FROM (SELECT s.child, s.place, s.number, s.day, "
            f"{self._counts(self.rule.start)} AS sure{listed}\n"
            f"FROM story s WHERE s.event IN {among(self.rule.start.kinds)}) s WHERE sure OR sure IS NULL"
        )

    def _starts(self) -> str:
        calendar = self.told.warehouse.calendar
        joins, dues = [f"JOIN {calendar} c ON c.number = b.number"], []
        periods = dict.fromkeys(p for v in self.rule.versions if (p := period_of(v.requires)) is not None)
        names = {period: f"w{n}" for n, period in enumerate(periods, 1)}
        for period, name in names.items():
            joins += _counted(period, name, self.told.warehouse)
        for n, version in enumerate(self.rule.versions):
            if isinstance(version.requires, By):
                dues.append(f"WHEN {n} THEN b.{due_column(version.requires.fact)}")
            elif (counted := period_of(version.requires)) is not None:
                dues.append(f"WHEN {n} THEN {_last_day(counted, names[counted])}")
        rivals = ", COUNT(*) OVER (PARTITION BY b.child) AS rivals" if self.rule.pairing.same else ""
        began = f"SELECT *, {_version_on(self.rule.versions)} AS version FROM {self.prefix}began"
        return (
            f"SELECT b.*, CASE b.version {' '.join(dues)} END AS due{rivals}\n"
            f"FROM ({began}) b {' '.join(joins)}\nWHERE b.version IS NOT NULL"
        )

    def _marks(self) -> str:
        rule = self.rule
        same = f", s.{quoted(rule.pairing.same)} AS same" if rule.pairing.same else ""
        kinds = rule.end.kinds | rule.discharge.kinds | rule.extends.kinds | rule.revived.kinds
        return (
            f"SELECT s.child, s.place, s.number, s.event{same}, {self._counts(rule.end)} AS ends, "
            f"{self._counts(rule.discharge)} AS falls, {self._counts(rule.extends)} AS adds, "
            f"{self._counts(rule.revived)} AS revives\nFROM story s WHERE s.event IN {among(kinds)}"
        )

    def _takings_back(self) -> Iterator[tuple[str, str]]:
        """The last that takes each discharge back, or may: of its kind, and before the next start."""
        if not self.rule.revived.patterns:
            return
        yield (
            "until",
            self._named(
                "SELECT m.child, m.place, MIN(b.place) AS until FROM @marks m JOIN @began b ON b.child = m.child "
                "AND b.place > m.place WHERE m.falls OR m.falls IS NULL GROUP BY m.child, m.place"
            ),
        )
        yield (
            "taken_back",
            self._named(
                "SELECT m.child, m.place, MAX(CASE WHEN r.revives THEN r.place END) AS surely, "
                "MAX(CASE WHEN r.revives IS NULL THEN r.place END) AS maybe\n"
                "FROM @marks m LEFT JOIN @until u ON u.child = m.child AND u.place = m.place\n"
                "JOIN @marks r ON r.child = m.child AND r.event = m.event AND r.place <> m.place "
                "AND (u.until IS NULL OR r.place < u.until) AND (r.revives OR r.revives IS NULL)\n"
                "WHERE m.falls OR m.falls IS NULL GROUP BY m.child, m.place"
            ),
        )

    def _closings(self) -> str:
        ends, maybe_ends = "m.ends", "m.ends IS NULL"
        if self.rule.pairing.same:
            agree = "COALESCE(m.same = s.same, TRUE)"
            ends = f"m.ends AND {agree} AND (s.rivals = 1 OR m.same = s.same)"
            unsaid = "(m.ends AND s.rivals > 1 AND (m.same IS NULL OR s.same IS NULL))"
            maybe_ends = f"{agree} AND (m.ends IS NULL OR {unsaid})"
        falls, maybe_falls, join = "m.falls", "m.falls IS NULL", ""
        if self.rule.revived.patterns:
            standing = "COALESCE(t.surely, 0) < s.place"
            falls = f"m.falls AND {standing} AND COALESCE(t.maybe, 0) < s.place"
            maybe_falls = f"{standing} AND (m.falls IS NULL OR (m.falls AND COALESCE(t.maybe, 0) >= s.place))"
            join = "\nLEFT JOIN @taken_back t ON t.child = m.child AND t.place = m.place"
        adds = "m.adds OR m.adds IS NULL"
        columns = []
        for name, holds in (("end", ends), ("maybe_end", maybe_ends), ("fall", falls), ("maybe_fall", maybe_falls)):
            after = "m.place > s.place AND " if "end" in name else ""
            columns += [
                f"MIN(CASE WHEN {after}({holds}) THEN m.{what} END) AS {name}_{what}" for what in ("place", "number")
            ]
        columns.append(f"MIN(CASE WHEN m.place > s.place AND ({adds}) THEN m.place END) AS added_place")
        return self._named(
            f"SELECT s.child, s.place, {', '.join(columns)}\n"
            f"FROM @starts s LEFT JOIN @marks m ON m.child = s.child AND m.place >= s.place{join}\n"
            "GROUP BY s.child, s.place"
        )

    def _runs(self) -> Iterator[tuple[str, str]]:
        """Which starts govern: each; or, of those that come while the clock of the first runs, one."""
        if self.rule.pairing.repeats is Repeats.EACH:
            yield "clocks", self._named("SELECT child, place AS governs, place AS outermost, 0 AS renewed FROM @starts")
            return
        which = "MAX" if self.rule.pairing.repeats is Repeats.RESTART else "MIN"
        for name, body in _RUNS.items():
            yield name, self._named(body.replace("OUTERMOST", which))

    # --- what became of them

    def _judged(self) -> str:
        judged = [str(n) for n, version in enumerate(self.rule.versions) if version.requires is not None]
        return self._named(_JUDGED.replace("VERSIONS", ", ".join(judged)))

    def _findings(self) -> str:
        rule, house = self.rule, self.told.warehouse
        editions = " ".join(f"WHEN {n} THEN {text(v.edition)}" for n, v in enumerate(rule.versions))
        tables = dict.fromkeys(
            house.table_of(p.working_calendar) for v in rule.versions if (p := _in_working_days(v)) is not None
        )
        names = {table: n for n, table in enumerate(tables, 1)}
        joins, late = "", ""
        for table, n in names.items():
            joins += f"\nLEFT JOIN {table} x{n} ON x{n}.number = j.due LEFT JOIN {table} y{n} ON y{n}.number = j.until"
        for n, version in enumerate(rule.versions):
            if (counted := _in_working_days(version)) is not None:
                place = names[house.table_of(counted.working_calendar)]
                late += f" WHEN {n} THEN y{place}.counted - x{place}.counted"
        passed = f"CASE j.version{late} ELSE j.until - j.due END" if late else "j.until - j.due"
        return self._named(_FINDINGS).format(
            rule=text(rule.id),
            calendar=house.calendar,
            joins=joins,
            edition=f"CASE j.version {editions} END",
            late=passed,
            silent=self._silent(),
            doubts="".join(f" OR {doubt}" for doubt in self._unheld()),
        )

    def _silent(self) -> str:
        """When nothing can be told of any clock, and no last day either."""
        rule, covers = self.rule, self._covers
        answers = [k for k, condition in rule.end.patterns if not isinstance(condition, Doubtful)] or rule.end.kinds
        if not any(map(covers.holds, answers)) or not all(map(covers.holds, rule.extends.kinds)):
            return "TRUE"
        return "j.extended" if rule.extends.patterns else "FALSE"

    def _unheld(self) -> Iterator[str]:
        """When what the source cannot hold, or may lack, could change the verdict `v`."""
        rule, covers = self.rule, self._covers
        if isinstance(rule, Duty) and not all(map(covers.holds, rule.end.kinds)):
            yield "j.v IN ('late', 'overdue')"
        if rule.discharge.kinds and not any(map(covers.holds, rule.discharge.kinds)):
            yield "j.v = 'overdue'"
        if covers.since is not None and (
            covers.may_lack(rule.end.kinds | rule.discharge.kinds, self.told.warehouse.calendars[0][1].first)
        ):
            yield f"(j.day < {text(covers.since.isoformat())} AND j.v NOT IN ('met', 'discharged'))"


def _corrected(house: Warehouse) -> Iterator[str]:
    """The children of whom an entry was corrected or taken back."""
    child = f"e.{house.column('child')}"
    of_children = f"SELECT {child} FROM {house.events} e WHERE {cell_of(child)} IS NOT NULL AND"
    if (ref := house.column("ref")) is not None:
        entry = cell_of(f"e.{ref}")
        yield f"{of_children} {entry} IS NOT NULL GROUP BY {child}, {entry} HAVING COUNT(*) > 1"
        yield f"{of_children} {is_frayed(f'e.{ref}')}"  # it may be the same as another
    if (withdrawn := house.column("withdrawn")) is not None:
        said = f"LOWER({cell_of(f'e.{withdrawn}')})"
        yield f"{of_children} {said} NOT IN ('false', 'no', '0')"


def _in_working_days(version: Version) -> Period | None:
    period = period_of(version.requires)
    return period if period is not None and period.unit is Unit.WORKING_DAYS else None


def _version_on(versions: Iterable[Version]) -> str:
    cases = []
    for n, version in reversed(list(enumerate(versions))):
        if version.in_force is not None:
            if version.until is not None:
                cases.append(f"WHEN day > {text(version.until.isoformat())} THEN NULL")
            cases.append(f"WHEN day >= {text(version.in_force.isoformat())} THEN {n}")
    return f"CASE {' '.join(cases)} END" if cases else "CAST(NULL AS INTEGER)"


def _counted(period: Period, name: str, house: Warehouse) -> Iterator[str]:
    """The joins that find the last day of a period from the day `c`."""
    first = period.counting is Counting.BEGINNING_WITH
    if period.unit is Unit.WORKING_DAYS:
        table = house.table_of(period.working_calendar)
        from_ = f"{name}_from"
        yield f"JOIN {table} {from_} ON {from_}.number = b.number"
        before = f"CASE WHEN {from_}.working THEN {from_}.counted - 1 ELSE {from_}.counted END"
        yield f"LEFT JOIN {table} {name} ON {name}.working_day = {before if first else f'{from_}.counted'} + {period.n}"
    elif period.unit is Unit.MONTHS:
        yield f"LEFT JOIN {house.calendar} {name} ON {name}.month = c.month + {period.n} AND {name}.day_of_month = 1"
    else:
        n = period.n * (7 if period.unit is Unit.WEEKS else 1) - (1 if first else 0)
        yield f"LEFT JOIN {house.calendar} {name} ON {name}.number = b.number + {n}"


def _last_day(period: Period, name: str) -> str:
    if period.unit is not Unit.MONTHS:
        return f"{name}.number"
    over = 1 if period.month_end is MonthEnd.ROLL_OVER else 0
    day = f"CASE WHEN c.day_of_month > {name}.month_length THEN {name}.month_length + {over} ELSE c.day_of_month END"
    return f"{name}.number - {2 if period.counting is Counting.BEGINNING_WITH else 1} + {day}"


# the first certain end or discharge stops a clock; so does a certain start after a doubtful discharge
_RUNS = {
    "halts": """\
SELECT c.child, c.place, c.maybe_fall_place, CASE WHEN c.end_place IS NULL THEN c.fall_place \
WHEN c.fall_place IS NULL OR c.end_place < c.fall_place THEN c.end_place ELSE c.fall_place END AS stop
FROM @closings c""",
    "renewals": """\
SELECT h.child, h.place, MIN(n.place) AS renewed FROM @halts h JOIN @starts n ON n.child = h.child
AND n.place > h.maybe_fall_place AND (h.stop IS NULL OR n.place < h.stop) AND n.sure GROUP BY h.child, h.place""",
    "spans": """\
SELECT h.child, h.place, COALESCE(r.renewed, h.stop) AS stop, r.renewed
FROM @halts h LEFT JOIN @renewals r ON r.child = h.child AND r.place = h.place""",
    "runs": """\
SELECT p.child, p.place, p.renewed, OUTERMOST(CASE WHEN n.inside THEN n.place END) AS outermost,
OUTERMOST(CASE WHEN n.inside AND n.sure THEN n.place END) AS governs,
MIN(CASE WHEN NOT n.inside THEN n.place END) AS following
FROM @spans p JOIN (SELECT p.child, p.place AS first, n.place, n.sure,
(n.place = p.place OR p.stop IS NULL OR n.place < p.stop) AS inside
FROM @spans p JOIN @starts n ON n.child = p.child AND n.place >= p.place) n ON n.child = p.child AND n.first = p.place
GROUP BY p.child, p.place, p.renewed""",
    "heads": """\
SELECT child, MIN(place) AS place FROM @starts GROUP BY child
UNION ALL
SELECT r.child, r.following FROM @heads h JOIN @runs r ON r.child = h.child AND r.place = h.place
WHERE r.following IS NOT NULL""",
    "clocks": """\
SELECT r.child, COALESCE(r.governs, r.outermost) AS governs, r.outermost, COALESCE(r.renewed, 0) AS renewed
FROM @heads h JOIN @runs r ON r.child = h.child AND r.place = h.place""",
}

# what was done on the day of the discharge was still done; what was done later was not
_VERDICT = """\
CASE WHEN {due} IS NULL THEN NULL WHEN done IS NOT NULL AND done <= {due} THEN 'met' WHEN done IS NOT NULL THEN 'late' \
WHEN fell <= {due} THEN 'discharged' WHEN fell IS NOT NULL THEN 'overdue' \
WHEN as_at <= {due} THEN 'pending' ELSE 'overdue' END"""
_JUDGED = f"""\
SELECT k.*, COALESCE(done, fell, as_at) AS until, {_VERDICT.format(due="due")} AS v,
{_VERDICT.format(due="other_due")} AS other_v, \
CASE WHEN maybe_end_place < last_place OR last_place IS NULL THEN maybe_end_number END AS maybe_done,
CASE WHEN maybe_fall_place < last_place OR last_place IS NULL THEN maybe_fall_number END AS maybe_fell,
(added IS NOT NULL AND (done IS NULL OR added < last_place)) AS extended
FROM (SELECT g.child, g.day, g.version, g.sure, g.due, k.governs, k.outermost, k.renewed, o.sure AS other_sure,
o.due AS other_due, a.number AS as_at, c.maybe_end_place, c.maybe_end_number, c.maybe_fall_place, c.maybe_fall_number,
CASE WHEN c.fall_number < c.end_number THEN NULL ELSE c.end_number END AS done,
CASE WHEN c.end_number IS NULL OR c.fall_number < c.end_number THEN c.fall_number END AS fell,
CASE WHEN c.end_place IS NULL OR c.fall_number < c.end_number THEN c.fall_place ELSE c.end_place END AS last_place,
COALESCE(c.added_place, co.added_place) AS added
FROM @clocks k JOIN @starts g ON g.child = k.child AND g.place = k.governs
JOIN @starts o ON o.child = k.child AND o.place = k.outermost
JOIN @closings c ON c.child = k.child AND c.place = k.governs
JOIN @closings co ON co.child = k.child AND co.place = k.outermost
CROSS JOIN asked a WHERE g.version IN (VERSIONS)) k"""

_FINDINGS = """\
SELECT j.child, {rule} AS rule, j.status, j.day AS started, \
CASE WHEN j.known THEN due_day.day END AS due, CASE WHEN j.status IN ('met', 'late') THEN done_day.day END AS done,
CASE j.status WHEN 'cannot-tell' THEN NULL WHEN 'late' THEN {late} WHEN 'overdue' THEN {late} ELSE 0 END AS days_late,
{edition} AS edition
FROM (SELECT j.*, d.child IS NULL AND j.sure IS NOT NULL AND NOT ({silent}) AS known,
CASE WHEN d.child IS NOT NULL OR j.v IS NULL OR j.sure IS NULL OR {silent} THEN 'cannot-tell'
WHEN j.outermost <> j.governs AND j.other_sure IS NULL AND COALESCE(j.other_v <> j.v, TRUE) THEN 'cannot-tell'
WHEN j.maybe_done <= j.due AND j.v IN ('late', 'overdue', 'pending') THEN 'cannot-tell'
WHEN j.maybe_fell <= j.due AND (j.v = 'overdue' OR (j.v = 'late' AND j.renewed > 0)) THEN 'cannot-tell'
WHEN FALSE{doubts} THEN 'cannot-tell' ELSE j.v END AS status
FROM @judged j LEFT JOIN @doubt d ON d.child = j.child) j
LEFT JOIN {calendar} due_day ON due_day.number = j.due LEFT JOIN {calendar} done_day ON done_day.number = j.done{joins}
UNION ALL
SELECT d.child, {rule}, 'cannot-tell', NULL, NULL, NULL, NULL, NULL
FROM @doubt d LEFT JOIN @judged j ON j.child = d.child WHERE j.child IS NULL"""
