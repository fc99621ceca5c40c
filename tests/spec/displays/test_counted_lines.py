"""Lines of counts hold for many cohorts, a cohort of one and text of any kind."""

import polars as pl
from shown_display import TINY, Shown

from pkpipe.protocol.study import Cohort

HOSTILE = 'it\'s "a | b"\n{x} $y$ 中文'


def many(number):
    names = [f"C{n}" for n in range(number)]
    cohorts = tuple(Cohort(code=c, label=f"{c} {HOSTILE}", part="expansion") for c in names)
    subjects = pl.DataFrame(
        {
            "USUBJID": [f"{HOSTILE} {c}" for c in names],
            "COHORT": names,
            "ENRLFL": "Y",
            "SAFFL": "Y",
            "TUMTYPE": HOSTILE,
        }
    )
    return TINY.model_copy(update={"cohorts": cohorts}), subjects


def test_sixty_cohorts_of_one_stand_side_by_side_whatever_they_are_called():
    study, subjects = many(60)
    made = Shown("T14.1.2.2", study, ADSL=subjects)
    row = f"TUMTYPE/{HOSTILE}"
    assert made.columns.filter(pl.col("NUMERIC") == "Y").height == 61
    assert made.text(row, "C59") == "1/1 (100.0 %)"
    assert made.text(row, "LABEL") == HOSTILE
    assert made.behind(row, "C59")["COHORT"].to_list() == ["C59"]
    assert made.behind(row, "ALL").height == 60


def test_a_table_without_cohorts_names_the_subjects_of_a_group():
    study, subjects = many(2)
    therapies = pl.DataFrame(
        {"USUBJID": subjects["USUBJID"], "CMCAT": HOSTILE, "CMDECOD": HOSTILE, "CMTRT": HOSTILE}
    )
    made = Shown("T14.1.2.3", study, ADSL=subjects, CM=therapies)
    row = f"{HOSTILE}/{HOSTILE}"
    assert made.text(row, "C1") == "1/1 (100.0 %)"
    assert made.behind(row, "C1").height == 1
    assert made.behind(row, "ALL").height == 2


def test_subjects_outside_the_analysis_set_are_in_no_count():
    study, subjects = many(3)
    untreated = subjects.with_columns(
        SAFFL=pl.when(pl.col("COHORT") == "C0").then(pl.lit("N")).otherwise("SAFFL")
    )
    made = Shown("T14.1.2.2", study, ADSL=untreated)
    assert made.text(f"TUMTYPE/{HOSTILE}", "ALL") == "2/2 (100.0 %)"
    assert "C0" not in set(made.columns["COL"])
