"""EX records to administrations: ranges with a frequency, open ends, infusions in parts, nothing given."""

from datetime import date, datetime, time

import polars as pl
import pytest
from support import ROOT, domain, no_domains

from pkpipe.clinical.dose_frequency import FREQUENCIES, FREQUENCY
from pkpipe.escalation.subjects.records import records_of
from pkpipe.pk.samples.doses import dose_times
from pkpipe.protocol.loader import load_study
from pkpipe.protocol.study import Study
from pkpipe.subjects import run
from pkpipe.validate.checks.dose_records import EXPOSURE
from pkpipe.validate.checks.dosing import DOSING
from pkpipe.validate.checks.every_table import CROSS

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
CUTOFF = date(2026, 6, 30)
HEAD = (
    "USUBJID | EXTRT | EXDOSE | EXDOSU | EXPDOSE | EXDOSFRQ | EXINTRFL | CYCLE | VISIT | EXSTDTC "
    "| EXENDTC\n"
)
ENDED = """
USUBJID | DSDECOD       | DSCAT             | DSSCAT          | DSSTDTC
1       | ADVERSE EVENT | DISPOSITION EVENT | STUDY TREATMENT | 2026-05-30
"""


def moment(year, month, day, hour=0, minute=0):
    return datetime.combine(date(year, month, day), time(hour, minute))


def oral(cycle_days=1, per_day=1, max_cycles=400) -> Study:
    """The tiny study with a tablet in mg."""
    drug = TINY.drugs[0].model_copy(
        update={
            **{"kind": "small_molecule", "route": "extravascular", "infusion_hours": 0.0},
            **{"dose_unit": "mg", "cycle_days": cycle_days, "doses_per_day": per_day},
            **{"max_cycles": max_cycles, "dosing_window_days": 0},
        }
    )
    plan = TINY.escalation.model_copy(
        update={
            "dlt_window_days": 28,
            "levels": tuple(
                level.model_copy(update={"doses": {"MAB": dose}})
                for level, dose in zip(TINY.escalation.levels, (5.0, 10.0), strict=True)
            ),
        }
    )
    return TINY.model_copy(update={"drugs": (drug,), "escalation": plan})


def ex(*records: str) -> str:
    """Records as `dose unit | planned | frequency | interrupted | cycle | visit | start | end`."""
    return HEAD + "".join(f"1 | MAB | {record}\n" for record in records)


def tablets(frequency: str, start: str, end: str, dose: float = 5) -> str:
    return f"{dose} | mg | | {frequency} | | | | {start} | {end}"


def rooms(records: str, study: Study, **tables: str) -> dict[str, pl.DataFrame]:
    drawn = {
        "DM": "USUBJID | ARMCD\n1 | A",
        "EX": records,
        "VS": "USUBJID | VSTESTCD | VSSTRESN | VSDTC\n1 | WEIGHT | 60 | 2026-01-01",
    }
    domains = no_domains() | {c: domain(c, text) for c, text in (drawn | tables).items()}
    study = study.at(CUTOFF)
    return domains | run(domains, study)


def sums(tables: dict[str, pl.DataFrame]) -> dict[str, float | None]:
    return dict(tables["ADEXSUM"].select("PARAMCD", "AVAL").iter_rows())


def asked(records: str, study: Study, **tables: str) -> list[tuple[str, int]]:
    """Check and row of the findings about exposure."""
    drawn = {"DM": "USUBJID | ARMCD\n1 | A", "EX": records, **tables}
    domains = no_domains() | {c: domain(c, text) for c, text in drawn.items()}
    found = [
        one
        for cross in (*EXPOSURE, *(c for c in DOSING if c.needs == ("EX",)))
        for one in cross.find(domains, study.at(CUTOFF))
    ]
    return pl.concat(found).select("CHECK", "ROW").rows()


def checks(records: str, study: Study, **tables: str) -> list[str]:
    return [check for check, _ in asked(records, study, **tables)]


# --- the words of EXDOSFRQ ---


