"""More inputs of strangers to the shell verbs: parts of a trial, subjects of no table, dates, words, keys."""

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.clinical import blq
from pkpipe.finding.rows import found
from pkpipe.validate.checks.concentration_rows import PC

PLAN = """escalation:
  levels: [{code: A}, {code: B}]
  titration_levels: []
  dlt_window_days: 21
  dlt_last_day: 22
"""
COHORT = ["S1,A,2026-01-05,2026-01-12", "S2,A,2026-01-06,", "S3,A,2026-01-07,"]
MORE = ["S4,A,2026-01-20,", "S5,A,2026-01-21,", "S6,A,2026-01-22,"]


@pytest.fixture
def escalate(tmp_path, capsys):
    """Dated records with one column more in; the exit code, what was said and the answer."""

    def ran(column, first, others, rows=MORE):
        head = f"subject,level,first_dose,dlt_onset,{column}"
        text = [*(f"{r},{first}" for r in COHORT), *(f"{r},{others}" for r in rows)]
        (tmp_path / "p.yaml").write_text(PLAN)
        (tmp_path / "s.csv").write_text("\n".join([head, *text]) + "\n", encoding="utf-8")
        out = tmp_path / "d.csv"
        words = ["--protocol", str(tmp_path / "p.yaml"), "--as-of", "2026-03-15", "-o", str(out)]
        code = main(["escalate", str(tmp_path / "s.csv"), *words])
        said = capsys.readouterr().err
        assert out.exists() == (code == 0)
        row = pl.read_csv(out, infer_schema=False).row(0, named=True) if code == 0 else {}
        return code, said, row

    return ran


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("cohort_type", "BACKFILL"),
        ("cohort_type", "expansion"),
        ("phase", "Dose-Expansion"),
        ("arm", "回填"),
        ("comment", "back-fill"),
        ("BFFL", "剂量扩展"),
    ],
)
def test_escalate_backfill_column_ignored_is_refused_by_its_words(escalate, column, words):
    code, said, _ = escalate(column, "ESCALATION", words)
    assert code == 3
    assert f"row 5, subject S4: {column} is '{words}'" in said
    assert "part: ESCALATION, BACKFILL, EXPANSION" in said


@pytest.mark.parametrize("column", ["is_backfill", "expansion", "expansion_fl"])
def test_escalate_a_flag_of_another_part_under_another_name_is_refused(escalate, column):
    code, said, _ = escalate(column, "N", "Y")
    assert code in {2, 3}
    assert column in said


@pytest.mark.parametrize(
    ("column", "first", "others"),
    [
        ("backfill", "N", "Y"),
        ("part", "escalation", "Backfill"),
        ("Part", "Dose escalation", "Dose expansion"),
        ("part", "剂量递增", "扩展"),
    ],
)
def test_escalate_subjects_of_another_part_are_in_no_count(escalate, column, first, others):
    code, said, row = escalate(column, first, others)
    assert (code, row["levels"], row["decision"]) == (0, "A:3/1/0/0", "STAY_ADD")
    assert ("no column backfill" in said) == (column == "")
    if "xpansion" in others or others == "扩展":
        assert "3 rows of EXPANSION are in no count" in said


def test_escalate_a_part_and_a_flag_that_contradict_each_other_are_refused(escalate):
    code, said, _ = escalate("backfill,part", "N,ESCALATION", "N,BACKFILL")
    assert code == 3
    assert "part is 'BACKFILL'" in said


def test_escalate_a_subject_without_a_first_dose_is_named(escalate):
    code, said, row = escalate("left_window", "", "", ["S4,A,,"])
    assert (code, row["levels"]) == (0, "A:3/1/0/0")
    assert "row 5, subject S4: first_dose: not dosed, so in no count" in said


def test_escalate_a_toxicity_of_a_subject_without_a_first_dose_is_refused(escalate):
    code, said, _ = escalate("grade2_onset", "", "2026-01-23", ["S4,A,,"])
    assert code == 3
    assert "row 5, subject S4: grade2_onset is '2026-01-23'" in said


