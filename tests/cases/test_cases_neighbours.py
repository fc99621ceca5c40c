"""Reports of faults in neighbouring tools, tried here: the situation rebuilt, the right answer expected."""

import math

import polars as pl
import pytest

from pkpipe.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Files and the words of a verb in; the exit code and the rows of its result."""
    monkeypatch.chdir(tmp_path)

    def ran(files, *words, out="o.csv"):
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        where = "out" if "/" in out else out
        code = main([*words, "-o", where])
        rows = pl.read_csv(tmp_path / out).rows(named=True) if code == 0 else []
        return code, rows

    return ran


def profile(*points):
    return "ID,TIME,CONC\n" + "".join(f"S,{t},{c}\n" for t, c in points)


def dosed(route):
    return f"ID,TIME,DOSE,ROUTE\nS,0,100,{route}\n"


def values(rows, *codes):
    return {r["PPTESTCD"]: r["PPSTRESN"] for r in rows if r["PPTESTCD"] in codes}


def test_samples_out_of_order_give_the_area_of_the_ordered_ones(run):
    """PKNCA 455: the times 0, 1, 2, 3, 5, 4 in this order."""
    points = ((0, 0), (1, 1), (2, 2), (3, 1), (5, 0.5), (4, 0.25))
    words = ("nca", "c.csv", "d.csv")
    code, rows = run({"c.csv": profile(*points), "d.csv": dosed("extravascular")}, *words)
    _, ordered = run({"c.csv": profile(*sorted(points))}, *words)
    assert code == 0
    assert rows == ordered


def test_one_concentration_makes_no_area_and_not_an_area_of_zero(run):
    """PKNCA 176 and 177: the area of a single concentration was 0."""
    files = {"c.csv": profile((0, 5)), "d.csv": dosed("extravascular")}
    _, rows = run(files, "nca", "c.csv", "d.csv")
    assert values(rows, "AUCLST", "AUCALL", "AUCIFO") == dict.fromkeys(
        ("AUCLST", "AUCALL", "AUCIFO")
    )
    assert values(rows, "CMAX") == {"CMAX": 5}


def test_a_bolus_without_a_sample_at_its_time_starts_from_the_extrapolated_concentration(run):
    """PKNCA 352: the area of a bolus was refused where no sample is at time 0."""
    points = ((5, 4), (15, 2), (30, 1), (60, 0.45))
    files = {"c.csv": profile(*points), "d.csv": dosed("iv_bolus")}
    code, rows = run(files, "nca", "c.csv", "d.csv")
    start = 4 * math.sqrt(2)  # the line through the first two, in logarithms
    area = (start - 4) / (math.log(2) / 10) + (4 - 2) / (math.log(2) / 10)
    area += (2 - 1) / (math.log(2) / 15) + (1 - 0.45) / (math.log(1 / 0.45) / 30)
    assert code == 0
    assert values(rows, "C0", "AUCLST") == pytest.approx({"C0": start, "AUCLST": area}, rel=1e-12)


def test_partial_areas_add_up_to_the_whole(run):
    """openNCA 270: the part from 10 h to 24 h became 0 in a profile of one dosing interval."""
    points = ((0, 0), (1, 10), (8, 6), (12, 4), (24, 1))
    asked = "ID,START,END,KIND\nS,0,10,PART\nS,10,24,PART\nS,0,24,PART\n"
    files = {"c.csv": profile(*points), "d.csv": dosed("extravascular"), "i.csv": asked}
    _, rows = run(files, "nca", "c.csv", "d.csv", "--intervals", "i.csv")
    areas = {(r["START"], r["END"]): r["PPSTRESN"] for r in rows if r["PPTESTCD"] == "AUCINT"}
    assert areas[10, 24] > 0
    assert areas[0, 10] + areas[10, 24] == pytest.approx(areas[0, 24], rel=1e-12)


def estimates(rows):
    return {(r["GROUP"], r["STAT"]): (r["ESTIMATE"], r["LOWER"], r["UPPER"]) for r in rows}


def survival(*times):
    return "USUBJID,AVAL,CNSR\n" + "".join(f"S{i},{t},{c}\n" for i, (t, c) in enumerate(times))


def test_a_lower_limit_of_the_median_is_a_time_of_an_event(run):
    """lifelines 861: the lower limit of the median was 0, which is no time of an event."""
    text = survival((1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (6, 1))
    _, rows = run({"k.csv": text}, "km", "k.csv")
    assert estimates(rows)["ALL", "MEDIAN"] == (3.5, 1.0, None)


@pytest.mark.parametrize(
    ("times", "median"),
    [
        (((1, 0), (2, 0), (3, 0), (5, 0), (6, 0), (7, 0)), 4.0),
        (((1, 0), (2, 1), (3, 1), (5, 1)), None),
    ],
)
def test_a_median_on_a_plateau_is_its_middle_and_one_not_reached_is_none(run, times, median):
    """ggsurvfit 270 and 53, lifelines 755: the start of the plateau; the last follow-up; infinity."""
    _, rows = run({"k.csv": survival(*times)}, "km", "k.csv")
    assert estimates(rows)["ALL", "MEDIAN"][0] == median


def test_the_limits_of_a_group_do_not_depend_on_other_groups(run):
    """survival 168: limits of groups were those of another curve."""
    one = ("A,1,0,x", "B,2,0,x", "C,3,1,x", "D,5,0,x")
    two = ("E,2,0,y", "F,4,1,y", "G,6,0,y", "H,7,0,y")
    head, words = "USUBJID,AVAL,CNSR,G\n", ("km", "k.csv", "--by", "G", "--at", "2")
    both = estimates(run({"k.csv": head + "\n".join((*one, *two)) + "\n"}, *words)[1])
    alone = estimates(run({"k.csv": head + "\n".join(one) + "\n"}, *words)[1])
    assert both["x", "SURV"] == pytest.approx(alone["x", "SURV"], rel=1e-12)


def test_numbers_with_a_decimal_comma_are_the_times_they_are(run):
    """survminer 36: a file of read.csv2 gave wrong numbers at risk."""
    text = "USUBJID;AVAL;CNSR\nA;10,5;0\nB;2,25;0\nC;3;1\n"
    assert estimates(run({"k.csv": text}, "km", "k.csv")[1])["ALL", "MEDIAN"][0] == 10.5


def test_an_unconfirmed_response_before_progression_is_stable_disease_only_after_six_weeks(run):
    """admiralonco 244 and 245: PR on day 37, then PD; PR on day 63, then PD; PR, SD, PR."""
    responses = (
        *(("P", "PR", "2017-09-15"), ("P", "PD", "2017-10-27")),
        *(("R", "PR", "2017-09-01"), ("R", "PD", "2017-10-15")),
        *(("Q", "PR", "2017-09-01"), ("Q", "SD", "2017-10-01"), ("Q", "PR", "2017-11-01")),
    )
    rs = "USUBJID,RSTESTCD,RSSTRESC,RSDTC,RSEVAL\n" + "".join(
        f"{s},OVRLRESP,{r},{d},INVESTIGATOR\n" for s, r, d in responses
    )
    ref = "USUBJID,TRTSDT\nP,2017-08-10\nQ,2017-07-01\nR,2017-07-01\n"
    words = ("recist", "--rs", "rs.csv", "--ref", "ref.csv")
    _, rows = run({"rs.csv": rs, "ref.csv": ref}, *words, out="out/best.csv")
    assert {r["USUBJID"]: (r["CBOR"], r["CBORDT"], r["CRSP"]) for r in rows} == {
        "P": ("PD", "2017-10-27", "N"),
        "Q": ("SD", "2017-09-01", "N"),
        "R": ("SD", "2017-09-01", "N"),
    }


PLAN = """escalation:
  levels: [{code: A}, {code: B}, {code: C}]
  titration_levels: []
  dlt_window_days: 21
  mtd_subjects: 6
