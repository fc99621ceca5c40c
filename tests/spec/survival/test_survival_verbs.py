"""`pkpipe km` and `pkpipe tte` on files: what they write, and what they refuse with which exit code."""

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.qualify.answers import ANSWERS

DATA = ANSWERS / "survival" / "data"
LUNG = str(DATA / "lung.csv")


def km(tmp_path, *words):
    out = tmp_path / "km.csv"
    code = main(["km", *words, "-o", str(out)])
    return code, pl.read_csv(out, schema_overrides={"NOTE": pl.String}) if out.exists() else None


def one(table, group, stat, at=None):
    rows = table.filter(GROUP=group, STAT=stat)
    rows = rows if at is None else rows.filter(AT=at)
    return rows.row(0, named=True)


def test_km_writes_every_statistic_of_everybody_and_of_each_group(tmp_path):
    code, table = km(tmp_path, LUNG, "--by", "group", "--at", "180", "365", "--cox", "female")
    assert code == 0
    assert table.columns == ["GROUP", "STAT", "AT", "ESTIMATE", "SE", "LOWER", "UPPER", "NOTE"]
    assert [one(table, g, "MEDIAN")["ESTIMATE"] for g in ("ALL", "female", "male")] == [
        310,
        426,
        270,
    ]
    assert one(table, "male", "MEDIAN")["LOWER"] == 210
    assert one(table, "ALL", "NRISK", 365.0)["ESTIMATE"] == 65
    assert one(table, "ALL", "SURV", 180.0)["SE"] == pytest.approx(0.0298124194686, rel=1e-9)
    assert one(table, "ALL", "RMST", 180.0)["ESTIMATE"] == pytest.approx(158.106652603, rel=1e-9)
    assert one(table, "ALL", "FOLLOWUP")["ESTIMATE"] == 588
    assert one(table, "ALL", "LOGRANK_CHISQ")["ESTIMATE"] == pytest.approx(10.3267419549, rel=1e-9)
    assert one(table, "male", "HR")["ESTIMATE"] == pytest.approx(1.70067212404, rel=1e-7)


def test_km_reads_adam_censoring_and_needs_one_endpoint(tmp_path, capsys):
    adtte = tmp_path / "adtte.csv"
    adtte.write_text("USUBJID,PARAMCD,AVAL,CNSR\n1,PFS,10,0\n2,PFS,20,1\n1,OS,30,1\n2,OS,40,2\n")
    assert km(tmp_path, str(adtte))[0] == 2
    assert "several PARAMCD (OS, PFS): choose one with --param" in capsys.readouterr().err
    code, table = km(tmp_path, str(adtte), "--param", "OS")
    assert (code, one(table, "ALL", "EVENTS")["ESTIMATE"]) == (0, 0)
    assert one(km(tmp_path, str(adtte), "--param", "PFS")[1], "ALL", "EVENTS")["ESTIMATE"] == 1


def test_km_says_at_the_number_why_it_is_empty(tmp_path):
    table = km(tmp_path, str(DATA / "edge_phase1_dose.csv"), "--by", "group", "--at", "200")[1]
    row = one(table, "C", "FOLLOWUP")
    assert (row["ESTIMATE"], row["NOTE"]) == (
        84,
        "lower limit not reached; upper limit not reached",
    )
    empty = table.filter(pl.col("ESTIMATE").is_null())
    assert empty.filter(pl.col("NOTE").is_null()).is_empty()


def test_km_writes_the_steps_of_the_curve(tmp_path):
    steps = tmp_path / "curve.csv"
    assert km(tmp_path, LUNG, "--by", "group", "--curve", str(steps))[0] == 0
    curve = pl.read_csv(steps)
    assert curve.columns[:5] == ["GROUP", "TIME", "NRISK", "NEVENT", "NCENSOR"]
    assert sorted(curve["GROUP"].unique()) == ["ALL", "female", "male"]