def test_every_frequency_has_the_code_of_its_term():
    codes = [f.code for f in FREQUENCIES.values()]
    assert len(set(codes)) == len(codes)
    assert all(code.startswith("C") and code[1:].isdigit() for code in codes)


@pytest.mark.parametrize(
    ("word", "term"),
    [
        *(("qd", "QD"), (" Once Daily ", "QD"), ("每日一次", "QD"), ("b.i.d.", "BID")),
        *(("Q3W", "EVERY 3 WEEKS"), ("q21d", "EVERY 3 WEEKS"), ("Every other day", "QOD")),
        *(("Q2D", "QOD"), ("QW", "EVERY WEEK"), ("BIW", "2 TIMES PER WEEK"), ("as needed", "PRN")),
        *(("FOO", None), ("Q0D", None)),
    ],
)
def test_a_frequency_is_compared_without_letter_case_and_blanks(word, term):
    assert pl.DataFrame({"w": [word]}).select(FREQUENCY.term(pl.col("w"))).item() == term


# case study/exdosfrq_not_read: one record of 43 days, 500 mg
@pytest.mark.parametrize(
    ("frequency", "cycle_days", "per_day", "doses", "cycles"),
    [
        ("Q3W", 21, 1, 3, 3),
        ("BID", 1, 2, 86, 43),
        ("QOD", 2, 1, 22, 22),
        ("QD", 1, 1, 43, 43),
        ("TID", 1, 3, 129, 43),
        ("Q8H", 1, 3, 129, 43),
        ("QW", 7, 1, 7, 7),
        ("Q2W", 14, 1, 4, 4),
        ("Q3D", 3, 1, 15, 15),
        ("Q4W", 28, 1, 2, 2),
        ("BIW", 7, 2, 13, 13),
        ("QM", 30, 1, 2, 2),
    ],
)
def test_exdosfrq_not_read_the_doses_of_a_range_are_those_of_its_frequency(
    frequency, cycle_days, per_day, doses, cycles
):
    study = oral(cycle_days, per_day)
    tables = rooms(ex(tablets(frequency, "2026-01-07T09:42", "2026-02-18T09:42", 500)), study)
    got = sums(tables)
    assert (got["TDOSE"], got["NCYCLE"]) == (500 * doses, cycles)
    assert dose_times(tables["ADEX"], study).height == doses


def test_no_dose_of_a_range_is_outside_its_days():
    for frequency in ("BID", "TID", "QID", "Q8H", "Q36H", "BIW"):
        for start, end in (("T13:00", "T13:00"), ("T22:30", "T07:00"), ("", "")):
            records = ex(tablets(frequency, f"2026-01-07{start}", f"2026-01-20{end}"))
            days = rooms(records, oral())["ADEX"]["ASTDT"]
            assert (days.min(), days.max() <= date(2026, 1, 20)) == (date(2026, 1, 7), True)


@pytest.mark.parametrize(
    ("frequency", "check"),
    [
        ("FOO", "EX-FREQUENCY"),
        ("", "EX-NO-FREQUENCY"),
        ("QOD", "EX-FREQUENCY-DRUG"),
        ("BID", "EX-FREQUENCY-DRUG"),
        ("PRN", "EX-NOT-COUNTED"),
        ("QD", None),
        ("qd", None),
    ],
)
def test_exdosfrq_not_read_a_word_that_gives_no_count_or_another_than_the_plan_is_asked_about(
    frequency, check
):
    found = checks(ex(tablets(frequency, "2026-01-07", "2026-02-18", 500)), oral())
    assert found == ([] if check is None else [check])


def test_exdosfrq_not_read_without_a_count_the_sums_are_withheld_with_the_reason():
    for frequency in ("", "PRN", "FOO"):
        tables = rooms(ex(tablets(frequency, "2026-01-07", "2026-02-18")), oral())
        assert sums(tables)["TDOSE"] is None
        row = tables["ADEXSUM"].filter(pl.col("PARAMCD") == "TDOSE").row(0, named=True)
        assert "frequency" in row["REASON"]


