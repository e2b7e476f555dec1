"""Every file of the reference's data, which nobody here wrote: it is read, or refused in one line that says why.

What the censuses and the payload of the API hold is told by goldens in `test_shared_census` and `test_dfe_api`; what is
no record of a child (figures, definitions, schemas) must be refused, and never read as something else.
"""

from pathlib import Path

import pytest

import childprotect as cp
from childprotect.records import read

REFUSED = {
    "README.md": "the header has no column child or event or at",
    "bank_holidays": "no event could be read: the line is not a JSON object, and the file may be one document over "
    "several lines",
    "cin_xsd": "the root element is not <Message>",
    "dfe_api/dfe_csc_api_openapi_v1.0.1.json": "it is nested too deeply to be records",
    "dfe_stats": "the header has no column child or event or at",
    "ssd": "the header has no column child or event or at",
}
"""Why a file, or each file of a folder, is refused."""
READ = {
    "cin_xml/CIN2rows.xml": ("cin-census", 1, 11, 10, 2),
    "cin_xml/CIN_Census_2021.xml": ("cin-census", 1, 12, 8, 0),
    "cin_xml/CIN_Census_2021_copy.xml": ("cin-census", 1, 11, 8, 0),
    "cin_xml/CIN_Census_2021_no_assessment_factors.xml": ("cin-census", 1, 11, 8, 0),
    "cin_xml/CIN_Census_2024.xml": ("cin-census", 2, 15, 11, 1),
    "cin_xml/CIN_Census_2026.xml": ("cin-census", 2, 18, 12, 1),
    "cin_xml/CIN_header_issues_100.xml": ("cin-census", 1, 12, 8, 0),
    "cin_xml/CIN_la_issues_2887Q.xml": ("cin-census", 1, 12, 8, 0),
    "cin_xml/fake_CIN_data.xml": ("cin-census", 332, 1004, 735, 0),
    "cin_xml/liia_cin-2022.xml": ("cin-census", 1, 12, 8, 0),
    "cin_xml/liia_pipeline_BAR_cin_2022.xml": ("cin-census", 1, 12, 8, 0),
    "dfe_api/fake_records_spec0.8_from_staging_sql.json": ("dfe-api", 7, 38, 32, 4),
}
"""Format, children, events, rows, and rows of which something was rejected."""


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    folder = shared / "data"
    if not folder.is_dir():
        pytest.skip("the reference's data is not here: there is no directory 'shared/data'")
    return folder


def test_every_file_of_the_reference_is_read_or_refused_with_a_reason(data: Path) -> None:
    seen = {}
    for name in sorted(path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()):
        if (why := REFUSED.get(name) or REFUSED.get(name.partition("/")[0])) is not None:
            with pytest.raises(cp.UnreadableInput) as refused:
                read(data / name)
            assert (refused.value.path, refused.value.problem) == (str(data / name), why)
            continue
        source = read(data / name)
        children = sum(1 for _ in source)
        account = source.account
        seen[name] = (source.format, children, source.events, account.rows, account.rejected)
        assert account.read + account.rejected == account.rows
        assert len(account.rejections) >= account.rejected
    assert seen == READ


def test_a_folder_of_definitions_is_no_folder_of_tables(data: Path) -> None:
    for folder in ("ssd", "dfe_stats"):
        with pytest.raises(cp.UnreadableInput, match="it is a folder without a table of the Standard"):
            read(data / folder)
