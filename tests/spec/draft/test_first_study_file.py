"""`pkpipe init`: a first study file from raw tables; guesses say what they rest on, the rest is left open."""

import re
import shutil
from contextlib import chdir
from pathlib import Path

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.draft import draft
from pkpipe.errors import ConfigError
from pkpipe.protocol.file_reading.file_schema import FIRST_LINE
from pkpipe.protocol.file_reading.loader import load_study

ROOT = Path(__file__).resolve().parents[3]
TINY = ROOT / "tests" / "workflow" / "tiny_raw"
OPEN = re.compile(r"^( *-? *)(\w+): +# TO FILL IN.*$", re.MULTILINE)
ANSWERS = {
    "title": "A title",
    "phase": "Phase I",
    "indication": "Solid tumours",
    "registry_text": "none",
    "dosing_window_days": "3",
    "max_cycles": "4",
    "screening_days": "28",
    "every_weeks": "6",
    "window_days": "7",
    "dlt_window_days": "21\n  dlt_last_day: 21",
    "min_dose_fraction": "0.8",
    "meddra": '"27.0"',
    "ctcae": "v5.0",
    "teae_days": "30",
    "teae_ends_with_new_therapy": "true",
}


def answered(text):
    """The file with every open key filled in, as a person would who has the protocol."""
    return OPEN.sub(lambda found: f"{found[1]}{found[2]}: {ANSWERS[found[2]]}", text)


@pytest.fixture(scope="module")
def tiny():
    return draft("tiny", TINY)


def folder(tmp_path, **tables):
    for name, text in tables.items():
        rows = [[c.strip() or None for c in line.split("|")] for line in text.strip().splitlines()]
        pl.DataFrame(rows[1:], schema=rows[0], orient="row").write_csv(tmp_path / f"{name}.csv")
    return tmp_path


def test_the_first_line_names_the_schema_and_every_domain_has_its_file(tiny):
    assert tiny.text.splitlines()[0] == FIRST_LINE
    for domain in ("dm", "ex", "pc", "is", "tu", "tr", "rs", "ae", "ds"):
        assert re.search(rf"  {domain.upper()}:\n    files: \[{domain}.csv\]", tiny.text)


def test_a_guess_says_what_it_rests_on(tiny):
    guesses = [line for line in tiny.text.splitlines() if "# TO CONFIRM:" in line]
    assert len(guesses) == tiny.guesses > 50
    assert all(line.rpartition("# TO CONFIRM:")[2].strip() for line in guesses)
    assert re.search(r"cycle_days: 21 +# TO CONFIRM: EXDOSFRQ is Q3W", tiny.text)
    assert re.search(r"lloq: 0.1 +# TO CONFIRM: PCLLOQ", tiny.text)


def test_what_a_protocol_must_give_is_a_key_without_value_that_says_what_it_means(tiny):
    opened = [found[1] for found in OPEN.findall(tiny.text)]
    assert set(opened) == set(ANSWERS)
    assert tiny.open_keys == len(opened)
    assert re.search(
        r"dlt_window_days: +# TO FILL IN \(protocol\): days of the DLT window", tiny.text
    )


def test_check_names_each_open_key_and_nothing_else_is_wrong(tiny, tmp_path, capsys):
    path = tmp_path / "tiny.yaml"
    path.write_text(tiny.text, encoding="utf-8")
    assert main(["check", str(path)]) == 2
    told = capsys.readouterr().err.splitlines()
    needed = tiny.open_keys - 1  # min_dose_fraction is asked for once the others have a value
    assert len(told) == needed
    assert all("has no value yet" in line for line in told)
    path.write_text(answered(tiny.text), encoding="utf-8")
    assert main(["check", str(path), "--raw", str(TINY)]) == 0
    assert "error: 0" in capsys.readouterr().out


def test_levels_are_the_first_doses_and_a_later_arm_of_the_same_dose_is_an_expansion(
    tiny, tmp_path
):
    path = tmp_path / "tiny.yaml"
    path.write_text(answered(tiny.text), encoding="utf-8")
    study = load_study(path)
    assert [(level.code, level.doses) for level in study.escalation.levels] == [
        ("A", {"MAB": 1}),
        ("B", {"MAB": 3}),
    ]
    assert [(c.code, c.part, c.level) for c in study.cohorts] == [
        ("A", "escalation", "A"),
        ("B", "escalation", "B"),
        ("X", "expansion", "B"),
    ]
    assert [s.timepoint for s in study.schedule.pk] == ["PREDOSE", "EOI", "24H", "D8", "D15"]
    assert study.schedule.pk[0].predose


def test_the_same_folder_gives_the_same_text(tiny):
    assert draft("tiny", TINY).text == tiny.text


def test_what_a_drug_is_like_changes_the_choices(tmp_path):
    oral = draft("tiny", TINY, "oral").text
    assert "kind: small_molecule" in oral
    assert re.search(r"predose_window: 1 ", oral)


def test_a_laboratory_s_own_names_are_mapped_and_what_is_missing_is_left_open(tmp_path):
    raw = folder(
        tmp_path,
        subjects="Subject | ARMCD | SEX | AGE\n1 | A | F | 50",
        dosing="USUBJID | EXTRT | EXDOSE | EXSTDTC\n1 | MAB | 10 | 2026-01-05T08:00",
        pk_results="Subject | PCTESTCD | Concentration | Unit | PCDTC | Time point | Extra\n"
        "1 | MAB | 1.5 | ug/ml | 2026-01-05T09:00 | 1H | x",
    )
    text = draft("own", raw).text
    assert re.search(r"  PC:\n    files: \[pk_results.csv\]", text)
    assert "USUBJID: Subject" in text
    assert "PCSTRESN: Concentration" in text
    assert re.search(r"      EXDOSU: +# TO FILL IN \(data\): no such column", text)
    assert re.search(r"ignore: \[Extra\]", text)