"""


def test_a_level_with_too_many_dlts_is_never_the_next_one(run):
    """escalation 2 (and 1): a dose was recommended that was not admissible, 3 of 3 with DLT."""
    states = (
        "case_id,highest_open_level,current_level,levels\n"
        "1,C,B,A:3/0/0/0|B:3/3/0/0\n2,C,B,A:6/1/0/0|B:3/3/0/0\n3,C,A,A:3/3/0/0\n"
    )
    words = ("escalate", "s.csv", "--protocol", "p.yaml")
    _, rows = run({"s.csv": states, "p.yaml": PLAN}, *words)
    assert [(r["decision"], r["next_level"], r["mtd"]) for r in rows] == [
        ("DEESCALATE_EXPAND", "A", None),
        ("DECLARE_MTD", None, "A"),
        ("NO_TOLERABLE_DOSE", None, None),
    ]


def test_backfill_subjects_are_in_no_count_of_the_escalation(run):
    """escalation 9: subjects of a backfill were those of the dose finding; here by part, not backfill."""
    rows = [f"S{i},A,2026-01-0{i},{'2026-01-12' if i == 1 else ''},ESCALATION" for i in (1, 2, 3)]
    rows += [f"S{i},A,2026-01-2{i},,BACKFILL" for i in (4, 5, 6)]
    text = "subject,level,first_dose,dlt_onset,part\n" + "\n".join(rows) + "\n"
    words = ("escalate", "s.csv", "--protocol", "p.yaml", "--as-of", "2026-03-15")
    _, answers = run({"s.csv": text, "p.yaml": PLAN}, *words)
    assert [(r["levels"], r["decision"]) for r in answers] == [("A:3/1/0/0", "STAY_ADD")]
