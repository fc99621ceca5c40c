"""What must hold for any subjects: of curves, of censoring schemes, of the order and names of rows."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkpipe.survival import TRACES
from pkpipe.survival.comparisons.log_rank import logrank, risk_sets
from pkpipe.survival.curves.km import CONFS, curves, reversed_events
from pkpipe.survival.curves.quantiles import medians, quartiles
from pkpipe.survival.curves.readings import landmarks, restricted_means
from pkpipe.survival.options import PlannedScans, TteOptions
from pkpipe.survival.times.tte import time_to_event

START = date(2024, 1, 1)
PLAN = PlannedScans(every_weeks=6, until_week=24, then_every_weeks=12, window_days=7)
ALL_FOUR = ("PFS", "OS", "DOR", "TTR")

samples = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(0, 12), st.integers(0, 1)), min_size=1, max_size=25
).map(
    lambda rows: pl.DataFrame(
        rows, schema={"GROUP": pl.String, "TIME": pl.Int64, "EVENT": pl.Int64}, orient="row"
    )
)


@given(samples, st.sampled_from(CONFS))
def test_a_curve_never_rises_and_lies_within_its_limits(frame, conf):
    curve = curves(frame, by=["GROUP"], conf=conf)
    for _, one in curve.group_by("GROUP"):
        steps = [1.0, *one.sort("TIME")["SURV"].to_list()]
        assert all(b <= a for a, b in pairwise(steps))
    limited = curve.drop_nulls(["LOWER", "UPPER"])
    assert limited.filter((pl.col("LOWER") < 0) | (pl.col("UPPER") > 1)).height == 0
    slack = 1e-12
    outside = (pl.col("LOWER") > pl.col("SURV") + slack) | (
        pl.col("UPPER") < pl.col("SURV") - slack
    )
    assert limited.filter(outside).height == 0


@given(samples)
def test_counts_of_a_curve_add_up_to_its_subjects(frame):
    curve = curves(frame, by=["GROUP"])
    sums = curve.group_by("GROUP").agg(
        N=pl.col("NEVENT").sum() + pl.col("NCENSOR").sum(), FIRST=pl.col("NRISK").first()
    )
    sizes = frame.group_by("GROUP").agg(pl.len().alias("SIZE"))
    assert (
        sums.join(sizes, on="GROUP")
        .filter((pl.col("N") != pl.col("SIZE")) | (pl.col("FIRST") != pl.col("SIZE")))
        .is_empty()
    )


@given(samples)
def test_without_censoring_s_is_the_share_still_without_an_event(frame):
    all_events = frame.with_columns(EVENT=pl.lit(1))
    for time, surv in curves(all_events).select("TIME", "SURV").iter_rows():
        assert surv == pytest.approx((frame["TIME"] > time).mean(), abs=1e-12)


@given(samples, st.randoms(use_true_random=False))
def test_shuffling_the_rows_changes_nothing(frame, random):
    order = list(range(frame.height))
    random.shuffle(order)
    mixed = frame[order]
    one, other = curves(frame, by=["GROUP"]), curves(mixed, by=["GROUP"])
    assert one.equals(other)
    assert logrank(risk_sets(frame, "TIME", "EVENT", "GROUP")).chisq == pytest.approx(
        logrank(risk_sets(mixed, "TIME", "EVENT", "GROUP")).chisq
    )


@given(samples, st.integers(1, 1000))
def test_times_in_another_unit_scale_the_times_and_nothing_else(frame, scale):
    times = frame.with_columns(TIME=pl.col("TIME") * scale)
    one, other = curves(frame, by=["GROUP"]), curves(times, by=["GROUP"])
    assert one.drop("TIME").equals(other.drop("TIME"))
    a, b = medians(one, ["GROUP"]), medians(other, ["GROUP"])
    assert a.select(pl.col("ESTIMATE", "LOWER", "UPPER") * scale).equals(
        b.select("ESTIMATE", "LOWER", "UPPER")
    )
    q, r = quartiles(one, ["GROUP"]), quartiles(other, ["GROUP"])
    assert q.select(pl.col("ESTIMATE") * scale).equals(r.select("ESTIMATE"))


@given(samples)
def test_twice_the_subjects_give_the_same_curve(frame):
    one, two = curves(frame, by=["GROUP"]), curves(pl.concat([frame, frame]), by=["GROUP"])
    assert one["SURV"].to_list() == pytest.approx(two["SURV"].to_list(), abs=1e-12)


@given(samples)
def test_quartiles_are_in_order(frame):
    q = quartiles(curves(frame, by=["GROUP"]), ["GROUP"]).pivot(
        "STAT", index="GROUP", values="ESTIMATE"
    )
    assert q.filter((pl.col("Q25") > pl.col("Q50")) | (pl.col("Q50") > pl.col("Q75"))).is_empty()


@given(samples, st.integers(1, 15))
def test_a_restricted_mean_lies_between_nothing_and_its_horizon(frame, horizon):
    means = restricted_means(curves(frame, by=["GROUP"]), [horizon], ["GROUP"])
    assert means.filter((pl.col("RMST") < 0) | (pl.col("RMST") > horizon + 1e-9)).is_empty()


@given(samples, st.integers(0, 14))
def test_those_at_risk_are_counted_one_by_one(frame, t):
    got = landmarks(curves(frame, by=["GROUP"]), [t], ["GROUP"])
    for group, at_risk in got.select("GROUP", "NRISK").iter_rows():
        assert at_risk == frame.filter((pl.col("GROUP") == group) & (pl.col("TIME") >= t)).height


@given(samples)
def test_exchanging_events_twice_is_nothing(frame):
    assert reversed_events(reversed_events(frame, "EVENT"), "EVENT")["EVENT"].to_list() == (
        frame["EVENT"].to_list()
    )


days = st.integers(-10, 400)
maybe_day = st.none() | days
person = st.fixed_dictionaries(
    {
        "scans": st.lists(
            st.tuples(days, st.sampled_from(["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"])),
            max_size=8,
        ),
        "DTHDT": maybe_day,
        "LSTALVDT": maybe_day,
        "NACTDT": maybe_day,
        "CLINPDDT": maybe_day,
        "CUTDT": st.none() | st.integers(0, 400),
        "BASEFL": st.sampled_from([None, "Y", "N"]),
        "EOSREAS": st.sampled_from([None, "LOST TO FOLLOW-UP", "WITHDRAWAL", "ADVERSE EVENT"]),
    }
)
people = st.lists(person, min_size=1, max_size=6)
# Enough to meet every rule many times; each example is a whole analysis.
fewer = settings(max_examples=50)
schemes = st.sampled_from(("A", "B", "C", "E", "last_assessment"))


def tables(stories):
    scans = [
        (f"S{i}", START + timedelta(days=d), a)
        for i, p in enumerate(stories)
        for d, a in p["scans"]
    ]
    responses = pl.DataFrame(
        scans, schema={"USUBJID": pl.String, "ADT": pl.Date, "AVALC": pl.String}, orient="row"
    )
    rows = [
        {
            "USUBJID": f"S{i}",
            "TRTSDT": START,
            **{
                k: START + timedelta(days=v) if isinstance(v, int) else v
                for k, v in p.items()
                if k != "scans"
            },
        }
        for i, p in enumerate(stories)
    ]
    texts = ("USUBJID", "BASEFL", "EOSREAS")
    kinds = {k: pl.String if k in texts else pl.Date for k in rows[0]}
    return responses, pl.DataFrame(rows, schema=kinds)


def analysed(responses, reference, scheme, **options):
    chosen = TteOptions(scheme=scheme, schedule=PLAN, response="unconfirmed", **options)
    return time_to_event(responses, reference, chosen)


@fewer
@given(people, schemes)
def test_every_subject_has_one_row_with_a_reason_and_a_trace(stories, scheme):
    responses, reference = tables(stories)
    got = analysed(responses, reference, scheme)
    assert not got.select("USUBJID", "PARAMCD").is_duplicated().any()
    for code in ("PFS", "OS"):
        assert got.filter(PARAMCD=code)["USUBJID"].to_list() == reference["USUBJID"].to_list()
    assert (
        got.select("CNSR", "CNSRRSN", "EVNTDESC", "TRACE").null_count().sum_horizontal().item() == 0
    )
    assert got.filter((pl.col("CNSR") == 0) != (pl.col("CNSRRSN") == 0)).is_empty()
    assert got.filter((pl.col("CNSR") == 0) != pl.col("CNSDTDSC").is_null()).is_empty()
    assert got.filter(pl.col("AVAL") < 1).is_empty()


@fewer
@given(people, schemes)
def test_nothing_ends_after_the_cutoff(stories, scheme):
    responses, reference = tables(stories)
    got = analysed(responses, reference, scheme).join(reference, on="USUBJID")
    assert got.filter(pl.col("ADT") > pl.col("CUTDT")).is_empty()


@fewer
@given(people)
def test_scheme_e_never_censors_more_subjects_than_scheme_a(stories):
    responses, reference = tables(stories)
    a, e = (analysed(responses, reference, s, endpoints=("PFS",)) for s in "AE")
    assert a.join(e, on="USUBJID", suffix="E").filter(pl.col("CNSRE") > pl.col("CNSR")).is_empty()


@fewer
@given(people)
def test_scheme_c_never_censors_more_subjects_than_scheme_a(stories):
    responses, reference = tables(stories)
    a, c = (analysed(responses, reference, s, endpoints=("PFS",)) for s in "AC")
    assert a.join(c, on="USUBJID", suffix="C").filter(pl.col("CNSRC") > pl.col("CNSR")).is_empty()


@fewer
@given(people, st.sampled_from(("A", "B", "C", "E")), st.integers(1, 200))
def test_an_assessment_after_progression_changes_nothing(stories, scheme, later):
    responses, reference = tables(stories)
    before = analysed(responses, reference, scheme)
    progressed = (
        before.filter(PARAMCD="PFS", EVNTDESC="Disease Progression")
        .join(
            responses.filter(AVALC="PD").group_by("USUBJID").agg(PD=pl.col("ADT").max()),
            on="USUBJID",
        )
        .select("USUBJID", ADT=pl.col("PD") + pl.duration(days=later))
    )
    for answer in ("CR", "SD", "PD", "NE"):
        more = pl.concat([responses, progressed.with_columns(AVALC=pl.lit(answer))])
        after = analysed(more, reference, scheme)
        results = [c for c in before.columns if c not in TRACES]
        # Who is assessed is alive on that day: without another date it ends the follow-up of survival.
        of_scans = pl.col("PARAMCD") != "OS"
        then = before.filter(of_scans).select(results)
        assert after.filter(of_scans).select(results).equals(then)


@fewer
@given(people, schemes, st.randoms(use_true_random=False))
def test_order_and_names_of_subjects_change_nothing(stories, scheme, random):
    responses, reference = tables(stories)
    plain = analysed(responses, reference, scheme)
    shuffled = responses.sample(fraction=1, shuffle=True, seed=random.randrange(1000))
    assert analysed(shuffled, reference.reverse(), scheme).equals(plain)
    names = {f"S{i}": f"S{len(stories) - i}" for i in range(len(stories))}
    renamed = pl.col("USUBJID").replace_strict(names)
    again = analysed(responses.with_columns(renamed), reference.with_columns(renamed), scheme)
    order = pl.col("PARAMCD").replace_strict(
        {c: i for i, c in enumerate(ALL_FOUR)}, return_dtype=pl.Int8
    )
    assert again.equals(plain.with_columns(renamed).sort("USUBJID", order))


@fewer
@given(people, schemes)
def test_subjects_do_not_touch_each_other(stories, scheme):
    responses, reference = tables(stories)
    together = analysed(responses, reference, scheme)
    alone = [
        analysed(responses.filter(USUBJID=who), reference.filter(USUBJID=who), scheme)
        for who in reference["USUBJID"]
    ]
    assert pl.concat(alone).equals(together)
