"""Words that stand for a progression, a death, a baseline or a tier: read, or refused, never passed over."""

import polars as pl
import pytest
from recist_shell import read
from support import ROOT
from test_cases_series_of_scans import scans
from test_cases_stranger_flow import asked, put, ran
from test_cases_words_of_tumours import ROW, SCANS

from pkpipe.cli import main
from pkpipe.validate import stopping

REF = "USUBJID,TRTSDT,CUTDT,{}\nA1,2026-01-05,2026-12-31,{}\n"
RS = "USUBJID,RSTESTCD,RSSTRESC,RSDTC\nA1,OVRLRESP,SD,2026-02-16\nA1,{},PD,2026-03-30\n"


@pytest.fixture
def recist(tmp_path, capsys):
    return lambda text, options=None: (read(tmp_path, text, options), capsys.readouterr().err)


def beside(group, word):
    """A target lesion that shrinks, and another one of a class, judged by a word at the last scan."""
    first = "PRESENT" if group == "NON-TARGET" else None
    words = [(*SCANS[i][:2], w) for i, w in ((0, first), (1, first), (2, word)) if w]
    cells = {"lesion": "L9", "group": group, "test": "TUMSTATE", "size": "", "unit": ""}
    cells |= {"reader": "INVESTIGATOR"}
    return scans() + "".join(
        ROW.format(**cells, text=word, visit=visit, day=day) for visit, day, word in words
    )


def last_response(tmp_path):
    return pl.read_csv(tmp_path / "out" / "timepoints.csv")["OVRLRESP"].to_list()[-1]


@pytest.mark.parametrize(
    ("group", "word", "response"),
    [
        *[("NON-TARGET", w, "PD") for w in ("PD", "Unequivocal PD", "疾病进展", "Progressed")],
        *[("NON-TARGET", w, "PR") for w in ("NON-CR/NON-PD", "No change", "稳定", "CR")],
        *[("NEW", w, "PD") for w in ("YES", "New lesion", "新发", "Present", "是")],
    ],
)
def test_the_state_of_a_lesion_is_read_in_other_words(tmp_path, recist, group, word, response):
    assert recist(beside(group, word))[0] == 0
    assert last_response(tmp_path) == response


@pytest.mark.parametrize(("group", "word"), [("NON-TARGET", "WORSENED"), ("NEW", "SHINY")])
def test_a_state_that_may_be_a_progression_stops_with_its_row(recist, group, word):
    code, told = recist(beside(group, word))
    assert code == 3
    assert f"subject A1: TRSTRESC is '{word}': no known state of a non-target or new lesion" in told


def test_the_flow_stops_at_such_a_state_with_the_line_that_mends_it(tmp_path):
    def change(tables, _):
        row = dict.fromkeys(tables["TR"][1], "") | tables["TR"][1]
        new = {"TRLNKID": "NL1", "TRGRPID": "NEW", "TRTESTCD": "TUMSTATE", "TRSEQ": "90"}
        tables["TR"].append(row | new | dict.fromkeys(("TRSTRESN", "TRORRESU", "TRSTRESU"), ""))
        tables["TR"][-1] |= {"TRSTRESC": "SHINY", "TRORRES": "SHINY"}

    wrong = stopping(asked(tmp_path, change)).filter(CHECK="TR-STATE-LOST")
    assert wrong["ALLOWED"].str.contains(
        "sources.TR.codes: {TRSTRESC: {", literal=True
    ).to_list() == [True]


@pytest.mark.parametrize("visit", ["筛选期", "基线", "Screen", "V1 Screening", "BL", "Base-line"])
def test_a_baseline_a_little_after_the_first_dose_is_one_by_its_name(recist, tmp_path, visit):
    text = scans().replace("SCREENING", visit).replace("2026-01-01", "2026-01-08")
    code, told = recist(text)
    assert code == 0
    assert "baseline scan after the first dose" in told
    assert last_response(tmp_path) == "PR"


