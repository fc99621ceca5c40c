"""Of several readers of one evaluator the accepted records count, as one series; the others are listed."""

import polars as pl
import pytest
from tumour_drawings import lesions, places, reference, spelled

from pkpipe.tumor import progressions
from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import analysed, leading_reader
from pkpipe.tumor.tables.adtr import adtr

REVIEW = "INDEPENDENT ASSESSOR"


def by(frame, domain, reader, accepted):
    return frame.with_columns(
        pl.lit(REVIEW).alias(f"{domain}EVAL"),
        pl.lit(reader).alias(f"{domain}EVALID"),
        pl.lit(accepted, dtype=pl.String).alias(f"{domain}ACPTFL"),
    )


def read(subject, reader, accepted, first="30", second="30", words="PR42 PR84"):
    """TR, TU and RS of one subject by one radiologist."""
    text = f"""
        VISIT     | DAY | T1
        SCREENING | -7  | 50
        WEEK 6    | 42  | {first}
        WEEK 12   | 84  | {second}
    """
    tr = lesions(text, subject)
    tu = places(tr).with_columns(VISIT=pl.lit("SCREENING"))
    rs = spelled(words, subject)
    return (
        by(tr, "TR", reader, accepted),
        by(tu, "TU", reader, accepted),
        by(rs, "RS", reader, accepted),
    )


# R1 sees a response, R2 progression; of subject 1 the records of R1 are accepted, of subject 2 those of R2.
GROWN = {"first": "70", "second": "80", "words": "PD42 PD84"}
READ = (
    read("1", "R1", "Y"),
    read("1", "R2", None, **GROWN),
    read("2", "R1", None),
    read("2", "R2", "Y", **GROWN),
)


def analysis(parts=READ, **options):
    chosen = ResponseOptions.model_validate({"evaluator": REVIEW} | options)
    tables = [pl.concat(p, how="diagonal_relaxed") for p in zip(*parts, strict=True)]
    ref = pl.concat([reference(), reference().with_columns(USUBJID=pl.lit("2"))])
    return analysed(*tables, ref, chosen)


def bests(assessed, options):
    who = leading_reader(assessed.best, options)
    rows = assessed.best.filter(pl.col("READER") == who).sort("USUBJID")
    return who, dict(rows.select("USUBJID", "BOR").rows())


def found(outcome):
    rows = outcome.findings.filter(pl.col("COLUMN").str.ends_with("ACPTFL"))
    return sorted(rows.select("CHECK", "USUBJID", "VALUE").rows())


def test_the_accepted_records_are_the_evaluators_one_series():
    outcome = analysis()
    assert bests(outcome.derived, outcome.options) == (REVIEW, {"1": "PR", "2": "PD"})
    assert bests(outcome.reported, outcome.options) == (REVIEW, {"1": "PR", "2": "PD"})
    assert outcome.reconciliation["AGREE"].to_list() == ["Y"] * 4
    assert set(outcome.points["READER"]) == {REVIEW}


def test_what_is_not_accepted_is_listed_with_its_reader_and_its_time_points():
    assert found(analysis()) == [
        (f"{table}-ASIDE", subject, f"{REVIEW}/{reader}: 2 time points")
        for table in ("RS", "TR")
        for subject, reader in (("1", "R2"), ("2", "R1"))
    ]


@pytest.mark.parametrize("options", [{"accepted": "none"}, {"evaluator": None}])
def test_where_it_is_not_asked_for_every_reader_is_a_series(options):
    outcome = analysis(**options)
    assert set(outcome.points["READER"]) == {f"{REVIEW}/R1", f"{REVIEW}/R2"}
    assert found(outcome) == []


def test_a_study_led_by_the_investigator_has_one_series_of_the_review_too():
    outcome = analysis(evaluator="INVESTIGATOR", accepted="every")
    assert set(outcome.points["READER"]) == {REVIEW}


def test_without_a_flag_nothing_is_set_aside():
    parts = [[t.drop(pl.selectors.ends_with("ACPTFL")) for t in part] for part in READ]
    outcome = analysis(parts)
    assert set(outcome.points["READER"]) == {f"{REVIEW}/R1", f"{REVIEW}/R2"}
    assert found(outcome) == []


