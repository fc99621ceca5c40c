"""Words and names in the files of recist and tte: read where they can mean one thing, refused elsewhere."""

import polars as pl
import pytest

from pkpipe.cli import main

HEAD = "USUBJID,TRLNKID,TRGRPID,TRTESTCD,TRSTRESN,TRSTRESC,TRSTRESU,VISIT,TRDTC,TREVAL\n"
ROW = "A1,{lesion},{group},{test},{size},{text},{unit},{visit},{day},{reader}\n"
SCANS = (("SCREENING", "2026-01-01", 20), ("W6", "2026-02-16", 10), ("W12", "2026-03-30", 10))
REF = "USUBJID,TRTSDT,DTHDT,CUTDT\nA1,2026-01-05,,2026-12-31\nB1,2026-01-05,2026-06-10,2026-12-31\n"
RS = (
    "USUBJID,RSTESTCD,RSSTRESC,RSDTC\nA1,OVRLRESP,PR,2026-02-16\nA1,OVRLRESP,PR,2026-03-30\n"
    "A1,{test},{word},2026-05-11\nB1,OVRLRESP,SD,2026-02-16\n"
)


def lesions(**cells):
    """Three scans of a lesion of 20, 10 and 10 mm; a cell may differ between them, as a tuple."""
    usual = {
        **{"lesion": "T1", "group": "TARGET", "test": "LDIAM", "unit": "mm"},
        "reader": "INVESTIGATOR",
    }
    rows = []
    for i, (visit, day, size) in enumerate(SCANS):
        mine = {k: v[i] if isinstance(v, tuple) else v for k, v in (usual | cells).items()}
        rows.append(ROW.format(**{"size": size, "text": size, "visit": visit, "day": day} | mine))
    return HEAD + "".join(rows)


@pytest.fixture
def recist(tmp_path, capsys):
    """Lesions in; the exit code, what was said, and the best response with its confirmation."""

    def ran(text):
        (tmp_path / "tr.csv").write_text(text, encoding="utf-8")
        (tmp_path / "ref.csv").write_text(REF, encoding="utf-8")
        out, ref = tmp_path / "out", str(tmp_path / "ref.csv")
        code = main(["recist", str(tmp_path / "tr.csv"), "--ref", ref, "-o", str(out)])
        assert (out / "best.csv").exists() == (code == 0)
        best = pl.read_csv(out / "best.csv").row(0, named=True) if code == 0 else {}
        return code, capsys.readouterr().err, (best.get("BOR"), best.get("CBOR"))

    return ran


@pytest.fixture
def tte(tmp_path, capsys):
    """Responses in; the exit code, what was said, and (CNSR, AVAL) by subject and endpoint."""

    def ran(rs, ref=REF):
        (tmp_path / "rs.csv").write_text(rs, encoding="utf-8")
        (tmp_path / "ref.csv").write_text(ref, encoding="utf-8")
        given = ["--rs", str(tmp_path / "rs.csv"), "--ref", str(tmp_path / "ref.csv")]
        code = main(["tte", *given, "-o", str(tmp_path / "t.csv")])
        assert (tmp_path / "t.csv").exists() == (code == 0)
        rows = pl.read_csv(tmp_path / "t.csv").iter_rows(named=True) if code == 0 else ()
        told = capsys.readouterr().err
        return code, told, {(r["USUBJID"], r["PARAMCD"]): (r["CNSR"], r["AVAL"]) for r in rows}

    return ran


