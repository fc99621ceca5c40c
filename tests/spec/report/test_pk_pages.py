"""The pharmacokinetic part of the report: what it shows of ledger, terminal fits, times and conventions."""

import polars as pl
from pk_drawings import SAMPLES, TINY, clock, entry, ledger, picks, trial, value, with_nca

from pkpipe.displays.figures.terminal_fits import terminal_fits
from pkpipe.displays.number_text import significant
from pkpipe.protocol.nca import Sensitivity
from pkpipe.protocol.nca_options import PartialArea
from pkpipe.report.sections import (
    assumptions,
    pharmacology,
    pk_conventions,
    pk_listings,
    pk_results,
)

AT_24 = {"ADTM": clock(24), "AVAL": 45.0}
MAB = TINY.analytes[0]
PLAIN = trial()


def cells(block):
    return [dict(zip(block.header, row, strict=True)) for row in block.rows]


def told(*entries):
    tables = trial(LEDGER=ledger(*entries))
    return tables, pk_listings.ledger(tables["LEDGEFF"], tables["PROFILE"])


def test_the_ledger_is_shown_with_who_why_and_every_value_before_and_after():
    tables, (entries, values, _) = told(entry(**AT_24))
    row = cells(entries)[0]
    assert (row["Why"], row["Recorded by"], row["Approved by"]) == (
        "haemolysed",
        "A. Wu, 2026-03-01",
        "B. Li",
    )
    shown = {r["Parameter"]: r for r in cells(values)}
    before, after = (value(t, "AUCLST")["AVAL"] for t in (PLAIN, tables))
    assert shown["AUCLST"]["Before"] == significant(before)
    assert shown["AUCLST"]["After"] == significant(after)
    moved = tables["LEDGEFF"].filter(pl.col("BEFORE").ne_missing(pl.col("AFTER")))
    assert set(shown) == set(moved["PARAMCD"])
    assert row["Values changed"] == str(moved.height)


def test_what_keeps_its_value_and_is_judged_otherwise_stands_together():
    _, (_, values, judged) = told(entry(TARGET="PROFILE", CYCLE=1))
    assert not values.rows
    assert all(r["Status"].endswith("→ NR") for r in cells(judged))
    assert any("AUCLST" in r["Parameters"] for r in cells(judged))


def test_without_a_ledger_the_report_says_that_nothing_was_left_out():
    (only,) = pk_listings.ledger(PLAIN["LEDGEFF"], PLAIN["PROFILE"])
    assert "no entry" in only.text


def test_the_terminal_fit_marks_the_points_its_line_rests_on():
    def marks(*entries):
        more = {"LEDGER": ledger(*entries)} if entries else {}
        tables = trial(samples=SAMPLES.replace("| 45", "| 30"), **more)
        (figure,) = terminal_fits(tables["LZFIT"], tables["ADPP"], MAB)
        used = tables["LZFIT"]["USEDFL"].eq("Y").sum()
        return figure, used, tables["LZFIT"].height - used

    figure, used, unused = marks()
    # a marker is one <use> of its shape: filled in the colour of the line, or white
    assert figure.svg.count("<use") == used + unused
    assert figure.svg.count("fill: #ffffff; stroke: #777777") == unused
    assert "1 of 2 profiles" not in figure.caption.en
    assert "1 of 1 profiles of cycle 1 have a fit" in figure.caption.en
    by_hand, used, _ = marks(*picks(168, 336, 503.5))
    assert used == 3
    assert by_hand.svg != figure.svg


def test_a_profile_whose_slope_is_not_reported_is_drawn_in_red():
    tables = trial(LEDGER=ledger(*picks(24, 336)))
    (figure,) = terminal_fits(tables["LZFIT"], tables["ADPP"], MAB)
    assert ("#b2182b" in figure.svg) == (value(tables, "LAMZ")["STATUS"] == "NR")


