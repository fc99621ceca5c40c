"""Antibodies as displays: denominators, classes that add up, who is in neither, outcomes by status."""

import polars as pl
from shown_display import TINY, Shown
from support import table

from pkpipe.protocol.nca import DoseProportionality

ADSL = pl.DataFrame(
    {"USUBJID": ["S1", "S2", "it's"], "COHORT": ["A", "A", "B"], "SAFFL": "Y", "ADAFL": "Y"}
)
SUMMARY = """
    DRUG | GROUP  | GROUPVAL | PARAMCD | X | N | DENOM
    MAB  | COHORT | A        | INCID   | 1 | 2 | subjects with a post-dose ADA result (SET-ADA)
    MAB  | COHORT | B        | INCID   | 0 | 1 | subjects with a post-dose ADA result (SET-ADA)
    MAB  | ALL    | ALL      | INCID   | 1 | 3 | subjects with a post-dose ADA result (SET-ADA)
    MAB  | ALL    | ALL      | NABPOS  | 1 | 1 | subjects with treatment-emergent ADA
    MAB  | ALL    | ALL      | NEG     | 1 | 3 | subjects with a post-dose ADA result (SET-ADA)
"""
SUBJECTS = """
    USUBJID | DRUG | COHORT | PARAMCD  | AVALC
    S1      | MAB  | A      | ADACLASS | INDUCED
    S1      | MAB  | A      | EMERPOS  | Y
    S1      | MAB  | A      | NABSTAT  | POSITIVE
    S2      | MAB  | A      | ADACLASS | INCONCLUSIVE
    S2      | MAB  | A      | EMERPOS  | N
    it's    | MAB  | B      | ADACLASS | NEGATIVE
    it's    | MAB  | B      | EMERPOS  | N
"""


def shown(number, **changed):
    summary = table(changed.pop("summary", SUMMARY))
    return Shown(number, ADSL=ADSL, ADASUM=summary, ADAB=table(SUBJECTS), **changed)


def test_every_share_stands_beside_what_it_is_out_of():
    told = shown("T14.5.1.1")
    assert told.text("INCID", "A") == "1/2 (50.0 %)"
    assert told.text("INCID", "DENOM") == "subjects with a post-dose ADA result (SET-ADA)"
    assert told.cell("INCID", "DENOM")["TEXTZH"] == "有给药后抗药抗体结果的受试者"
    assert told.behind("INCID", "ALL")["USUBJID"].to_list() == ["S1"]


def test_the_classes_add_up_and_who_is_in_neither_is_named():
    told = shown("T14.5.1.1")
    rows = told.cells.filter(pl.col("ROW").str.starts_with("CLASS "), pl.col("COL") == "ALL")
    assert rows["X"].sum() == 3
    assert told.behind("CLASS INCONCLUSIVE", "A")["USUBJID"].to_list() == ["S2"]
    assert "S2 (inconclusive: drug above the tolerance limit)" in told.state["NOTESEN"]
    assert "S2（不确定：药物浓度超出耐受限）" in told.state["NOTESZH"]


def test_without_concentrations_nobody_is_called_negative():
    why = "not collected: PC (drug tolerance)"
    lost = SUMMARY.replace("NEG     | 1", "NEG     |  ")
    frame = table(lost).with_columns(REASON=pl.when(pl.col("X").is_null()).then(pl.lit(why)))
    told = Shown("T14.5.1.1", ADSL=ADSL, ADASUM=frame, ADAB=table(SUBJECTS))
    assert told.text("CLASS NEGATIVE", "ALL") == why
    assert told.cell("CLASS NEGATIVE", "ALL")["TEXTZH"] == "未收集：PC (drug tolerance)"
    assert told.text("CLASS INDUCED", "ALL") == "1/3 (33.3 %)"


def test_neutralising_antibodies_are_counted_among_those_with_antibodies():
    told = shown("T14.5.1.3")
    assert told.text("NABPOS", "ALL") == "1/1 (100.0 %)"
    assert told.behind("NABPOS", "ALL")["USUBJID"].to_list() == ["S1"]


