"""A missing column is one line with what mends it; names of the standard are what they are."""

import polars as pl
import pytest
from pydantic import ValidationError
from raw_drawings import RIGHT, cells, deliver, tiny

from pkpipe import snapshot
from pkpipe.finding.table import FINDINGS_SCHEMA, lines_of
from pkpipe.protocol.waivers import Waiver
from pkpipe.schema.sdtmig import is_variable
from pkpipe.snapshot import proposal
from pkpipe.validate import run as validated


def findings(folder, *, study=None, **tables):
    deliver(folder, **{c: RIGHT[c] for c in ("DM", "EX", "PC")})
    for code, frame in tables.items():
        frame.write_csv(folder / f"{code.lower()}.csv")
    study = study or tiny("DM", "EX", "PC")
    return validated(snapshot.run(folder, study), study)["FINDINGS"]


def test_cases_missing_column_drowned(tmp_path):
    doses = pl.concat(
        cells(RIGHT["EX"]).with_columns(
            EXSTDTC=pl.lit(f"2025-01-{d:02}T09:00"), EXENDTC=pl.lit(f"2025-01-{d:02}T10:00")
        )
        for d in range(1, 11)
    ).drop("EXDOSU")
    found = findings(tmp_path, EX=doses)
    about = found.filter(pl.col("COLUMN") == "EXDOSU")
    assert about.select("CHECK", "ROW", "MESSAGE").rows() == [
        ("COLUMN-MISSING", None, "no column EXDOSU (10 rows)")
    ]
    assert (
        about["ALLOWED"]
        .item()
        .startswith("sources.EX.constants: {EXDOSU: mg/kg}, or sources.EX.columns: {EXDOSU: ")
    )
    assert "EXDOSU" in lines_of(found)[0]


def test_cases_missing_column_drowned_of_a_column_that_is_asked_for_by_rows(tmp_path):
    samples = pl.concat(
        cells(RIGHT["PC"]).with_columns(PCDTC=pl.lit(f"2025-01-10T{h:02}:00"))
        for h in range(10, 20)
    ).drop("PCSTRESU")
    found = findings(tmp_path, PC=samples).filter(pl.col("CHECK") == "PC-UNIT")
    assert found.height == 1
    assert found["MESSAGE"].item() == (
        "no column PCSTRESU (10 rows, the first is row 2): a number without a unit"
    )
    assert "sources.PC.constants: {PCSTRESU: ug/mL}" in found["ALLOWED"].item()


def test_a_column_that_is_there_and_empty_in_a_row_is_still_a_finding_of_that_row(tmp_path):
    dose = cells(RIGHT["EX"])
    twice = pl.concat([dose, dose.with_columns(EXSTDTC=pl.lit("2025-01-20T09:00"))])
    emptied = twice.with_columns(EXDOSU=pl.Series(["mg/kg", None], dtype=pl.String))
    found = findings(tmp_path, EX=emptied).filter(pl.col("COLUMN") == "EXDOSU")
    assert found.select("CHECK", "ROW").rows() == [("CELL-EMPTY", 3)]


def drawn(*rows):
    names = ("CHECK", "SEVERITY", "FILE", "ROW", "COLUMN")
    filled = [dict.fromkeys(FINDINGS_SCHEMA) | dict(zip(names, row, strict=True)) for row in rows]
    return pl.DataFrame(filled, schema=FINDINGS_SCHEMA).with_columns(MESSAGE=pl.lit("wrong"))


def test_many_rows_alike_are_the_first_and_how_many_and_whole_files_stand_first():
    found = drawn(
        *(("A", "error", "a.csv", n, "X") for n in range(2, 1002)),
        *(("B", "error", "b.csv", n, "X") for n in (2, 3)),
        ("C", "error", "c.csv", None, "Y"),
    )
    assert lines_of(found) == [
        "c.csv: Y: wrong",
        "a.csv row 2: X: wrong [1000 rows like this one]",
        "b.csv row 2: X: wrong",
        "b.csv row 3: X: wrong",
    ]


def test_what_is_not_shown_is_counted_in_rows():
    found = drawn(
        *(("A", "error", "a.csv", n, "X") for n in range(2, 12)),
        *(("B", "error", "b.csv", n, "X") for n in (2, 3)),
    )
    assert lines_of(found, most=2)[-1] == "... and 1 more"


