"""The payload a virtual trial releases is the payload the ratios find."""

import polars as pl
from virtual_trials import results, variant, write

from pkpipe.simulation import simulate

RICH = (2, 4, 8, 16, 24, 48, 72, 96, 120, 168, 240, 336, 504, 672, 840, 1008, 1344)


def one_dose(content):
    """The conjugate given once, linear, sampled often; every subject's payload leaves at the same rate."""
    for drug in content["drugs"]:
        drug.update(cycle_days=84, max_cycles=1)
    window = {"early_hours": 0, "late_hours": 0, "drug": "BAT8008"}
    content["schedule"]["pk"] = [
        {"timepoint": "EOI", "cycles": [1], "hours": 1.5, **window},
        *({"timepoint": f"{h}H", "cycles": [1], "hours": h, **window} for h in RICH),
    ]
    for kind in ("ada", "nab", "biomarker"):
        content["schedule"][kind] = []
    content["nca"]["conjugate"]["parameters"] = ["AUCIFO"]
    plan = content["simulation"]
    plan.update(antibodies=[], occupancy=[])
    plan["kinetics"][0]["vmax_mg_day"] = 0
    plan["kinetics"][0]["payload"].update(volume_l={"typical": 25}, half_life_hours={"typical": 6})
    plan["survival"].update(median_weeks=1e6, growth_effect=0)
    plan["toxicity"] = [t | {"dlt": 0, "grade2": 0} for t in plan["toxicity"]]


def test_the_payload_in_circulation_is_recovered_within_two_percent(tmp_path):
    """AUC payload : conjugate = released x DAR x CL of the conjugate / CL of the payload, mol for mol."""
    plan = variant("bat8008_bat1308", one_dose)
    tables = simulate(plan, 11, noise_free=True, subjects=12)
    write(tables, tmp_path)
    got = results(plan, tmp_path, ("subjects", "pk"))["ADCPAR"].filter(
        (pl.col("RATIO") == "PAYADC") & (pl.col("SCOPE") == "SUBJECT")
    )
    truth = tables["truth/PK"].filter(pl.col("DRUG") == "BAT8008")
    both = got.join(truth, on="USUBJID", validate="1:1")
    released, made, payload_clearance = 0.9, 8, 25 * 0.6931472 / 6
    true = released * made * (both["CL"] + both["DECONJ"]) / payload_clearance
    off = (both["AVAL"] / true - 1).abs()
    assert (both.height, off.null_count()) == (12, 0)
    assert off.max() < 0.02
