"""Lesions in files of others: sums beside them, sizes as text, two classes, two readers, two spellings."""

import polars as pl
import pytest

from pkpipe.cli import main

HEAD = "USUBJID,TRLNKID,TRGRPID,TRTESTCD,TRSTRESN,TRSTRESC,TRSTRESU,TRSTAT,VISIT,TRDTC,TREVAL\n"
REF = "USUBJID,TRTSDT,CUTDT\nA1,2026-01-05,2026-12-31\n"
DAYS = (("SCREENING", "2026-01-01"), ("WEEK 6", "2026-02-16"), ("WEEK 12", "2026-03-30"))
TU = "USUBJID,TULNKID,TULOC,TUSTRESC,TUEVAL\n"


def lesion(*cells, name="T1", test="LDIAM", group="TARGET", reader="INVESTIGATOR", visits=DAYS):
    rows = []
    for (visit, day), cell in zip(visits, cells, strict=False):
        if cell is None:
            continue
        number = cell if cell.replace(".", "", 1).isdigit() else ""
        rows.append(f'A1,{name},{group},{test},{number},"{cell}",mm,,{visit},{day},{reader}\n')
    return "".join(rows)


@pytest.fixture
def recist(tmp_path, capsys):
    """Lesions in; the exit code, what was said, best and confirmed best response."""

    def ran(tr, tu=None):
        given = {"tr": HEAD + tr, "ref": REF} | ({} if tu is None else {"tu": TU + tu})
        for name, text in given.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        words = [w for n in given if n != "tr" for w in (f"--{n}", str(tmp_path / f"{n}.csv"))]
        out = tmp_path / "out"
        code = main(["recist", str(tmp_path / "tr.csv"), *words, "-o", str(out)])
        best = pl.read_csv(out / "best.csv").row(0, named=True) if code == 0 else {}
        return code, capsys.readouterr().err, (best.get("BOR"), best.get("CBOR"))

    return ran


@pytest.mark.parametrize(
    ("test", "cells"), [("SUMDIAM", ("30", "15", "15")), ("PCBSD", (None, "-50", "-50"))]
)
@pytest.mark.parametrize("name", ["", "SUM"])
def test_a_sum_is_no_lesion_whatever_its_row_is_called(recist, test, cells, name):
    """admiralonco, ADTR: rows of sums and of their change stand among those of the lesions."""
    code, said, best = recist(lesion("30", "15", "15") + lesion(*cells, name=name, test=test))
    assert (code, best) == (0, ("PR", "PR"))
    assert "without baseline size" not in said


@pytest.mark.parametrize("text", ["28,5", "<5", "20 x 15", "ca. 12"])
def test_a_size_whose_text_is_no_number_stops(recist, text):
    code, said, _ = recist(lesion("40", text, "20"))
    assert code == 3
    assert f"tr.csv row 3, subject A1: TRSTRESC is '{text}'" in said
    assert "the lesion would be without a size" in said


def test_a_lesion_counts_in_the_class_of_its_measurements_and_the_other_is_asked_about(recist):
    code, said, best = recist(lesion("40", "0", "0"), "A1,T1,LIVER,NON-TARGET,INVESTIGATOR\n")
    assert (code, best) == (0, ("CR", "CR"))
    assert "subject A1: TRGRPID is 'TARGET': another group than the lesion has in TU" in said


def test_a_lesion_of_the_same_name_by_another_reader_is_another_lesion(recist):
    places = "A1,T2,LIVER,TARGET,INVESTIGATOR\nA1,T1,LYMPH NODE,TARGET,INDEPENDENT ASSESSOR\n"
    rows = lesion("20", "9", "9") + lesion("20", "9", "9", name="T2")
    code, said, best = recist(rows, places)
    assert (code, best) == (0, ("PR", "PR"))
    assert "lymph node" not in said


@pytest.mark.parametrize("spelled", [str.title, lambda visit: visit.replace("EEK ", "")])
def test_one_visit_in_two_spellings_is_one_assessment(recist, spelled):
    other = tuple((spelled(visit), day) for visit, day in DAYS)
    rows = lesion("20", "10", "10") + lesion("20", "10", "10", name="T2", visits=other)
    code, said, best = recist(rows)
    assert (code, best) == (0, ("PR", "PR"))
    assert "two sums" not in said


def test_a_row_that_says_nothing_is_asked_about(recist):
    code, said, best = recist(lesion("40", "", "20"))
    assert (code, best[0]) == (0, "PR")
    assert "tr.csv row 3, subject A1: TRSTRESC: no result and no reason" in said
