"""Inputs of strangers to the shell verbs: the right number, or a sentence that says what to mend."""

import pytest
from escalation_plan import PLAN
from km_shell import summarised

from pkpipe.cli import main

HEAD = "USUBJID,AVAL,CNSR\n"


@pytest.fixture
def km(tmp_path, capsys):
    """A table in; the exit code, what was said and the estimates by (group, statistic, time)."""

    def ran(text, *words):
        code, table = summarised(tmp_path, text, *words)
        said = capsys.readouterr().err
        rows = () if table is None else table.iter_rows(named=True)
        return code, said, {(r["GROUP"], r["STAT"], r["AT"]): r["ESTIMATE"] for r in rows}

    return ran


@pytest.mark.parametrize(
    "name",
    [
        *("SUBJID", "ID", "Subject", "SUBJECT NUMBER", "patient_id", "受试者编号", "usubjid"),
        *("record_id", "SubjectKey", "住院号"),
    ],
)
def test_km_two_rows_a_subject_are_seen_whatever_the_subject_is_called(km, name):
    code, said, _ = km(f"{name},AVAL,CNSR\n1,5,0\n1,5,0\n2,7,1\n")
    assert code == 3
    assert f"{name} is '1': the subject has a row already" in said


@pytest.mark.parametrize("said", ["Alive at last contact", "Censored", "No progression", "存活"])
def test_km_refuses_an_event_whose_description_says_that_nothing_happened(km, said):
    code, told, _ = km(f"USUBJID,AVAL,CNSR,EVNTDESC\nS1,10,0,{said}\nS2,12,1,Death after gap\n")
    assert code == 3
    assert f"row 2, subject S1: EVNTDESC is '{said}': an event" in told


def test_km_takes_an_event_by_the_description_of_one(km):
    described = ("Death", "Alive with progression", "Disease progression")
    rows = "".join(f"S{n},{n},0,{said}\n" for n, said in enumerate(described, 1))
    code, _, got = km(f"USUBJID,AVAL,CNSR,EVNTDESC\n{rows}")
    assert (code, got["ALL", "EVENTS", None]) == (0, 3)


def test_km_says_that_without_a_subject_every_row_is_one(km):
    code, said, _ = km("time,event\n5,1\n5,1\n7,0\n")
    assert code == 0
    assert "no column says whose row it is" in said


@pytest.mark.parametrize("unit", ["AVALU", "AVAL_UNIT", "Time Unit", "时间单位"])
def test_km_refuses_days_and_months_in_one_table(km, unit):
    code, said, _ = km(f"USUBJID,AVAL,{unit},CNSR\nS1,5,MONTHS,0\nS2,60,DAYS,0\n")
    assert code == 3
    assert f"row 3, subject S2: {unit} is 'DAYS': times in several units: MONTHS, DAYS" in said


@pytest.mark.parametrize("flag", ["0.5", "-1", "TRUE", "NA", "Censored"])
def test_km_refuses_a_censoring_flag_that_is_none(km, flag):
    code, said, _ = km(HEAD + f"S1,5,0\nS2,7,{flag}\n")
    assert code == 3
    assert "row 3, subject S2: CNSR is" in said


@pytest.mark.parametrize(
    ("group", "says"),
    [
        ("NA", "a group, or a missing one?"),
        ("a", "two spellings of one group?"),
        ("ALL", "uses itself"),
    ],
)
def test_km_asks_about_a_group_that_may_be_another(km, group, says):
    code, said, _ = km(
        f"USUBJID,AVAL,CNSR,ARM\nS1,5,0,A\nS2,6,0,{group}\nS3,4,1,B\n", "--by", "ARM"
    )
    assert code == 3
    assert says in said


def test_km_refuses_two_flags_that_contradict_each_other(km):
    code, said, _ = km("USUBJID,AVAL,CNSR,EVENT\nS1,5,0,0\nS2,6,1,1\n")
    assert code == 2
    assert "--cnsr CNSR or --event EVENT" in said
    assert km("USUBJID,AVAL,CNSR,EVENT\nS1,5,0,1\nS2,6,1,0\n")[0] == 0


def test_km_times_that_differ_by_rounding_are_one_time(km):
    """R survival, issue 273: times that are tied may be not tied in finite precision (survfit's timefix)."""
    text = "USUBJID,AVAL,CNSR\nS1,0.1,0\nS2,0.3,1\nS3,0.30000000000000004,0\nS4,5,0\n"
    _, _, got = km(text, "--at", "0.3")
    assert got["ALL", "SURV", 0.3] == pytest.approx(0.75 * 2 / 3, rel=1e-12)


