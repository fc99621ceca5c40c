"""A name in two spellings would be two subjects, drugs, matrices or groups: it is asked about first."""

import polars as pl
import pytest
from support import ROOT

from pkpipe.cli import main
from pkpipe.schema.two_spellings import compared, spelled_otherwise

PLAN = (ROOT / "tests" / "reference" / "escalation" / "plain_3p3.yaml").read_text(encoding="utf-8")
REF = "USUBJID,TRTSDT,CUTDT\nS-1,2026-01-05,2026-12-31\n"
RS = "USUBJID,RSTESTCD,RSSTRESC,RSDTC\nS-1,OVRLRESP,PR,2026-02-16\n{},OVRLRESP,PD,2026-05-11\n"
CONC = "USUBJID,PCSPEC,TIME,CONC\nS-1,PLASMA,0,0\nS-1,PLASMA,1,8\nS-1,PLASMA,2,4\n{},{},4,2\n"
DOSE = "USUBJID,TIME,DOSE,ROUTE\n{},0,100,extravascular\n"
IS = (
    "USUBJID,ISTESTCD,ISSTRESC,ISDTC,ISBDAGNT\n"
    "S-1,ADA,NEGATIVE,2026-01-05,mab\n{},ADA,POSITIVE,2026-02-02,{}\n"
)
FIRST = "USUBJID,FIRSTDTM,ISBDAGNT\nS-1,2026-01-05T10:00,mab\n"
ESCALATE = (
    "subject,level,first_dose,dlt_onset\nS-1,A,2026-01-05,2026-01-12\n{},A,2026-01-06,\n"
    "S-3,A,2026-01-07,\n"
)


@pytest.fixture
def said(tmp_path, capsys):
    """Files in, a verb; its exit code and what it said. Nothing is written where it refuses."""

    def ran(words, **files):
        for name, text in files.items():
            kind = "yaml" if name == "plan" else "csv"
            (tmp_path / f"{name}.{kind}").write_text(text, encoding="utf-8")
        told = [str(tmp_path / w) if "." in w or w == "out" else w for w in words.split()]
        code = main([*told, "-o", str(tmp_path / "out.csv")])
        assert code == 0 or not (tmp_path / "out.csv").exists()
        return code, capsys.readouterr().err

    return ran


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("S-01", w) for w in ("s-01", "S 01", "S_01", "S-1", "Ｓ-０1", "S\u201101")],
        *[("1", w) for w in ("01", "001", "1.0")],
        *[("10 mg", w) for w in ("10mg", "10 MG")],
        ("低剂量 组", "低剂量组"),
    ],
)
def test_spellings_of_one_name(one, other):
    keys = pl.DataFrame({"N": [one, other]}).select(compared(pl.col("N")))["N"].to_list()
    assert len(set(keys)) == 1
    assert spelled_otherwise(pl.Series([one]), pl.Series([other, "Z"])) == {one: other}


@pytest.mark.parametrize(
    ("one", "other"),
    [("1-11", "11-1"), ("S1", "S10"), ("S-1", "S-2"), ("0.5", "5"), ("1.05", "1.5"), ("A", "AA")],
)
def test_names_that_are_two(one, other):
    keys = pl.DataFrame({"N": [one, other]}).select(compared(pl.col("N")))["N"].to_list()
    assert len(set(keys)) == 2


VERBS = {
    "km t.csv": ("t", "USUBJID,AVAL,CNSR\nS-1,5,0\n{},5,0\nS-3,7,1\n"),
    "tte --rs rs.csv --ref ref.csv": ("rs", RS),
    "recist --rs rs.csv --ref ref.csv": ("rs", RS),
    "nca c.csv d.csv": ("c", CONC.replace("{},{}", "{},PLASMA")),
    "ada is.csv --ref first.csv": ("is", IS.replace("{}\n", "mab\n")),
    "escalate e.csv --protocol plan.yaml --as-of 2026-03-15": ("e", ESCALATE),
}


@pytest.mark.parametrize("words", VERBS)
@pytest.mark.parametrize("spelling", ["s-1", "S 01", "Ｓ-1"])
def test_a_subject_in_two_spellings_is_one_that_is_asked_about(said, words, spelling):
    file, text = VERBS[words]
    files = {"ref": REF, "d": DOSE.format("S-1"), "first": FIRST, "plan": PLAN}
    code, told = said(words, **files | {file: text.format(spelling)})
    assert code == 3
    assert f"is '{spelling}': " in told
    assert f"in two spellings? S-1 and {spelling}" in told


@pytest.mark.parametrize("words", [w for w in VERBS if "ref.csv" in w])
def test_a_subject_that_the_reference_spells_otherwise_is_named_with_its_spelling(said, words):
    file, text = VERBS[words]
    ref = REF.replace("S-1", "s-01") + "Z,2026-01-05,2026-12-31\n"
    code, told = said(words, **{"ref": ref, file: text.format("S-1")})
    assert code == 3
    assert "USUBJID is 'S-1': spelled otherwise in ref.csv (allowed: s-01)" in told


def test_doses_of_a_subject_in_another_spelling_are_no_missing_doses(said):
    two = DOSE.format("s-01") + "S-2,0,100,extravascular\n"
    samples = CONC.format("S-1", "PLASMA") + "S-2,PLASMA,0,0\nS-2,PLASMA,1,3\n"
    code, told = said("nca c.csv d.csv", c=samples, d=two)
    assert code == 3
    assert "USUBJID is 'S-1': spelled otherwise in d.csv (allowed: s-01)" in told


def test_a_matrix_in_two_spellings_makes_no_second_profile(said):
    code, told = said("nca c.csv d.csv", c=CONC.format("S-1", "Plasma"), d=DOSE.format("S-1"))
    assert code == 3
    assert "PCSPEC is 'Plasma': one name in two spellings? PLASMA and Plasma" in told


def test_a_drug_in_two_spellings_is_no_second_drug(said):
    code, told = said(
        "ada is.csv --ref first.csv", **{"is": IS.format("S-1", "MAB"), "first": FIRST}
    )
    assert code == 3
    assert "subject S-1: ISBDAGNT is 'MAB': one name in two spellings? mab and MAB" in told


def test_a_drug_that_the_reference_spells_otherwise_has_its_first_dose(said):
    text = IS.format("S-1", "MAB").replace("mab", "MAB")
    code, told = said("ada is.csv --ref first.csv", **{"is": text, "first": FIRST})
    assert code == 3
    assert "ISBDAGNT is 'MAB': spelled otherwise in first.csv (allowed: mab)" in told


@pytest.mark.parametrize(("one", "other"), [("1", "1.0"), ("10 mg", "10mg"), ("ARM 1", "ARM-01")])
def test_a_group_in_two_spellings_is_no_second_group(said, one, other):
    text = f"USUBJID,AVAL,CNSR,ARM\nS1,5,0,{one}\nS2,6,0,{other}\nS3,4,1,B\n"
    code, told = said("km t.csv --by ARM", t=text)
    assert code == 3
    assert f"ARM is '{other}': two spellings of one group?" in told
