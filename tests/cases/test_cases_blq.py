"""Below the limit of quantification: one meaning for words, zeros and numbers below their limit."""

import polars as pl
import pytest
from pk_drawings import SAMPLES, TINY, sample, trial, value
from support import typed_domain

from pkpipe.clinical import blq
from pkpipe.validate.checks.concentration_rows import CONCENTRATION_ROWS as CHECKS


def says(*texts):
    return pl.DataFrame({"A": list(texts)}, schema={"A": pl.String}).select(
        blq.says(pl.col("A"))
    )["A"].to_list()  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        *("BLQ", "bloq", " BQL ", "BLLOQ", "ＢＬＱ", "BLQ (<0.100)", "<LLOQ", "< LOQ"),
        *("<0.5", "＜0.5", "< 0.5 ng/mL", "<5.00E-02", "<0,5", "<.5", "Below the LLOQ"),
        *("below the lower limit of quantification", "低于定量下限", "＜定量下限", "未检出"),
    ],
)
def test_a_text_that_can_mean_nothing_else_is_blq(text):
    assert says(text) == [True]


@pytest.mark.parametrize(
    "text", ["ND", "NQ", "0.5", ">500", "ALQ", "HEMOLYZED", "NR", "<", "BQ", "not done", "未检测"]
)
def test_a_text_that_may_mean_something_else_is_not_blq(text):
    assert says(text) == [False]


def judged(rows):
    """Rules of rows drawn as flag, text, value, limit."""
    frame = pl.DataFrame(
        rows,
        schema={"F": pl.Boolean, "T": pl.String, "V": pl.Float64, "L": pl.Float64},
        orient="row",
    )
    result = blq.Result(pl.col("V"), flag=pl.col("F"), texts=(pl.col("T"),), limit=pl.col("L"))
    return frame.select(R=blq.rule_of(result), B=blq.is_blq(result))


def test_the_rules_are_read_in_order_and_the_first_is_told():
    found = judged(
        [
            (True, "<0.5", 0.0, 0.5),
            (None, "<0.5", 0.0, 0.5),
            (False, "0.00", 0.0, 0.5),
            (False, "0.3", 0.3, 0.5),
            (False, "0.5", 0.5, 0.5),
            (None, None, 0.3, None),
            (None, None, None, 0.5),
        ]
    )
    assert found["R"].to_list() == ["STATED", "WORDS", "ZERO", "VALUE", None, None, None]
    assert found["B"].to_list() == [True] * 4 + [False] * 3


def test_a_number_at_its_limit_is_quantified_whatever_a_change_of_units_costs():
    assert judged([(None, None, 0.1 + 0.2, 0.3), (None, None, 0.3, 0.1 + 0.2)])["R"].to_list() == [
        None,
        None,
    ]


# --- the pk room ---


def changed(old, new):
    assert old in SAMPLES
    return trial(samples=SAMPLES.replace(old, new))


@pytest.mark.parametrize("result", ["0", "0.00", "<0.1", "＜0.1", "<LLOQ", "低于定量下限", "0.05"])
def test_cases_u1_room_zero_is_not_blq(result):
    row = sample(changed("-1    | BLQ", f"-1    | {result}"), "PREDOSE")
    assert (row["BLQFL"], row["AVAL"], row["AVALNCA"], row["AVALC"]) == ("Y", None, 0, result)


def test_cases_u1_room_zero_is_not_blq_in_the_summary_by_time():
    def counted(tables):
        return tables["PKCONC"].filter(pl.col("ATPTN") == 0).sort(*tables["PKCONC"].columns)

    assert counted(changed("-1    | BLQ", "-1    | 0  ")).equals(counted(trial()))


def test_a_number_taken_as_blq_says_why_and_keeps_what_was_reported():
    row = sample(changed("24H     | 24    | 45", "24H     | 24    | 0.05"), "24H")
    assert (row["BLQFL"], row["AVALC"], row["LLOQ"]) == ("Y", "0.05", 0.1)
    assert row["REASON"] == (
        "BLQ between quantifiable samples; a number below the limit of quantification: taken as BLQ"
    )


