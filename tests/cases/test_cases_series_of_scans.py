"""The scans of a subject side by side: one reader in two spellings, and sizes carried forward."""

import polars as pl
import pytest
from recist_shell import REF, read
from test_cases_stranger_flow import C, ran
from test_cases_words_of_tumours import HEAD, ROW, SCANS

from pkpipe.cli import main

INV, IRC = "INVESTIGATOR", "INDEPENDENT ASSESSOR"


def scans(readers=(INV,) * 3, sizes=((20, 10, 11), (30, 15, 16)), subject="A1"):
    rows = [
        ROW.format(
            **{"lesion": f"T{n}", "group": "TARGET", "test": "LDIAM", "unit": "mm"},
            **{"size": size, "text": size, "visit": visit, "day": day, "reader": reader},
        ).replace("A1", subject)
        for n, of_one in enumerate(sizes, 1)
        for (visit, day, _), size, reader in zip(SCANS, of_one, readers, strict=True)
    ]
    return HEAD + "".join(rows)


@pytest.fixture
def recist(tmp_path, capsys):
    return lambda text, options=None: (read(tmp_path, text, options), capsys.readouterr().err)


@pytest.mark.parametrize(
    "readers", [(INV, INV, "INVESTIGATR"), (INV, "Dr Li", INV), (IRC, IRC, "")]
)
def test_a_scan_under_another_evaluator_alone_is_asked_about(recist, readers):
    code, told = recist(scans(readers), f"evaluator: {readers[0]}\n")
    odd = next(r or INV for r in readers if r != readers[0])
    assert code == 0
    assert f"TREVAL is '{odd}': all scans of this evaluator are such as another" in told
    assert f"(allowed: {readers[0]})" in told


def test_a_lesion_of_a_scan_under_another_evaluator_is_asked_about(recist):
    rows = scans().splitlines()
    rows[2] = rows[2].replace(
        INV, "SUBINVESTIGATOR"
    )  # T1 of week 6, whose T2 is the investigator's
    assert "TREVAL is 'SUBINVESTIGATOR': all scans of this" in recist("\n".join(rows))[1]


def test_readers_who_read_the_same_scans_are_not_asked_about(recist):
    both = scans() + scans((IRC,) * 3).removeprefix(HEAD)
    one_scan = scans((IRC,) * 3).removeprefix(HEAD).splitlines()[-1]
    assert "two spellings?" not in recist(both)[1]
    assert "two spellings?" not in recist(scans() + one_scan)[1]


def test_a_reader_of_an_evaluator_in_two_spellings_is_refused(recist):
    rows = scans((IRC,) * 3).splitlines()
    named = [rows[0] + ",TREVALID", *(r + ",RADIOLOGIST 1" for r in rows[1:-1])]
    text = "\n".join([*named, rows[-1] + ",Radiologist 1"])
    code, told = recist(text, f"evaluator: {IRC}\n")
    assert code == 3
    assert (
        "tr.csv row 7, subject A1: TREVALID is 'Radiologist 1': one name in two spellings?" in told
    )


@pytest.mark.parametrize(
    ("sizes", "asked"),
    [
        (((20, 10, 10), (30, 15, 15)), True),
        (((20, 20, 11), (30, 30, 16)), True),
        (((20, 10, 10), (30, 15, 16)), False),
        (((20, 10, 10),), False),  # one lesion that stayed
        (((20, 5, 5), (30, 0, 0)), False),  # too small to measure, and gone
    ],
)
def test_sizes_that_are_all_those_of_the_scan_before_are_asked_about(recist, sizes, asked):
    code, told = recist(scans(sizes=sizes))
    assert code == 0
    assert ("every lesion has exactly its size of the scan before" in told) == asked


def test_a_response_of_one_visit_under_another_evaluator_is_asked_about_by_tte(tmp_path, capsys):
    (tmp_path / "rs.csv").write_text(
        "USUBJID,RSTESTCD,RSSTRESC,RSEVAL,RSDTC\nA1,OVRLRESP,SD,INVESTIGATOR,2026-02-16\n"
        "A1,OVRLRESP,PD,INVESTGATOR,2026-03-30\nA1,OVRLRESP,SD,INVESTIGATOR,2026-05-11\n"
    )
    (tmp_path / "ref.csv").write_text(REF)
    given = ["--rs", str(tmp_path / "rs.csv"), "--ref", str(tmp_path / "ref.csv")]
    assert main(["tte", *given, "-o", str(tmp_path / "t.csv")]) == 0
    assert "rs.csv row 3, subject A1: RSEVAL is 'INVESTGATOR': all scans" in capsys.readouterr().err