def test_a_result_is_not_written_over_the_file_it_is_made_of(tmp_path, capsys):
    table, link = tmp_path / "t.csv", tmp_path / "other.csv"
    table.write_text(HEAD + "S1,5,0\nS2,7,1\n")
    link.symlink_to(table)
    for out in (table, link):
        assert main(["km", str(table), "-o", str(out)]) == 2
        assert "is read, and a result is not written over it" in capsys.readouterr().err
    assert table.read_text().startswith(HEAD)


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01", "1899-12-30", "2999-12-31"])
def test_a_date_that_databases_write_for_none_is_refused(tmp_path, capsys, date):
    """Alive to 9999-12-31 was a survival of 2.9 million days."""
    (tmp_path / "rs.csv").write_text("USUBJID,RSTESTCD,RSSTRESC,RSDTC\nS1,OVRLRESP,SD,2025-02-15\n")
    (tmp_path / "ref.csv").write_text(f"USUBJID,TRTSDT,LSTALVDT\nS1,2025-01-01,{date}\n")
    words = ["--rs", str(tmp_path / "rs.csv"), "--ref", str(tmp_path / "ref.csv")]
    assert main(["tte", *words, "-o", str(tmp_path / "o.csv")]) == 3
    said = capsys.readouterr().err
    assert f"ref.csv row 2, subject S1: LSTALVDT is '{date}': cannot be used" in said
    assert "1900 to 2089" in said


def test_km_finds_its_columns_in_any_letter_case(km):
    assert km("usubjid,aval,cnsr\nS1,5,0\nS2,7,1\n")[2] == km(HEAD + "S1,5,0\nS2,7,1\n")[2]


@pytest.mark.parametrize("row", ["1,B,A,A:one/0/0/0\n", ""])
def test_states_that_are_none_are_refused(tmp_path, capsys, row):
    (tmp_path / "p.yaml").write_text(PLAN)
    states = tmp_path / "s.csv"
    states.write_text("case_id,highest_open_level,current_level,levels\n" + row, encoding="utf-8")
    out = tmp_path / "d.csv"
    assert (
        main(["escalate", str(states), "-o", str(out), "--protocol", str(tmp_path / "p.yaml")]) == 3
    )
    said = capsys.readouterr().err
    assert "allowed: A:n/y/g2/pend" in said or "no row" in said
    assert not out.exists()


def test_two_states_of_one_case_are_asked_about(tmp_path, capsys):
    (tmp_path / "p.yaml").write_text(PLAN)
    states, out = tmp_path / "s.csv", tmp_path / "d.csv"
    rows = "1,B,A,A:3/0/0/0\n2,B,A,A:3/1/0/0\n1,B,A,A:3/2/0/0\n,B,A,A:3/0/0/0\n,B,A,A:3/1/0/0\n"
    states.write_text("case_id,highest_open_level,current_level,levels\n" + rows, encoding="utf-8")
    words = ["--protocol", str(tmp_path / "p.yaml"), "-o", str(out)]
    assert main(["escalate", str(states), *words]) == 0
    said = capsys.readouterr().err
    assert "s.csv row 4: case_id is '1': the case has another state in a row before" in said
    assert said.count("another state") == 1


def test_leaving_without_a_calendar_is_not_passed_over(tmp_path, capsys):
    (tmp_path / "p.yaml").write_text(PLAN)
    (tmp_path / "r.csv").write_text("level,p_dlt\nA,0.1\nB,0.3\n")
    words = ["--protocol", str(tmp_path / "p.yaml"), "--scenario", str(tmp_path / "r.csv")]
    out = tmp_path / "o.csv"
    assert main(["operating-characteristics", *words, "-o", str(out), "--leaving", "0.2"]) == 2
    assert "give --accrual" in capsys.readouterr().err


def test_no_antibody_sample_is_no_result(tmp_path, capsys):
    (tmp_path / "is.csv").write_text("USUBJID,ISTESTCD,ISDTC,ISSTRESC\n")
    (tmp_path / "ref.csv").write_text("USUBJID,FIRSTDTM\nS1,2026-01-05\n")
    words = ["ada", str(tmp_path / "is.csv"), "--ref", str(tmp_path / "ref.csv")]
    assert main([*words, "-o", str(tmp_path / "out")]) == 3
    assert "no row" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("conc", "dose", "says"),
    [
        ("ID,TIME,TIMEU,CONC\nS1,30,min,5\nS1,1,h,4\n", "S1,0,9,extravascular\n", "TIMEU is 'min'"),
        (
            "ID,TIME,CONC,AVALU\nS1,1,5,ug/mL\nS2,1,4000,ng/mL\n",
            "S1,0,9,extravascular\n",
            "two units",
        ),
        ("ID,TIME,CONC\n", "S1,0,9,extravascular\n", "no row"),
        ("ID,TIME,CONC\nS1,1,5\n", "", "no row"),
    ],
)
def test_nca_refuses_mixed_units_and_empty_tables(tmp_path, capsys, conc, dose, says):
    (tmp_path / "c.csv").write_text(conc)
    (tmp_path / "d.csv").write_text("ID,TIME,DOSE,ROUTE\n" + dose)
    out = tmp_path / "pp.csv"
    assert main(["nca", str(tmp_path / "c.csv"), str(tmp_path / "d.csv"), "-o", str(out)]) == 3
    assert says in capsys.readouterr().err
    assert not out.exists()
