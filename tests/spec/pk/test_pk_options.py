"""What the verb can say the study file can say, and the pk room answers as the verb does."""

import polars as pl
import pytest
import yaml
from pk_drawings import SAMPLES, TINY, entry, ledger, trial, value, with_nca
from support import ROOT

from pkpipe.nca import Options, nca
from pkpipe.protocol.nca import OF_A_TRIAL, NcaPlan, SlopeChange
from pkpipe.protocol.nca_options import TerminalSlope

SECTION = yaml.safe_load((ROOT / "tests" / "studies" / "tiny.yaml").read_text("utf-8"))["nca"]
# A BLQ before the first quantifiable sample, one between two, and two behind the last.
BLQS = """
USUBJID | CYCLE | PCTPT   | HOUR | RESULT
1       | 1     | PREDOSE | -1   | BLQ
1       | 1     | EOI     | 1    | 60
1       | 1     | 6H      | 6    | BLQ
1       | 1     | 24H     | 24   | 45
1       | 1     | 72H     | 72   | 31
1       | 1     | D8      | 168  | 20
1       | 1     | D15     | 336  | BLQ
1       | 1     | D18     | 408  | BLQ
"""
ONE_DOSE = """
USUBJID | CYCLE | HOUR | DURH | MG
1       | 1     | 0    | 1    | 100
"""
LLOQ = TINY.analytes[0].lloq
OF_THE_ROOM = {"CTROUGH", "CTROUGHD", "PTROUGHR"}  # from the next dose as it was given


def section(**said):
    """The section `nca:` of the tiny study with more said in it, read as from a file."""
    return NcaPlan.model_validate(SECTION | said)


def by_the_room(samples, **said):
    """ADPP in hours of one profile, by PARAMCD, START and END."""
    analyte = TINY.analytes[0].model_copy(update={"time_unit": "h"})
    study = TINY.model_copy(update={"nca": section(**said), "analytes": (analyte,)})
    return trial(ONE_DOSE, samples, study=study)["ADPP"]


def by_the_verb(samples, **said):
    """The same profile through the kernel with a file of options that says the same."""
    rows = [[c.strip() for c in line.split("|")] for line in samples.strip().splitlines()[1:]]
    conc = pl.DataFrame(
        [(1, float(hour), None if r == "BLQ" else float(r), r == "BLQ") for *_, hour, r in rows],
        schema={"ID": pl.Int64, "TIME": pl.Float64, "CONC": pl.Float64, "BLQ": pl.Int64},
        orient="row",
    ).with_columns(LLOQ=pl.lit(LLOQ), CONC=pl.col("CONC").fill_null(0.0))
    dose = {"ID": [1], "TIME": [0.0], "DOSE": [100.0], "ROUTE": ["iv_infusion"], "DURATION": [1.0]}
    own = {k: v for k, v in SECTION.items() if k not in OF_A_TRIAL}
    options = Options.from_mapping(own | {"eoi_window": 0.17} | said)
    given = pl.DataFrame(dose).with_columns(TAU=pl.lit(504.0))
    return nca(conc, given, options, keys=["ID"])


def same(samples, **said):
    """Both answers beside each other, of all parameters that one of them gives."""
    room = by_the_room(samples, **said).filter(~pl.col("PARAMCD").is_in(OF_THE_ROOM))
    verb = by_the_verb(samples, **said).rename({"PPTESTCD": "PARAMCD"})
    ends = ["PARAMCD", "START", "END"]
    both = room.select(*ends, "AVAL", "STATUS", "REASON").join(
        verb.select(*ends, "PPSTRESN", THEIRS="STATUS", SAID="REASON"), on=ends, nulls_equal=True
    )
    assert both.height == room.height
    return both


def all_alike(both):
    numbers = both.filter(pl.col("PPSTRESN").is_not_null() | pl.col("AVAL").is_not_null())
    assert numbers.height > 20
    assert numbers["AVAL"].to_list() == pytest.approx(numbers["PPSTRESN"].to_list(), rel=1e-12)


# --- the same names ---


def test_the_section_has_every_option_of_the_verb_under_its_name_with_its_meaning():
    for name, field in Options.model_fields.items():
        ours = NcaPlan.model_fields[name]
        assert (ours.annotation, ours.description) == (field.annotation, field.description), name
        assert ours.get_default() == field.get_default(), name


def test_what_the_section_has_beyond_the_options_is_of_a_trial_alone():
    assert (
        *("allowed_late_hours", "profile_min_samples", "rising_fold", "single_dose_profiles"),
        *("summary", "dose_proportionality", "accumulation", "steady_state", "sensitivity"),
        *("conjugate", "compare"),
    ) == OF_A_TRIAL
    assert set(NcaPlan.model_fields) == set(Options.model_fields) | set(OF_A_TRIAL)


