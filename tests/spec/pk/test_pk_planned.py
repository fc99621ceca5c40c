"""What the protocol alone can yield, and what moves when conventions do."""

import polars as pl
import pytest
from pk_drawings import DOSES, PAIR, SAMPLES, TINY, trial, value, with_nca

from pkpipe.pk.parameters.estimability import estimability
from pkpipe.protocol.nca import BlqByPosition, Sensitivity, SlopeChange

# --- estimability ---


@pytest.fixture(scope="module")
def pair_map():
    return estimability(PAIR, PAIR.nca)


def at(table, code, cycle, analyte="ADC"):
    rows = table.filter(
        (pl.col("PARCAT1") == analyte) & (pl.col("PARAMCD") == code) & (pl.col("CYCLE") == cycle)
    )
    return rows.select("ESTIM", "REASON").row(0)


def test_only_the_third_cycle_of_the_combination_trial_has_a_profile(pair_map):
    """SEED-4: cycles 1 and 2 have a peak at the end of the infusion and nothing to integrate."""
    for cycle in (1, 2):
        assert at(pair_map, "CEOI", cycle) == ("Y", None)
        assert at(pair_map, "AUCTAU", cycle) == (
            "N",
            "samples after the dose: 2; areas and slopes need 4",
        )
        assert at(pair_map, "LAMZHL", cycle)[0] == "N"
    assert at(pair_map, "AUCTAU", 3) == ("Y", None)


def test_accumulation_of_the_area_cannot_be_had_and_that_of_the_peak_can(pair_map):
    assert at(pair_map, "ARAUCTAU", 3) == (
        "N",
        "after the first dose: samples after the dose: 2; areas and slopes need 4",
    )
    assert at(pair_map, "ARCEOI", 3) == ("Y", None)
    assert at(pair_map, "ARCTROUG", 3)[0] == "Y"


def test_a_slow_antibody_is_not_at_steady_state_by_then(pair_map):
    """SEED-5: with its expected half-life the third cycle is not at steady state; clearance is doubted."""
    slow = next(a for a in PAIR.analytes if a.code == "BAT1308")
    share = 100 * (1 - 0.5 ** (3 * 14 / slow.expected_half_life_days))
    estim, reason = at(pair_map, "CLSS", 3, "BAT1308")
    assert (estim, share < 95) == ("DOUBT", True)
    assert f"about {round(share)} % of the area at steady state is expected" in reason


def test_free_payload_has_no_clearance_on_any_plan(pair_map):
    assert at(pair_map, "CLSS", 3, "PAYLOAD") == ("N", "the dose of free payload is not known")


def test_a_plan_without_a_sample_before_the_next_dose_has_no_trough():
    rows = tuple(s for s in TINY.schedule.pk if not s.predose)
    bare = TINY.model_copy(update={"schedule": TINY.schedule.model_copy(update={"pk": rows})})
    table = estimability(bare, bare.nca)
    assert at(table, "CTROUGH", 1, "MAB") == ("N", "no sample before a next dose within its window")
    assert at(table, "AUCTAU", 1, "MAB")[0] == "N"  # 336 of 504 h are not 80 %


def test_the_map_says_what_it_assumed():
    table = estimability(TINY, TINY.nca)
    assert set(table["ASSUMED"]) == {"a third of the dosing interval"}
    assert set(table["HALFLIFE"]) == {168.0}


def test_the_map_agrees_with_a_subject_that_keeps_every_time():
    """Nothing the map calls estimable is missing in the analysis of complete data, and the reverse."""
    tables = trial(
        samples=SAMPLES + "1 | 3 | PREDOSE | 1007 | 5\n", doses=DOSES + "1 | 3 | 1008 | 1 | 100\n"
    )
    for code in ("CMAX", "CEOI", "CTROUGH", "AUCLST", "AUCTAU", "LAMZHL", "CLO"):
        planned = at(tables["ESTIMAB"], code, 1, "MAB")[0] != "N"
        assert planned == (value(tables, code)["AVAL"] is not None), code


# --- convention sensitivity ---

CHOICES = Sensitivity(
    parameters=("CMAX", "AUCLST", "AUCTAU", "LAMZHL", "CLO"),
    auc_method=("linear",),
    time_basis=("nominal",),
    moves_percent=1,
)


