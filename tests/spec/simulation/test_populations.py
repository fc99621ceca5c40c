"""A population of virtual trials: what the whole design does, the same for any number of jobs and parts."""

import re
from functools import cache
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from support import ROOT
from virtual_trials import results, study, variant, write

from pkpipe import immunogenicity
from pkpipe.cli import main
from pkpipe.protocol.runs_asked_for import Runs
from pkpipe.protocol.study_checks.needed import DRAWN
from pkpipe.simulation import simulate
from pkpipe.simulation.draws import Streams
from pkpipe.simulation.kinetics import course, courses
from pkpipe.simulation.population.blocks import of_block
from pkpipe.simulation.population.derived import DIGITS, derived
from pkpipe.simulation.population.design_quantities import QUANTITIES, RESULTS
from pkpipe.simulation.population.merged_parts import identity_of, part, share_of
from pkpipe.simulation.population.replicates import draws
from pkpipe.simulation.population.summary import characteristics, paths
from pkpipe.workflow import Flow

STUDIES = ("bat6026", "bat8008_bat1308")
FILE = str(ROOT / "config" / "bat6026.yaml")


@cache
def block(name):
    """Three replicates drawn together."""
    return of_block(study(name), 1, range(1, 4))


# One replicate


def test_a_replicate_has_the_sequence_that_numpy_spawns_in_its_place():
    spawned = np.random.SeedSequence(7).spawn(4)[3]
    own = Streams(7, 3)("people")
    name = own.bit_generator.seed_seq.spawn_key
    assert name[:1] == spawned.spawn_key
    assert own.bit_generator.seed_seq.entropy == spawned.entropy


def test_concentrations_of_several_trials_worked_out_together_have_the_bits_they_have_alone():
    made = [(d.trial.kinetics, d.trial) for d in draws(study("bat8008_bat1308"), 1, (1, 2, 5))]
    for i, code in enumerate(made[0][0]):
        pairs = [(k[code], t.calendars[i].doses(t.ends.count)) for k, t in made]
        for pair, together in zip(pairs, courses(pairs), strict=True):
            alone = course(*pair)
            for field in ("time", "value", "slope", "close"):
                assert np.array_equal(getattr(alone, field), getattr(together, field)), field


@pytest.mark.parametrize("name", STUDIES)
def test_a_replicate_is_the_same_alone_and_in_any_block(name):
    together = block(name)
    assert together["replicate"].unique().sort().to_list() == [1, 2, 3]
    for number in (2, 3):
        alone = of_block(study(name), 1, range(number, number + 1))
        assert together.filter(pl.col("replicate") == number).equals(alone)


@pytest.mark.parametrize(
    "name", ["bat6026", pytest.param("bat8008_bat1308", marks=pytest.mark.slow)]
)
def test_its_results_are_those_of_its_raw_tables_through_the_rooms(name, tmp_path):
    plan = study(name)
    write({k: v for k, v in simulate(plan, 1, replicate=2).items() if "/" not in k}, tmp_path)
    end = plan.simulation.accrual.data_until
    rooms = results(plan, tmp_path, ("subjects", "pk", "immunogenicity", "tumor"), cutoff=end)
    found = derived(plan, draws(plan, 1, (2,)))
    adpp = ("USUBJID", "PARCAT1", "PARAMCD", "START", "END", "AVAL", "AVALU", "SUMFL", "LEVEL")
    first = rooms["ADPP"].filter(pl.col("DOSENO") == 1)
    assert first.height > 100
    assert named(found["ADPP"], adpp).equals(first.select(adpp))
    bars = ("USUBJID", "COHORT", "LEVEL", "BESTPCHG", "BOR", "CBOR")
    assert named(found["WATERFAL"], bars).equals(rooms["WATERFAL"].select(bars))
    status = ("USUBJID", "DRUG", "ADASTAT", "BFLAG", "EMERPOS", "NABSTAT", "N_POST")
    _, _, ada = immunogenicity.status(rooms, plan.at(end))
    assert named(found["ADA"], status).equals(ada.select(status))


def named(frame, columns):
    """The columns with the identifier that the trial has alone."""
    return frame.with_columns(pl.col("USUBJID").str.slice(DIGITS + 1)).select(columns)


# Parts


def test_parts_are_as_even_as_they_can_be_and_leave_nobody_out():
    spans = [share_of(10, i, 3) for i in (1, 2, 3)]
    assert [n for span in spans for n in span] == list(range(1, 11))
    assert [len(span) for span in spans] == [3, 3, 4]


