"""NCA on other people's files: their units, and windows that follow the unit of time."""

import pytest
from nca_shell import DOSE, SOUND, shell

from pkpipe.units import Dimension, StudyUnits, factor, parse, result_unit, spelled

__all__ = ["shell"]


@pytest.mark.parametrize("window", ["trough_window: 0.5", "trough_window: 9.5"])
def test_e1_time_unit_day_trough_window_is_in_hours(shell, window):
    conc = "ID,TIME,CONC\nS1,0,0\nS1,0.06,60\nS1,1,45\nS1,2,38\nS1,7,20\nS1,13.6,9.5\n"
    dose = "ID,TIME,DOSE,ROUTE,DURATION,TAU\nS1,0,100,iv_infusion,0.0416666666666667,14\n"
    _, _, cells = shell(conc, dose, "--time-unit", "day", options=window)
    assert cells["S1", "0.0", "CTROUGH"][0] is None
    _, _, cells = shell(conc, dose, "--time-unit", "day", options="trough_window: 9.7")
    assert cells["S1", "0.0", "CTROUGH"][0] == 9.5


@pytest.mark.parametrize(
    "options",
    [
        "eoi_window: 1",
        "predose_window: 3",
        "trough_window: 3",
        "lambda_z: {not_before: 30}",
        "{time_basis: nominal_if_within, nominal_window: 3}",
    ],
)
def test_e1_time_unit_day_trough_window_and_every_other_window_follows_the_unit(shell, options):
    times = [0, 1.5, 24, 48, 168, 333, 335, 337.4, 360, 400, 500, 669]
    conc = [0, 60, 45, 38, 20, 9, 8.9, 66, 50, 44, 33, 14]
    plan = [0, 1, 24, 48, 168, 330, 336, 337, 360, 400, 500, 672]
    hours, days = "ID,TIME,CONC,TIMENOM\n", "ID,TIME,CONC,TIMENOM\n"
    for t, c, p in zip(times, conc, plan, strict=True):
        hours += f"S1,{t!r},{c},{p!r}\n"
        days += f"S1,{t / 24!r},{c},{p / 24!r}\n"
    head = "ID,TIME,DOSE,ROUTE,DURATION,TAU,TIMENOM\n"
    in_h = head + "S1,0,100,iv_infusion,1,336,0\nS1,336,100,iv_infusion,1,336,336\n"
    in_d = head + f"S1,0,100,iv_infusion,{1 / 24!r},14,0\nS1,14,100,iv_infusion,{1 / 24!r},14,14\n"
    _, _, a = shell(hours, in_h, options=options)
    _, _, b = shell(days, in_d, "--time-unit", "day", options=options)
    assert [(k[-1], v[0] is None, v[1]) for k, v in a.items()] == [
        (k[-1], v[0] is None, v[1]) for k, v in b.items()
    ]
    for code in ("CMAX", "CEOI", "CTROUGH", "LAMZNPT"):
        assert [v[0] for k, v in a.items() if k[-1] == code] == [
            v[0] for k, v in b.items() if k[-1] == code
        ]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        *(
            ("IU/mL", "IU/mL"),
            ("U/L", "U/L"),
            ("mcg/mL", "ug/mL"),
            ("ug/ml", "ug/mL"),
            ("MG", "mg"),
        ),
        *(
            ("HOURS", "h"),
            ("ng/g", "ng/g"),
            ("Days", "day"),
            ("µg/mL", "ug/mL"),
            ("mg/m^2", "mg/m2"),
        ),
        *(("MCG/ML", "ug/mL"), ("min", "min"), ("KG", "kg"), ("mIU/mL", "mIU/mL"), ("Hr", "h")),
    ],
)
def test_r1_unit_spellings_are_read_and_written_as_the_standard_does(theirs, ours):
    assert spelled(theirs) == ours
    assert parse(theirs) == parse(ours)


def test_r1_unit_spellings_of_a_biological_reach_the_results(shell):
    _, _, cells = shell(
        SOUND, DOSE, "--conc-unit", "IU/mL", "--dose-unit", "IU", "--time-unit", "HOURS"
    )
    clearance = cells["S1", "0.0", "CLO"]
    assert clearance[2] == "L/h"
    assert clearance[0] == pytest.approx(0.01030105 / 1000, rel=1e-6)
    assert cells["S1", "0.0", "AUCIFO"][2] == "IU/mL*h"
    tissue = StudyUnits("ng/g", "mg", "h")
    assert result_unit(Dimension(conc=1, time=1), tissue) == ("ng/g*h", 1.0)
    assert result_unit(Dimension(dose=1, conc=-1, time=-1), tissue) == ("mg/(ng/g)/h", 1.0)


def test_r1_unit_spellings_that_mean_nothing_or_two_things_are_asked_about(shell):
    code, said, _ = shell(SOUND, DOSE, "--conc-unit", "MIU/mL")
    assert (code, "did you mean" in said) == (2, True)
    with pytest.raises(Exception, match="measure different things"):
        factor("IU/mL", "U/mL")
    with pytest.raises(Exception, match="did you mean"):
        parse("MM")
