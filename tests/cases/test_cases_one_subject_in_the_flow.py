"""What the flow asks of subjects and therapies before it counts: one subject, one name, one meaning."""

import pytest
from test_cases_stranger_flow import asked, put

from pkpipe.validate import stopping


def renamed(old, new):
    """A change: a subject has another number in every table."""

    def change(tables, _):
        for code in tables:
            put(code, "USUBJID", {old: new})(tables, _)

    return change


@pytest.mark.parametrize(
    "other", ["tiny-01-001", "TINY-01-1", "TINY-01- 001", "TINY\u201101\u2011001", "TINY-01-００１"]
)
def test_two_subjects_of_one_name_in_two_spellings_stop(tmp_path, other):
    found = stopping(asked(tmp_path, renamed("TINY-01-002", other)))
    (row,) = found.iter_rows(named=True)
    assert (row["CHECK"], row["TABLE"], row["VALUE"]) == ("SUBJECT-SPELLING", "DM", other)
    assert f"TINY-01-001 and {other}" in row["MESSAGE"]


def test_numbers_that_differ_in_their_figures_are_two_subjects(tmp_path):
    found = asked(tmp_path, renamed("TINY-01-002", "TINY-010-01"))
    assert stopping(found).is_empty()


def therapies(*starts, **more):
    """A change: CM with a record of the first subject begun on each day."""
    row = {"STUDYID": "TINY-01", "DOMAIN": "CM", "USUBJID": "TINY-01-001", "CMTRT": "PARACETAMOL"}

    def change(tables, content):
        tables["CM"] = [
            row | {"CMSEQ": str(n), "CMSTDTC": start, "CMENDTC": ""} | more
            for n, start in enumerate(starts, 1)
        ]
        content["sources"]["CM"] = {"files": ["cm.csv"]} | content.get("cm", {})

    return change


@pytest.mark.parametrize("more", [{}, {"CMCAT": ""}])
def test_a_therapy_under_treatment_without_a_category_stops(tmp_path, more):
    """It would count as a new anti-cancer therapy: events after it were no longer treatment-emergent."""
    found = stopping(asked(tmp_path, therapies("2025-01-06", "2025-07-01", **more)))
    (row,) = found.iter_rows(named=True)
    assert (row["CHECK"], row["ROW"]) == ("CM-CATEGORY-NONE", 2)
    assert "sources.CM.constants: {CMCAT: CONCOMITANT MEDICATION}" in row["ALLOWED"]


def test_a_table_of_later_therapies_needs_no_category(tmp_path):
    assert stopping(asked(tmp_path, therapies("2025-07-01"))).is_empty()


def test_a_category_of_the_study_file_mends_it(tmp_path):
    def change(tables, content):
        therapies("2025-01-06")(tables, content)
        content["sources"]["CM"]["constants"] = {"CMCAT": "CONCOMITANT MEDICATION"}

    assert stopping(asked(tmp_path, change)).is_empty()
