"""The same rows in one file or in several make the same responses: what a file holds is no information."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from support import ROOT

from pkpipe import snapshot, validate
from pkpipe.cli import main
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.rooms import TOPICS

RAW = ROOT / "tests" / "workflow" / "tiny_raw"
ENDINGS = ("csv", "csv.gz", "parquet")
WRITTEN = ("timepoints", "best", "best_by_reader", "reconciliation")
seeds = st.integers(0, 2**32 - 1)


def drawn(seed: int) -> dict[str, pl.DataFrame]:
    """TR, RS and REF of six subjects with two lesions, each scanned at least once after baseline."""
    random = np.random.default_rng(seed)
    tr, rs = [], []
    for subject in (f"S{i}" for i in range(6)):
        for visit in range(int(random.integers(2, 6))):
            day = str(np.datetime64("2024-01-01") + 42 * visit - 3)
            sizes = random.integers(0, 500, 2) / 10 if visit else (30.0, 25.5)
            tr += [(subject, f"T{i}", size, f"V{visit}", day) for i, size in enumerate(sizes)]
            word = random.choice(["PR", "SD", "PD", "NE"])
            rs += [(subject, "OVRLRESP", str(word), f"V{visit}", day)] if visit else []
    lesions = ["USUBJID", "TRLNKID", "TRSTRESN", "VISIT", "TRDTC"]
    answers = ["USUBJID", "RSTESTCD", "RSSTRESC", "VISIT", "RSDTC"]
    return {
        "tr": pl.DataFrame(tr, schema=lesions, orient="row").with_columns(
            TRGRPID=pl.lit("TARGET"), TRTESTCD=pl.lit("LDIAM")
        ),
        "rs": pl.DataFrame(rs, schema=dict.fromkeys(answers, pl.String), orient="row"),
        "ref": pl.DataFrame({"USUBJID": [f"S{i}" for i in range(6)], "TRTSDT": ["2024-01-01"] * 6}),
    }


def written(folder: Path, tables: dict[str, pl.DataFrame], ending: str) -> dict[str, pl.DataFrame]:
    """What `pkpipe recist` makes of the tables, put into files of that kind."""
    paths = {name: folder / f"{name}.{ending}" for name in tables}
    for name, table in tables.items():
        if ending == "parquet":
            table.write_parquet(paths[name])
        else:
            table.write_csv(
                paths[name], compression="gzip" if ending == "csv.gz" else "uncompressed"
            )
    words = [str(paths["tr"]), "--rs", str(paths["rs"]), "--ref", str(paths["ref"])]
    assert main(["recist", *words, "-o", str(folder / "out")]) == 0
    return {n: pl.read_csv(folder / "out" / f"{n}.csv", infer_schema=False) for n in WRITTEN}


@pytest.mark.slow
@settings(max_examples=5)
@given(seeds, st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_subjects_in_several_files_have_the_responses_they_have_in_one(seed, place):
    tables = drawn(seed)
    with tempfile.TemporaryDirectory() as place_of_all:
        whole = written(Path(place_of_all), tables, "csv")
    parts = []
    for number, ending in enumerate(ENDINGS):
        mine = [f"S{i}" for i, p in enumerate(place) if p == number]
        if mine:
            with tempfile.TemporaryDirectory() as folder:
                few = {n: t.filter(pl.col("USUBJID").is_in(mine)) for n, t in tables.items()}
                parts.append(written(Path(folder), few, ending))
    for name in WRITTEN:
        together = pl.concat(part[name] for part in parts)
        assert_frame_equal(together.sort(pl.all()), whole[name].sort(pl.all()))


def efficacy(raw: Path, split: tuple[str, ...]) -> dict[str, pl.DataFrame]:
    """The tables of tumour response and time to event of the small study, from its raw files."""
    study = load_study(ROOT / "tests" / "studies" / "tiny.yaml").at(date(2025, 7, 31))
    sources = dict(study.sources)
    for code in split:
        files = tuple(sorted(p.name for p in raw.glob(f"{code.lower()}_*.csv")))
        sources[code] = sources[code].model_copy(update={"files": files})
    study = study.model_copy(update={"sources": sources})
    tables = validate.run(snapshot.run(raw, study), study)
    rooms = {room.name: room for room in TOPICS}
    for name in ("subjects", "tumor", "survival"):
        tables |= rooms[name].run(tables, study)
    wanted = (*rooms["tumor"].writes, *rooms["survival"].writes)
    return {name: tables[name] for name in wanted if not name.endswith("FIND")}


@pytest.mark.slow
@settings(max_examples=2)
@given(seeds)
def test_rows_cut_into_several_raw_files_make_the_same_tables(seed):
    random = np.random.default_rng(seed)
    domains = ("TR", "TU", "RS")
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        shutil.copytree(RAW, raw)
        whole = efficacy(raw, ())
        for code in domains:
            rows = pl.read_csv(raw / f"{code.lower()}.csv", infer_schema=False)
            place = pl.Series(random.integers(0, 3, rows.height))
            for number in range(3):
                rows.filter(place == number).write_csv(raw / f"{code.lower()}_{number}.csv")
        cut = efficacy(raw, domains)
    assert whole["ADRS"].height > 0
    for name, table in whole.items():
        rows = [c for c in table.columns if c == "SRCROW"]
        assert_frame_equal(cut[name].drop(rows), table.drop(rows))