def test_another_slope_rule_of_the_sensitivity_can_say_what_the_slope_rule_says():
    assert set(SlopeChange.model_fields) == set(TerminalSlope.model_fields)


# --- the same numbers ---


@pytest.mark.parametrize("name", ["LOQ1", "LOQ2", "LOQ3", "LOQ4", "LOQ5"])
def test_a_named_rule_for_blq_gives_the_numbers_of_the_verb(name):
    all_alike(same(BLQS, blq=name))


def test_the_named_rules_differ_from_each_other():
    areas = {
        by_the_room(BLQS, blq=f"LOQ{i}").filter(PARAMCD="AUCALL")["AVAL"][0] for i in (1, 2, 3)
    }
    assert len(areas) == 3


@pytest.mark.parametrize(
    "said",
    [
        {"blq": {"before_tmax": "zero", "after_tmax": "half_lloq"}},
        {"blq": {"first": "drop_after_start", "middle": 0.01, "last": "half_lloq_then_drop"}},
        {"tmax": "last"},
        {"time_above": 25.0},
        {"lambda_z": SECTION["lambda_z"] | {"not_before": 20, "max_points": 3}},
        {"lambda_z": SECTION["lambda_z"] | {"weights": "1/y2"}},
        {
            "lambda_z": SECTION["lambda_z"] | {"method": "tobit"},
            "accept": SECTION["accept"] | {"r2adj_min": None},
        },
        {"eoi_window": 6.0},
        {"predose_window": None},
        {"auc_method": "linear_log"},
    ],
)
def test_so_does_every_other_choice(said):
    all_alike(same(BLQS, **said))


def test_a_partial_area_is_a_row_of_adpp_and_of_pkstat():
    areas = [{"start": 0, "end": 24}, {"start": 24, "end": 168}]
    both = same(BLQS, partial_areas=areas)
    all_alike(both)
    found = both.filter(PARAMCD="AUCINT").sort("START")
    assert found["END"].to_list() == [24, 168]
    # the two windows lie side by side, and the area is no longer than the curve
    assert found["AVAL"].sum() <= both.filter(PARAMCD="AUCLST")["AVAL"].sum() * (1 + 1e-12)
    study = with_nca(partial_areas=section(partial_areas=areas).partial_areas)
    stats = trial(study=study)["PKSTAT"].filter(PARAMCD="AUCINT", STAT="MEDIAN", COHORT="ALL")
    assert set(stats["WINDOW"]) == {"0.0 to 24.0 h", "24.0 to 168.0 h"}


def test_no_partial_area_reaches_over_another_dose():
    study = with_nca(partial_areas=section(partial_areas=[{"start": 0, "end": 600}]).partial_areas)
    row = value(trial(study=study), "AUCINT")
    assert (row["AVAL"], row["STATUS"]) == (None, "NR")
    assert row["REASON"] == "another dose is given before the end of the partial area"


@pytest.mark.parametrize(
    ("limit", "code", "reason"),
    [
        ({"samples_min": 7}, "AUCLST", "fewer than 7 quantifiable samples"),
        ({"span_reject": 5}, "LAMZHL", "terminal points span less than 5 half-lives"),
        ({"extrapolated_reject": 1}, "AUCIFO", "over 1 % of the area extrapolated"),
    ],
)
def test_a_value_beyond_a_reject_limit_stays_and_enters_no_summary(limit, code, reason):
    accept = SECTION["accept"] | limit
    both = same(SAMPLES.split("1       | 2 ")[0], accept=accept)
    row = both.filter(PARAMCD=code).row(0, named=True)
    assert (row["STATUS"], row["THEIRS"]) == ("NR", "NR")
    assert row["REASON"] == row["SAID"]
    assert reason in row["REASON"]
    assert row["AVAL"] is not None
    study = with_nca(accept=section(accept=accept).accept)
    tables = trial(study=study)
    assert value(tables, code)["SUMFL"] == "N"
    assert tables["PKSTAT"].filter(PARAMCD=code, CYCLE=1).is_empty()


def test_a_ledger_shows_each_partial_area_with_its_own_ends():
    areas = section(partial_areas=[{"start": 0, "end": 24}, {"start": 0, "end": 168}]).partial_areas
    left_out = entry(ADTM="2026-01-06T09:00:00", AVAL=45.0)
    effect = trial(study=with_nca(partial_areas=areas), LEDGER=ledger(left_out))["LEDGEFF"]
    assert effect.filter(PARAMCD="AUCINT").select("START", "END").rows() == [(0, 24), (0, 168)]
