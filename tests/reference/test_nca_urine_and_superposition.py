"""Urine and superposition against one compartment with a bolus: every number has a closed form.

Concentrations 5 exp(-t/4) mg/L of 100 mg in 20 L, clearance 5 L/h, of which 2 L/h renal. The logarithmic rule
is exact on it, so relative 1e-12.
"""

import itertools
import math

import numpy as np
import polars as pl
import pytest

from pkpipe.cli import main

pytestmark = pytest.mark.reference

DOSE, VOLUME, CLEARANCE, RENAL = 100.0, 20.0, 5.0, 2.0
K = CLEARANCE / VOLUME
TIMES = np.array([0, 0.5, 1, 2, 4, 8, 12, 24])
ENDS = np.array([0.0, 4, 8, 12, 24])


def excreted(first: float, last: float) -> float:
    return RENAL / CLEARANCE * DOSE * (math.exp(-K * first) - math.exp(-K * last))


@pytest.fixture
def files(tmp_path):
    conc = DOSE / VOLUME * np.exp(-K * TIMES)
    amount = np.array([excreted(a, b) for a, b in itertools.pairwise(ENDS)])
    volume = np.array([300, 250, 400, 800.0])
    blood = pl.DataFrame({"USUBJID": "1", "PCSPEC": "PLASMA", "TIME": TIMES, "CONC": conc})
    urine = pl.DataFrame(
        {
            "USUBJID": "1",
            "PCSPEC": "URINE",
            "TIME": ENDS[:-1],
            "TIMEEND": ENDS[1:],
            "CONC": 1000 * amount / volume,
            "VOLUME": volume,
        }
    )
    pl.concat([blood, urine], how="diagonal").write_csv(tmp_path / "c.csv")
    given = {
        "USUBJID": ["1"],
        "TIME": [0.0],
        "DOSE": [DOSE],
        "ROUTE": ["iv_bolus"],
        "WEIGHT": [70.0],
    }
    pl.DataFrame(given).write_csv(tmp_path / "d.csv")
    return tmp_path


def run(folder, *words, verb="nca"):
    out = folder / "out.csv"
    assert main([verb, str(folder / "c.csv"), str(folder / "d.csv"), "-o", str(out), *words]) == 0
    return pl.read_csv(out)


UNITS = ("CONC=ug/mL", "DOSE=mg", "VOLUME=mL")


def urine(folder, *words):
    table = run(folder, "--units", *(words or UNITS)).filter(PCSPEC="URINE")
    return {r["PPTESTCD"]: (r["PPSTRESN"], r["PPSTRESU"]) for r in table.iter_rows(named=True)}


def test_what_was_recovered_and_the_renal_clearance_are_those_of_the_model(files):
    found = urine(files)
    whole = excreted(0, 24)
    assert found["RCAMINT"] == (pytest.approx(whole, rel=1e-12), "mg")
    assert found["RCPCINT"] == (pytest.approx(whole, rel=1e-12), "%")  # of 100 mg
    assert found["FREXINT"] == (pytest.approx(whole / DOSE, rel=1e-12), "1")
    assert found["RENALCL"] == (pytest.approx(RENAL, rel=1e-12), "L/h")
    assert found["VOLPK"] == (1750, "mL")
    assert found["ERMAX"] == (pytest.approx(excreted(0, 4) / 4, rel=1e-12), "mg/h")
    assert found["ERTMAX"] == (2, "h")
    assert found["ERLST"] == (pytest.approx(excreted(12, 24) / 12, rel=1e-12), "mg/h")
    assert found["ERTLST"] == (18, "h")


def test_the_renal_clearance_is_of_the_time_of_the_collections(files):
    asked = files / "i.csv"
    asked.write_text("USUBJID,PCSPEC,START,END\n1,URINE,4,12\n", encoding="utf-8")
    table = run(files, "--units", *UNITS, "--intervals", str(asked))
    row = dict(table.select("PPTESTCD", "PPSTRESN").iter_rows())
    assert row["RCAMINT"] == pytest.approx(excreted(4, 12), rel=1e-12)
    assert row["RENALCL"] == pytest.approx(RENAL, rel=1e-12)


def test_amounts_come_in_the_unit_of_the_dose_and_clearance_in_any(files):
    found = urine(files, *UNITS, "RENALCL=mL/min", "RCAMINT=ug")
    assert found["RENALCL"] == (pytest.approx(RENAL * 1000 / 60, rel=1e-12), "mL/min")
    assert found["RCAMINT"] == (pytest.approx(excreted(0, 24) * 1000, rel=1e-12), "ug")
    per_kg = urine(files, "CONC=ug/mL", "DOSE=mg/kg", "VOLUME=mL")
    assert per_kg["RCPCINT"][0] == pytest.approx(excreted(0, 24) / 70, rel=1e-12)


def predicted(folder, regimen):
    (folder / "r.csv").write_text(regimen, encoding="utf-8")
    table = run(folder, "--regimen", str(folder / "r.csv"), verb="superpose")
    return dict(table.select("TIME", "CONC").iter_rows())


def after_three(time: float) -> float:
    given = [0, 12, 24]
    return sum(DOSE / VOLUME * math.exp(-K * (time - t)) for t in given if t <= time)


def test_three_doses_add_up_to_the_sum_of_their_exponentials(files):
    found = predicted(files, "DOSE,TAU,N\n100,12,3\n")
    assert max(found) == 48
    for time, conc in found.items():
        assert conc == pytest.approx(after_three(time), rel=1e-12), time
    assert predicted(files, "TIME,DOSE\n0,100\n12,100\n24,100\n") == found


def test_the_steady_state_is_the_geometric_series(files):
    found = predicted(files, "DOSE,TAU,N\n50,12,\n")
    assert sorted(found) == [0, 0.5, 1, 2, 4, 8, 12]
    for time, conc in found.items():
        wanted = 50 / VOLUME * math.exp(-K * time) / (1 - math.exp(-12 * K))
        # 12 h is the end of the interval: the next dose is not in it
        assert conc == pytest.approx(wanted, rel=1e-12), time


def test_a_profile_without_a_slope_is_known_up_to_its_last_sample_only(files):
    (files / "c.csv").write_text("USUBJID,TIME,CONC\n1,0,0\n1,2,4\n1,4,6\n", encoding="utf-8")
    (files / "d.csv").write_text(
        "USUBJID,TIME,DOSE,ROUTE\n1,0,100,extravascular\n", encoding="utf-8"
    )
    (files / "r.csv").write_text("TIME,DOSE\n0,100\n3,100\n", encoding="utf-8")
    table = run(files, "--regimen", str(files / "r.csv"), verb="superpose")
    found = {t: (c, r) for _, t, c, r in table.iter_rows()}
    assert found[3.0] == (5, None)  # half of the way from 4 to 6, and the second dose begins at 0
    assert found[4.0] == (6 + 2, None)
    assert found[7.0][0] is None
    assert "no terminal slope" in found[7.0][1]
