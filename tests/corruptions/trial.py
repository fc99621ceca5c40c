"""A virtual trial's delivery in memory, and what of it a listing of corruptions picks from."""

import functools
from pathlib import Path

import polars as pl

from pkpipe.clinical.collected import ABSENT, COLLECT, COLUMN
from pkpipe.finding.table import all_findings
from pkpipe.protocol.runs_asked_for import load_runs
from pkpipe.protocol.study_checks.linter import load_sound_study
from pkpipe.schema.own_inputs import SPECS
from pkpipe.simulation import simulate
from pkpipe.snapshot.collection import collection
from pkpipe.snapshot.cutoff import cut

ROOT = Path(__file__).resolve().parents[2]
C = pl.col


@functools.cache
def delivery(name):
    """The study at its last cutoff, and its whole delivery as text, as the default run has it."""
    run = load_runs(ROOT / "config" / "config.yaml", name, None).studies[0]
    study = load_sound_study(ROOT / "config" / f"{name}.yaml")
    drawn = simulate(study, run.virtual_seed)
    texts = {code: as_text(drawn.get(code, pl.DataFrame()), code) for code in SPECS}
    return study.at(run.cutoffs[-1]), texts


def as_text(frame, code):
    """Every column of a domain as text, with the place of the row."""
    height = frame.height
    texts = {
        c.name: frame[c.name].cast(pl.String)
        if c.name in frame.columns
        else pl.Series([None] * height, dtype=pl.String)
        for c in SPECS[code].columns
    }
    return pl.DataFrame(texts).with_columns(
        SRCFILE=pl.lit(f"{code.lower()}.csv"), SRCROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    )


def snapshot_of(texts, study):
    """What the snapshot makes of a delivery: cut, with what the dates made us ask."""
    known = cut(texts, study.cutoff)
    return {**known.kept, "ARRIVAL": all_findings([known.findings]), "COLLECT": collection(())}


def collected(texts, study):
    """COLLECT of the sound delivery: each source with the columns that hold anything."""
    rows = [
        (code, c, f"{code.lower()}.csv", COLUMN if full else ABSENT, "NY"[full])
        for code in study.sources
        for c in (column.name for column in SPECS[code].columns)
        for full in (texts[code][c].null_count() < texts[code].height,)
    ]
    return pl.DataFrame(rows, schema=COLLECT, orient="row")


class Trial:
    """Who is who in a delivery: subjects, visits and rows that a corruption strikes."""

    def __init__(self, name):
        self.name = name
        self.study, self.texts = delivery(name)
        self.cutoff = self.study.cutoff.isoformat()
        self.collected = collected(self.texts, self.study)

    def rows(self, code, *where):
        date = SPECS[code].date
        known = () if date is None else (C(date).fill_null("") <= self.cutoff,)
        return self.texts[code].filter(*known, *where)

    def subjects(self, code, *where, least=1):
        """Subjects with at least so many rows known at the cutoff, those with most first."""
        counts = self.rows(code, *where).group_by("USUBJID").len().filter(C("len") >= least)
        return counts.sort("len", "USUBJID", descending=[True, False])["USUBJID"].to_list()

    def cohorts(self):
        """Subjects by cohort, of cohorts with a dose."""
        dosed = self.texts["EX"]["USUBJID"].unique().to_list()
        dm = self.texts["DM"].filter(C("USUBJID").is_in(dosed), C("RFICDTC") <= self.cutoff)
        pairs = dm.group_by("ARMCD", maintain_order=True).agg("USUBJID").rows()
        return {arm: sorted(who) for arm, who in sorted(pairs)}

    def visits(self, code, subject):
        """Names of the subject's visits in order."""
        rows = self.rows(code, C("USUBJID") == subject).sort(SPECS[code].date, maintain_order=True)
        return rows["VISIT"].unique(maintain_order=True).drop_nulls().to_list()