def test_another_frequency_of_one_range_is_a_query_and_counted_as_recorded():
    two = ex(tablets("QD", "2026-01-01", "2026-01-10"), tablets("QOD", "2026-01-11", "2026-01-20"))
    assert checks(two, oral()) == ["EX-FREQUENCY-PLAN", "EX-RANGE-REST"]
    assert sums(rooms(two, oral()))["TDOSE"] == 5 * (10 + 5)


# --- the DLT window ---


def fraction(records: str, study: Study, **tables: str) -> float | None:
    made = rooms(records, study, **tables)
    return records_of(made, study.at(CUTOFF), study.escalation)["DOSEFRAC"].item()


def test_oral_qd_ranges_not_evaluable_a_full_window_of_daily_doses_is_the_whole_dose():
    assert fraction(ex(tablets("QD", "2026-01-01T10:18", "2026-01-28T10:18")), oral()) == 1.0


@pytest.mark.parametrize(
    ("study", "frequency", "end"),
    [
        (oral(max_cycles=28), "QD", "2026-01-28"),
        (oral(per_day=2), "BID", "2026-01-28"),
        (oral(max_cycles=3), "QD", "2026-01-03"),
        (oral(cycle_days=2), "QOD", "2026-01-27"),
        (oral(cycle_days=7), "QW", "2026-01-22"),
    ],
)
def test_oral_qd_ranges_not_evaluable_nor_where_the_plan_has_fewer_or_more_doses(
    study, frequency, end
):
    assert fraction(ex(tablets(frequency, "2026-01-01", end)), study) == 1.0


def test_oral_qd_ranges_not_evaluable_several_gapless_ranges_are_one_course():
    parts = ex(
        tablets("QD", "2026-01-01", "2026-01-10"),
        tablets("QD", "2026-01-11", "2026-01-20"),
        tablets("QD", "2026-01-21", "2026-01-28"),
    )
    tables = rooms(parts, oral())
    assert sums(tables)["NDELAY"] == 0
    assert fraction(parts, oral()) == 1.0


def test_days_left_out_of_daily_dosing_lower_the_share_by_those_days():
    left_out = ex(
        tablets("QD", "2026-01-01", "2026-01-10"),
        tablets("QD", "2026-01-10", "2026-01-12", 0),
        tablets("QD", "2026-01-14", "2026-01-28"),
    )
    # 9 days, 3 days of nothing, the 13th not recorded, 15 days
    assert sums(rooms(left_out, oral()))["TDOSE"] == 5 * 24
    assert fraction(left_out, oral()) == pytest.approx(24 / 28)


# --- ends ---


def test_a_single_record_after_a_range_without_an_end_is_the_last_dose():
    records = ex(tablets("QD", "2026-01-01", ""), tablets("ONCE", "2026-02-10", "2026-02-10"))
    tables = rooms(records, oral(), DS=ENDED)
    assert tables["ADSL"]["TRTEDT"].item() == date(2026, 2, 10)
    assert sums(tables)["TDOSE"] is None
    assert "EX-OPEN-END" in checks(records, oral(), DS=ENDED)


def test_no_documented_dose_is_after_the_last_one():
    records = ex(tablets("QD", "2026-01-01", "2026-01-10"), tablets("QD", "2026-01-11", ""))
    tables = rooms(records, oral(), DS=ENDED)
    assert tables["ADSL"]["TRTEDT"].item() == date(2026, 1, 11)
    assert tables["ADEX"]["ASTDT"].max() <= tables["ADSL"]["TRTEDT"].item()


def test_a_range_without_an_end_of_a_subject_on_treatment_is_counted_to_the_cutoff_and_said():
    records = ex(tablets("QD", "2026-06-01", ""))
    tables = rooms(records, oral())
    assert sums(tables)["TDOSE"] == 5 * 30
    assert set(tables["ADEX"]["OPENFL"]) == {"Y"}
    assert checks(records, oral()) == ["EX-OPEN-CUTOFF"]


def test_a_window_whose_doses_are_not_documented_gives_no_share_and_stops_the_decision():
    records = ex(tablets("QD", "2026-01-01", ""))
    assert fraction(records, oral(), DS=ENDED) is None
    assert "EX-OPEN-END-DLT" in checks(records, oral(), DS=ENDED)