def with_columns(folder, code, **more):
    frame = cells(RIGHT[code]).with_columns(**{k: pl.lit(v) for k, v in more.items()})
    study = tiny("DM", "EX", "PC")
    found = findings(folder, study=study, **{code: frame})
    return found, list(proposal.proposals(snapshot.read_files(folder, study), study))


def test_cases_check_proposal_wrong(tmp_path):
    found, proposed = with_columns(tmp_path, "EX", EXDOSFRM="INJECTION", EXLNKID="1", EPOCH="X")
    assert proposed == []
    assert found.filter(pl.col("CHECK") == "COLUMN-UNKNOWN").is_empty()


def test_cases_check_proposal_wrong_a_name_of_no_standard_is_still_proposed_and_named(tmp_path):
    frame = cells(RIGHT["PC"]).rename({"PCTPT": "Timepoint"})
    study = tiny("DM", "EX", "PC")
    found = findings(tmp_path, study=study, PC=frame)
    assert "Timepoint" in found.filter(pl.col("CHECK") == "COLUMN-UNKNOWN")["COLUMN"].to_list()
    told = list(proposal.proposals(snapshot.read_files(tmp_path, study), study))
    assert any("PCTPT: Timepoint" in line for line in told)


@pytest.mark.parametrize(
    ("domain", "name", "there"),
    [
        ("EX", "EXDOSFRM", True),
        ("PC", "PCULOQ", True),
        ("AE", "AELLT", True),
        ("DM", "ACTARMUD", True),
        ("LB", "VISITDY", True),
        ("EX", "EXDOSFRMX", False),
        ("EX", "PCLLOQ", False),
        ("LEDGER", "EPOCH", False),
    ],
)
def test_a_variable_of_the_implementation_guide_is_known_by_domain_and_name(domain, name, there):
    assert is_variable(domain, name) is there


# --- waivers ---

WAIVER = {"finding": "CELL-EMPTY", "reason": "lost", "by": "A. Wu", "on": "2025-03-01"}


def waiving(folder, **waiver):
    """Findings of two doses, the second without its unit, with one waiver."""
    dose = cells(RIGHT["EX"])
    twice = pl.concat([dose, dose.with_columns(EXSTDTC=pl.lit("2025-01-20T09:00"))])
    emptied = twice.with_columns(EXDOSU=pl.Series(["mg/kg", None], dtype=pl.String))
    study = tiny("DM", "EX", "PC")
    accepted = (Waiver.model_validate(WAIVER | waiver),)
    return findings(folder, study=study.model_copy(update={"waive": accepted}), EX=emptied)


@pytest.mark.parametrize("of", [{"rows": [3]}, {"subject": "1"}, {"rows": [3], "file": "ex.csv"}])
def test_a_waived_error_stops_nothing_and_says_who_when_and_why(tmp_path, of):
    found = waiving(tmp_path, **of).filter(pl.col("CHECK") == "CELL-EMPTY")
    assert found.select("SEVERITY", "MESSAGE").rows() == [
        ("note", "waived by A. Wu on 2025-03-01 (lost): a value is missing")
    ]


@pytest.mark.parametrize("of", [{"rows": [2]}, {"subject": "2"}, {"rows": [3], "file": "pc.csv"}])
def test_a_waiver_that_no_finding_answers_to_is_named_and_waives_nothing(tmp_path, of):
    found = waiving(tmp_path, **of)
    assert found.filter(pl.col("CHECK") == "CELL-EMPTY")["SEVERITY"].to_list() == ["error"]
    unused = found.filter(pl.col("CHECK") == "WAIVER-UNUSED").row(0, named=True)
    assert (unused["SEVERITY"], unused["VALUE"], unused["COLUMN"]) == (
        "query",
        "CELL-EMPTY",
        "waive.0",
    )


def test_a_finding_is_not_waived_as_a_whole_and_never_without_a_name():
    for wrong in ({}, {"rows": [3], "by": ""}, {"rows": [3], "reason": ""}):
        with pytest.raises(ValidationError):
            Waiver.model_validate(WAIVER | wrong)
