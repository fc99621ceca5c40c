"""What people call the columns of samples, and what they write into them."""

import pytest
from nca_shell import shell

__all__ = ["shell"]

DOSE = "ID,TIME,DOSE,ROUTE\nS1,0,100,oral\n"
ROWS = (("0", "0"), ("1", "7"), ("4", "5"), ("8", "3"), ("12", "2"), ("24", "0.5"))


def table(column, *values):
    lines = [f"S1,{time},{conc},{value}" for (time, conc), value in zip(ROWS, values, strict=True)]
    return "\n".join([f"ID,TIME,CONC,{column}", *lines, ""])


@pytest.mark.parametrize(
    "column", ["PCLLOQ", "ALLOQ", "LOQ", "LLQ", "LLOQ_VALUE", "lower_loq", "定量下限"]
)
def test_o1_below_own_lloq_under_another_name_is_not_passed_over(shell, column):
    conc = table(column, *["1"] * 6)
    code, said, _ = shell(conc, DOSE)
    assert (code, f"no column LLOQ; found {column}" in said) == (2, True), said
    code, said, cells = shell(conc, DOSE, "--rename", f"LLOQ={column}")
    assert (code, cells["S1", "0.0", "TLST"][0]) == (0, 12.0)
    assert "taken as BLQ: 1 (first: row 7" in said


def test_an_upper_limit_is_no_lower_one(shell):
    code, said, cells = shell(table("ULOQ", *["100"] * 6), DOSE)
    assert (code, "not used: ULOQ" in said, cells["S1", "0.0", "TLST"][0]) == (0, True, 24.0)


@pytest.mark.parametrize(
    ("column", "ours"),
    [
        *((name, "BLQ") for name in ("BQL", "CENS", "BELOW_LLOQ", "PCBLQFL", "BLQFLAG")),
        *((name, "EXCLFL") for name in ("EXCLUDE", "NCAXFL", "EXCL", "剔除")),
    ],
)
def test_a_flag_under_another_name_is_not_passed_over_even_if_others_were_named(
    shell, column, ours
):
    conc = table(column, "", "", "", "", "", "Y")
    code, said, _ = shell(conc, DOSE)
    assert (code, f"no column {ours}; found {column}" in said) == (2, True), said
    code, _, cells = shell(conc, DOSE, "--rename", f"{ours}={column}")
    assert (code, cells["S1", "0.0", "TLST"][0]) == (0, 12.0)
    if column not in {"PCBLQFL", "BLQFLAG"}:
        assert shell(conc.replace("TIME", "HOURS"), DOSE, "--rename", "TIME=HOURS")[0] == 2


@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("Y", "N"), ("yes", "no"), ("TRUE", "FALSE")])
@pytest.mark.parametrize("column", ["BLQ", "EXCLFL"])
def test_a_flag_is_read_in_any_spelling(shell, column, yes, no):
    code, _, cells = shell(table(column, no, no, no, no, "", yes), DOSE)
    assert (code, cells["S1", "0.0", "TLST"][0]) == (0, 12.0)


def test_a_flag_that_says_nothing_known_is_named(shell):
    code, said, _ = shell(table("BLQ", "", "", "", "", "", "perhaps"), DOSE)
    assert (code, "row 7" in said, "1 is below the limit, 0 is not" in said) == (3, True, True)


SPARSE = "USUBJID,GRP,TIME,CONC\nA,1,0,0\nB,1,0,0\nC,1,1,10\nD,1,1,12\nE,1,4,5\nF,1,4,{}\n"
OF_GROUP = "GRP,TIME,DOSE,ROUTE\n1,0,100,oral\n"


def test_sparse_a_concentration_below_zero_is_in_no_mean(shell):
    code, said, _ = shell(SPARSE.format(-1), OF_GROUP, "--sparse", "--by", "GRP")
    assert (code, "c.csv row 7, subject 1 F: CONC is '-1.0': below zero" in said) == (3, True)


@pytest.mark.parametrize(
    "more", [{"options": "auc_method: linear\n"}, {"intervals": "GRP,START,END\n1,0,1\n"}]
)
def test_sparse_what_it_does_not_use_is_refused(shell, more):
    code, said, _ = shell(SPARSE.format(7), OF_GROUP, "--sparse", "--by", "GRP", **more)
    assert (code, "is not used by --sparse" in said) == (2, True)


URINE = (
    "ID,PCSPEC,TIME,TIMEEND,CONC,VOLUME\nS1,PLASMA,0,,0,\nS1,PLASMA,1,,7,\nS1,PLASMA,24,,1,\n"
    "S1,URINE,0,4,50,200\n{}S1,URINE,12,24,BLQ,500\n"
)
UNITS = ("--units", "CONC=ug/mL", "DOSE=mg", "VOLUME=mL")


def test_urine_of_which_a_collection_is_lost_gives_no_renal_clearance(shell):
    whole = shell(URINE.format("S1,URINE,4,12,20,300\n"), DOSE, *UNITS)[2]
    lost = shell(URINE.format(""), DOSE, *UNITS)[2]
    assert whole["S1", "URINE", "0.0", "RENALCL"][0] is not None
    value, reason, _ = lost["S1", "URINE", "0.0", "RENALCL"]
    assert (value, "no collection covers a part" in reason) == (None, True)
    assert lost["S1", "URINE", "0.0", "RCAMINT"][0] == 10.0


def test_urine_whose_volume_is_missing_once_has_no_sum_of_volumes(shell):
    cells = shell(URINE.format("S1,URINE,4,12,20,\n"), DOSE, *UNITS)[2]
    assert cells["S1", "URINE", "0.0", "VOLPK"][:2] == (None, "no volume is recorded")
