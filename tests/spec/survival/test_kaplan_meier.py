"""Kaplan-Meier on samples small enough to check by hand (KM-1 to KM-7)."""

import polars as pl
import pytest

from pkpipe.survival.comparisons.cox import cox
from pkpipe.survival.comparisons.log_rank import logrank, risk_sets
from pkpipe.survival.curves.curve_summary import Reading, summary
from pkpipe.survival.curves.km import curves, reversed_events
from pkpipe.survival.curves.quantiles import medians, quartiles
from pkpipe.survival.curves.readings import landmarks, restricted_means


def sample(times, events, group="ALL"):
    return pl.DataFrame(
        {"GROUP": [group] * len(times), "TIME": [float(t) for t in times], "EVENT": list(events)},
        schema={"GROUP": pl.String, "TIME": pl.Float64, "EVENT": pl.Int64},
    )


def median(times, events):
    return medians(curves(sample(times, events), by=["GROUP"]), ["GROUP"]).row(0)[1:]


# T = 1,2,2,3,5,6,6,7,9,10 with events 1,1,0,1,0,1,1,0,1,0: the worked example of the methods.
EXAMPLE = sample([1, 2, 2, 3, 5, 6, 6, 7, 9, 10], [1, 1, 0, 1, 0, 1, 1, 0, 1, 0])


def test_at_risk_at_a_time_is_everybody_whose_time_is_not_before_it():
    at = landmarks(curves(EXAMPLE), [0, 2, 6, 7])
    assert at["NRISK"].to_list() == [10, 9, 5, 3]


def test_the_example_of_the_methods():
    at = landmarks(curves(EXAMPLE), [2, 6])
    assert at["SURV"].to_list() == pytest.approx([0.8, 0.4114], abs=5e-4)
    assert at["LOWER"].to_list() == pytest.approx([0.409, 0.103], abs=5e-4)
    assert at["UPPER"].to_list() == pytest.approx([0.946, 0.707], abs=5e-4)
    assert medians(curves(EXAMPLE)).row(0) == (6, 1, None)


def test_events_come_before_censorings_at_the_same_time():
    tied = curves(sample([2, 2, 4], [1, 0, 1]))
    assert tied["SURV"].to_list() == pytest.approx([2 / 3, 0])
    assert tied.select("NRISK", "NEVENT", "NCENSOR").row(0) == (3, 1, 1)


def test_a_median_on_a_flat_step_is_the_middle_of_the_step():
    assert median([1, 2, 3, 4], [1, 1, 1, 1])[0] == 2.5


def test_a_median_on_a_step_that_goes_on_to_the_end_is_where_the_step_begins():
    assert median([1, 2, 5, 9], [1, 1, 0, 0])[0] == 2
    half = quartiles(curves(sample([1, 2, 5, 9], [1, 1, 0, 0]))).filter(STAT="Q50")
    assert half["ESTIMATE"].to_list() == [5.5]  # R's quantile() goes to the last time: (2 + 9) / 2


@pytest.mark.parametrize("n", [6, 8, 14, 18, 20, 44, 58, 60])
def test_rounding_of_s_does_not_move_the_median(n):
    times = list(range(1, n + 1))
    assert median(times, [1] * n)[0] == (n + 1) / 2


def test_a_median_that_is_not_reached_is_null():
    assert median([1, 2, 3, 4], [1, 0, 0, 0]) == (None, 1, None)


def test_limits_are_null_where_s_is_0_or_1():
    ends = curves(sample([1, 2, 3], [0, 1, 1]))
    assert ends["LOWER"].is_null().to_list() == [True, False, True]
    assert ends["SE"].to_list()[2] is None
    log = curves(sample([1, 2, 3], [0, 1, 1]), conf="log")
    assert (log["UPPER"].to_list()[0], log["UPPER"].to_list()[2]) == (1.0, None)


def test_one_subject():
    assert median([5], [1]) == (5, None, None)
    assert median([5], [0]) == (None, None, None)
    assert restricted_means(curves(sample([5], [1])), [3, 5, 9])["RMST"].to_list() == [3, 5, 5]


def test_everyone_censored():
    curve = curves(sample([3, 4, 8], [0, 0, 0]))
    assert curve["SURV"].to_list() == [1, 1, 1]
    assert medians(curve).row(0) == (None, None, None)
    assert restricted_means(curve, [8]).select("RMST", "SE").row(0) == (8, 0)


def test_all_events_at_once():
    assert median([7, 7, 7], [1, 1, 1])[0] == 7
    assert curves(sample([7, 7, 7], [1, 1, 1])).select("NRISK", "NEVENT", "SURV").row(0) == (
        3,
        3,
        0,
    )


def test_no_rows_make_empty_tables():
    nothing = sample([], [])
    curve = curves(nothing, by=["GROUP"])
    assert curve.height == 0
    assert medians(curve, ["GROUP"]).height == 0
    assert quartiles(curve, ["GROUP"]).height == 0
    assert landmarks(curve, [1.0], ["GROUP"]).height == 0
    assert restricted_means(curve, [1.0], ["GROUP"]).height == 0
    assert summary(nothing, Reading(at=(1.0,))).height == 0
    assert curves(nothing).height == landmarks(curves(nothing), [1.0]).height == 0
    assert restricted_means(curves(nothing), [1.0]).height == 0
    test = logrank(risk_sets(nothing, "TIME", "EVENT", "GROUP"))
    assert (test.chisq, test.reason) == (None, "no event")


