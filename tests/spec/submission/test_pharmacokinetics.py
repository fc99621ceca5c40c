"""Concentrations and PK parameters as they are delivered: days, visits, what their guide requires."""

import polars as pl
from submitted import DECLARED, column, made, of_code, tables
from support import ROOT

from pkpipe.nca import PARAMETERS
from pkpipe.submission.terms import pk_parameters

SAMPLES = """
    USUBJID | PCTESTCD | PCSEQ | PCDTC
    S-01    | BAT6026  | 1     | 2026-01-10
    S-01    | BAT6026  | 2     | 2026-02-01
    S-01    | BAT6026  | 3     | 2026-02-02
    S-01    | BAT6026  | 4     | 2026-02-09
"""
CONCENTRATIONS = """
    USUBJID | PARAMCD | PARAM | COHORT | VISIT | NFRLT | NRRLT | PROFILE | ADTM             | SRCROW
    S-01    | BAT6026 | Conc  | A      | C1D1  | 0     | 0     | P1      | 2026-01-10T08:00 | 2
    S-01    | BAT6026 | Conc  | A      | C2D1  | 503   | -1    | P2      | 2026-02-01T07:00 | 3
    S-01    | BAT6026 | Conc  | A      | C2D1  | 528   | 24    | P2      | 2026-02-02T08:00 | 4
    S-01    | BAT6026 | Conc  | A      | UNS   |       |       |         | 2026-02-09T08:00 | 5
"""


def test_the_planned_day_of_a_visit_is_as_delivered_else_that_of_its_first_planned_sample():
    adpc = made("ADPC", {"PC": SAMPLES}, ADPC=CONCENTRATIONS)
    assert column(adpc, "VISITDY") == [1, 22, 22, None]
    run = tables({"PC": SAMPLES}, ADPC=CONCENTRATIONS)
    given = [("PC", "a.csv", 2, "VISITDY", "1"), ("PC", "a.csv", 5, "VISITDY", "30")]
    unused = pl.DataFrame(given, schema=DECLARED["UNUSED"].names, orient="row")
    run |= {"UNUSED": DECLARED["UNUSED"].as_declared(unused)}
    run["PC"] = run["PC"].with_columns(SRCFILE=pl.lit("a.csv"))
    assert of_code("ADPC", run).rows["VISITDY"].to_list() == [1, 22, 22, 30]


def test_a_profile_has_the_visit_of_its_first_sample_and_the_day_of_its_dose():
    areas = """
        USUBJID | PROFILE | PARAMCD | PARAM | PARCAT1 | MATRIX | START | AVAL
        S-01    | P1      | CMAX    | Cmax  | BAT6026 | SERUM  | 0     | 2
        S-01    | P2      | CMAX    | Cmax  | BAT6026 | SERUM  | 0     | 3
        S-01    | P3      | CMAX    | Cmax  | BAT6026 | SERUM  | 0     |
    """
    profiles = """
        PROFILE | DOSEDTM
        P1      | 2026-01-10T08:00
        P2      | 2026-02-01T08:00
    """
    adpp = made("ADPP", ADPP=areas, ADPC=CONCENTRATIONS, PROFILE=profiles)
    assert column(adpp, "AVISIT") == ["C1D1", "C2D1", None]
    assert column(adpp, "ADY") == [1, 23, None]


def test_every_variable_that_the_guide_of_concentrations_requires_is_there():
    standard = pl.read_csv(
        ROOT / "tests" / "reference" / "adam" / "adnca.csv", infer_schema=False
    ).filter(CORE="Req")
    areas = "USUBJID | PROFILE | PARAMCD | PARAM\nS-01 | P1 | CMAX | Cmax"
    run = tables({"PC": SAMPLES}, ADPC=CONCENTRATIONS, ADPP=areas)
    # there is no domain PP that ADPP could name
    left_out = {"ADPC": set(), "ADPP": {"DOMAIN"}}
    for code, name in (("ADPC", "ADNCA"), ("ADPP", "ADPP")):
        needed = {*standard.filter(DATASET=name)["VARIABLE"]}
        there = {*of_code(code, run).rows.columns}
        assert len(needed) > 10
        assert needed - there == left_out[code]


def test_a_code_is_marked_where_pkparmcd_does_not_have_it_whoever_added_the_parameter():
    beyond = sorted({p.code for p in PARAMETERS} - pk_parameters())
    assert {"CMAX", "AUCINT", "AUCIFO", "LAMZHL"} <= pk_parameters()
    assert {"TAT", "AUCINTP", "VZSS"} <= {*beyond}
    rows = "\n".join(f"S-01 | P{n} | {code} | Parameter {n}" for n, code in enumerate(beyond))
    adpp = made("ADPP", ADPP=f"USUBJID | PROFILE | PARAMCD | PARAM\nS-01 | P | CMAX | Peak\n{rows}")
    (codes,) = (v for v in adpp.variables if v.name == "PPTESTCD")
    assert [term.code for term in codes.terms if term.extended] == beyond