RS = "USUBJID,RSTESTCD,RSSTRESC,RSDTC,RSEVAL\n"
RESPONSES = "{0},OVRLRESP,PR,{1},INVESTIGATOR\n{0},OVRLRESP,PR,2026-04-10,INVESTIGATOR\n"
TR = "USUBJID,TRLNKID,TRGRPID,TRTESTCD,TRSTRESN,TRSTRESU,TRDTC,VISIT,VISITNUM,TREVAL\n"
LESIONS = (
    "{0},T1,TARGET,LDIAM,40,mm,2026-01-01,BL,0,INVESTIGATOR\n"
    "{0},T1,TARGET,LDIAM,20,mm,{1},W6,1,INVESTIGATOR\n"
)
REF = "USUBJID,TRTSDT,LSTALVDT\nS1,2026-01-05,2026-06-01\nS2,2026-01-06,2026-06-01\n"


@pytest.fixture
def tumours(tmp_path, capsys):
    """Rows of RS or TR and REF in; the exit code and what was said."""

    def ran(verb, table, ref=REF, options=""):
        lesions = table.startswith(TR)
        (tmp_path / "rows.csv").write_text(table, encoding="utf-8")
        (tmp_path / "ref.csv").write_text(ref)
        (tmp_path / "o.yaml").write_text(options or "{}")
        rows = str(tmp_path / "rows.csv")
        words = [rows] if lesions else ["--rs", rows]
        out = tmp_path / ("out.csv" if verb == "tte" else "out")
        words += ["--ref", str(tmp_path / "ref.csv"), "--options", str(tmp_path / "o.yaml")]
        code = main([verb, *words, "-o", str(out)])
        assert out.exists() == (code == 0)
        return code, capsys.readouterr().err

    return ran


@pytest.mark.parametrize(
    ("verb", "table"),
    [
        ("tte", RS + RESPONSES.format("X1", "2026-02-10")),
        ("recist", RS + RESPONSES.format("X1", "2026-02-10")),
        ("recist", TR + LESIONS.format("X1", "2026-02-15")),
    ],
)
def test_rows_wholly_of_subjects_without_reference_dates_are_no_result(tumours, verb, table):
    code, said = tumours(verb, table)
    assert code == 3
    assert "no subject of rows.csv has a TRTSDT in ref.csv (rows.csv: X1; ref.csv: S1, S2)" in said


@pytest.mark.parametrize("verb", ["tte", "recist"])
def test_a_start_date_of_other_subjects_alone_is_no_result(tumours, verb):
    ref = "USUBJID,TRTSDT,RANDDT\nX1,,2026-01-05\nS2,2026-01-06,2026-01-05\n"
    code, said = tumours(verb, RS + RESPONSES.format("X1", "2026-02-10"), ref)
    assert code == 3
    assert "no subject of rows.csv has a TRTSDT in ref.csv" in said


@pytest.mark.parametrize("verb", ["tte", "recist"])
def test_one_subject_without_reference_dates_is_asked_about_and_the_others_are_answered(
    tumours, verb
):
    both = RESPONSES.format("S1", "2026-02-10") + RESPONSES.format("X1", "2026-02-10")
    code, said = tumours(verb, RS + both)
    assert code == 0
    assert "row 4, subject X1: USUBJID is 'X1': has assessments but no reference dates" in said


@pytest.mark.parametrize(
    ("verb", "table", "column"),
    [
        ("tte", RS + RESPONSES.format("S1", "2026-02"), "RSDTC"),
        ("recist", RS + RESPONSES.format("S1", "2026-02"), "RSDTC"),
        ("recist", TR + LESIONS.format("S1", "2026-02"), "TRDTC"),
        ("tte", "USUBJID,ADT,AVALC\nS1,2026-01-12,SD\nS1,2026-02,PR\n", "ADT"),
    ],
)
@pytest.mark.parametrize(
    ("options", "taken"),
    [("", "2026-02-28"), ("partial_dates: first", "2026-02-01")],
)
def test_a_partial_date_is_named_with_the_day_it_is_taken_to_be(
    tumours, verb, table, column, options, taken
):
    code, said = tumours(verb, table, options=options)
    assert code == 0
    assert f"{column} is '2026-02': the day is not known, taken as {taken}" in said
    assert "partial_dates" in said


