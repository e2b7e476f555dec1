"""The figures that DfE publishes on children in need, as one table: each with what it counts, and where it stands.

A name such as `plans-ended/3-months` is a part of `plans-ended`; its share is of that. The definitions are those of the
statistics, whose columns they name; where they leave something open, `counts` says how it is read here.
"""

from collections.abc import Mapping

from attrs import field, frozen

DFE = "DfE, Children in need, open data, reporting year 2024"
"""Where the figures and their definitions are from."""
TABLES = "DfE, Characteristics of children in need, main tables 2017 to 2018"
"""The last tables whose footnotes were seen."""
METHOD = "DfE, Children in need, methodology"


@frozen
class Cell:
    """One figure: the file that it is in (as its name begins), its column, what it counts, and of what it is a part."""

    name: str
    file: str
    column: str
    counts: str

    @property
    def whole(self) -> str | None:
        """Of which figure it is a part."""
        whole, part, _ = self.name.partition("/")
        return whole if part else None


def _parts(whole: str, file: str, counts: str, **columns: str) -> tuple[Cell, ...]:
    return tuple(
        Cell(f"{whole}/{part.strip('_').replace('_', '-')}", file, column, counts) for part, column in columns.items()
    )


_ENDED = "plans that ended in the year, by days from the start of the plan to its end"
_OPEN = "plans open on the last day of the year, by days from the start of the plan to that day"
_LASTING = {
    "_3_months": "3_months_or_less",
    "_6_months": "more_than_3_months_6_months",
    "_1_year": "more_than_6_months_less_than_1_year",
    "_2_years": "1_year_less_than_2_years",
    "longer": "2_years_or_more",
}
CELLS = (
    Cell("referrals", "c1", "Referrals", "referrals in the year; several of one child on one day are one"),
    Cell(
        "referrals/again", "c1", "Re_referrals",
        "those of a child who was referred in the twelve months before, on the same day included",
    ),
    Cell("referrals/no-further-action", "c1", "No_Further_Action", "those decided so"),
    Cell("referrals/not-in-need", "c1", "Not_in_Need", "those closed after an assessment as not in need"),
    Cell("children-referred", "c1", "Referrals_child", "children with a referral in the year"),
    Cell("assessments", "c2", "Assessments_completed", "assessments that ended in the year"),
    *_parts(
        "assessments", "c2", "the same, by working days from the start to the end of the assessment",
        _0="Same_day", _1_10="1-10_days", _11_20="11-20_days", _21_30="21-30_days", _31_40="31-40_days",
        _41_45="41-45_days", _46_50="46-50_days", _51_60="51-60_days", _61="61+_days",
    ),
    Cell("section-47s", "c4", "Section47", "enquiries that began in the year"),
    Cell("children-enquired", "c4", "Section47_child", "children with an enquiry that began in the year"),
    Cell("conferences", "c4", "ICPC", "initial conferences in the year, of each child; also of one who moves in"),
    Cell("children-conferred", "c4", "ICPC_child", "children with a conference in the year"),
    *_parts(
        "conferences", "c4",
        "the same, by working days from the start of the enquiry; of a child who moves in, from the notice",
        _0_10="Duration_0-10_days", _11_15="Duration_11-15_days", _16_20="Duration_16-20_days",
        _21="Duration_21+_days",
    ),
    Cell("plans-started", "d1", "CPP_start", "plans that started in the year"),
    Cell("children-planned", "d1", "CPP_child_start", "children with a plan that started in the year"),
    Cell("plans-ended", "d1", "CPP_end", "plans that ended in the year"),
    Cell("plans-at-any-point", "d1", "CPP_anypoint", "plans open on some day of the year"),
    Cell("plans-open", "d1", "CPP_At31", "plans open on the last day of the year"),
    Cell("plans-started/again", "d3", "CPP_subsequent", "those of a child who had a plan before, however long ago"),
    *_parts(
        "plans-started", "d2", "those with this category at the start",
        neglect="Neglect_Initial", physical="Physical_Initial", sexual="Sexual_Initial",
        emotional="Emotional_Initial", multiple="Multiple_Initial",
    ),
    *_parts("plans-ended", "d7", _ENDED, **_LASTING),
    *_parts("plans-open", "d5", _OPEN, **_LASTING),
    Cell("plans-to-review", "d6", "CPP_At31_3Months", "plans open on the last day of the year, for 91 days or more"),
    Cell(
        "plans-to-review/on-time", "d6", "Reviewed_within_timescales",
        "those with a review within 91 days of the start, and each further one within 182 days, up to the last day",
    ),
)  # fmt: skip
"""Every figure, in the order of the tables."""
BY_NAME: Mapping[str, Cell] = {cell.name: cell for cell in CELLS}


@frozen
class Published:
    """The figures of one area and year: numbers by name, and what stands in the place of those that are missing.

    `c` is suppressed, `u` unreliable, `z` does not apply; other signs are as published.
    """

    area: str
    year: int
    """The year that ends on 31 March of this one."""
    numbers: Mapping[str, float]
    missing: Mapping[str, str] = field(factory=dict)

    def share(self, name: str) -> float | None:
        """The figure as a share of what it is a part of; None for a whole, and where one of the two is missing."""
        whole = BY_NAME[name].whole
        if whole is None or name not in self.numbers or not self.numbers.get(whole):
            return None
        return self.numbers[name] / self.numbers[whole]

    def parts(self, whole: str, names: tuple[str, ...]) -> dict[str, float] | None:
        """Several parts of a whole; None unless all of them are there."""
        found = {name: self.numbers[f"{whole}/{name}"] for name in names if f"{whole}/{name}" in self.numbers}
        return found if len(found) == len(names) else None
