"""Files of `recist` and `tte` as strangers send them: other words, units, readers, criteria, dates."""

import polars as pl
import pytest

from pkpipe.cli import main

TR = "USUBJID,TRLNKID,TRGRPID,TRTESTCD,TRSTRESN,TRSTRESC,TRSTRESU,VISIT,TRDTC,TREVAL\n"
RS = "USUBJID,RSTESTCD,RSSTRESC,RSCAT,RSEVAL,VISIT,RSDTC\n"
REF = "USUBJID,TRTSDT\nA1,2026-01-05\nA2,2026-01-05\n"
DAYS = (("SCREENING", "2026-01-01"), ("W6", "2026-02-16"), ("W12", "2026-03-30"))


def lesion(sizes, *, test="LDIAM", unit="mm", group="TARGET", who="INVESTIGATOR", subject="A1"):
    """Rows of one lesion at baseline, week 6 and week 12; a word instead of a size is its state."""
    rows = []
    for size, (visit, day) in zip(sizes, DAYS, strict=True):
        value = f"{size},,{unit}" if isinstance(size, float) else f",{size},"
        rows.append(f"{subject},T1,{group},{test},{value},{visit},{day},{who}\n")
    return "".join(rows)


def responses(*words, subject="A1", who="INVESTIGATOR", criteria=""):
    days = DAYS[1:]
    return "".join(
        f"{subject},OVRLRESP,{word},{criteria},{who},{visit},{day}\n"
        for word, (visit, day) in zip(words, days, strict=False)
    )


@pytest.fixture
def recist(tmp_path, capsys):
    """Lesions or responses in; exit code, what was said, best confirmed response by subject."""

    def ran(*, tr=None, rs=None, ref=REF):
        files = [("tr.csv", tr), ("rs.csv", rs), ("ref.csv", ref)]
        for name, text in files:
            (tmp_path / name).write_text(text or "", encoding="utf-8")
        words = [str(tmp_path / "tr.csv")] if tr else ["--rs", str(tmp_path / "rs.csv")]
        out = tmp_path / "out"
        code = main(["recist", *words, "--ref", str(tmp_path / "ref.csv"), "-o", str(out)])
        said = capsys.readouterr().err
        best = pl.read_csv(out / "best.csv") if code == 0 else None
        return code, said, {} if best is None else dict(best.select("USUBJID", "CBOR").iter_rows())

    return ran