@pytest.mark.parametrize(
    "cells",
    [
        *[{"test": w} for w in ("ldiam", "Longest Diameter", "LONG AXIS", "长径", "直径")],
        *[{"unit": w} for w in ("MM", "millimeter", "毫米")],
        *[{"reader": w} for w in ("INV", "Principal Investigator", "研究者")],
        {"size": ""},
        {"size": "", "text": ("20 mm", "10 mm", "10 mm")},
    ],
    ids=str,
)
def test_a_lesion_is_measured_whatever_the_words_for_it(recist, cells):
    assert recist(lesions(**cells))[::2] == (0, ("PR", "PR"))


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"unit": "cm"}, "TRSTRESU is 'cm': not in millimetres"),
        ({"unit": ("mm", "cm", "cm")}, "TRSTRESU is 'cm': not in millimetres"),
        ({"size": (20, -10, 10)}, "negative size"),
        ({"test": "SIZE"}, "TRTESTCD is 'SIZE': no measurement that is known"),
        ({"test": ("LDIAM", "SIZE", "LDIAM")}, "TRTESTCD is 'SIZE': no measurement that is known"),
        ({"group": ("TARGET", "TARGT", "TARGET")}, "TRGRPID is 'TARGT': lesion group not known"),
        (
            {"lesion": ("T01", "t01", "T01")},
            "TRLNKID is 't01': one name in two spellings? T01 and t01",
        ),
        (
            {"lesion": ("T01", "T-1", "T01")},
            "TRLNKID is 'T-1': one name in two spellings? T01 and T-1",
        ),
    ],
    ids=str,
)
def test_a_size_that_would_be_lost_stops_with_its_row(recist, cells, says):
    code, told, _ = recist(lesions(**cells))
    assert code == 3
    assert says in told
    assert "tr.csv row" in told


def test_two_subjects_may_name_their_lesions_each_in_their_way(recist):
    other = lesions(lesion="T1").removeprefix(HEAD).replace("A1,", "B1,")
    assert recist(lesions(lesion="T01") + other)[0] == 0


@pytest.mark.parametrize("word", ["Progression", "Progressive disease", "pd", "疾病进展"])
def test_a_progression_is_one_whatever_the_word(tte, word):
    assert tte(RS.format(test="OVRLRESP", word=word))[2]["A1", "PFS"] == (0, 127)


@pytest.mark.parametrize("word", ["PROG", "PD?", "NA", "cPR"])
def test_a_response_that_is_none_ends_no_time_and_stops(tte, word):
    code, told, _ = tte(RS.format(test="OVRLRESP", word=word))
    assert code == 3
    assert f"rs.csv row 4, subject A1: RSSTRESC is '{word}'" in told


@pytest.mark.parametrize("test", ["ovrlresp", "Overall Response", "总体疗效"])
def test_an_overall_response_is_one_whatever_the_word(tte, test):
    assert tte(RS.format(test=test, word="PD"))[2]["A1", "PFS"] == (0, 127)


def test_a_row_of_the_parameter_in_small_letters_is_not_lost(tte):
    rs = "USUBJID,PARAMCD,ADT,AVALC\nB1,OVR,2026-02-16,SD\nA1,OVR,2026-02-16,SD\nA1,ovr,2026-05-11,PD\n"
    assert tte(rs)[2]["A1", "PFS"] == (0, 127)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        *[("DTHDT", w) for w in ("DDT", "DOD", "Date of death", "DEATH_DATE", "死亡日期")],
        *[("CUTDT", w) for w in ("DCO", "data_cutoff_date", "数据截止日期")],
        *[("NACTDT", w) for w in ("NEWTRTDT", "SUBSEQUENT_THERAPY_DATE", "后续治疗日期")],
        *[("LSTALVDT", w) for w in ("LAST_ALIVE", "LAST_CONTACT_DATE", "末次随访日期")],
    ],
)
def test_a_date_that_matters_under_another_name_is_not_passed_over(tte, ours, theirs):
    ref = REF.replace(ours, theirs) if ours in REF else REF.replace("\n", f",{theirs}\n", 1)
    ref = ref if ours in REF else ref.replace("-31\n", "-31,2026-06-01\n")
    code, told, _ = tte(RS.format(test="OVRLRESP", word="PD"), ref)
    assert code == 2
    assert f"no column {ours}; found {theirs}: without it" in told


def test_who_is_dead_without_a_day_of_death_is_not_alive(tte):
    ref = "USUBJID,TRTSDT,DTHFL,CUTDT\nA1,2026-01-05,N,2026-12-31\nB1,2026-01-05,Yes,2026-12-31\n"
    code, told, _ = tte(RS.format(test="OVRLRESP", word="PD"), ref)
    assert code == 3
    assert "ref.csv row 3, subject B1: DTHFL is 'Y': dead, and no day of death" in told
