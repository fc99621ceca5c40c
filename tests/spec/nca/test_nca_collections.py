"""Urine and faeces: what cannot be known is said, and a table that cannot be is refused."""

import polars as pl
import pytest

from pkpipe.cli import main

DOSE = "USUBJID,TIME,DOSE,ROUTE\n1,0,100,extravascular\n"


def run(tmp_path, capsys, conc, *words, dose=DOSE):
    for name, text in (("c.csv", conc), ("d.csv", dose)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    out = tmp_path / "o.csv"
    files = [str(tmp_path / "c.csv"), str(tmp_path / "d.csv"), "-o", str(out)]
    code = main(["nca", *files, *words])
    said = capsys.readouterr().err
    if code:
        return code, said
    table = pl.read_csv(out)
    return table, said


def rows(table):
    return {r["PPTESTCD"]: r for r in table.iter_rows(named=True)}


def test_amounts_need_neither_concentrations_nor_volumes(tmp_path, capsys):
    conc = "USUBJID,TIME,TIMEEND,AMOUNT\n1,0,6,20\n1,6,12,10\n1,12,24,0\n"
    found = rows(run(tmp_path, capsys, conc)[0])
    assert found["RCAMINT"]["PPSTRESN"] == 30
    assert found["ERLST"]["PPSTRESN"] == pytest.approx(10 / 6)
    assert found["VOLPK"]["PPREASND"] == "no volume is recorded"
    assert found["RENALCL"]["PPREASND"] == "no plasma profile with an area over the same time"


def test_a_lost_collection_leaves_no_total(tmp_path, capsys):
    conc = "USUBJID,TIME,TIMEEND,CONC,VOLUME\n1,0,6,0.1,200\n1,6,12,,200\n"
    found = rows(run(tmp_path, capsys, conc)[0])
    assert found["RCAMINT"]["PPSTAT"] == "NOT DONE"
    assert "amount of a collection is not known" in found["RCAMINT"]["PPREASND"]
    assert found["RCPCINT"]["PPREASND"] == found["RCAMINT"]["PPREASND"]
    assert found["VOLPK"]["PPSTRESN"] == 400


def test_a_result_below_the_limit_is_no_amount(tmp_path, capsys):
    conc = "USUBJID,TIME,TIMEEND,CONC,VOLUME\n1,0,6,0.1,200\n1,6,12,<0.05,\n"
    assert rows(run(tmp_path, capsys, conc)[0])["RCAMINT"]["PPSTRESN"] == 20


def test_a_collection_across_the_end_is_not_cut(tmp_path, capsys):
    (tmp_path / "i.csv").write_text("USUBJID,START,END\n1,0,10\n", encoding="utf-8")
    conc = "USUBJID,TIME,TIMEEND,CONC,VOLUME\n1,0,6,0.1,200\n1,6,12,0.1,200\n"
    table, _ = run(tmp_path, capsys, conc, "--intervals", str(tmp_path / "i.csv"))
    assert rows(table)["RCAMINT"]["PPREASND"] == "a collection runs across START or END"


@pytest.mark.parametrize(
    ("conc", "told"),
    [
        ("1,6,0,1,200", "row 2, subject 1: TIMEEND is '0.0': a collection ends before it starts"),
        ("1,0,6,1,-5", "VOLUME is '-5.0': is no volume"),
        (
            "1,0,6,1,200\n1,5,12,1,200",
            "row 3, subject 1: TIME is '5.0': a collection starts before",
        ),
    ],
)
def test_collections_that_cannot_be_are_named(tmp_path, capsys, conc, told):
    code, said = run(tmp_path, capsys, f"USUBJID,TIME,TIMEEND,CONC,VOLUME\n{conc}\n")
    assert code == 3
    assert told in said


def test_faeces_have_no_renal_clearance_and_their_volume_is_a_weight(tmp_path, capsys):
    conc = "USUBJID,PCSPEC,TIME,TIMEEND,CONC,VOLUME\n1,FECES,0,24,50,100\n1,FECES,24,48,20,150\n"
    table, _ = run(tmp_path, capsys, conc, "--units", "CONC=ug/g", "VOLUME=g", "DOSE=mg")
    found = rows(table)
    assert "RENALCL" not in found
    assert (found["RCAMINT"]["PPSTRESN"], found["RCAMINT"]["PPSTRESU"]) == (8, "mg")


def test_a_volume_that_makes_no_amount_is_refused(tmp_path, capsys):
    conc = "USUBJID,TIME,TIMEEND,CONC,VOLUME\n1,0,6,0.1,200\n"
    code, said = run(tmp_path, capsys, conc, "--units", "CONC=ug/mL", "VOLUME=h", "DOSE=mg")
    assert code == 2
    assert "VOLUME=h: ug/mL times h is no amount of drug" in said


def test_parameters_are_chosen_of_samples_and_collections_alike(tmp_path, capsys):
    conc = "USUBJID,TIME,TIMEEND,CONC,VOLUME\n1,0,6,0.1,200\n1,6,12,0.1,200\n"
    table, _ = run(tmp_path, capsys, conc, "--parameters", "ERMAX", "RCAMINT", "CMAX")
    assert table["PPTESTCD"].to_list() == ["ERMAX", "RCAMINT"]


def test_amounts_in_mol_and_doses_in_mass_need_a_molar_mass(tmp_path, capsys):
    conc = "USUBJID,TIME,TIMEEND,CONC,VOLUME\n1,0,6,100,200\n"
    units = ("--units", "CONC=umol/L", "VOLUME=mL", "DOSE=mg")
    code, said = run(tmp_path, capsys, conc, *units)
    assert code == 2
    assert "amounts are in (umol/L)*(mL) and doses in mg: a molar mass is wanted" in said
    found = rows(run(tmp_path, capsys, conc, *units, "--molar-mass", "500")[0])
    assert found["RCAMINT"]["PPSTRESN"] == pytest.approx(100 * 0.2 * 500 / 1000)  # 20 umol
    code, said = run(tmp_path, capsys, conc, *units, "ERMAX=mL", "--molar-mass", "500")
    assert code == 2
    assert "--units ERMAX=mL: ERMAX (Max Excretion Rate) is measured in mg/h" in said