def test_concentrations_by_time_show_n_blq_and_a_value_below_the_limit_in_words():
    table = pk_listings.concentrations(PLAIN["PKCONC"], "MAB")
    predose = next(r for r in cells(table) if (r["Cycle"], r["Planned"]) == ("1", "PREDOSE"))
    assert (predose["n"], predose["n BLQ"], predose["Median"]) == ("1", "1", "BLQ")
    assert "ug/mL" in table.title


def test_each_full_profile_is_listed_with_its_doubts():
    table = pk_listings.profiles(PLAIN["ADPP"], PLAIN["PROFILE"], "MAB")
    (row,) = cells(table)
    status = value(PLAIN, "LAMZHL")["STATUS"]
    half_life = next(v for k, v in row.items() if k.startswith("LAMZHL"))
    assert half_life.endswith(pk_listings.STATUS_SIGNS.get(status, half_life[-1]))
    assert row["TMAX (h)"] == "1.00"


def test_a_convention_shows_the_change_in_percent_and_only_where_something_moves():
    rules = Sensitivity(parameters=("CMAX", "AUCLST"), auc_method=("linear",), moves_percent=0)
    tables = trial(study=with_nca(sensitivity=rules))
    (table,) = pk_conventions.blocks(tables["CONVSENS"], "MAB")
    (row,) = cells(table)  # one cohort at the level: not told twice
    ratio = tables["CONVSENS"].filter(pl.col("COHORT") != "ALL")["GMRATIO"].item()
    assert row["Parameter"] == "AUCLST"
    assert row["AUC linear"] == f"+{100 * (ratio - 1):.1f} (1/1)"
    assert row["Largest |change| (%)"] == f"{100 * (ratio - 1):.1f}"
    (nothing,) = pk_conventions.blocks(tables["CONVSENS"].clear(), "MAB")
    assert "no other declared convention moves" in nothing.text


def test_the_estimability_map_has_a_column_a_cycle():
    blocks = {b.title: b for b in pk_results.blocks(PLAIN, MAB) if b.kind == "table"}
    rows = {r["Parameter"].split("(")[-1][:-1]: r for r in cells(blocks["Estimability map"])}
    for code in ("CMAX", "AUCLST", "LAMZHL"):
        planned = PLAIN["ESTIMAB"].filter(pl.col("PARAMCD") == code)
        for cycle, verdict in planned.select("CYCLE", "ESTIM").iter_rows():
            assert rows[code][f"cycle {cycle}"] == pk_results.SIGNS[verdict]


def test_levels_are_named_with_their_dose():
    titles = [b.title for b in pharmacology._analyte(PLAIN, TINY, MAB) if b.kind == "figure"]
    dose = TINY.escalation.levels[0].doses[TINY.drugs[0].code]
    assert any(f"({dose:g} {TINY.drugs[0].dose_unit})" in t for t in titles), titles


def test_a_partial_area_stands_among_the_main_parameters_with_its_window():
    areas = (PartialArea(start=0, end=24), PartialArea(start=24, end=168))
    study = with_nca(partial_areas=areas, blq="LOQ1")
    blocks = pharmacology._analyte(trial(study=study), study, MAB)
    (table,) = [b for b in blocks if getattr(b, "title", "") == "Parameters by cycle and level"]
    shown = [r["Parameter"] for r in cells(table) if "AUCINT" in r["Parameter"]]
    assert shown == [
        "AUC from T1 to T2 (AUCINT), 0.0 to 24.0 h",
        "AUC from T1 to T2 (AUCINT), 24.0 to 168.0 h",
    ]


def test_the_conventions_of_a_run_are_shown_as_they_were_chosen():
    areas = (PartialArea(start=0, end=24),)
    study = with_nca(partial_areas=areas, blq="LOQ1")
    (_, choices) = assumptions.section({}, study).blocks
    of_nca = {r["Key"]: r["Value"] for r in cells(choices) if r["Section"] == "nca"}
    assert (of_nca["blq"], of_nca["partial_areas"]) == ("LOQ1", "start 0.0, end 24.0")