def test_the_flow_scatters_a_population_over_parts_of_a_hundred():
    asked = SimpleNamespace(study="bat6026", replicates="250", seed="7")
    folder = "results/populations/bat6026/250-trials-seed-7/parts"
    expected = [f"{folder}/{i}-of-3.parquet" for i in (1, 2, 3)]
    assert Flow(Runs(ROOT, ())).population_parts(asked) == expected


@cache
def parts():
    """Parts of a population of 30, of which nothing was drawn but where trials end."""
    plan = study("bat6026")
    rows = block("bat6026").filter(pl.col("quantity") == "P_not_decided", pl.col("replicate") == 1)
    whole = pl.concat(rows.with_columns(replicate=pl.lit(r, dtype=pl.Int64)) for r in range(1, 31))
    about = identity_of(plan, 1, 30)

    def one(first, last):
        mine = whole.filter(pl.col("replicate").is_between(first, last))
        return part(mine, about, range(first, last + 1))

    return one


def merging(tmp_path, capsys, files):
    for name, frame in files.items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
    words = [str(tmp_path / f"{name}.parquet") for name in files]
    code = main(["simulate", "--merge", *words, "-o", str(tmp_path / "out")])
    return code, capsys.readouterr().err


def test_overlapping_parts_are_refused_by_name(tmp_path, capsys):
    files = {"one": parts()(1, 12), "two": parts()(10, 30)}
    code, said = merging(tmp_path, capsys, files)
    assert (code, "two.parquet: has replicates 10 to 12, which are in" in said) == (3, True)
    assert "one.parquet too" in said
    assert not (tmp_path / "out").exists()


def test_every_gap_is_told_with_the_command_that_fills_it(tmp_path, capsys):
    files = {"one": parts()(3, 12), "two": parts()(20, 28)}
    code, said = merging(tmp_path, capsys, files)
    assert code == 3
    assert re.findall(r"--from (\d+) --to (\d+)", said) == [("1", "2"), ("13", "19"), ("29", "30")]


@pytest.mark.parametrize(
    ("column", "other", "words"),
    [
        ("study", "other", "of another study"),
        ("study_hash", "0", "of another state of the study file"),
        ("version", "9.9", "of another version of pkpipe"),
        ("code_hash", "0", "of other code"),
        ("seed", 2, "of another seed"),
        ("replicates", 40, "of a population of another size"),
    ],
)
def test_a_part_of_another_population_is_refused_by_name(tmp_path, capsys, column, other, words):
    strange = parts()(13, 30)
    strange = strange.with_columns(pl.lit(other, dtype=strange.schema[column]).alias(column))
    code, said = merging(tmp_path, capsys, {"one": parts()(1, 12), "two": strange})
    assert (code, f"two.parquet: is {words}" in said) == (3, True)


def test_a_file_that_is_no_part_is_refused_by_name(tmp_path, capsys):
    files = {"one": parts()(1, 12), "two": pl.DataFrame({"x": [1]})}
    code, said = merging(tmp_path, capsys, files)
    assert (code, "two.parquet: is no part of a population, it lacks study" in said) == (3, True)


@pytest.mark.slow
def test_the_same_bytes_from_one_process_from_eight_and_from_parts_in_any_order(tmp_path, capsys):
    draw = ["simulate", FILE, "--replicates", "23", "--seed", "5"]
    for jobs in ("1", "8"):
        assert main([*draw, "--jobs", jobs, "-o", str(tmp_path / jobs)]) == 0
    spans = (["--part", "1/3"], ["--from", "8", "--to", "8"], ["--from", "9"])
    files = [str(tmp_path / f"{i}.parquet") for i in range(3)]
    for span, file in zip(spans, files, strict=True):
        assert main([*draw, *span, "-o", file]) == 0
    assert main(["simulate", "--merge", *files[::-1], "-o", str(tmp_path / "merged")]) == 0
    names = {"characteristics.csv", "characteristics.html", "paths.csv", "trials.parquet"}
    for other in ("8", "merged"):
        assert {p.name for p in (tmp_path / other).iterdir()} == names
        for name in sorted(names):
            same = (tmp_path / other / name).read_bytes() == (tmp_path / "1" / name).read_bytes()
            assert same, (other, name)


# What is asked