def test_where_nobody_has_antibodies_the_course_says_so():
    nobody = table(SUBJECTS.replace("EMERPOS  | Y", "EMERPOS  | N"))
    told = Shown("T14.5.1.4", ADSL=ADSL, ADASUM=table(SUMMARY), ADAB=nobody)
    assert told.state["state"] == "no subject with treatment-emergent antibodies"
    assert told.state["STATEZH"] == "无治疗期间出现抗药抗体的受试者"


def test_a_listing_says_neutralising_only_of_who_has_antibodies():
    told = shown("L16.2.5.5")
    assert told.text("S1/MAB", "NABSTAT") == "positive"
    assert told.text("it's/MAB", "ADACLASS") == "Negative"
    assert told.cell("it's/MAB", "ADACLASS")["TEXTZH"] == "阴性"
    assert told.behind("it's/MAB", "ADACLASS")["AVALC"].to_list() == ["NEGATIVE"]


def test_outcomes_by_status_name_the_subjects_after_the_landmark():
    outcomes = table(
        """
        DRUG | GROUP | GROUPVAL | PARAMCD | STATUS   | N | X | PCT | LOWER | UPPER
        MAB  | ALL   | ALL      | TEAE    | POSITIVE | 2 | 1 | 50  | 1.3   | 98.7
        """,
        PCT=pl.Float64(), LOWER=pl.Float64(), UPPER=pl.Float64(),
    )  # fmt: skip
    subjects = table(
        """
        USUBJID | DRUG | PARAMCD | STATUS   | RISKFL | AFTERFL
        S1      | MAB  | TEAE    | POSITIVE | Y      | Y
        S2      | MAB  | TEAE    | POSITIVE | Y      |
        """
    )
    told = Shown("T14.5.2.2", ADSL=ADSL, ADALMK=outcomes, ADALMKS=subjects)
    assert told.text("TEAE/ALL/ALL", "POSITIVE") == "1/2 (50.0 %) (1.3, 98.7)"
    assert told.behind("TEAE/ALL/ALL", "POSITIVE")["USUBJID"].to_list() == ["S1"]


MODELS = """
    SUBSET  | PARCAT1 | MATRIX | PARAMCD | MODEL | SCOPE | CYCLE | NOBS | BETA | LOWER | UPPER | STRICT
    ALL     | MAB     | SERUM  | CMAX    | FIRST | ALL   | 1     | 6    | 1.01 | 0.99  | 1.03  | inside
    WITHOUT | MAB     | SERUM  | CMAX    | FIRST | ALL   | 1     | 5    | 1.10 | 0.90  | 1.30  | inconclusive
"""


def test_proportionality_without_affected_profiles_stands_beside_that_of_all():
    names = ("DMIN", "DMAX", "STRLO", "STRHI", "BETA", "LOWER", "UPPER")
    models = table(MODELS, **{name: pl.Float64() for name in names}).with_columns(
        *(pl.lit(v).alias(n) for n, v in zip(names, (0.1, 3.0, 0.951, 1.049), strict=False)),
        DOSEU=pl.lit("mg/kg"),
    )  # fmt: skip
    told = Shown("T14.5.2.4", planned(), ADSL=ADSL, ADADOSE=models)
    line = "CMAX/FIRST/ALL/1"
    assert told.text(line, "DOSES") == "All doses, 0.1 to 3 mg/kg"
    assert told.text(line, "ALL.BETA") == "1.010 (0.990, 1.030)"
    assert told.text(line, "WITHOUT.BETA") == "1.100 (0.900, 1.300)"
    assert told.text(line, "WITHOUT.STRICT") == "inconclusive (0.951 to 1.049)"
    assert told.cell(line, "WITHOUT.STRICT")["TEXTZH"] == "尚不能判定（0.951～1.049）"
    assert told.behind(line, "WITHOUT.NOBS")["NOBS"].to_list() == [5]


def test_proportionality_by_antibodies_is_not_planned_without_a_power_model():
    assert "nca.dose_proportionality" in Shown("T14.5.2.4").state["state"]


def planned():
    """The small study with a power model."""
    model = DoseProportionality(parameters=("CMAX",), confidence=0.9, min_levels=2, min_subjects=3)
    nca = TINY.nca.model_copy(update={"dose_proportionality": model})
    return TINY.model_copy(update={"nca": nca})