def test_a_group_without_a_time_is_shown_with_nobody_in_it():
    frame = pl.concat([sample([1, 2], [1, 1], "A"), sample([], [], "B")])
    empty = pl.DataFrame({"GROUP": ["B"], "TIME": [None], "EVENT": [None]}, schema=frame.schema)
    rows = summary(pl.concat([frame, empty]), Reading()).filter(GROUP="B")
    assert rows.filter(STAT="N").select("ESTIMATE", "NOTE").row(0) == (
        0,
        "1 without time or event flag left out",
    )
    assert rows.filter(STAT="MEDIAN").select("ESTIMATE", "NOTE").row(0) == (None, "no subject")


def test_times_that_only_rounding_keeps_apart_are_one_time():
    curve = curves(sample([0.1 + 0.2, 0.3, 0.5], [1, 1, 0]))
    assert curve["TIME"].to_list() == [0.3, 0.5]
    assert curve["NEVENT"].to_list() == [2, 0]


def test_a_time_of_zero_counts():
    curve = curves(sample([0, 3], [1, 1]))
    assert curve.select("TIME", "NRISK", "SURV").rows() == [(0, 2, 0.5), (3, 1, 0)]
    assert medians(curve).row(0)[0] == 1.5


def test_a_landmark_is_not_estimable_with_fewer_at_risk_than_the_plan_asks_for():
    rows = summary(EXAMPLE, Reading(at=(6.0, 9.0), min_at_risk=3)).filter(STAT="SURV")
    assert rows["ESTIMATE"].is_null().to_list() == [False, True]
    assert rows["NOTE"].to_list()[1] == "not estimable: fewer than 3 at risk"


def test_after_the_last_time_the_last_value_is_carried_and_said_so():
    frame = sample([1, 2, 3], [1, 0, 0])
    row = summary(frame, Reading(at=(10.0,))).filter(STAT="SURV").row(0, named=True)
    assert row["ESTIMATE"] == pytest.approx(2 / 3)
    assert row["NOTE"] == "after the last time: last value carried forward"


def test_median_follow_up_exchanges_event_and_censoring():
    frame = sample([1, 2, 3, 4], [1, 0, 1, 0])
    follow_up = medians(curves(reversed_events(frame, "EVENT")))
    assert follow_up["ESTIMATE"].to_list() == [4]


def test_a_restricted_mean_is_the_area_under_the_curve():
    # S is 1 to day 1, then 2/3, then 1/3 from day 2: 1 + 2/3 + 1/3 * 1 up to day 3
    assert restricted_means(curves(sample([1, 2, 4], [1, 1, 1])), [3])["RMST"].to_list() == [2.0]


def test_groups_do_not_touch_each_other():
    a, b = sample([1, 2, 3], [1, 0, 1], "A"), sample([1, 1, 9], [0, 1, 1], "B")
    both = curves(pl.concat([b, a]), by=["GROUP"])
    for name, one in (("A", a), ("B", b)):
        assert both.filter(GROUP=name).equals(curves(one, by=["GROUP"]))


def test_a_hazard_ratio_without_events_in_a_group_is_not_estimable():
    frame = pl.concat([sample([1, 2, 3], [1, 1, 1], "A"), sample([4, 5], [0, 0], "B")])
    fit = cox(risk_sets(frame, "TIME", "EVENT", "GROUP"), "A")
    assert fit.reason == "no event in group B"
    assert fit.table(0.95)["HR"].to_list() == [None]


def test_a_hazard_ratio_between_separated_groups_is_not_estimable():
    frame = pl.concat([sample([1, 2, 3], [1, 1, 1], "A"), sample([4, 5, 6], [1, 1, 1], "B")])
    fit = cox(risk_sets(frame, "TIME", "EVENT", "GROUP"), "A")
    assert fit.reason == "a coefficient runs to infinity: the groups are separated in time"


@pytest.mark.parametrize("events", [[0, 0], [1, 0]])
def test_one_group_or_no_event_has_no_test(events):
    sets = risk_sets(sample([1, 2], events), "TIME", "EVENT", "GROUP")
    assert logrank(sets).p is None
    assert cox(sets, "ALL").reason is not None


def test_a_curve_that_by_rounding_ends_above_three_quarters_has_no_first_quartile_in_r_and_here():
    # 11 of 44 have the event: S ends at 3/4, which (43/44)(42/43)... is not to the last digit
    curve = curves(sample(range(1, 45), [1] * 11 + [0] * 33))
    assert curve["SURV"].min() > 0.75
    assert quartiles(curve).filter(STAT="Q25")["ESTIMATE"].to_list() == [None]


@pytest.mark.parametrize(
    ("times", "distinct"),
    [
        ([1e-9, 9e-9, 1.0], 2),  # nearer than 1.5e-8
        ([1e9, 1e9 + 5, 3e9], 2),  # nearer than 1.5e-8 of the mean
        ([1.0, 1.0 + 1e-7, 1.2], 3),
    ],
)
def test_two_times_are_one_if_nearer_than_the_root_of_the_precision(times, distinct):
    assert curves(sample(times, [1, 1, 1])).height == distinct
