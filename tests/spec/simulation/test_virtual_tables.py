"""What a virtual trial delivers: the domains as declared, dirty as real ones, the same bytes each time."""

import subprocess
import sys

import polars as pl
import pytest
from support import ROOT
from virtual_trials import STUDIES, drawn, results, study, write

from pkpipe.reading.files import read_table
from pkpipe.schema.own_inputs import SPECS
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.simulation import simulate
from pkpipe.simulation.frames import NOT_DRAWN


def expected_columns(code):
    # A log of decisions is about no subject; the border adds the empty column.
    assert not [c.name for c in SPECS[code].columns if c.required and c.name in NOT_DRAWN]
    names = (n for n in SPECS[code].names if n not in NOT_DRAWN)
    return tuple(n for n in names if (code, n) != ("DECISIONS", "USUBJID"))


@pytest.mark.parametrize("name", STUDIES)
def test_every_domain_has_exactly_its_columns_as_text(name):
    tables = {k: v for k, v in drawn(name, 28).items() if not k.startswith("truth/")}
    assert set(tables) == set(study(name).sources)
    for code, frame in tables.items():
        assert tuple(frame.columns) == expected_columns(code)
        assert set(frame.dtypes) == {pl.String}


@pytest.mark.slow
@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_validation_finds_no_error_in_a_virtual_trial(name, seed, tmp_path):
    write(simulate(study(name), seed), tmp_path)
    findings = results(study(name), tmp_path, ())["FINDINGS"]
    assert findings.filter(pl.col("SEVERITY") == "error").rows() == []


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path):
    def command(folder, seed):
        words = [
            "simulate",
            "config/bat6026.yaml",
            "-o",
            str(tmp_path / folder),
            "--seed",
            str(seed),
        ]
        subprocess.run(
            [sys.executable, "-m", "pkpipe", *words], cwd=ROOT, check=True, capture_output=True
        )
        return {
            p.relative_to(tmp_path / folder).as_posix(): p.read_bytes()
            for p in sorted((tmp_path / folder).rglob("*.csv"))
        }

    first = command("a", 7)
    assert len(first) == 21
    assert command("b", 7) == first
    other = command("c", 8)
    assert all(other[name] != first[name] for name in ("dm.csv", "pc.csv", "ae.csv", "lb.csv"))


@pytest.mark.parametrize("name", STUDIES)
def test_the_dirt_of_a_real_trial_is_there(name, tmp_path):
    tables = drawn(name, 28)
    assert tables["AE"]["AESTDTC"].str.len_chars().eq(7).any()  # a month without a day
    assert tables["PC"]["PCSTAT"].eq("NOT DONE").any()
    assert tables["PC"]["PCORRES"].eq("BLQ").any()
    assert tables["EX"]["EXINTRFL"].eq("Y").any()
    assert tables["EX"]["EXADJ"].eq("DOSE DELAYED").any()
    assert tables["TR"]["VISIT"].str.starts_with("UNSCHEDULED").any()
    assert tables["TR"]["TRSTAT"].eq("NOT DONE").any()
    assert tables["DS"]["DSDECOD"].eq("WITHDRAWAL BY SUBJECT").any()
    write(tables, tmp_path)
    adpc = results(study(name), tmp_path, ("subjects", "pk"))["ADPC"]
    assert adpc["WINFL"].eq("OUT").any()


@pytest.mark.parametrize("name", STUDIES)
def test_nothing_happens_after_death_or_after_the_end_of_the_data(name):
    end = str(study(name).simulation.accrual.data_until)
    tables = drawn(name, 28)
    deaths = tables["DM"].select("USUBJID", "DTHDTC").drop_nulls()
    assert deaths.height > 3
    for code, frame in tables.items():
        if code not in DOMAINS or DOMAINS[code].date is None:
            continue
        dated = frame.select("USUBJID", at=pl.col(DOMAINS[code].date).str.slice(0, 10))
        assert dated["at"].max() <= end, code
        late = dated.join(deaths, on="USUBJID").filter(
            (pl.col("at") > pl.col("DTHDTC")) & (pl.col("at").str.len_chars() == 10)
        )
        assert late.rows() == [], code


def test_no_dose_follows_progression_withdrawal_or_new_therapy():
    for name in STUDIES:
        tables = drawn(name, 28)
        stops = tables["DS"].filter(pl.col("DSSCAT") == "STUDY TREATMENT")
        doses = tables["EX"].join(stops.select("USUBJID", "DSSTDTC", "DSDECOD"), on="USUBJID")
        late = doses.filter(pl.col("EXSTDTC").str.slice(0, 10) > pl.col("DSSTDTC"))
        assert late.rows() == []
        therapy = tables["EX"].join(tables["CM"].select("USUBJID", "CMSTDTC"), on="USUBJID")
        assert therapy.filter(pl.col("EXSTDTC").str.slice(0, 10) >= pl.col("CMSTDTC")).rows() == []


@pytest.mark.slow
def test_some_subjects_go_up_one_level_once_it_is_cleared():
    raised = [s for s in range(12) if drawn("bat6026", s)["EX"]["EXADJ"].eq("DOSE INCREASED").any()]
    assert raised
    for seed in raised:
        doses = drawn("bat6026", seed)["EX"].with_columns(
            pl.col("EXPDOSE").cast(pl.Float64), pl.col("CYCLE").cast(pl.Int64)
        )
        levels = [level.doses["BAT6026"] for level in study("bat6026").escalation.levels]
        rank = pl.col("EXPDOSE").replace_strict(
            levels, list(range(len(levels))), return_dtype=pl.Int64
        )
        spans = (
            doses.with_columns(RANK=rank)
            .group_by("USUBJID")
            .agg(
                low=pl.col("RANK").min(),
                high=pl.col("RANK").max(),
                since=pl.col("CYCLE").filter(pl.col("RANK") > pl.col("RANK").min()).min(),
            )
        )
        assert (spans["high"] - spans["low"]).max() == 1
        assert spans["since"].drop_nulls().min() >= 5


def test_every_error_of_the_mess_is_found_at_its_place(tmp_path):
    tables = simulate(study("bat8008_bat1308"), 23, mess=True)
    write(tables, tmp_path)
    findings = results(study("bat8008_bat1308"), tmp_path, ())["FINDINGS"]
    assert (findings["SEVERITY"] == "error").sum() > 0
    log = read_table(tmp_path / "truth" / "mess.csv")
    assert log.height == 14
    unfound = [
        (kind, file, row, column)
        for kind, file, row, column in log.select("KIND", "FILE", "ROW", "COLUMN").rows()
        if findings.filter(
            (pl.col("FILE") == file)
            & (
                (pl.col("ROW") == int(row))
                | (pl.col("COLUMN") == column) & (kind == "unknown column")
            )
        ).is_empty()
    ]
    assert unfound == []
