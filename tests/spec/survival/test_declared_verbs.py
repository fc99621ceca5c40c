"""`pkpipe km` with strata, delayed entry and competing events: what it writes, and what it refuses."""

import polars as pl
import pytest

from pkpipe.cli import main

TRIAL = """USUBJID,AVAL,STATUS,ARM,SITE,ENROLLED
1,3,1,A,x,
2,5,0,A,y,1
3,5,1,A,x,2
4,6,2,A,y,3
5,8,1,B,x,3
6,9,1,B,y,5
7,12,0,B,x,6
8,2,2,B,y,
"""
CODES = ("--competing", "1=relapse", "2=death")


def km(tmp_path, content, *words):
    path, out = tmp_path / "trial.csv", tmp_path / "km.csv"
    path.write_text(content)
    code = main(["km", str(path), "-o", str(out), *words])
    texts = dict.fromkeys(("GROUP", "KIND", "NOTE"), pl.String())
    return code, pl.read_csv(out, schema_overrides=texts) if out.exists() else None


def value(table, group, stat, **where):
    return table.filter(GROUP=group, STAT=stat, **where)["ESTIMATE"].item()


def test_incidences_of_all_kinds_and_event_free_survival_add_up_to_one(tmp_path):
    words = ("--event", "STATUS", *CODES, "--at", "2", "5", "9", "--entry", "ENROLLED")
    code, table = km(tmp_path, TRIAL, *words)
    assert code == 0
    for at in (2.0, 5.0, 9.0):
        parts = [value(table, "ALL", "CIF", AT=at, KIND=kind) for kind in ("relapse", "death")]
        assert sum(parts) + value(table, "ALL", "SURV", AT=at) == pytest.approx(1)
    assert value(table, "ALL", "CIF_EVENTS", KIND="death") == 2
    note = table.filter(STAT="CIF", KIND="relapse", AT=2.0)["NOTE"].item()
    assert note == "no event of this kind yet: no limits"


def test_a_subject_is_at_risk_only_after_its_entry(tmp_path):
    words = ("--event", "STATUS", *CODES, "--at", "2", "3", "4", "5.5")
    _, late = km(tmp_path, TRIAL, *words, "--entry", "ENROLLED")
    # at 2 those of the start and the one of 1; at 3 that of 2 too, and one has died
    assert [value(late, "ALL", "NRISK", AT=t) for t in (2.0, 3.0, 4.0, 5.5)] == [3, 3, 4, 3]
    _, all_from_the_start = km(tmp_path, TRIAL.replace(",ENROLLED", ",OTHER"), *words)
    assert value(all_from_the_start, "ALL", "NRISK", AT=3.0) == 7


def test_who_enters_when_the_curve_is_zero_is_told(tmp_path):
    rows = "USUBJID,AVAL,CNSR,IN\n1,2,0,\n2,5,0,3\n3,9,1,4\n"
    code, table = km(tmp_path, rows, "--entry", "IN")
    assert code == 0
    assert "2 enter when the curve is 0 already" in table.filter(STAT="N")["NOTE"].item()


def test_stratified_tests_are_told_and_another_number(tmp_path):
    words = ("--event", "STATUS", *CODES, "--by", "ARM", "--cox", "A")
    rows = TRIAL.replace(",ENROLLED", ",OTHER")
    plain, strata = (km(tmp_path, rows, *words, *more)[1] for more in ((), ("--strata", "SITE")))
    assert value(strata, "ALL", "STRATA") == 2
    any_event = [t.filter(pl.col("KIND").is_null()) for t in (plain, strata)]
    chi = [value(t, "ALL", "LOGRANK_CHISQ") for t in any_event]
    ratio = [value(t, "B", "HR") for t in any_event]
    assert chi[0] != chi[1]
    assert ratio[0] != ratio[1]
    assert value(strata, "ALL", "LOGRANK_P", KIND="death") <= 1


