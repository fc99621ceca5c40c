"""Every situation of the PFS censoring table under every scheme (methods section 9).

Subjects start on 2024-01-01 and are scanned every 6 weeks, a week early or late at most: 12 February,
25 March, 6 May, 17 June, 29 July. A case is the story of one subject and what each scheme makes of it:
date, reason code.
"""

from datetime import date, timedelta

import polars as pl
import pytest

from pkpipe.survival.options import PlannedScans, TteOptions
from pkpipe.survival.times.tte import time_to_event

START = date(2024, 1, 1)
PLAN = PlannedScans(every_weeks=6, window_days=7)
SCHEMES = ("A", "B", "C", "E", "last_assessment")


def day(text):
    return None if text is None else date.fromisoformat(f"2024-{text}")


def scans(text):
    """`02-12 SD, 03-25 PD` to rows."""
    pairs = [p.split(" ", 1) for p in text.split(", ")] if text else []
    return pl.DataFrame(
        {
            "USUBJID": ["1"] * len(pairs),
            "ADT": [day(d) for d, _ in pairs],
            "AVALC": [a for _, a in pairs],
        },
        schema={"USUBJID": pl.String, "ADT": pl.Date, "AVALC": pl.String},
    )


def subject(**dates):
    kinds = {k: pl.String if k in {"BASEFL", "EOSREAS"} else pl.Date for k in dates}
    row = {k: [v if kinds[k] is pl.String else day(v)] for k, v in dates.items()}
    return pl.DataFrame({"USUBJID": ["1"], "TRTSDT": [START], **row}, schema_overrides=kinds)


def pfs(story, ref, scheme, **options):
    chosen = TteOptions(endpoints=("PFS",), scheme=scheme, **({"schedule": PLAN} | options))
    return time_to_event(scans(story), ref, chosen).row(0, named=True)