CONC = "ID,TIME,CONC\n" + "".join(
    f"S1,{t},{c}\n" for t, c in ((0.5, 10), (1, 8), (2, 6), (4, 4), (8, 2))
)


@pytest.fixture
def nca(tmp_path, capsys):
    """Tables in; the exit code, what was said, and the results by code of the profile S1."""

    def ran(conc, dose, intervals=None, *words):
        for name, text in (("c", conc), ("d", dose), ("i", intervals)):
            if text is not None:
                (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        asked = ["--intervals", str(tmp_path / "i.csv")] if intervals is not None else []
        out, files = tmp_path / "pp.csv", [str(tmp_path / f"{n}.csv") for n in "cd"]
        code = main(["nca", *files, "-o", str(out), *asked, *words])
        said = capsys.readouterr().err
        assert out.exists() == (code == 0)
        got = pl.read_csv(out).filter(pl.col("ID") == "S1") if code == 0 else pl.DataFrame()
        return code, said, got

    return ran


def dose(*rows):
    return "ID,TIME,DOSE,ROUTE,DURATION\n" + "".join(f"{r}\n" for r in rows)


def test_nca_a_bolus_with_a_duration_is_refused(nca):
    code, said, _ = nca(CONC, dose("S1,0,100,iv_bolus,1"))
    assert code == 3
    assert "row 2, subject S1: DURATION is '1.0': a bolus that lasts (allowed: ROUTE iv_inf" in said
    assert nca(CONC, dose("S1,0,100,iv_bolus,0", "S1,9,100,iv_bolus,"))[0] == 0


def test_nca_the_duration_of_an_absorbed_dose_is_said_to_be_unused(nca):
    code, said, _ = nca(CONC, dose("S1,0,100,extravascular,1"))
    assert code == 0
    assert "DURATION of extravascular doses is not used: 1 (row 2)" in said


@pytest.mark.parametrize("place", ["c", "d", "i"])
def test_nca_a_row_with_an_empty_key_is_refused(nca, place):
    tables = {"c": CONC, "d": dose("S1,0,100,iv_bolus,"), "i": "ID,START,END\nS1,0,\n"}
    tables[place] += {"c": " ,1,3\n", "d": ",0,9,iv_bolus,\n", "i": ",0,8\n"}[place]
    code, said, _ = nca(*tables.values())
    assert code == 3
    assert "ID: a value is missing" in said


def test_nca_a_key_column_without_any_value_tells_nothing_apart(nca):
    conc = CONC.replace("ID,", "ID,PCSPEC,").replace("S1,", "S1,,")
    code, _, found = nca(conc, dose("S1,0,100,iv_bolus,"))
    assert code == 0
    assert "PCSPEC" not in found.columns


def test_nca_intervals_of_other_subjects_are_named_or_refused(nca):
    given = dose("S1,0,100,iv_bolus,")
    code, said, found = nca(CONC, given, "ID,START,END\nS9,0,8\nS1,0,8\n")
    assert code == 0
    assert found.height
    assert "intervals of profiles without a sample: 1 (row 2) (ID: S9)" in said


def test_nca_intervals_wholly_of_other_subjects_are_no_result(nca):
    code, said, _ = nca(CONC, dose("S1,0,100,iv_bolus,"), "ID,START,END\nS9,0,8\n")
    assert code == 3
    assert "no interval is of a profile that has samples (ID: S9)" in said


@pytest.mark.parametrize(
    ("route", "term"),
    [
        ("IV_Bolus", "iv_bolus"),
        ("iv bolus", "iv_bolus"),
        ("ORAL", "extravascular"),
        ("Intravenous Infusion", "iv_infusion"),
        ("静脉滴注", "iv_infusion"),
    ],
)
def test_nca_routes_are_read_in_any_spelling(nca, route, term):
    code, said, _ = nca(CONC, dose(f"S1,0,100,{route},"))
    assert code == 0
    assert f"ROUTE '{route}' is read as {term}" in said


def test_nca_a_route_that_may_be_two_is_refused_and_kinds_are_read(nca):
    code, said, _ = nca(CONC, dose("S1,0,100,intravenous,"))
    assert code == 3
    assert "allowed: extravascular, iv_bolus, iv_infusion" in said
    code, said, _ = nca(CONC, dose("S1,0,100,iv_bolus,"), "ID,START,END,KIND\nS1,0,,sd\n")
    assert code == 0
    assert "KIND 'sd' is read as SD" in said


@pytest.mark.parametrize(("table", "lost"), [("c", "TIME"), ("c", "CONC"), ("d", "DOSE")])
def test_nca_a_missing_column_is_refused_with_the_way_out(nca, table, lost):
    tables = {"c": CONC, "d": dose("S1,0,100,iv_bolus,")}
    tables[table] = tables[table].replace(lost, "HH")
    code, said, _ = nca(*tables.values())
    assert code == 2
    assert f"no column {lost}" in said
    assert "--rename" in said


def test_nca_an_infusion_in_two_rows_is_told(nca):
    code, said, found = nca(CONC, dose("S1,0,50,iv_infusion,0.25", "S1,0.25,50,iv_infusion,0.25"))
    assert code == 0
    assert "infusions that start where another ends are one dose with it: 1 (row 3)" in said
    assert found["START"].n_unique() == 1
    code, said, found = nca(CONC, dose("S1,0,50,iv_infusion,0.2", "S1,0.3,50,iv_infusion,0.2"))
    assert "infusions that start soon after another are doses of their own: 1 (row 3)" in said
    assert found["START"].n_unique() == 2
    assert (
        "infusions that"
        not in nca(CONC, dose("S1,0,50,iv_infusion,0.2", "S1,4,5,iv_infusion,0.2"))[1]
    )


CHINESE = "受试者编号,dose_level,first_dose,dlt_onset,备注\nS1,A,2026-01-05,2026-01-12,首次给药\n"


def decide(tmp_path, content, *words):
    (tmp_path / "p.yaml").write_text(PLAN)
    (tmp_path / "s.csv").write_bytes(content)
    asked = ["--protocol", str(tmp_path / "p.yaml"), "--as-of", "2026-03-15", *words]
    return main(["escalate", str(tmp_path / "s.csv"), *asked, "-o", str(tmp_path / "d.csv")])


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16-le", "utf-16-be", "utf-16"])
def test_a_verb_reads_text_whose_encoding_is_certain_and_says_so(tmp_path, capsys, encoding):
    text = CHINESE.replace("受试者编号,dose_level", "subject,level").replace("备注", "受试者备注")
    assert decide(tmp_path, text.encode(encoding)) == 0
    said = capsys.readouterr().err
    assert "not used: 受试者备注" in said
    assert ("its text is in" in said) == (encoding != "utf-16")  # which has a mark


@pytest.mark.parametrize(
    ("encoding", "remark"),
    [
        ("gb18030", "男"),  # one word: Hangul as well
        ("big5", "首次給藥受試者編號"),
        ("euc-kr", "최초투여시작"),
        ("shift_jis", "初回投与の日"),
        ("euc-jp", "初回投与の日"),
        ("latin-1", "créée à Nîmes"),
        ("cp1251", "первый приём, дата"),
        ("koi8-r", "первая дата приема"),
    ],
)
def test_a_verb_guesses_no_encoding(tmp_path, capsys, encoding, remark):
    text = (
        f"subject,level,first_dose,dlt_onset,remark\nS1,A,2026-01-05,,{remark.replace(',', '')}\n"
    )
    assert decide(tmp_path, text.encode(encoding)) == 3
    assert "is not text in utf-8" in capsys.readouterr().err


@pytest.mark.parametrize(
    "date",
    [
        "2026/1/5",
        "2026.1.5",
        "2026年1月5日",
        "2026-1-5",
        "2026/01/05",
        "２０２６/1/5",
        "2026/1/5 08:30",
    ],
)
def test_a_date_that_begins_with_its_year_is_read_and_told(tmp_path, capsys, date):
    text = f"subject,level,first_dose,dlt_onset\nS1,A,{date},2026-01-12\n"
    assert decide(tmp_path, text.encode()) == 0
    assert f"first_dose '{date}' is read as 2026-01-05" in capsys.readouterr().err
    row = pl.read_csv(tmp_path / "d_subjects.csv", infer_schema=False).row(0, named=True)
    assert (row["first_dose"], row["state"]) == ("2026-01-05", "EVALUABLE_DLT")


@pytest.mark.parametrize(
    "date", ["5/1/2026", "05.01.2026", "26/1/5", "2026/13/5", "2026/2/30", "2026.1"]
)
def test_a_date_that_may_be_another_stays_refused(tmp_path, capsys, date):
    text = f"subject,level,first_dose,dlt_onset\nS1,A,{date},\n"
    assert decide(tmp_path, text.encode()) == 3
    assert f"row 2, subject S1: first_dose is '{date}'" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["BQL", "<LLOQ", "未检出", "低于定量下限", "ND", "NQ"])