# --- ranges that touch ---


def test_where_two_ranges_meet_on_a_day_the_later_dose_is_that_day_s():
    titrated = ex(
        tablets("QD", "2026-01-01", "2026-01-15", 5), tablets("QD", "2026-01-15", "2026-01-24", 10)
    )
    assert sums(rooms(titrated, oral()))["TDOSE"] == 14 * 5 + 10 * 10
    assert checks(titrated, oral()) == ["EX-RANGES-MEET"]


def test_a_recorded_dose_inside_a_range_is_that_day_s_dose():
    inside = ex(
        tablets("QD", "2026-01-01T08:00", "2026-01-10T08:00"),
        tablets("ONCE", "2026-01-05T08:30", "2026-01-05T08:30"),
    )
    tables = rooms(inside, oral())
    assert sums(tables)["TDOSE"] == 10 * 5
    assert moment(2026, 1, 5, 8, 30) in tables["ADEX"]["ASTDTM"].to_list()


def test_two_ranges_at_the_same_time_are_an_error():
    both = ex(tablets("QD", "2026-01-01", "2026-01-15"), tablets("QD", "2026-01-10", "2026-01-24"))
    assert "EX-RANGES-OVERLAP" in checks(both, oral())


def test_two_timed_doses_of_a_day_twice_daily_are_two_and_the_last_day_ends_with_its_end():
    twice = oral(per_day=2)
    first = ex(tablets("BID", "2026-01-05T20:00", "2026-01-07T08:00"))
    assert rooms(first, twice)["ADEX"]["ASTDTM"].to_list() == [
        moment(2026, 1, 5, 20),
        moment(2026, 1, 6, 8),
        moment(2026, 1, 6, 20),
        moment(2026, 1, 7, 8),
    ]


# --- infusions in parts ---

WHOLE = "6 | mg/kg | 6 | ONCE | {flag} | 1 | C1D1 | 2026-01-05T13:15 | 2026-01-05T14:22"
LATER = "6 | mg/kg | 6 | ONCE |        | 2 | C2D1 | 2026-01-26T13:00 | 2026-01-26T14:00"


def bag(dose: float, start: str, end: str, flag: str = "Y", plan: float = 6, cycle: int = 1) -> str:
    start, end = (t if "-" in t else f"2026-01-05T{t}" for t in (start, end))
    return f"{dose} | mg/kg | {plan} | ONCE | {flag} | {cycle} | C{cycle}D1 | {start} | {end}"


def same_but_for_parts(ours: pl.DataFrame, whole: pl.DataFrame) -> bool:
    left = [c for c in ours.columns if c not in {"PARTS", "SRCROW", "NINTR"}]
    return ours.select(left).equals(whole.select(left))


def test_h1_room_interrupted_infusion_two_ex_records_is_one_administration():
    whole = rooms(ex(WHOLE.format(flag="Y"), LATER), TINY)
    parts = ex(bag(3.6, "13:15", "13:50"), bag(2.4, "14:00", "14:22"), LATER)
    split = rooms(parts, TINY)
    assert same_but_for_parts(split["ADEX"], whole["ADEX"])
    assert split["ADEX"].row(0, named=True)["PARTS"] == 2
    assert split["ADEXSUM"].equals(whole["ADEXSUM"])
    assert dose_times(split["ADEX"], TINY).equals(dose_times(whole["ADEX"], TINY))
    assert checks(parts, TINY) == ["EX-PLAN"] * 2  # 6 mg/kg is no level of this study


def test_two_bags_without_a_break_are_one_infusion_that_was_not_interrupted():
    for plan in (6, 3):
        two = rooms(
            ex(bag(3, "13:15", "13:50", "", plan), bag(3, "13:52", "14:22", "", plan)), TINY
        )
        row = two["ADEX"].row(0, named=True)
        assert (two["ADEX"].height, row["DOSE"], row["NINTR"], row["INTRFL"]) == (1, 6, 0, None)
        assert row["DURH"] == pytest.approx(67 / 60)


