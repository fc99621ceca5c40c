"""One row a subject: whatever tells rows apart, no curve counts a subject twice or mixes two things."""

import datetime

import pytest
from km_shell import summarised


@pytest.fixture
def km(tmp_path, capsys):
    """A table in; the exit code, what was said and the number of subjects of everybody."""

    def ran(text, *words):
        code, table = summarised(tmp_path, text, *words)
        said = capsys.readouterr().err
        everybody = None if table is None else table.filter(GROUP="ALL", STAT="N")
        return code, said, None if everybody is None else everybody["ESTIMATE"].item()

    return ran


TWO_ENDPOINTS = "PARAM,AVAL,CNSR\nProgression-free survival,5,0\nOverall survival,9,1\n"


def test_endpoints_told_by_their_labels_alone_are_not_one_curve(km):
    code, said, _ = km(TWO_ENDPOINTS)
    assert code == 2
    assert "several PARAM (Overall survival, Progression-free survival): choose one" in said
    assert km(TWO_ENDPOINTS, "--param", "Overall survival")[2] == 1


def test_subjects_of_two_readers_are_not_one_curve(km):
    table = "USUBJID,AVAL,CNSR,PARQUAL\nS1,5,0,INVESTIGATOR\nS2,7,0,INDEPENDENT ASSESSOR\n"
    code, said, _ = km(table)
    assert code == 3
    assert "row 3, subject S2: PARQUAL is 'INDEPENDENT ASSESSOR': rows of several readers" in said
    assert km(table, "--where", "PARQUAL=INVESTIGATOR")[::2] == (0, 1)


def test_a_row_of_nobody_is_named_where_other_rows_have_a_subject(km):
    code, said, _ = km("USUBJID,AVAL,CNSR\nS1,5,0\n,9,1\nS2,6,0\n")
    assert code == 3
    assert "t.csv row 3: USUBJID: a row of nobody" in said


@pytest.mark.parametrize("place", ["SITEID", "STUDYID", "Centre", "中心编号"])
def test_numbers_that_begin_anew_at_each_site_are_different_subjects(km, place):
    table = f"{place},SUBJID,AVAL,CNSR\n01,001,5,0\n02,001,9,1\n01,002,6,0\n"
    assert km(table)[::2] == (0, 3)
    assert km(table + "02,001,7,0\n")[0] == 3


@pytest.mark.parametrize(
    "name", ["Screening No", "RANDNO", "MRN", "Pt. No.", "筛选号", "随机号", "Subject Code"]
)
def test_the_subject_is_known_by_the_other_names_of_its_number(km, name):
    code, said, _ = km(f"{name},time,event\n1,5,0\n1,9,1\n2,6,1\n")
    assert code == 3
    assert f"{name} is '1': the subject has a row already" in said


@pytest.mark.parametrize(("one", "other"), [("S-1", "s 1"), ("A1", "a1"), ("001", "1")])
def test_a_subject_in_two_spellings_is_asked_about(km, one, other):
    code, said, _ = km(f"USUBJID,time,event\n{one},5,0\n{other},9,1\nX,6,1\n")
    assert code == 3
    assert f"a subject in two spellings? {one} and {other}" in said


@pytest.mark.parametrize("entry", ["start", "tstart", "Entry"])
def test_who_is_watched_from_a_later_time_on_is_in_no_plain_curve(km, entry):
    table = f"id,{entry},stop,event\n1,{{}},5,0\n2,0,6,1\n"
    code, said, _ = km(table.format(2), "--time", "stop", "--event", "event")
    assert code == 3
    assert f"row 2, subject 1: {entry} is '2': watched from a later time than 0" in said
    assert km(table.format(0), "--time", "stop", "--event", "event")[::2] == (0, 2)


def dated(scale, first, odd=None):
    """Twelve subjects with dates, and times in days, weeks, months or years of 365.25 days."""
    start = datetime.date(2025, 1, 6)
    lines = ["USUBJID,STARTDT,ADT,AVAL,CNSR"]
    for number in range(12):
        days = 30 + 17 * number
        time = odd if number == 5 and odd is not None else (days + first) / scale
        lines.append(
            f"S{number},{start},{start + datetime.timedelta(days)},{time:.1f},{number % 2}"
        )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("scale", [1, 7, 30.4375])
@pytest.mark.parametrize("first", [0, 1])
def test_a_time_that_is_not_that_of_its_dates_is_asked_about(tmp_path, capsys, scale, first):
    assert summarised(tmp_path, dated(scale, first))[0] == 0
    assert "STARTDT" not in capsys.readouterr().err
    assert summarised(tmp_path, dated(scale, first, 400 / scale))[0] == 0
    told = capsys.readouterr().err
    assert "t.csv row 7, subject S5: AVAL is" in told
    assert "not the days from STARTDT to ADT, as the times of other rows are" in told


def test_times_that_follow_from_their_dates_in_no_known_unit_are_told(tmp_path, capsys):
    assert summarised(tmp_path, dated(11, 0, 3))[0] == 0
    told = capsys.readouterr().err
    assert (
        "note: t.csv: AVAL is no time from STARTDT to ADT in days, weeks, months or years" in told
    )
    assert "query" not in told


def test_of_few_times_the_one_that_is_not_that_of_its_dates_is_asked_about(tmp_path, capsys):
    text = (
        "USUBJID,STARTDT,ADT,AVAL,CNSR\n1,2025-01-01,2025-01-31,31,0\n2,2025-01-01,2025-03-01,31,1\n"
        "3,2025-01-01,2025-04-10,100,0\n"
    )
    assert summarised(tmp_path, text)[0] == 0
    assert "query: t.csv row 3, subject 2: AVAL is '31.0'" in capsys.readouterr().err
