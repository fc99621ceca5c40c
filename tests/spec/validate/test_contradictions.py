"""What a trial cannot hold: every contradiction between tables is found at its row, all in one delivery."""

from pathlib import Path

import polars as pl
import pytest
from raw_drawings import ROOT, tiny
from support import table

from pkpipe import snapshot
from pkpipe.protocol.sources import Source
from pkpipe.protocol.study import Treatment
from pkpipe.validate import run as validated
from pkpipe.validate.checks.codes_and_names import PAIRS, agreement

RAW = ROOT / "tests" / "workflow" / "tiny_raw"


def cell(frame, row, **values):
    """The raw table with cells of one row (as counted in the file) changed."""
    at = pl.int_range(pl.len()) == row - 2
    return frame.with_columns(
        pl.when(at).then(pl.lit(v)).otherwise(pl.col(c)).alias(c) for c, v in values.items()
    )


def more(frame, row, **values):
    """The raw table with one of its rows again at the end, changed."""
    return pl.concat([frame, cell(frame[row - 2 : row - 1], 2, **values)])


CHANGED = {
    "ex": lambda ex: more(
        cell(ex.filter(~pl.col("USUBJID").str.ends_with("002")), 2, EXPDOSE="2", EXDOSE="2"),
        2, USUBJID="TINY-01-003", EXSTDTC="2025-07-01T09:00", EXENDTC="2025-07-01T10:00", CYCLE="4",
    ),
    "pc": lambda pc: cell(
        cell(
            cell(cell(pc, 2, PCDTC="2024-12-20T08:20"), 3, PCDTC="2025-01-06T09:30"),
            4, PCDTC="2025-01-13T09:40",
        ),
        5, PCDTC="2025-01-07T09:30",
    ),
    "is": lambda s: more(s, 2, ISTESTCD="ADATIT", ISSTRESC="160", ISORRES="160", ISSTRESN="160"),
    "tu": lambda tu: more(tu, 2, TULOC="BRAIN", TUDTC="2025-02-17", VISIT="WEEK 6"),
    "ae": lambda ae: cell(ae, 2, AEENDTC="2025-01-08"),
}  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    codes = [path.stem for path in sorted(RAW.glob("*.csv"))]
    for code in codes:
        frame = pl.read_csv(RAW / f"{code}.csv", infer_schema=False)
        CHANGED.get(code, lambda same: same)(frame).write_csv(Path(folder) / f"{code}.csv")
    study = tiny(
        **{c.upper(): Source(files=(f"{c}.csv",)) for c in codes}, escalation=True
    ).model_copy(
        update={
            "treatment": Treatment(stops_at=("PROGRESSION",), beyond_progression=False),
            "cutoff": tiny().cutoff.replace(month=12),
        }
    )
    findings = validated(snapshot.run(folder, study), study)["FINDINGS"]
    return {(r["CHECK"], r["FILE"], r["ROW"]): r for r in findings.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("what", "check", "file", "row"),
    [
        ("a sample without a dose", "SUBJECT-NO-DOSE", "pc.csv", 11),
        ("a dose after death", "DATE-AFTER-DEATH", "ex.csv", 11),
        ("a visit before consent", "VISIT-BEFORE-CONSENT", "pc.csv", 2),
        ("an ADA titre without a positive", "IS-TITRE-ADA-NEG", "is.csv", 16),
        ("a target lesion changes organ", "TU-AGREE-USUBJID-LNKID-LOC", "tu.csv", 6),
        ("an event ends before it starts", "AE-ORDER", "ae.csv", 2),
        ("end of infusion sampled before it", "SAMPLE-DURING-INFUSION", "pc.csv", 3),
        ("samples out of order", "SAMPLE-ORDER", "pc.csv", 5),
        ("treatment after progression", "DOSE-AFTER-PROGRESSION", "ex.csv", 11),
        ("cohort and dose disagree", "DOSE-OTHER-LEVEL", "ex.csv", 2),
        ("a dose the protocol has not", "DOSE-NOT-PLANNED", "ex.csv", 2),
    ],
)
def test_a_contradiction_is_found_at_its_row(found, what, check, file, row):
    rows = [r for c, f, r in found if (c, f) == (check, file)]
    assert rows, f"{what}: {sorted({c for c, *_ in found})}"
    assert row in rows, what


def test_of_two_values_as_many_rows_have_each_row_is_told_the_other():
    pair = next(p for p in PAIRS if (p.domain, p.tells) == ("TU", "TULOC"))
    rows = table("""
        USUBJID | TULNKID | TULOC | VISIT  | SRCFILE
        1       | T01     | LUNG  | SCREEN | tu.csv
        1       | T01     | BRAIN | WEEK 6 | tu.csv
    """).with_columns(SRCROW=pl.int_range(2, 4, dtype=pl.Int64))
    told = agreement({"TU": rows}, pair, tiny()).select("VALUE", "MESSAGE").rows()
    assert [(value, message.split(": ")[1].split()[0]) for value, message in told] == [
        ("LUNG", "BRAIN"),
        ("BRAIN", "LUNG"),
    ]