def test_the_shares_planned_for_two_bags_add_up_to_the_dose_of_the_level():
    two = ex(bag(1.5, "13:15", "13:50", "", 1.5), bag(1.5, "13:52", "14:22", "", 1.5))
    row = rooms(two, TINY, DM="USUBJID | ARMCD\n1 | B")["ADEX"].row(0, named=True)
    assert (row["PLANDOSE"], row["DOSEPCT"], row["LEVEL"]) == (3, 100, "B")


def test_three_interruptions_are_counted_in_one_infusion():
    four = ex(
        bag(1, "13:00", "13:10"), bag(1, "13:20", "13:30"), bag(2, "13:40", "13:50"),
        bag(2, "14:30", "14:45"),
    )  # fmt: skip
    tables = rooms(four, TINY)
    row = tables["ADEX"].row(0, named=True)
    assert (tables["ADEX"].height, row["NINTR"], row["DOSE"]) == (1, 3, 6)
    assert sums(tables)["NINTR"] == 1


@pytest.mark.parametrize(
    ("second", "flag", "rows"),
    [
        (("2026-01-05T23:50", "2026-01-06T00:20"), "Y", 1),  # over midnight
        (("2026-01-06T09:00", "2026-01-06T09:20"), "Y", 1),  # finished on the next day
        (("2026-01-06T09:00", "2026-01-06T09:20"), "", 2),  # a second dose, unless somebody says so
        (("2026-01-08T09:00", "2026-01-08T09:20"), "Y", 2),
    ],
)
def test_an_infusion_goes_on_over_midnight_and_on_the_next_day_if_it_was_interrupted(
    second, flag, rows
):
    records = ex(bag(3.6, "23:00", "23:40", flag), bag(2.4, *second, flag))
    assert rooms(records, TINY)["ADEX"].height == rows
    assert ("DOSE-IN-PARTS" in checks(records, TINY)) == (rows == 2)


def test_the_study_file_may_give_the_longest_break():
    records = ex(
        bag(3.6, "13:00", "13:40", ""), bag(2.4, "2026-01-06T09:00", "2026-01-06T09:20", "")
    )
    wide = TINY.drugs[0].model_copy(update={"part_gap_hours": 48.0})
    assert rooms(records, TINY.model_copy(update={"drugs": (wide,)}))["ADEX"].height == 1


def test_an_infusion_over_midnight_in_one_record_is_one_dose():
    record = ex("1 | mg/kg | 1 | ONCE | | 1 | | 2026-01-05T23:30 | 2026-01-06T00:30")
    assert rooms(record, TINY)["ADEX"].height == 1
    assert checks(record, TINY) == []


def test_an_infusion_with_the_frequency_of_its_drug_lasts_as_long_as_its_clock_says():
    record = ex("1 | mg/kg | 1 | Q3W | | 1 | | 2026-01-05T09:00 | 2026-01-05T11:30")
    row = rooms(record, TINY)["ADEX"].row(0, named=True)
    assert (row["DURH"], row["AENDTM"]) == (2.5, moment(2026, 1, 5, 11, 30))


def test_infusions_of_consecutive_days_are_no_parts_of_one():
    daily = TINY.drugs[0].model_copy(update={"cycle_days": 1})
    records = ex(
        *(
            f"1 | mg/kg | 1 | QD | | 1 | | 2026-01-0{d}T09:00 | 2026-01-0{d}T10:00"
            for d in range(1, 6)
        )
    )
    tables = rooms(records, TINY.model_copy(update={"drugs": (daily,)}))
    assert (tables["ADEX"].height, sums(tables)["NDELAY"]) == (5, 0)


def test_times_in_only_some_records_still_make_one_infusion_of_a_day():
    records = ex(bag(3.6, "13:00", "13:40", ""), bag(2.4, "2026-01-05", "2026-01-05", ""))
    row = rooms(records, TINY)["ADEX"].row(0, named=True)
    assert (row["DOSE"], row["ASTDTM"], row["DURH"]) == (6, moment(2026, 1, 5, 13), 1.0)