def moved(samples=SAMPLES, **changes):
    study = with_nca(sensitivity=CHOICES.model_copy(update=changes))
    return trial(samples=samples, study=study)["CONVSENS"]


def test_the_area_under_the_other_rule_is_that_rule_s_area():
    row = moved().filter(
        (pl.col("PARAMCD") == "AUCLST")
        & (pl.col("AUCRULE") == "linear")
        & (pl.col("NCHANGE") == 1)
        & (pl.col("COHORT") == "A")
    )
    linear = value(trial(study=with_nca(auc_method="linear")), "AUCLST")["AVAL"]
    assert row["GMRATIO"].item() == pytest.approx(
        linear / value(trial(), "AUCLST")["AVAL"], rel=1e-12
    )
    assert (row["N"].item(), row["NMOVED"].item()) == (1, 1)


def test_what_does_not_move_is_not_told():
    table = moved()
    assert "CMAX" not in set(table["PARAMCD"])
    assert "LAMZHL" not in set(
        table.filter(pl.col("AUCRULE") == "linear")["PARAMCD"].to_list()
    ) or set(table.filter(pl.col("PARAMCD") == "LAMZHL")["TIMEBAS"]) == {"nominal"}


def test_every_combination_is_tried_and_counted_by_what_differs():
    late = SAMPLES.replace("24H     | 24 ", "24H     | 34 ")
    table = moved(late, lambda_z={"with_peak": SlopeChange(cmax="include")})
    combos = (
        table.filter(pl.col("PARAMCD") == "AUCTAU")
        .select("AUCRULE", "SLOPERUL", "TIMEBAS", "NCHANGE")
        .unique()
    )
    assert set(combos.filter(pl.col("NCHANGE") == 3).drop("NCHANGE").rows()) == {
        ("linear", "with_peak", "nominal")
    }
    assert combos["NCHANGE"].max() == 3


def test_a_value_that_only_another_rule_gives_is_counted_as_gained():
    short = SAMPLES.replace("D15     | 336   | 9", "D15     | 336   | BLQ").replace(
        "503.5 | 4", "503.5 | BLQ"
    )
    table = moved(
        short,
        lambda_z={"with_peak": SlopeChange(cmax="include", during_infusion="include")},
        auc_method=(),
        time_basis=(),
    )
    row = table.filter((pl.col("PARAMCD") == "LAMZHL") & (pl.col("COHORT") == "ALL")).row(
        0, named=True
    )
    assert (row["N"], row["NGAINED"], row["NLOST"], row["GMRATIO"]) == (0, 1, 0, None)


def test_a_value_that_leaves_zero_has_moved_by_no_ratio():
    peak_at_once = [
        p.model_copy(update={"hours": 0.0, "late_hours": 2.0}) if p.timepoint == "EOI" else p
        for p in TINY.schedule.pk
    ]
    schedule = TINY.schedule.model_copy(update={"pk": tuple(peak_at_once)})
    choices = CHOICES.model_copy(
        update={"parameters": ("TMAX",), "auc_method": (), "time_basis": ("actual",)}
    )
    study = with_nca(
        TINY.model_copy(update={"schedule": schedule}), time_basis="nominal", sensitivity=choices
    )
    tables = trial(study=study)
    assert value(tables, "TMAX")["AVAL"] == 0
    row = tables["CONVSENS"].filter(pl.col("COHORT") == "ALL").row(0, named=True)
    assert (row["N"], row["NMOVED"], row["GMRATIO"], row["MAXRATIO"]) == (1, 1, None, None)


def test_blq_rules_may_be_named_or_spelt():
    trailing = SAMPLES.replace("503.5 | 4", "503.5 | BLQ")
    spelt = BlqByPosition(first="zero", middle="drop", last="half_lloq")
    table = moved(trailing, blq=("LOQ5", spelt), auc_method=(), time_basis=(), moves_percent=0)
    assert {"LOQ5", "zero / drop / half_lloq"} >= set(table["BLQRULE"])
    assert "zero / drop / half_lloq" in set(table["BLQRULE"])


def test_a_study_that_declares_no_alternatives_has_none():
    assert trial()["CONVSENS"].is_empty()