@pytest.mark.parametrize("visit", ["POST BASELINE 1", "6 weeks after baseline", "基线后6周"])
def test_what_is_counted_from_the_baseline_is_none(recist, tmp_path, visit):
    assert recist(scans().replace("W6", visit))[0] == 0
    assert pl.read_csv(tmp_path / "out" / "timepoints.csv")["ROLE"].to_list()[1:] == [
        "POST",
        "POST",
    ]


def test_one_visit_assessed_on_two_days_is_asked_about(recist):
    assert "one visit assessed on two days" in recist(scans().replace("W12", "W6"))[1]
    assert "one visit assessed on two days" not in recist(scans())[1]


@pytest.fixture
def tte(tmp_path, capsys):
    def ran_with(rs, column="LSTALVDT", cell="2026-06-01"):
        (tmp_path / "rs.csv").write_text(rs, encoding="utf-8")
        (tmp_path / "ref.csv").write_text(REF.format(column, cell), encoding="utf-8")
        given = ["--rs", str(tmp_path / "rs.csv"), "--ref", str(tmp_path / "ref.csv")]
        return main(["tte", *given, "-o", str(tmp_path / "t.csv")]), capsys.readouterr().err

    return ran_with


@pytest.mark.parametrize("test", ["OVRESP", "OVR", "TPRESP"])
def test_a_response_by_no_known_test_stops_where_the_day_has_no_other(tte, test):
    code, told = tte(RS.format(test))
    assert code == 3
    assert f"rs.csv row 3, subject A1: RSTESTCD is '{test}': a response by no known test" in told


@pytest.mark.parametrize("test", ["TRGRESP", "METBRESP", "Best response"])
def test_other_tests_of_a_response_stop_nothing(tte, test):
    assert tte(RS.format(test))[0] == 0


def test_the_flow_stops_at_a_response_by_no_known_test(tmp_path):
    wrong = stopping(asked(tmp_path, put("RS", "RSTESTCD", "OVRESP", 4)))
    assert "RS-TEST-UNKNOWN" in wrong["CHECK"].to_list()


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("VITALSTATUS", "Dead"),
        ("是否死亡", "是"),
        ("死亡", "TRUE"),
        ("生存状态", "死亡"),
    ],
)
def test_who_is_dead_under_another_name_is_not_alive(tte, column, cell):
    code, told = tte(RS.format("TRGRESP"), column, cell)
    assert code == 3
    assert f"ref.csv row 2, subject A1: {column} is '{cell}': dead, and no day of death" in told


@pytest.mark.parametrize(
    ("column", "cell"), [("VITALSTATUS", "Alive"), ("SITE", "Y"), ("是否死亡", "否")]
)
def test_who_lives_under_another_name_is_not_asked_about(tte, column, cell):
    assert tte(RS.format("TRGRESP"), column, cell)[0] == 0


def test_tiers_of_an_assay_are_known_by_their_chinese_names(tmp_path):
    tests = (("T1", "ADA筛选试验", "阳性"), ("T2", "ADA确证试验", "阳性"), ("T3", "ADA滴度", "160"))
    rows = "".join(
        f"S1,{c},{t},2026-01-26T08:00,{r}\n" for c, t, r in (*tests, ("T4", "中和抗体", "阳性"))
    )
    head = "USUBJID,ISTESTCD,ISTEST,ISDTC,ISSTRESC\nS1,T1,ADA筛选试验,2026-01-05T08:00,阴性\n"
    (tmp_path / "is.csv").write_text(head + rows, encoding="utf-8")
    (tmp_path / "ref.csv").write_text("USUBJID,FIRSTDTM\nS1,2026-01-05T09:30\n")
    given = [str(tmp_path / "is.csv"), "--ref", str(tmp_path / "ref.csv")]
    assert main(["ada", *given, "-o", str(tmp_path / "out")]) == 0
    row = pl.read_csv(tmp_path / "out" / "subjects.csv").row(0, named=True)
    assert (row["ADASTAT"], row["PEAKTITRE"], row["NABSTAT"]) == ("POSITIVE", 160, "POSITIVE")