def test_a_milligram_dose_of_a_drug_per_kilogram_is_at_its_level():
    record = ex("180 | mg | | ONCE | | 1 | | 2026-01-05T09:00 | 2026-01-05T10:00")
    row = rooms(record, TINY, DM="USUBJID | ARMCD\n1 | B")["ADEX"].row(0, named=True)
    assert (row["LEVEL"], row["PLANDOSE"], row["DOSEPCT"]) == ("B", 180, 100)


def test_a_placebo_of_nothing_is_given_and_is_no_dose_of_zero():
    from pkpipe.validate.checks.dose_rows import DOSE_ROWS  # noqa: PLC0415 (one test)

    wrong = next(c for c in DOSE_ROWS if c.check.id == "EX-ZERO").wrong(TINY)
    rows = pl.DataFrame({"EXTRT": ["Placebo", "MAB"], "EXDOSE": [0.0, 0.0], "EXADJ": [None, None]})
    assert rows.filter(wrong)["EXTRT"].to_list() == ["MAB"]


# --- two bags side by side ---


def beside(*records: str) -> str:
    """Records as `dose | planned | lot | link | start | end` of the first cycle, in mg/kg."""
    head = "USUBJID | EXSEQ | EXTRT | EXDOSU | CYCLE | EXDOSE | EXPDOSE | EXLOT | EXLNKID "
    head += "| EXSTDTC | EXENDTC\n"
    return head + "".join(
        f"1 | {i} | MAB | mg/kg | 1 | {record}\n" for i, record in enumerate(records)
    )


def twice(records: str, study: Study = TINY, dm: str = "USUBJID | ARMCD\n1 | A") -> list[str]:
    tables = no_domains() | {"DM": domain("DM", dm), "EX": domain("EX", records)}
    found = [f for c in CROSS if "EX" in c.needs for f in c.find(tables, study.at(CUTOFF))]
    return pl.concat(found)["CHECK"].to_list()


DAY = "2026-01-05T"


@pytest.mark.parametrize(
    "second",
    [
        f"0.4 | 1 |  |  | {DAY}13:00 | {DAY}14:05",  # the end
        f"0.4 | 1 | L2 |  | {DAY}13:00 | {DAY}14:00",
        f"0.4 | 1 |  | BAG2 | {DAY}13:00 | {DAY}14:00",
        f"0.4 | 0.4 |  |  | {DAY}13:00 | {DAY}14:05",  # the planned dose by bag
        f"0.4 |  |  |  | {DAY}13:00 | {DAY}14:05",
    ],
)
def test_two_bags_with_one_start_are_one_infusion(second):
    plan = second.split("|")[1].strip()
    plan = {"0.4": "0.6"}.get(plan, plan)
    records = beside(f"0.6 | {plan} | L1 | BAG1 | {DAY}13:00 | {DAY}14:00", second)
    assert twice(records) == []
    row = rooms(records, TINY)["ADEX"].row(0, named=True)
    assert (row["DOSE"], row["PARTS"], row["NINTR"]) == (1.0, 2, 0)
    assert row["ASTDTM"] == moment(2026, 1, 5, 13)
    assert row["AENDTM"] == moment(2026, 1, 5, 14, 5 if "14:05" in second else 0)
    assert rooms(records, TINY)["ADEX"].height == 1
    assert asked(records, TINY) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"1 | 1 | | | {DAY}13:00 | {DAY}14:00", f"1 | 1 | | | {DAY}13:00 | {DAY}14:00"),
        (f"1 | 1 | | | {DAY}13:00 | {DAY}14:00", f"1 | 1 | | | {DAY}13:00 | {DAY}14:05"),
        (f"0.5 | 1 | L1 | | {DAY}13:00 | {DAY}14:00", f"0.5 | 1 | L1 | | {DAY}13:00 | {DAY}14:00"),
    ],
)
def test_a_dose_entered_twice_is_not_two_bags(first, second):
    assert twice(beside(first, second)) == ["KEY-TWICE"]


def test_tablets_with_one_start_are_not_bags():
    records = beside(f"0.6 | 1 | L1 | | {DAY}13:00 |", f"0.4 | 1 | L2 | | {DAY}13:00 |")
    assert twice(records, oral()) == ["KEY-TWICE"]