def test_verb_and_flow_take_the_same_words_for_blq(nca, word):
    told = pl.select(blq.says(pl.lit(word))).item()
    conc = CONC.replace("S1,8,2", f"S1,8,{word}")
    code, said, _ = nca(conc, dose("S1,0,100,iv_bolus,"))
    assert (code == 0) == told
    assert told or f"--blq-text {word}" in said or "--blq-text ND" in said
    assert nca(conc, dose("S1,0,100,iv_bolus,"), None, "--blq-text", word)[0] == 0


def test_flow_a_refused_word_comes_with_the_line_of_the_study_file():
    check = next(c.check for c in PC if c.check.id == "PC-RESULT")
    line = 'PC: a number; sources.PC.codes: {PCSTRESC: {this: BLQ}}; no result: {this: ""}'
    rows = pl.DataFrame({"PCSTRESC": ["ND", "n/a"], "USUBJID": ["S1"] * 2})
    placed = rows.with_columns(SRCFILE=pl.lit("pc.csv"), SRCROW=pl.lit(2, dtype=pl.Int64))
    assert found(check, placed, "PC", "PCSTRESC", line)["ALLOWED"].to_list() == [
        'PC: a number; sources.PC.codes: {PCSTRESC: {ND: BLQ}}; no result: {ND: ""}',
        'PC: a number; sources.PC.codes: {PCSTRESC: {"n/a": BLQ}}; no result: {"n/a": ""}',
    ]


def characteristics(tmp_path, *words):
    (tmp_path / "p.yaml").write_text(PLAN)
    (tmp_path / "r.csv").write_text("level,p_dlt\nA,0.1\nB,0.3\n")
    files = ["--protocol", str(tmp_path / "p.yaml"), "--scenario", str(tmp_path / "r.csv")]
    return main(["operating-characteristics", *files, "-o", str(tmp_path / "o.csv"), *words])


@pytest.mark.parametrize(
    ("words", "most"),
    [
        (("--simulate", "10000001"), 10_000_000),
        (("--simulate", "99999999999999999999"), 10_000_000),
        (("--simulate", "3000001", "--accrual", "3"), 3_000_000),
    ],
)
def test_too_many_trials_are_refused_with_the_limit_and_the_way_out(tmp_path, capsys, words, most):
    assert characteristics(tmp_path, *words, "--seed", "1") == 2
    said = capsys.readouterr().err
    assert f"1 to {most}; at {most} trials the standard error of a probability is at most" in said
    assert "give fewer trials, or a design of fewer levels, or leave it out: --exact" in said
    assert not (tmp_path / "o.csv").exists()
    assert characteristics(tmp_path, "--simulate", "100", "--seed", "1") == 0