def with_limits(limits, samples=SAMPLES):
    """The drawn samples with a PCLLOQ each."""
    head, *rows = samples.strip().splitlines()
    drawn = [f"{head} | PCLLOQ"]
    drawn += [f"{row} | {limit}" for row, limit in zip(rows, limits, strict=True)]
    return trial(samples="\n".join(drawn))


def test_cases_lloq_declared_not_applied():
    tables = changed("D15     | 336   | 9", "D15     | 336   | 0.002")
    assert value(tables, "TLST")["AVAL"] == 503.5
    row = sample(tables, "D15")
    assert (row["LLOQ"], row["BLQFL"]) == (0.1, "Y")
    as_words = changed("D15     | 336   | 9", "D15     | 336   | BLQ")
    assert value(tables, "LAMZHL") == value(as_words, "LAMZHL")


def test_the_limit_of_a_row_goes_before_the_declared_one():
    diluted = with_limits(["", "", "", "", "10", "", ""])  # 9 at D15, diluted a hundredfold
    assert sample(diluted, "D15")["BLQFL"] == "Y"
    better = with_limits(["0.01"] * 7, SAMPLES.replace("336   | 9", "336   | 0.05"))
    assert sample(better, "D15")["BLQFL"] is None


def test_what_was_not_done_is_not_blq():
    samples = SAMPLES.replace("RESULT\n", "RESULT | PCSTAT\n", 1).replace(
        "| BLQ\n", "| BLQ | NOT DONE\n"
    )
    lines = [line if line.count("|") == 5 else f"{line} | " for line in samples.strip().split("\n")]
    assert sample(trial(samples="\n".join(lines)), "PREDOSE")["BLQFL"] is None


# --- the questions ---

PC = {
    "USUBJID": "1",
    "PCTESTCD": "MAB",
    "PCSPEC": "SERUM",
    "PCSTRESU": "ug/mL",
    "PCTPT": "24H",
    "PCDTC": "2025-01-11T09:00",
}


def asked(*rows):
    """Ids of the findings of PC rows."""
    study = TINY.model_copy(update={"escalation": None})
    keys = {k for row in rows for k in row} | set(PC)
    frame = pl.DataFrame([{k: (PC | row).get(k) for k in keys} for row in rows], strict=False)
    pc = typed_domain("PC", frame)
    return {
        c.check.id: pc.filter(c.wrong(study).fill_null(value=False))["SRCROW"].to_list()
        for c in CHECKS
        if pc.filter(c.wrong(study).fill_null(value=False)).height
    }


def test_cases_lloq_declared_not_applied_is_asked_about():
    found = asked(
        {"PCSTRESC": "0.05", "PCSTRESN": 0.05},
        {"PCSTRESC": "0.05", "PCSTRESN": 0.05, "PCLLOQ": 0.01},
        {"PCSTRESC": "5", "PCSTRESN": 5.0, "PCLLOQ": 10.0},
        {"PCSTRESC": "5", "PCSTRESN": 5.0},
        {"PCSTRESN": 0.05},
    )
    assert found["PC-BELOW-LLOQ"] == [2, 4, 6]


def test_a_zero_is_told_as_a_note_and_words_for_blq_are_no_finding():
    assert asked({"PCSTRESC": "0.00", "PCSTRESN": 0.0}) == {"PC-ZERO": [2]}
    for text in ("<LLOQ", "＜0.1", "blq", "低于定量下限"):
        assert asked({"PCSTRESC": text, "PCSTRESN": None, "PCORRES": text}) == {}


def test_an_original_text_that_says_blq_contradicts_a_number():
    assert list(asked({"PCORRES": "<0.1", "PCSTRESC": "0.05", "PCSTRESN": 0.05})) == [
        "PC-BLQ-NUMBER"
    ]


def test_a_text_of_two_meanings_is_an_error_that_says_how_to_declare_it():
    assert list(asked({"PCSTRESC": "ND", "PCSTRESN": None})) == ["PC-RESULT"]
