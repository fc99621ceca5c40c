"""Sparse sampling against the R package PK: batch and serial design of one data set."""

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.nca.further_analyses.sparse import sparse

pytestmark = pytest.mark.reference

# Data and answers as PKNCA's own test states them (tests/testthat/test-sparse.R), which had them of the R
# package PK: PK::auc(method = "t", design = "batch" and "ssd"). Nine animals in three batches.
TIMES = {1: (0, 1, 6), 4: (2, 10), 7: (4, 24)}
CONC = {
    0: (0, 0, 0),
    1: (1.75, 2.2, 1.58),
    6: (4.63, 2.99, 1.52),
    2: (3.03, 1.98, 2.22),
    10: (3.34, 1.3, 1.22),
    4: (3.54, 2.84, 2.55),
    24: (0.3, 0.0421, 0.231),
}
AREA = 39.4689
BATCH = (7.30997787038754, 2.74598236184576)  # standard error, degrees of freedom
SERIAL = (6.86584835083522, 2.82631153092225)


def animals() -> pl.DataFrame:
    rows = [
        (str(first + place), float(time), float(CONC[time][place]))
        for first, times in TIMES.items()
        for time in times
        for place in range(3)
    ]
    return pl.DataFrame(rows, schema=["USUBJID", "TIME", "CONC"], orient="row")


@pytest.mark.parametrize("design", ["batch", "serial"])
def test_area_error_and_degrees_of_freedom_are_those_of_the_package_pk(design):
    conc = animals()
    if design == "serial":  # every sample another animal
        conc = conc.with_columns(USUBJID=pl.int_range(pl.len()).cast(pl.String))
    found = sparse(conc, [], "USUBJID").row(0, named=True)
    error, freedom = BATCH if design == "batch" else SERIAL
    assert found["AUCLST"] == pytest.approx(AREA, rel=1e-12)
    assert found["AUCLSTSE"] == pytest.approx(error, rel=1e-12)
    assert found["AUCLSTDF"] == pytest.approx(freedom, rel=1e-12)
    assert found["NSUBJ"] == (9 if design == "batch" else 21)


def test_the_verb_gives_one_area_a_group_with_unit_and_error(tmp_path):
    conc, dose, out = (tmp_path / n for n in ("c.csv", "d.csv", "o.csv"))
    both = [
        animals().with_columns(ARM=pl.lit(arm), CONC=pl.col("CONC") * by)
        for arm, by in (("A", 1), ("B", 2))
    ]
    pl.concat(both).write_csv(conc)
    dose.write_text(
        "ARM,TIME,DOSE,ROUTE\nA,0,100,extravascular\nB,0,200,extravascular\n", encoding="utf-8"
    )
    words = ["--sparse", "--by", "ARM", "--units", "CONC=ug/mL", "AUCLST=ng.h/mL"]
    assert main(["nca", str(conc), str(dose), "-o", str(out), *words]) == 0
    rows = pl.read_csv(out).filter(pl.col("PPTESTCD").is_in(["AUCLST", "AUCLSTSE"]))
    assert rows.select("ARM", "PPTESTCD", "PPSTRESU").rows() == [
        (arm, code, unit)
        for arm in "AB"
        for code, unit in (("AUCLST", "ng*h/mL"), ("AUCLSTSE", "ug/mL*h"))
    ]
    wanted = [AREA * 1000, BATCH[0], 2 * AREA * 1000, 2 * BATCH[0]]
    assert rows["PPSTRESN"].to_list() == pytest.approx(wanted, rel=1e-12)


def test_a_batch_of_one_animal_has_an_area_and_no_error(tmp_path):
    found = sparse(animals().filter(~pl.col("USUBJID").is_in(["8", "9"])), [], "USUBJID")
    assert found["AUCLST"].item() is not None
    assert found["AUCLSTSE"].item() is None
    assert "single subject" in found["WHY_AUCLSTSE"].item()