def test_tables_without_the_flag_go_by_the_readers_accepted_in_another():
    parts = [(tr, tu.drop("TUACPTFL"), rs.drop("RSACPTFL")) for tr, tu, rs in READ]
    outcome = analysis(parts)
    assert bests(outcome.reported, outcome.options)[1] == {"1": "PR", "2": "PD"}
    assert outcome.reconciliation.height == 4


def test_one_reader_alone_needs_no_acceptance():
    outcome = analysis([*READ[:2], read("2", "R2", None, **GROWN)])
    assert bests(outcome.derived, outcome.options)[1] == {"1": "PR", "2": "PD"}
    assert {u for _, u, _ in found(outcome)} == {"1"}


def test_where_nobody_is_accepted_no_assessment_counts_and_it_is_a_query():
    outcome = analysis([*READ[:2], read("2", "R1", None), read("2", "R2", None)])
    assert bests(outcome.derived, outcome.options)[1] == {"1": "PR", "2": "MISSING"}
    queries = outcome.findings.filter(pl.col("SEVERITY") == "query")
    assert sorted(queries.select("CHECK", "USUBJID").rows()) == [
        (f"{table}-NOBODY", "2") for table in ("RS", "RS", "TR", "TR")
    ]


def flagged(part, when):
    """The records of a reader, accepted at those visits only."""
    tr, tu, rs = part
    days = pl.col("RSDTC").replace_strict(
        dict(zip([r["RSDTC"] for r in rs.to_dicts()], ("WEEK 6", "WEEK 12"), strict=True))
    )
    return (
        tr.with_columns(TRACPTFL=pl.when(pl.col("VISIT").is_in(when)).then(pl.lit("Y"))),
        tu,
        rs.with_columns(RSACPTFL=pl.when(days.is_in(when)).then(pl.lit("Y")), VISIT=days),
    )


def test_readers_may_be_accepted_visit_by_visit_each_with_the_own_baseline_and_nadir():
    small = flagged(read("1", "R1", None, "60", "60", "SD42 SD84"), ("SCREENING", "WEEK 12"))
    large = read("1", "R2", None, "90", "60", "PD42 PD84")
    outcome = analysis([small, flagged(large, ("WEEK 6",))])
    post = outcome.points.filter(pl.col("ROLE") == "POST").sort("ADATE")
    # R2: 90 of 50 is progression. R1: 60 of 50 is not at the first scan and not against its nadir of 50 mm
    assert post.select("READER", "VISIT", "SUMDIAM", "BASE", "NADIR", "OVRLRESP").rows() == [
        (REVIEW, "WEEK 6", 90, 50, 50, "PD"),
        (REVIEW, "WEEK 12", 60, 50, 50, "PD"),
    ]
    assert outcome.points.filter(pl.col("ROLE") == "BASELINE").height == 1
    assert outcome.reported.timepoints["AVALC"].to_list() == ["PD", "SD"]


def test_two_readers_accepted_at_one_time_point_is_a_query():
    outcome = analysis([read("1", "R1", "Y"), read("1", "R2", "Y", **GROWN), *READ[2:]])
    assert bests(outcome.derived, outcome.options)[1] == {"1": "PD", "2": "PD"}
    both = [(check, u, v) for check, u, v in found(outcome) if check == "TR-BOTH"]
    assert sorted(set(both)) == [("TR-BOTH", "1", "WEEK 12"), ("TR-BOTH", "1", "WEEK 6")]


def test_where_no_baseline_is_flagged_the_accepted_readers_own_serves():
    parts = [flagged(p, ("WEEK 6", "WEEK 12")) if i in {0, 3} else p for i, p in enumerate(READ)]
    outcome = analysis(parts)
    assert outcome.points.filter(pl.col("ROLE") == "BASELINE")["USUBJID"].to_list() == ["1", "2"]
    assert bests(outcome.derived, outcome.options)[1] == {"1": "PR", "2": "PD"}


def test_adtr_keeps_the_lesions_of_every_reader():
    outcome = analysis(accepted="every")
    sums = adtr(outcome.lesions, outcome.read, progressions(outcome)).filter(
        pl.col("PARAMCD") == "SDIAM"
    )
    assert dict(sums.group_by("EVALID").len().rows()) == {"R1": 6, "R2": 6}
    progressed = sums.filter(pl.col("PDFL") == "Y").select("USUBJID", "EVALID").unique()
    assert sorted(progressed.rows()) == [("1", "R2"), ("2", "R2")]
