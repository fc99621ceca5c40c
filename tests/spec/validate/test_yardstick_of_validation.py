"""The benchmark of validation compares like with like: its bare expressions count what the findings say."""

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pkpipe import validate
from pkpipe.clinical.own_words import own_words
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.schema.computed_columns import COMPUTED, DTYPE
from pkpipe.schema.own_inputs import SPECS
from pkpipe.simulation import simulate
from pkpipe.validate.checks.concentrations import CONCENTRATIONS
from pkpipe.validate.codelist_terms import SPELLING, coded
from pkpipe.validate.dose_words import with_told_doses
from pkpipe.validate.registry import PLAUSIBLE

ROOT = Path(__file__).resolve().parents[3]
PLAUSIBLE_IDS = {
    *(check.id for cross in PLAUSIBLE for check in cross.checks),
} - {check.id for cross in CONCENTRATIONS for check in cross.checks}  # asked of concentrations too
SLIPS = ("high", "-1", "inf", "2.5", "", "2025-02-30", "2024-07-01T25:00", "2025-01", "\ufffd")


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import validate as benchmark  # noqa: PLC0415 (lies outside the package)

    return benchmark


def messy(frame, share, seed):
    """The table with a share of its cells emptied, swapped, cut, lengthened or mistyped, and rows doubled."""
    drawn = np.random.default_rng(seed)
    columns = {}
    kept = {"SRCFILE", "SRCROW", DTYPE, *COMPUTED.values()}  # a computed record is asked less
    columns |= {name: frame[name] for name in kept - {"SRCFILE", "SRCROW"} if name in frame.columns}
    for name in (n for n in frame.columns if n not in kept):
        cells = frame[name].to_list()
        for at in np.flatnonzero(drawn.random(len(cells)) < share):
            text, other = cells[at], cells[drawn.integers(len(cells))]
            slip = SLIPS[drawn.integers(len(SLIPS))]
            choices = (None, other, slip, text and text[:-1], text and text + "0")
            cells[at] = choices[drawn.integers(len(choices))]
        columns[name] = pl.Series(cells, dtype=pl.String)
    rows = pl.DataFrame(columns).with_columns(frame["SRCFILE"])
    doubled = pl.concat([rows, rows.gather_every(40)]).sample(fraction=1, shuffle=True, seed=seed)
    return doubled.with_columns(SRCROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bat6026", "bat8008_bat1308"])
def test_every_check_fails_as_often_in_bare_expressions_as_in_the_findings(benchmark, name):
    study = load_study(ROOT / "config" / f"{name}.yaml").at(date(2026, 3, 31))
    drawn = simulate(study, 28)
    tables = {
        code: benchmark.as_text(pl.DataFrame(), code)
        if code not in benchmark.REPEATED
        else messy(benchmark.as_text(drawn[code], code), 0.05, seed=7)
        for code in SPECS
    }
    tables["ARRIVAL"] = validate.all_findings([])
    asked = validate.run(tables, study)["FINDINGS"]["CHECK"]
    # What is plausible is a comparison of many rows, and has tests of its own; spellings are told before the
    # checks, which see the terms.
    found = Counter(c for c in asked.to_list() if c not in {*PLAUSIBLE_IDS, SPELLING.id})
    own, leads = own_words(study), study.response and study.response.evaluator
    terms = {code: coded(tables[code], spec, leads, own)[0] for code, spec in SPECS.items()}
    terms["EX"] = with_told_doses(terms["EX"], study)[0]
    assert benchmark.validation.wrong(terms, study) == found
    assert len(found) > 50