def test_km_leaves_out_rows_without_a_time_and_says_how_many(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("time,event,group\n1,1,A\n,1,A\n3,,B\n4,1,\n")
    table = km(tmp_path, str(file), "--by", "group")[1]
    assert one(table, "ALL", "N")["NOTE"] == "2 without time or event flag left out"
    assert one(table, "B", "N")["ESTIMATE"] == 0


@pytest.mark.parametrize(
    ("content", "words", "code", "says"),
    [
        ("time,event\n-1,1\n", (), 3, "row 2: time is '-1"),
        ("time,event\n1,2\n", (), 3, "event is '2"),
        ("time,event\nx,1\n", (), 3, "time is 'x'"),
        ("when,event\n1,1\n", (), 2, "give --time"),
        ("time,flag\n1,1\n", (), 2, "give --event or --cnsr"),
        ("time,event\n1,1\n", ("--by", "arm"), 2, "no column arm"),
        ("time,event\n1,1\n", ("--level", "95"), 2, "--level is 95"),
        ("time,event\n1,1\n", ("--at", "-3"), 2, "--at is -3"),
        ("time,event\n1,1\n", ("--cox", "A"), 2, "give --by too"),
        ("time,event,g\n1,1,A\n", ("--by", "g", "--cox", "B"), 2, "no such group (found: A)"),
        ("time,event\n1,1\n", ("--param", "OS"), 2, "no column PARAMCD"),
    ],
)
def test_km_refuses_what_it_cannot_use(tmp_path, capsys, content, words, code, says):
    file = tmp_path / "t.csv"
    file.write_text(content)
    assert km(tmp_path, str(file), *words) == (code, None)
    assert says in capsys.readouterr().err


def test_km_of_a_table_without_rows_is_refused(tmp_path, capsys):
    file = tmp_path / "t.csv"
    file.write_text("time,event,group\n")
    assert km(tmp_path, str(file), "--by", "group", "--at", "5") == (3, None)
    assert "no row" in capsys.readouterr().err


RS = """USUBJID,RSTESTCD,RSSTRESC,RSDTC,RSEVAL
1,OVRLRESP,PR,2024-02-12,INVESTIGATOR
1,OVRLRESP,PR,2024-03-25,INVESTIGATOR
1,OVRLRESP,PD,2024-05-06,INVESTIGATOR
2,OVRLRESP,SD,2024-02-12,INVESTIGATOR
2,OVRLRESP,PD,2024-06-17,INVESTIGATOR
1,OVRLRESP,PD,2024-02-12,INDEPENDENT ASSESSOR
"""
REF = (
    "USUBJID,TRTSDT,DTHDT,LSTALVDT\n1,2024-01-01,,2024-07-01\n2,2024-01-01,2024-08-01,2024-07-30\n"
)
PLANNED = "schedule: {every_weeks: 6, until_week: 48, then_every_weeks: 12, window_days: 7}\n"


def tte(tmp_path, options=None, rs=RS, ref=REF):
    for name, text in (("rs", rs), ("ref", ref)):
        (tmp_path / f"{name}.csv").write_text(text)
    words = ["tte", "--rs", str(tmp_path / "rs.csv"), "--ref", str(tmp_path / "ref.csv")]
    if options is not None:
        (tmp_path / "o.yaml").write_text(options)
        words += ["--options", str(tmp_path / "o.yaml")]
    out = tmp_path / "adtte.csv"
    code = main([*words, "-o", str(out)])
    return code, pl.read_csv(out, schema_overrides={"USUBJID": pl.String}) if out.exists() else None


def ends(table):
    return {
        (r[0], r[1]): r[2:] for r in table.select("USUBJID", "PARAMCD", "AVAL", "CNSR").iter_rows()
    }


def test_tte_by_the_default_scheme(tmp_path):
    code, table = tte(tmp_path, PLANNED)
    assert code == 0
    assert ends(table) == {
        ("1", "PFS"): (127, 0),
        ("1", "OS"): (183, 1),
        ("1", "DOR"): (85, 0),
        ("1", "TTR"): (43, 0),
        ("2", "PFS"): (43, 1),  # two scans missed before the progression
        ("2", "OS"): (214, 0),
    }


def test_tte_without_a_schedule_counts_no_missed_scans_and_says_so(tmp_path, capsys):
    assert ends(tte(tmp_path)[1])[("2", "PFS")] == (169, 0)
    assert "missed assessments are not counted" in capsys.readouterr().err


def test_tte_follows_the_evaluator_asked_for(tmp_path):
    table = tte(tmp_path, PLANNED + "evaluator: INDEPENDENT ASSESSOR\n")[1]
    assert ends(table)[("1", "PFS")] == (43, 0)
    # no scan of subject 2 by that evaluator: died after more than two planned ones
    assert table.filter(USUBJID="2", PARAMCD="PFS").select("AVAL", "CNSRRSN").row(0) == (1, 3)


def test_tte_reads_adam_responses_and_the_time_points_of_recist(tmp_path):
    adam = "USUBJID,PARAMCD,ADT,AVALC\n1,OVR,2024-03-25,PD\n1,BOR,2024-02-12,PD\n"
    assert ends(tte(tmp_path, PLANNED, rs=adam)[1])[("1", "PFS")] == (85, 0)
    (tmp_path / "rs.csv").write_text(RS)
    out = tmp_path / "recist"
    assert (
        main(
            [
                "recist",
                "--rs",
                str(tmp_path / "rs.csv"),
                "--ref",
                str(tmp_path / "ref.csv"),
                "-o",
                str(out),
            ]
        )
        == 0
    )
    points = (out / "timepoints.csv").read_text()
    assert ends(tte(tmp_path, PLANNED, rs=points)[1])[("1", "DOR")] == (85, 0)


@pytest.mark.parametrize(
    ("files", "code", "says"),
    [
        (("shceme: A\n",), 2, "shceme"),
        (("scheme: B\n",), 2, "scheme B dates progression at planned assessments"),
        (("schedule: {every_weeks: 6}\n",), 2, "window_days"),
        (("anchor: randomization\n",), 2, "no RANDDT in any row"),
        (("evaluator: NOBODY\n",), 2, "no response by NOBODY"),
        ((None, "A,B\n1,2\n"), 2, "no response column"),
        ((None, RS, REF + "1,2024-01-02,,\n"), 3, "one row a subject is expected, twice: 1"),
        ((None, RS, REF.replace("2024-08-01", "soon")), 3, "subject 2: DTHDT is 'soon'"),
        ((None, RS.replace("2024-06-17", "2024-13-17")), 3, "RSDTC is '2024-13-17'"),
    ],
)
def test_tte_refuses_what_it_cannot_use(tmp_path, capsys, files, code, says):
    assert tte(tmp_path, *files) == (code, None)
    assert says in capsys.readouterr().err


def test_both_verbs_show_an_example(capsys):
    for verb in ("km", "tte"):
        with pytest.raises(SystemExit) as stop:
            main([verb, "--help"])
        assert stop.value.code == 0
        assert f"example:\n  pkpipe {verb}" in capsys.readouterr().out


def test_km_takes_its_times_together_or_one_by_one(tmp_path):
    events = tmp_path / "tte.csv"
    events.write_text("time,event\n1,1\n2,0\n3,1\n4,1\n")
    outs = [tmp_path / "a.csv", tmp_path / "b.csv"]
    assert main(["km", str(events), "--at", "1", "2", "-o", str(outs[0])]) == 0
    assert main(["km", str(events), "--at", "1", "--at", "2", "-o", str(outs[1])]) == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert outs[0].read_text().count("SURV,") == 2
