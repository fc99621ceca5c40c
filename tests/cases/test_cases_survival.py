"""A date that was not sent never becomes the start date in silence; recist and tte ask the same."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pkpipe.cli import main

SAID = (
    ("A1", "PR", "2026-02-17"),
    ("A1", "PD", "2026-05-12"),
    ("B1", "SD", "2026-02-17"),
    ("B1", "NE", "2026-03-31"),
)
START = "2026-01-06"


def folder_with(folder: Path, said=SAID, **dates: dict[str, str]) -> Path:
    """RS of these responses, REF of A1 and B1 with the start and these columns."""
    pl.DataFrame(
        [(who, "OVRLRESP", word, "INVESTIGATOR", when) for who, word, when in said],
        schema=["USUBJID", "RSTESTCD", "RSSTRESC", "RSEVAL", "RSDTC"],
        orient="row",
    ).write_csv(folder / "rs.csv")
    people = ["A1", "B1"]
    columns = {name: [given.get(p) for p in people] for name, given in dates.items()}
    pl.DataFrame(
        {"USUBJID": people, "TRTSDT": [START] * 2, **columns},
        schema_overrides=dict.fromkeys(columns, pl.String),
    ).write_csv(folder / "ref.csv")
    return folder


def times(folder: Path, options: str = "{}") -> dict[tuple[str, str], tuple[str, str, str]]:
    """End, days and reason by subject and endpoint."""
    (folder / "options.yaml").write_text(options)
    given = [
        "--rs",
        folder / "rs.csv",
        "--ref",
        folder / "ref.csv",
        "--options",
        folder / "options.yaml",
    ]
    assert main(["tte", *map(str, given), "-o", str(folder / "tte.csv")]) == 0
    table = pl.read_csv(folder / "tte.csv", infer_schema=False)
    return {
        (r[0], r[1]): r[2:]
        for r in table.select("USUBJID", "PARAMCD", "ADT", "AVAL", "CNSRRSN").rows()
    }


def test_tte_os_day_one_without_last_alive_ends_at_the_last_assessment(tmp_path, capsys):
    told = times(folder_with(tmp_path))
    assert told["A1", "OS"] == ("2026-05-12", "127.0", "1")
    assert told["B1", "OS"] == ("2026-03-31", "85.0", "1")  # not evaluable, and alive
    said = capsys.readouterr().err
    assert "no LSTALVDT" in said
    assert "PFS is longer than OS" not in said


def test_os_of_one_subject_without_the_date_takes_what_else_is_known_of_it(tmp_path):
    told = times(folder_with(tmp_path, LSTALVDT={"A1": "2026-08-01"}, NACTDT={"B1": "2026-06-01"}))
    assert told["A1", "OS"][0] == "2026-08-01"
    assert told["B1", "OS"][0] == "2026-06-01"


def test_the_end_of_the_study_is_no_day_on_which_a_subject_was_seen(tmp_path):
    told = times(folder_with(tmp_path, EOSDT={"B1": "2026-09-01"}))
    assert told["B1", "OS"][0] == "2026-03-31"


def test_who_was_never_seen_again_ends_on_day_one_and_is_asked_about(tmp_path, capsys):
    told = times(folder_with(tmp_path, said=SAID[:2]))
    assert told["B1", "OS"] == (START, "1.0", "5")
    assert "no date known alive after the start" in capsys.readouterr().err


def test_an_assessment_after_the_cutoff_makes_nobody_alive(tmp_path):
    told = times(folder_with(tmp_path, CUTDT={"A1": "2026-03-01", "B1": "2026-03-01"}))
    assert told["A1", "OS"][0] == "2026-02-17"


def recist_findings(folder: Path) -> list[tuple[str, str]]:
    given = ["--rs", str(folder / "rs.csv"), "--ref", str(folder / "ref.csv")]
    assert main(["recist", *given, "-o", str(folder / "out")]) == 0
    table = pl.read_csv(folder / "out" / "findings.csv", infer_schema=False)
    return table.select("USUBJID", "MESSAGE").rows()


def test_recist_new_therapy_before_first_dose_is_asked_about(tmp_path):
    asked = recist_findings(folder_with(tmp_path, NACTDT={"A1": "2025-06-01"}))
    assert asked == [
        ("A1", "new anti-cancer therapy before the start: a prior therapy? nothing counts after it")
    ]


@pytest.mark.parametrize(
    ("said", "dates"),
    [
        (SAID, {"NACTDT": {"A1": "2025-06-01"}}),
        (SAID, {"DTHDT": {"A1": "2025-12-01"}}),
        (SAID, {"TRTSDT": {"A1": START}}),
        ((*SAID, ("C1", "PR", "2026-02-17")), {}),
        ((("A1", "CR", "2026-02-17"), ("A1", "PR", "2026-05-12"), *SAID[2:]), {}),
        ((*SAID, ("B1", "SD", "")), {}),
        ((*SAID, ("B1", "SD", "2025-12-17")), {}),
    ],
)
def test_recist_and_tte_ask_the_same_of_the_same_input(tmp_path, capsys, said, dates):
    folder = folder_with(tmp_path, said=said, **dates)
    asked = recist_findings(folder)
    assert asked
    capsys.readouterr()
    times(folder)
    told = capsys.readouterr().err
    for subject, message in asked:
        assert any(f"subject {subject}" in line and message in line for line in told.splitlines())


def test_recist_and_tte_refuse_the_same_word(tmp_path, capsys):
    folder = folder_with(tmp_path, said=(*SAID, ("B1", "PRR", "2026-04-17")))
    given = ["--rs", str(folder / "rs.csv"), "--ref", str(folder / "ref.csv")]
    for verb, out in (("recist", "out"), ("tte", "tte.csv")):
        assert main([verb, *given, "-o", str(folder / out)]) == 3
        assert "subject B1: RSSTRESC is 'PRR': outside the codelist" in capsys.readouterr().err


def test_immune_responses_are_refused_by_tte_as_by_recist(tmp_path, capsys):
    folder = folder_with(tmp_path, said=(("A1", "iPR", "2026-02-17"), ("B1", "iUPD", "2026-02-17")))
    given = ["--rs", str(folder / "rs.csv"), "--ref", str(folder / "ref.csv")]
    assert main(["tte", *given, "-o", str(folder / "tte.csv")]) == 3
    assert main(["recist", *given, "-o", str(folder / "out")]) == 3
    assert capsys.readouterr().err.count("no OVRLRESP row of RECIST 1.1") == 2
    assert not (folder / "tte.csv").exists()
