"""Safety and response by ADA status at a landmark: status by then, at risk then, outcomes after it."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from support import table

from pkpipe.cohorts.ada_outcomes import SCHEMA, STATUSES, ada_outcomes
from pkpipe.cohorts.landmark import status_by
from pkpipe.protocol.file_reading.loader import load_study

STUDY = load_study(Path(__file__).parents[2] / "studies" / "tiny.yaml").at(date(2026, 6, 30))
# Everybody's first dose is on 5 January, so day 43, the landmark of the tiny study, is 16 February.
ADSL = """
    USUBJID | SAFFL | LEVEL | CUTDT      | DTHDT      | EOSDT | LSTALVDT   | NACTDT | TRTEDT     | RSPFL
    1       | Y     | A     | 2026-06-30 |            |       | 2026-06-20 |        | 2026-03-09 | Y
    2       | Y     | A     | 2026-06-30 |            |       | 2026-06-20 |        | 2026-03-09 | Y
    3       | Y     | B     | 2026-06-30 | 2026-02-10 |       | 2026-02-10 |        | 2026-01-26 | Y
    4       | Y     | B     | 2026-06-30 |            |       | 2026-06-20 |        | 2026-03-09 | Y
"""
SAMPLES = """
    USUBJID | DRUG | POSTFL | ADY | RESULT   | TFLAG
    1       | MAB  |        | 1   | NEGATIVE |
    1       | MAB  | Y      | 43  | POSITIVE | 1
    2       | MAB  | Y      | 22  | NEGATIVE | 0
    2       | MAB  | Y      | 64  | POSITIVE | 1
    3       | MAB  | Y      | 22  | NEGATIVE | 0
    4       | MAB  | Y      | 22  | NEGATIVE | 0
"""
EVENTS = """
    USUBJID | TRTEMFL | AEDECOD                   | AETOXGR | ASTDT
    1       | Y       | Nausea                    | 1       | 2026-01-08
    1       | Y       | INFUSION RELATED REACTION | 3       | 2026-03-09
    2       | Y       | Urticaria                 | 2       | 2026-02-16
    3       | Y       | Nausea                    | 1       | 2026-01-09
"""
RESPONSES = """
    USUBJID | CRIT       | SRC     | EVAL         | EVALID | PARAMCD | AVALC | ADT
    1       | RECIST 1.1 | derived | INVESTIGATOR |        | CRSP    | Y     | 2026-03-30
    1       | RECIST 1.1 | derived | INVESTIGATOR |        | PD      | N     |
    2       | RECIST 1.1 | derived | INVESTIGATOR |        | CRSP    | N     |
    2       | RECIST 1.1 | derived | INVESTIGATOR |        | PD      | Y     | 2026-05-30
    4       | RECIST 1.1 | derived | INVESTIGATOR |        | CRSP    | Y     | 2026-02-16
