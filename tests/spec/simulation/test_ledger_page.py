"""The example of docs/ledger.md works as it is pasted, with the source the study file has as a comment."""

import re

import polars as pl
from support import ROOT
from virtual_trials import drawn, results, variant, write

from pkpipe.schema.own_inputs import INPUTS

PAGE = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
SEED = 28  # of config/config.yaml
SOURCE = "  # LEDGER: {files: [ledger.csv]}"


def test_the_example_is_applied_entry_by_entry(tmp_path):
    example = re.search(r"```csv\n(.*?)```", PAGE, re.DOTALL).group(1)
    (tmp_path / "ledger.csv").write_text(example, encoding="utf-8")
    raw = drawn("bat6026", SEED)
    write({k: raw[k] for k in ("DM", "EX", "PC")}, tmp_path)

    def three_tables_and_the_ledger(content):
        content["sources"] = {
            c: {"files": [f"{c.lower()}.csv"]} for c in ("DM", "EX", "PC", "LEDGER")
        }

    study = variant("bat6026", three_tables_and_the_ledger)
    tables = results(study, tmp_path, ("subjects", "pk"))
    assert tables["FINDINGS"].filter(pl.col("TABLE") == "LEDGER").is_empty()
    states = tables["LEDGEFF"].select("ENTRY", "STATE").unique().sort("ENTRY")
    assert states.rows() == [(e, "APPLIED") for e in ("E1", "E2", "E3", "E4")]
    moved = tables["LEDGEFF"].filter((pl.col("ENTRY") == "E1") & (pl.col("PARAMCD") == "AUCLST"))
    assert moved.select(pl.col("BEFORE") > pl.col("AFTER")).item()


def test_the_source_stands_in_the_shipped_study_files_as_a_comment():
    assert SOURCE in PAGE
    for path in sorted((ROOT / "config").glob("bat*.yaml")):
        assert SOURCE in path.read_text(encoding="utf-8"), path.name


def test_every_column_of_the_ledger_is_explained():
    names = {c.name for c in INPUTS["LEDGER"].columns}
    table = PAGE[PAGE.index("## Columns") : PAGE.index("## Stale")]
    told = {
        n.strip()
        for row in re.findall(r"^\| ([A-Z0-9, ]+) \|", table, re.MULTILINE)
        for n in row.split(",")
    }
    assert told == names