CASES = {
    "no baseline": (
        "02-12 SD, 03-25 PD", {"BASEFL": "N"},
        dict.fromkeys("ABCE", ("01-01", 4)) | {"last_assessment": ("03-25", 0)},
    ),
    "no baseline, died: the first rule in reading order wins": (
        "", {"BASEFL": "N", "DTHDT": "01-20"},
        dict.fromkeys("ABCE", ("01-01", 4)) | {"last_assessment": ("01-20", 0)},
    ),
    "no assessment after baseline, alive": ("", {}, dict.fromkeys(SCHEMES, ("01-01", 5))),
    "only assessments that are not evaluable, alive": (
        "02-12 NE", {},
        dict.fromkeys("ABCE", ("01-01", 5)) | {"last_assessment": ("02-12", 1)},
    ),
    "death before the first scan": ("", {"DTHDT": "02-10"}, dict.fromkeys(SCHEMES, ("02-10", 0))),
    "death before the first scan, one planned scan over": (
        "", {"DTHDT": "03-10"}, dict.fromkeys(SCHEMES, ("03-10", 0)),
    ),
    "death before any scan, two planned scans over": (
        "", {"DTHDT": "04-10"},
        {"A": ("01-01", 3), "B": ("01-01", 3)} | dict.fromkeys(("C", "E", "last_assessment"), ("04-10", 0)),
    ),
    "progression at a planned scan, two days late": (
        "02-12 SD, 03-27 PD", {},
        dict.fromkeys(SCHEMES, ("03-27", 0)) | {"B": ("03-25", 0)},
    ),
    "progression between planned scans": (
        "02-12 SD, 03-05 PD", {},
        dict.fromkeys(SCHEMES, ("03-05", 0)) | {"B": ("03-25", 0)},
    ),
    "progression between planned scans, cutoff before the next": (
        "02-12 SD, 03-05 PD", {"CUTDT": "03-10"},
        dict.fromkeys(SCHEMES, ("03-05", 0)) | {"B": ("03-10", 0)},
    ),
    "no progression, alive": (
        "02-12 SD, 03-27 PR, 05-06 NE", {},
        dict.fromkeys("ACE", ("03-27", 1)) | {"B": ("03-25", 1), "last_assessment": ("05-06", 1)},
    ),
    "an unscheduled scan is no planned visit": (
        "02-12 SD, 03-05 SD", {},
        dict.fromkeys(SCHEMES, ("03-05", 1)) | {"B": ("02-12", 1)},
    ),
    "new therapy before progression": (
        "02-12 SD, 03-25 SD, 05-06 PD", {"NACTDT": "04-01"},
        {"A": ("03-25", 2), "B": ("03-25", 2), "C": ("03-25", 2)}
        | {"E": ("05-06", 0), "last_assessment": ("05-06", 0)},
    ),
    "new therapy before progression, claimed on its account": (
        "02-12 SD, 03-25 SD, 05-06 PD", {"NACTDT": "04-01", "CLINPDDT": "04-01"},
        {"A": ("03-25", 2), "B": ("03-25", 2), "C": ("04-01", 0)}
        | {"E": ("05-06", 0), "last_assessment": ("05-06", 0)},
    ),
    "new therapy, then a claim": (
        "02-12 SD", {"NACTDT": "03-01", "CLINPDDT": "03-08"},
        {"A": ("02-12", 2), "B": ("02-12", 2), "C": ("03-01", 0)}
        | {"E": ("02-12", 8), "last_assessment": ("02-12", 1)},
    ),
    "new therapy, no event": (
        "02-12 SD, 03-25 SD, 05-06 SD", {"NACTDT": "04-01"},
        {"A": ("03-25", 2), "B": ("03-25", 2), "C": ("03-25", 2)}
        | {"E": ("05-06", 1), "last_assessment": ("05-06", 1)},
    ),
    "new therapy before any scan, died": (
        "", {"NACTDT": "01-15", "DTHDT": "02-10"},
        dict.fromkeys("ABC", ("01-01", 2)) | {"E": ("02-10", 0), "last_assessment": ("02-10", 0)},
    ),
    "a scan on the day of new therapy counts": (
        "02-12 SD, 03-25 SD", {"NACTDT": "03-25"},
        dict.fromkeys("ABC", ("03-25", 2)) | {"E": ("03-25", 1), "last_assessment": ("03-25", 1)},
    ),
    "new therapy after progression changes nothing": (
        "02-12 SD, 03-25 PD", {"NACTDT": "04-01"}, dict.fromkeys(SCHEMES, ("03-25", 0)),
    ),
    "clinical progression without a scan": (
        "02-12 SD", {"CLINPDDT": "02-20"},
        {"A": ("02-12", 8), "B": ("02-12", 8), "E": ("02-12", 8)}
        | {"C": ("02-20", 0), "last_assessment": ("02-12", 1)},
    ),
    "clinical progression, then a scan shows it": (
        "02-12 SD, 03-25 PD", {"CLINPDDT": "03-01"},
        dict.fromkeys(SCHEMES, ("03-25", 0)) | {"C": ("03-01", 0)},
    ),
    "progression after one missed scan": (
        "02-12 SD, 05-06 PD", {}, dict.fromkeys(SCHEMES, ("05-06", 0)),
    ),
    "progression after two missed scans": (
        "02-12 SD, 06-17 PD", {},
        {"A": ("02-12", 3), "B": ("02-12", 3)} | dict.fromkeys(("C", "E", "last_assessment"), ("06-17", 0)),
    ),
    "two scans that were not evaluable are two missed ones": (
        "02-12 SD, 03-25 NE, 05-06 NE, 06-17 PD", {},
        {"A": ("02-12", 3), "B": ("02-12", 3)} | dict.fromkeys(("C", "E", "last_assessment"), ("06-17", 0)),
    ),
    "death after two missed scans": (
        "02-12 SD", {"DTHDT": "05-14"},
        {"A": ("02-12", 3), "B": ("02-12", 3)} | dict.fromkeys(("C", "E", "last_assessment"), ("05-14", 0)),
    ),
    "death inside the window of the second scan: only one is missed for sure": (
        "02-12 SD", {"DTHDT": "05-13"}, dict.fromkeys(SCHEMES, ("05-13", 0)),
    ),
    "treatment ended for toxicity, followed on without an event": (
        "02-12 SD, 03-25 SD", {"EOSREAS": "ADVERSE EVENT"}, dict.fromkeys(SCHEMES, ("03-25", 1)),
    ),
    "lost to follow-up": (
        "02-12 SD", {"EOSREAS": "LOST TO FOLLOW-UP", "EOSDT": "03-20"},
        dict.fromkeys("ABCE", ("02-12", 6)) | {"last_assessment": ("02-12", 1)},
    ),
    "withdrew": (
        "02-12 SD", {"EOSREAS": "Withdrawal by subject", "EOSDT": "03-20"},
        dict.fromkeys("ABCE", ("02-12", 7)) | {"last_assessment": ("02-12", 1)},
    ),
    "progression and new therapy on one day: progression": (
        "02-12 SD, 03-25 PD", {"NACTDT": "03-25"}, dict.fromkeys(SCHEMES, ("03-25", 0)),
    ),
    "death on the cutoff day counts": (
        "02-12 SD", {"DTHDT": "03-01", "CUTDT": "03-01"}, dict.fromkeys(SCHEMES, ("03-01", 0)),
    ),
    "events after the cutoff do not exist": (
        "02-12 SD, 03-25 PD", {"DTHDT": "04-02", "CUTDT": "03-24"}, dict.fromkeys(SCHEMES, ("02-12", 1)),
    ),
    "new therapy after the cutoff does not exist": (
        "02-12 SD", {"NACTDT": "03-25", "CUTDT": "03-24"}, dict.fromkeys(SCHEMES, ("02-12", 1)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("case", CASES)
def test_pfs(case, scheme):
    story, dates, wanted = CASES[case]
    got = pfs(story, subject(**dates), scheme)
    end, code = wanted[scheme]
    assert (got["ADT"], got["CNSRRSN"], got["CNSR"]) == (day(end), code, int(code != 0))
    assert got["AVAL"] == (day(end) - START).days + 1


def test_progression_and_death_on_one_day_is_progression():
    got = pfs("03-25 PD", subject(DTHDT="03-25"), "A")
    assert (got["CNSR"], got["EVNTDESC"]) == (0, "Disease Progression")


def test_of_two_responses_on_one_day_the_worse_counts():
    assert pfs("03-25 PR, 03-25 PD", subject(), "A")["CNSR"] == 0
    assert pfs("02-12 SD, 03-25 NE, 03-25 SD", subject(), "A")["ADT"] == day("03-25")


def test_missed_scans_are_counted_by_windows_that_lie_between_scan_and_event():
    # last adequate scan 12 February; windows 18 March to 1 April and 29 April to 13 May
    assert pfs("02-12 SD, 05-13 PD", subject(), "A")["CNSRRSN"] == 0
    assert pfs("02-12 SD, 05-14 PD", subject(), "A")["CNSRRSN"] == 3
    assert "missed before the event 2;" in pfs("02-12 SD, 05-14 PD", subject(), "A")["TRACE"]


def test_a_scan_inside_the_window_is_not_missed_and_one_outside_does_not_fill_it():
    assert pfs("02-12 SD, 03-18 SD, 05-14 PD", subject(), "A")["CNSRRSN"] == 0
    # 17 March is a day before the window opens: that scan counts as the last adequate one all the same
    assert pfs("02-12 SD, 03-17 SD, 05-14 PD", subject(), "A")["ADT"] == day("03-17")


def test_the_number_of_missed_scans_is_a_choice():
    assert pfs("02-12 SD, 05-14 PD", subject(), "A", missed=3)["CNSRRSN"] == 0
    assert pfs("02-12 SD, 05-06 PD", subject(), "A", missed=1)["CNSRRSN"] == 3


def test_the_plan_may_change_its_interval_or_name_the_weeks():
    sparse = PlannedScans(every_weeks=6, until_week=6, then_every_weeks=24, window_days=7)
    assert pfs("02-12 SD, 06-17 PD", subject(), "A", schedule=sparse)["CNSRRSN"] == 0
    named = PlannedScans.model_validate({"weeks": (6, 12, 18), "window_days": 7})
    assert pfs("02-12 SD, 06-17 PD", subject(), "A", schedule=named)["CNSRRSN"] == 3


def test_without_a_plan_a_gap_over_twice_the_interval_and_window_is_two_missed():
    gap = {"schedule": None, "gap": {"interval_days": 42, "window_days": 7}}
    longest = day("02-12") + timedelta(days=91)
    assert pfs(f"02-12 SD, {longest:%m-%d} PD", subject(), "A", **gap)["CNSRRSN"] == 0
    late = longest + timedelta(days=1)
    assert pfs(f"02-12 SD, {late:%m-%d} PD", subject(), "A", **gap)["CNSRRSN"] == 3


def test_without_plan_or_gap_nothing_is_counted_and_the_trace_says_so():
    got = pfs("02-12 SD, 06-17 PD", subject(), "A", schedule=None)
    assert got["CNSRRSN"] == 0
    assert "missed assessments not counted" in got["TRACE"]


def test_the_trace_names_every_candidate_date_and_the_rule_that_won():
    got = pfs("02-12 SD, 03-25 PD", subject(NACTDT="03-01", DTHDT="06-01"), "A")
    assert got["TRACE"] == (
        "start 2024-01-01; progression 2024-03-25; clinical progression none; death 2024-06-01; "
        "new therapy 2024-03-01; last adequate assessment 2024-03-25; last assessment 2024-03-25; "
        "last known alive none; missed before the event 0; "
        "scheme A, rule 3: New anti-cancer therapy before an event -> 2024-02-12 "
        "(New anti-cancer therapy before an event)"
    )
    assert got["TRACEZH"] == (
        "起始：2024-01-01；进展：2024-03-25；临床进展：无；死亡：2024-06-01；新抗肿瘤治疗：2024-03-01；"
        "末次充分评估：2024-03-25；末次评估：2024-03-25；末次已知存活：无；事件前漏检：0；"
        "方案A，规则3：事件前开始新的抗肿瘤治疗 -> 2024-02-12（事件前开始新的抗肿瘤治疗）"
    )
    assert got["CNSDTDSC"] == "Last adequate assessment up to new anti-cancer therapy"


@pytest.mark.parametrize(
    ("scan", "planned"),
    [("02-05", "02-12"), ("02-04", "02-12"), ("02-19", "02-12"), ("02-20", "03-25")],
)
def test_scheme_b_dates_a_progression_at_its_planned_scan_or_the_next(scan, planned):
    assert pfs(f"{scan} PD", subject(), "B")["ADT"] == day(planned)


@pytest.mark.parametrize(
    ("scan", "attended"), [("02-05", "02-12"), ("02-04", None), ("02-19", "02-12"), ("02-20", None)]
)
def test_scheme_b_censors_at_the_planned_date_of_scans_within_their_window(scan, attended):
    got = pfs(f"{scan} SD", subject(), "B")
    assert got["ADT"] == (START if attended is None else day(attended))