def test_the_flow_asks_the_same_of_a_study(tmp_path):
    def change(tables, _):
        of = [r for r in tables["TR"] if r["USUBJID"] == "TINY-01-001"]
        of[1]["TREVAL"] = "INDEPENDENT ASSESSOR"
        tables["TR"] += [r | {"TRLNKID": "T02", "TRSEQ": f"{n}"} for n, r in enumerate(of, 50)]
        for r in tables["TR"]:
            if r["USUBJID"] == "TINY-01-001" and r["VISIT"] == "WEEK 12":
                r |= {"TRSTRESN": "30", "TRSTRESC": "30", "TRORRES": "30"}

    made = ran(tmp_path, change, "subjects", "tumor")["TUMFIND"]
    asked = made.filter(C("CHECK").is_in(["TR-READER-APART", "TR-COPIED"]))
    assert sorted(asked["CHECK"]) == ["TR-COPIED", "TR-READER-APART"]


def test_a_titre_of_a_sample_that_nothing_says_to_be_positive_is_asked_about(tmp_path, capsys):
    (tmp_path / "is.csv").write_text(
        "USUBJID,ISTESTCD,ISDTC,ISSTRESC\nS1,ADASCR,2026-01-05T08:00,NEGATIVE\n"
        "S1,ADATITER,2026-01-26T08:00,200\n"
    )
    (tmp_path / "ref.csv").write_text("USUBJID,FIRSTDTM\nS1,2026-01-05T09:30\n")
    given = [str(tmp_path / "is.csv"), "--ref", str(tmp_path / "ref.csv")]
    assert main(["ada", *given, "-o", str(tmp_path / "out")]) == 0
    assert pl.read_csv(tmp_path / "out" / "subjects.csv")["N_POS"].to_list() == [0]
    told = capsys.readouterr().err
    assert "is.csv row 3, subject S1: ISSTRESC is '200': a titre without a screening" in told


@pytest.mark.parametrize("other", ["Radiologist 1", "RADIOLOGIST 2"])
def test_the_flow_names_a_subject_whom_another_reader_of_the_evaluator_read_alone(tmp_path, other):
    def change(tables, study):
        study["response"]["evaluator"] = IRC
        for code in ("TR", "TU", "RS"):
            for r in tables[code]:
                alone = r["USUBJID"] == "TINY-01-004"
                r |= {f"{code}EVAL": IRC, f"{code}EVALID": other if alone else "RADIOLOGIST 1"}

    made = ran(tmp_path, change, "subjects", "tumor")["TUMFIND"]
    asked = made.filter(C("CHECK") == "EVALUATOR-ONLY-OTHER")
    leads = f"{IRC}/RADIOLOGIST 1"
    assert asked.select("TABLE", "USUBJID", "VALUE").rows() == [
        (t, "TINY-01-004", f"{IRC}/{other}") for t in ("RS", "TR")
    ]
    assert asked["ALLOWED"].str.starts_with(leads).all()


def test_a_lesion_of_the_baseline_without_a_row_at_a_scan_is_asked_about(recist):
    rows = scans().splitlines()
    code, told = recist("\n".join(r for r in rows if "T2" not in r or "W12" not in r))
    assert code == 0
    assert "tr.csv row 4, subject A1: TRLNKID is 'T2': a lesion of the baseline has no row" in told
    assert "has no row" not in recist("\n".join(rows))[1]


def test_parts_of_a_lesion_stand_for_it(recist):
    text = scans(sizes=((20, 10, 11),)).replace("T1,TARGET,LDIAM,11", "T1.1,TARGET,LDIAM,11")
    assert "has no row" not in recist(text)[1]


@pytest.mark.parametrize(("visit", "asked"), [("SCREENING", True), ("W6", False)])
def test_a_new_lesion_that_the_baseline_has_is_asked_about(recist, visit, asked):
    row = next(r for r in scans().splitlines() if visit in r)
    new = row.replace("T1,TARGET,LDIAM,", "N1,NEW,LDIAM,")
    assert ("a new lesion that was seen at the baseline" in recist(f"{scans()}{new}\n")[1]) == asked