def test_a_study_without_a_simulation_section_is_refused_with_key_and_line(tmp_path, capsys):
    tiny = str(ROOT / "tests" / "studies" / "tiny.yaml")
    out = str(tmp_path / "x")
    code = main(["simulate", tiny, "--replicates", "3", "--seed", "1", "-o", out])
    said = capsys.readouterr().err
    assert (code, re.search(r"tiny\.yaml:\d+:\d+: study\.id: ", said) is not None) == (2, True)
    assert DRAWN[0].check.id in said
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--part", "1/2"], "--replicates: is missing"),
        (["--replicates", "5", "--mess"], "--mess: is of one virtual trial"),
        (["--replicates", "5", "--part", "1/2", "--to", "3"], "--part: says what --from and --to"),
        (["--replicates", "5", "--from", "4", "--to", "2"], "replicates 4 to 2"),
        (["--replicates", "5", "--to", "6"], "replicates 1 to 6 (allowed: 1 to 5"),
        (["--replicates", "5", "--part", "1/6"], "leave some empty"),
        (
            ["--replicates", "5", "--part", "1/2"],
            "is to be one part (allowed: a file PART.parquet)",
        ),
    ],
)
def test_arguments_that_do_not_go_together_are_refused(tmp_path, capsys, words, said):
    out = str(tmp_path / "x")
    assert main(["simulate", FILE, "--seed", "1", "-o", out, *words]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_seed_is_asked_for_except_of_a_merge(tmp_path, capsys):
    assert main(["simulate", FILE, "--replicates", "3", "-o", str(tmp_path / "x")]) == 2
    assert "--seed: is missing" in capsys.readouterr().err
    code = main(["simulate", "--merge", "a.parquet", "--seed", "1", "-o", str(tmp_path / "x")])
    assert (code, "--seed: goes with no --merge" in capsys.readouterr().err) == (2, True)


# Summaries


@pytest.mark.parametrize("name", STUDIES)
def test_every_quantity_is_declared_and_the_ends_of_trials_add_up(name):
    whole = block(name)
    rows = characteristics(whole)
    assert set(rows["quantity"]) <= {q.name for q in QUANTITIES}
    ends = ("P_MTD", "P_MAD_reached", "P_no_tolerable_dose", "P_not_decided", "P_no_level_declared")
    assert rows.filter(pl.col("quantity").is_in(ends))["value"].sum() == pytest.approx(1)
    assert paths(whole)["share"].sum() == pytest.approx(1)


def test_a_share_has_wilson_limits_and_a_mean_the_limits_of_its_error():
    share = [("P_reached", float(i < 3)) for i in range(10)]
    mean = [("E_n_total", float(i)) for i in range(10)]
    rows = characteristics(drawn_by_hand([*share, *mean]))
    reached, number = rows.rows(named=True)
    # R 4.3: prop.test(3, 10, correct = FALSE)$conf.int
    assert (reached["lower"], reached["upper"]) == pytest.approx((0.1077913, 0.6032219), abs=1e-6)
    assert reached["median"] is None
    half = 1.959964 * np.std(range(10), ddof=1) / np.sqrt(10)
    assert (number["value"], number["upper"]) == pytest.approx((4.5, 4.5 + half))
    assert number["median"] == 4.5


def test_a_mean_of_trials_that_are_all_alike_has_no_limits():
    rows = characteristics(drawn_by_hand([("E_n_total", 3.0)] * 5))
    assert rows.select("value", "lower", "upper").row(0) == (3.0, None, None)


def drawn_by_hand(values):
    return pl.DataFrame(
        [(i + 1, q, None, None, None, v, None, None) for i, (q, v) in enumerate(values)],
        schema=RESULTS,
        orient="row",
    )


# Trials and studies that lack something


def test_a_trial_whose_accrual_ends_before_anybody_comes_is_not_decided_and_has_no_data():
    def short(content):
        content["simulation"]["accrual"].update(until="2024-03-05")

    rows = of_block(variant("bat6026", short), 1, range(1, 4)).filter(pl.col("cohort").is_null())
    found = {(r, q): v for r, q, v in rows.select("replicate", "quantity", "value").iter_rows()}
    assert [found[r, "P_not_decided"] for r in (1, 2, 3)] == [1, 1, 1]
    assert [found[r, "E_subjects"] for r in (1, 2, 3)] == [0, 0, 1]
    assert [(r, "ORR") in found for r in (1, 2, 3)] == [False, False, True]


def test_without_a_truth_of_tumours_there_is_no_response_rather_than_none():
    def without_tumours(content):
        content["simulation"].pop("tumour")

    names = set(of_block(variant("bat6026", without_tumours), 1, range(1, 2))["quantity"])
    assert "ADA_incidence" in names
    assert not names & {"ORR", "CORR", "DCR", "best_change"}