def test_a_code_with_blanks_is_written_as_a_code_and_mapped(tmp_path):
    raw = folder(
        tmp_path,
        dm="USUBJID | ARMCD | ARM\n1 | Level 1 | Level 1, 10 mg",
        ex="USUBJID | EXTRT | EXDOSE | EXDOSU | EXROUTE | EXSTDTC\n"
        "1 | Drug one | 10 | mg | ORAL | 2026-01-05",
    )
    text = draft("own", raw).text
    assert "code: Level_1" in text
    assert "codes: {ARMCD: {Level 1: Level_1}}" in text
    assert "codes: {EXTRT: {Drug one: Drug_one}}" in text
    assert 'label: "Level 1, 10 mg"' in text


def test_chinese_names_and_bytes_are_read(tmp_path):
    raw = folder(tmp_path, dm="USUBJID | ARMCD\n1 | A")
    (tmp_path / "ex.csv").write_bytes(
        "USUBJID,EXTRT,EXDOSE,EXDOSU,EXROUTE,EXDOSFRQ,EXSTDTC\n1,MAB,1,mg/kg,静脉滴注,每3周一次,2026-01-05\n".encode(
            "gb18030"
        )
    )
    text = draft("own", raw).text
    assert re.search(r"encoding: gb18030", text)
    assert re.search(r"route: iv_infusion", text)
    assert re.search(r"cycle_days: 21 ", text)


def test_hostile_text_stays_a_text_of_yaml(tmp_path):
    raw = folder(
        tmp_path,
        dm="USUBJID | ARMCD | ARM\n1 | A | x: {y} # \"z\" \\ 'q'",
        ex="USUBJID | EXTRT | EXDOSE | EXDOSU | EXROUTE | EXSTDTC\n"
        "1 | yes: no # | 10 | mg | ORAL | 2026-01-05",
    )
    path = tmp_path / "own.yaml"
    path.write_text(draft("own", raw).text, encoding="utf-8")
    with pytest.raises(ConfigError) as problem:
        load_study(path)
    assert all("has no value yet" in line for line in str(problem.value).splitlines())


def test_supplemental_qualifiers_that_are_used_are_joined(tmp_path):
    raw = folder(
        tmp_path,
        dm="USUBJID | ARMCD\n1 | A",
        ex="USUBJID | EXTRT | EXDOSE | EXDOSU | EXSTDTC\n1 | MAB | 10 | mg | 2026-01-05",
        ae="USUBJID | AESEQ | AETERM | AESTDTC\n1 | 1 | Rash | 2026-01-06",
        suppae="RDOMAIN | USUBJID | IDVAR | IDVARVAL | QNAM | QVAL\nAE | 1 | AESEQ | 1 | AEDLTFL | Y",
    )
    text = draft("own", raw).text
    assert "supplemental: [suppae.csv]" in text
    assert "escalation:\n  levels:" in text


def test_without_a_flag_of_dose_limiting_events_there_is_no_escalation_and_it_is_said(tmp_path):
    raw = folder(
        tmp_path,
        dm="USUBJID | ARMCD\n1 | A",
        ex="USUBJID | EXTRT | EXDOSE | EXDOSU | EXSTDTC\n1 | MAB | 10 | mg | 2026-01-05",
    )
    text = draft("own", raw).text
    assert "# escalation: no AEDLTFL says which events are dose-limiting" in text


def test_the_verb_writes_study_run_file_and_schema_and_never_overwrites(tmp_path, capsys):
    shutil.copytree(TINY, tmp_path / "raw")
    with chdir(tmp_path):
        assert main(["init", "tiny", "--raw", "raw"]) == 0
        told = capsys.readouterr().out
        assert "config/tiny.yaml: written, 15 keys to fill in" in told
        assert "raw: raw " in Path("config/config.yaml").read_text(encoding="utf-8")
        assert Path("config/study.schema.json").is_file()
        Path("config/tiny.yaml").write_text("mine", encoding="utf-8")
        assert main(["init", "tiny", "--raw", "raw"]) == 2
        assert "is there already" in capsys.readouterr().err
        assert Path("config/tiny.yaml").read_text(encoding="utf-8") == "mine"
        before = Path("config/config.yaml").read_bytes()
        assert main(["init", "other", "--raw", "raw"]) == 0
        assert "add to its `studies:`\n  other:" in capsys.readouterr().out
        assert Path("config/config.yaml").read_bytes() == before


@pytest.mark.parametrize("name", ["Tiny", "a b", "../x", ""])
def test_a_name_that_is_no_file_name_is_refused(name, tmp_path, capsys):
    with chdir(tmp_path):
        assert main(["init", name, "--raw", str(TINY)]) == 2
    assert "is no name of a study" in capsys.readouterr().err


def test_a_folder_without_tables_is_refused_with_what_lies_there(tmp_path, capsys):
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with chdir(tmp_path):
        assert main(["init", "own", "--raw", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "no table of a trial was found" in told
    assert "notes.csv: like none of the tables" in told
    assert not (tmp_path / "config").exists()


def test_run_without_a_run_file_says_how_to_get_one(tmp_path, capsys):
    with chdir(tmp_path):
        assert main(["run"]) == 2
    assert "pkpipe init STUDY --raw DIR" in capsys.readouterr().err