"""


def drawn(**changed):
    samples = table(changed.get("samples", SAMPLES), ADY=pl.Int64(), TFLAG=pl.Int8())
    return {
        "ADSL": table(changed.get("adsl", ADSL)),
        "ADEX": table(
            changed.get(
                "adex",
                "USUBJID | DRUG | DOSE | ASTDT\n"
                + "\n".join(f"{i} | MAB | 1 | 2026-01-05" for i in range(1, 5)),
            )
        ),
        "ADAB": samples.select("DRUG").unique(),
        "ADASAMP": samples,
        "ADAE": table(changed.get("events", EVENTS), AETOXGR=pl.Int64()),
        "ADRS": table(changed.get("responses", RESPONSES)),
    }


def outcome(code, status, group="ALL", study=STUDY, **changed):
    hit = ada_outcomes(drawn(**changed), study).filter(
        (pl.col("PARAMCD") == code) & (pl.col("STATUS") == status) & (pl.col("GROUPVAL") == group)
    )
    assert hit.height == 1
    return hit.row(0, named=True)


def test_who_turns_positive_after_the_landmark_counts_as_negative():
    assert outcome("TEAE", "POSITIVE")["NALL"] == 1
    assert outcome("TEAE", "NEGATIVE")["NALL"] == 3


def test_only_events_after_the_landmark_count_and_earlier_ones_are_shown_beside():
    positive, negative = outcome("TEAE", "POSITIVE"), outcome("TEAE", "NEGATIVE")
    assert (positive["X"], positive["N"], positive["NPRIOR"]) == (1, 1, 1)
    assert (negative["X"], negative["N"], negative["NPRIOR"]) == (0, 2, 1)
    assert outcome("HYPERSEN", "NEGATIVE")["X"] == 0  # it began on the landmark day itself


def test_each_kind_of_event_is_found_by_its_terms_in_any_case():
    assert outcome("INFREACT", "POSITIVE")["X"] == 1
    assert outcome("TEAE_G3", "POSITIVE")["X"] == 1
    assert outcome("HYPERSEN", "NEGATIVE")["NPRIOR"] == 1


def test_who_died_before_the_landmark_is_left_out_and_counted():
    got = outcome("TEAE", "NEGATIVE")
    assert (got["NALL"], got["NOUT"], got["OUTRSN"], got["N"]) == (3, 1, "died 1", 2)


def test_who_responded_before_the_landmark_is_no_responder_after_it():
    got = outcome("ORR", "NEGATIVE")
    assert (got["NALL"], got["NOUT"], got["OUTRSN"]) == (3, 2, "died 1; responded before 1")
    assert (got["X"], got["N"]) == (0, 1)
    assert outcome("ORR", "POSITIVE")["X"] == 1


def test_limits_are_exact():
    """One of one: from 2.5 % (Clopper-Pearson: the 2.5 % quantile of a uniform)."""
    got = outcome("ORR", "POSITIVE")
    assert (got["PCT"], got["LOWER"], got["UPPER"]) == pytest.approx((100.0, 2.5, 100.0))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("2026-06-30 |            |       | 2026-06-20", "2026-02-10 |  |  | 2026-02-10", "data cutoff"),
        ("2026-06-30 |            |       | 2026-06-20", "2026-06-30 |  | 2026-02-16 | 2026-02-16", "left"),
        ("2026-06-30 |            |       | 2026-06-20", "2026-06-30 |  |  | 2026-02-15", "not followed"),
        ("2026-03-09", "2026-01-05", "period of treatment-emergent events over"),
    ],
)  # fmt: skip
def test_who_is_not_at_risk_on_the_landmark_day_is_left_out(before, after, words):
    got = outcome("TEAE", "POSITIVE", adsl=ADSL.replace(before, after, 1))
    assert (got["NALL"], got["NOUT"], got["N"]) == (1, 1, 0)
    assert words in got["OUTRSN"]
    assert got["OUTRSN"].endswith(" 1")
    assert got["REASON"] == "nobody of this status at risk on the landmark day"


def test_who_never_got_the_drug_is_counted_as_such():
    three = "USUBJID | DRUG | DOSE | ASTDT\n1 | MAB | 1 | 2026-01-05\n2 | MAB | 0 | 2026-01-05"
    got = outcome("TEAE", "NEGATIVE", adex=three)
    assert got["OUTRSN"] == "drug not given 3"


def test_the_landmark_of_each_drug_counts_from_its_own_first_dose():
    later = "\n".join(f"{i} | MAB | 1 | 2026-03-01" for i in range(1, 5))
    got = outcome("TEAE", "POSITIVE", adex="USUBJID | DRUG | DOSE | ASTDT\n" + later)
    assert got["X"] == 0


def test_an_event_without_a_start_date_is_not_placed_but_told():
    got = outcome(
        "TEAE",
        "POSITIVE",
        events="USUBJID | TRTEMFL | AEDECOD | AETOXGR | ASTDT\n1 | Y | Nausea | 1 |",
    )
    assert got["X"] == 0
    assert got["REASON"].startswith("subjects with an event without a start date, not placed: 1")


def test_every_status_and_every_level_has_a_row_and_subjects_add_up():
    got = ada_outcomes(drawn(), STUDY)
    assert got.schema == SCHEMA
    assert got.height == 5 * len(STATUSES) * 3
    assert set(got["LANDMARK"]) == {43}
    sums = got.group_by("GROUPVAL", "PARAMCD").agg(pl.col("NALL").sum())
    assert set(sums.select("GROUPVAL", "NALL").rows()) == {("ALL", 4), ("A", 2), ("B", 2)}
    assert got.filter(pl.col("NALL") != pl.col("NOUT") + pl.col("N")).is_empty()
    assert got.filter(pl.col("PCT").is_null() & pl.col("REASON").is_null()).is_empty()


def test_a_study_without_events_says_so_instead_of_none_seen():
    bare = STUDY.model_copy(
        update={"sources": {k: v for k, v in STUDY.sources.items() if k != "AE"}}
    )
    got = outcome("TEAE", "POSITIVE", study=bare)
    assert (got["X"], got["N"], got["REASON"]) == (None, None, "not collected: AE")
    assert outcome("ORR", "POSITIVE", study=bare)["X"] == 1


def status(text):
    frame = table(
        "USUBJID | DRUG | POSTFL | ADY | RESULT | TFLAG\n" + text, ADY=pl.Int64(), TFLAG=pl.Int8()
    )
    return dict(status_by(frame, 43).select("USUBJID", "STATUS").rows()).get("1")  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("1 | MAB | Y | 22 | POSITIVE | 2", "POSITIVE"),
        ("1 | MAB | Y | 22 | POSITIVE | 3", "UNAFFECTED"),
        ("1 | MAB | Y | 22 | POSITIVE |", "UNKNOWN"),
        ("1 | MAB | Y | 22 | MISSING |", "UNKNOWN"),
        ("1 | MAB | Y | 22 | NEGATIVE | 0\n1 | MAB | Y | 43 | INCONCLUSIVE |", "INCONCLUSIVE"),
        ("1 | MAB | Y | 22 | NEGATIVE | 0\n1 | MAB | Y | 44 | INCONCLUSIVE |", "NEGATIVE"),
        ("1 | MAB | Y | 44 | POSITIVE | 1", None),
    ],
)
def test_the_status_is_what_was_known_by_the_day(rows, expected):
    assert status(rows) == expected