@pytest.fixture
def tte(tmp_path, capsys):
    """Responses and reference in; exit code, what was said, and (end, event or not) of PFS by subject."""

    def ran(rs, ref=REF):
        for name, text in (("rs.csv", rs), ("ref.csv", ref)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        out = tmp_path / "tte.csv"
        words = ["--rs", str(tmp_path / "rs.csv"), "--ref", str(tmp_path / "ref.csv")]
        code = main(["tte", *words, "-o", str(out)])
        said = capsys.readouterr().err
        if code:
            return code, said, {}
        rows = pl.read_csv(out).filter(PARAMCD="PFS")
        return code, said, {r["USUBJID"]: (r["ADT"], r["CNSR"]) for r in rows.iter_rows(named=True)}

    return ran


@pytest.mark.parametrize(
    "test", ["LDIAM", "ldiam", "Longest Diameter", "LD", "Short axis", "最长径"]
)
def test_a_measurement_in_other_words_is_that_measurement(recist, test):
    assert recist(tr=TR + lesion([30.0, 20.0, 20.0], test=test))[2]["A1"] == "PR"


@pytest.mark.parametrize(
    ("word", "response"),
    [
        ("消失", "CR"),
        ("Absent (消失)", "CR"),
        ("Not  present", "CR"),
        ("too-small to measure", "PR"),
        ("太小无法测量", "PR"),
        ("不可评估", "NE"),
    ],
)
def test_a_state_in_other_words_is_that_state(recist, word, response):
    code, said, best = recist(tr=TR + lesion([30.0, word, word]))
    assert (code, best["A1"]) == (0, response)
    assert "not a known state" not in said


def test_a_subject_whom_only_another_reader_assessed_is_named(recist, tte):
    other = responses("PR", "PD", subject="A2", who="INDEPENDENT ASSESSOR")
    told = "row 4, subject A2: RSEVAL is 'INDEPENDENT ASSESSOR': assessed, but not by the evaluator"
    assert told in recist(rs=RS + responses("PR", "PR") + other)[1]
    assert told in tte(RS + responses("PR", "PR") + other)[1]


def test_the_lesions_of_another_reader_alone_are_named(recist):
    other = lesion([30.0, 20.0, 20.0], who="INDEPENDENT ASSESSOR", subject="A2")
    code, said, best = recist(tr=TR + lesion([30.0, 20.0, 20.0]) + other)
    assert (code, best) == (0, {"A1": "PR", "A2": "MISSING"})
    assert "subject A2: TREVAL is 'INDEPENDENT ASSESSOR'" in said


@pytest.mark.parametrize(
    "criteria",
    ["Recist v1.1", "Response Evaluation Criteria in Solid Tumors 1.1", "实体瘤疗效评价标准1.1"],
)
def test_recist_is_known_by_its_long_and_chinese_name(recist, criteria):
    assert recist(rs=RS + responses("PR", "PR", criteria=criteria))[2]["A1"] == "PR"


@pytest.mark.parametrize("other", ["LUGANO", "RECIST 1.0", "RECIST v1.0"])
def test_responses_of_other_criteria_are_named_where_there_is_none_of_these(recist, tte, other):
    text = RS + responses("SD", "SD") + responses("PR", "PR", subject="A2", criteria=other)
    for code, said, _ in (recist(rs=text), tte(text)):
        assert code == 0
        assert f"row 4, subject A2: RSCAT is '{other}': PR by {other}, not counted" in said


def test_a_progression_by_another_set_that_no_column_tells_apart_stops_the_verbs(recist, tte):
    text = RS + responses("SD", "iCPD")
    for code, said, _ in (recist(rs=text), tte(text)):
        assert code == 3
        assert "row 3, subject A1: RSCAT: iCPD by iRECIST, not counted" in said


def test_responses_by_both_criteria_on_each_day_are_not_asked_about(tte):
    both = responses("SD", "PD", criteria="RECIST 1.1")
    both += responses("iSD", "iUPD", criteria="iRECIST")
    code, said, times = tte(RS + both)
    assert (code, times["A1"]) == (0, ("2026-03-30", 0))
    assert "by iRECIST" not in said


def test_labels_of_parameters_are_no_overall_responses(tte):
    adrs = "USUBJID,PARAM,ADT,AVALC\nA1,Overall response,2026-02-16,SD\nA1,Best response,2026-02-16,SD\n"
    code, said, _ = tte(adrs)
    assert code == 2
    assert "no column PARAMCD; found PARAM: without it every row is an overall response" in said


def test_rows_that_are_not_of_the_analysis_are_left_out_and_counted(tte):
    adrs = "USUBJID,PARAMCD,ADT,AVALC,ANL01FL\nA1,OVR,2026-02-16,PD,\nA1,OVR,2026-03-30,SD,Y\n"
    code, said, times = tte(adrs)
    assert (code, times["A1"]) == (0, ("2026-03-30", 1))
    assert "1 rows without ANL01FL Y are not used" in said


@pytest.mark.parametrize(
    ("word", "reason"), [("失访", 6), ("LTFU", 6), ("撤回知情同意", 7), ("Consent withdrawn", 7)]
)
def test_why_the_study_ended_is_understood_in_other_words(tte, tmp_path, word, reason):
    ref = f"USUBJID,TRTSDT,EOSREAS\nA1,2026-01-05,{word}\n"
    assert tte(RS + responses("SD"), ref)[0] == 0
    rows = pl.read_csv(tmp_path / "tte.csv").filter(PARAMCD="PFS")
    assert rows["CNSRRSN"].to_list() == [reason]