def test_a_parameter_in_small_letters_is_compared(tmp_path):
    rows = "".join(
        f"S{i},{t},Cmax,{v + i}\n" for i in range(1, 7) for t, v in (("T", 10), ("R", 8))
    )
    (tmp_path / "p.csv").write_text("USUBJID,TRT,PPTESTCD,PPSTRESN\n" + rows)
    given = [str(tmp_path / "p.csv"), "--treatment", "TRT", "--reference", "R"]
    assert main(["compare", *given, "-o", str(tmp_path / "o.csv")]) == 0
    assert pl.read_csv(tmp_path / "o.csv")["PPTESTCD"].to_list() == ["CMAX"]


def test_the_flow_stops_at_a_word_of_another_set_than_the_one_that_leads(tmp_path):
    wrong = stopping(asked(tmp_path, put("RS", "RSSTRESC", "iUPD", 4)))
    assert wrong.select("CHECK", "VALUE").rows() == [("RS-RESPONSE", "iUPD")]


def test_a_new_lesion_without_a_date_is_of_the_day_of_its_visit(tmp_path):
    def change(tables, _):
        row = next(r for r in tables["TU"] if r["USUBJID"] == "TINY-01-002")
        new = {"TULNKID": "NEW01", "TUSTRESC": "NEW", "VISIT": "WEEK 12", "TUDTC": "", "TUSEQ": "2"}
        tables["TU"].append(row | new)

    adrs = ran(tmp_path, change, "subjects", "tumor")["ADRS"].filter(
        USUBJID="TINY-01-002", PARAMCD="OVR", SRC="derived", CRIT="RECIST 1.1"
    )
    assert [(str(d), r) for d, r in adrs.select("ADT", "AVALC").rows()] == [
        ("2025-03-24", "PR"),
        ("2025-05-05", "PD"),
    ]


def test_what_was_not_done_and_has_a_result_is_asked_about_by_the_verbs(tte, recist):
    rs = (
        RS.format("TRGRESP").replace("RSDTC\n", "RSDTC,RSSTAT\n").replace("02-16\n", "02-16,未做\n")
    )
    rs = rs.replace("03-30\n", "03-30,\n")
    assert "rs.csv row 2, subject A1: RSSTRESC is 'SD': not done, and a result" in tte(rs)[1]
    text = scans().replace("TRSTRESU,", "TRSTRESU,TRSTAT,").replace(",mm,", ",mm,,")
    text = text.replace(",11,mm,,", ",11,mm,NOT DONE,")
    assert "tr.csv row 4, subject A1: TRSTRESC is '11': not done, and a result" in recist(text)[1]


@pytest.mark.parametrize("name", ["CLINICAL_PD_DATE", "临床进展日期"])
def test_a_clinical_progression_under_another_name_is_refused(tte, name):
    code, told = tte(RS.format("TRGRESP"), name, "2026-03-10")
    assert code == 2
    assert f"no column CLINPDDT; found {name}" in told


def test_a_toxicity_outside_its_window_is_said_beside_the_decision(tmp_path, capsys):
    states = "subject,level,first_dose,dlt_onset\nP1,A,2026-01-05,\nP2,A,2026-01-06,\n"
    (tmp_path / "s.csv").write_text(states + "P3,A,2026-01-07,2026-12-01\n")
    plan = str(ROOT / "tests" / "reference" / "escalation" / "plain_3p3.yaml")
    given = [str(tmp_path / "s.csv"), "--protocol", plan, "--as-of", "2026-12-30"]
    assert main(["escalate", *given, "-o", str(tmp_path / "o.csv")]) == 0
    assert "subject P3: the DLT of 2026-12-01 is outside the window" in capsys.readouterr().err