def test_one_subject_and_nobody_with_an_event_give_empty_numbers(tmp_path):
    one = "USUBJID,AVAL,STATUS,ARM\n1,4,2,A\n"
    code, table = km(tmp_path, one, "--event", "STATUS", *CODES, "--by", "ARM", "--at", "3")
    assert (code, value(table, "A", "CIF", AT=4.0, KIND="death")) == (0, 1)
    assert value(table, "A", "CIF", AT=4.0, KIND="relapse") == 0
    censored = "USUBJID,AVAL,STATUS,ARM,S\n1,4,0,A,x\n2,5,0,B,x\n"
    words = ("--event", "STATUS", *CODES, "--by", "ARM", "--strata", "S", "--cox", "A")
    code, table = km(tmp_path, censored, *words)
    assert (code, value(table.filter(pl.col("KIND").is_null()), "ALL", "LOGRANK_P")) == (0, None)
    assert value(table, "A", "CIF", KIND="death", AT=4.0) == 0


def test_adam_tells_the_kind_in_evntdesc(tmp_path):
    adtte = "USUBJID,AVAL,CNSR,EVNTDESC\n1,4,0,疾病进展\n2,5,0,Death\n3,6,1,Last assessment\n"
    words = ("--cnsr", "CNSR", "--kind", "EVNTDESC", "--competing", "疾病进展=进展", "Death")
    code, table = km(tmp_path, adtte, *words)
    assert code == 0
    assert value(table, "ALL", "CIF", KIND="进展") == pytest.approx(1 / 3)
    assert value(table, "ALL", "CIF", KIND="Death") == pytest.approx(1 / 3)


BY_SITE = ("--event", "STATUS", *CODES, "--by", "ARM", "--strata", "SITE")
ENTERED = ("--event", "STATUS", *CODES, "--entry", "ENROLLED")


@pytest.mark.parametrize(
    ("content", "words", "code", "says"),
    [
        (
            TRIAL,
            ("--event", "STATUS", "--competing", "1=relapse", "3=other"),
            3,
            ["row 5, subject 4: STATUS is '2'", "nobody declared", "'2=NAME' declares it"],
        ),
        (
            TRIAL.replace("5,8,1,B,x,3", "5,8,1,B,x,8"),
            ENTERED,
            3,
            ["row 6, subject 5: ENROLLED is '8.0'", "before the time of its row"],
        ),
        (
            TRIAL.replace("4,6,2,A,y", "4,6,2,A,z"),
            BY_SITE,
            3,
            ["row 5, subject 4: SITE is 'z'", "one group", "an empty cell: in no test"],
        ),
        (
            TRIAL.replace("4,6,2,A,y", "4,6,2,A,Y"),
            BY_SITE,
            3,
            ["SITE is 'y'", "two spellings of one stratum"],
        ),
        (TRIAL, ("--event", "STATUS", "--competing", "1=relapse"), 2, ["two or more"]),
        (TRIAL, ("--event", "STATUS", *CODES, "--strata", "SITE"), 2, ["--by"]),
        (TRIAL.replace("STATUS", "CNSR"), CODES, 2, ["--cnsr CNSR: give --kind too"]),
        (TRIAL.replace("STATUS", "C"), ("--cnsr", "C", *CODES), 2, ["--cnsr C: give --kind too"]),
        (TRIAL, ("--event", "STATUS", "--competing", "=x", "2=death"), 2, ["CODE=NAME"]),
        (TRIAL, ("--event", "STATUS", "--competing", "1=x", "1=y"), 2, ["twice"]),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_row(tmp_path, capsys, content, words, code, says):
    assert km(tmp_path, content, *words) == (code, None)
    told = capsys.readouterr().err
    assert [part for part in says if part not in told] == [], told


def test_a_row_without_a_stratum_is_in_the_curves_and_in_no_test(tmp_path, capsys):
    rows = TRIAL.replace("4,6,2,A,y", "4,6,2,A,")
    words = ("--event", "STATUS", *CODES, "--by", "ARM", "--strata", "SITE")
    code, table = km(tmp_path, rows, *words)
    assert (code, value(table, "A", "N")) == (0, 4)
    assert "1 rows without SITE are in no test" in capsys.readouterr().err
