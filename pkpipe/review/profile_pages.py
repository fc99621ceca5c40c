"""The page of the profiles, and the part of it that is drawn again after each decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from pkpipe.displays.number_text import significant
from pkpipe.review.acts import Asked, with_acts
from pkpipe.review.computed_parameters import State, moved
from pkpipe.review.desk import Desk
from pkpipe.review.pages import filled
from pkpipe.review.profile_drawing import drawing, small
from pkpipe.review.profile_view import MAIN, View, main_first, overview, parameters, view_of

C: Final = pl.col
MOST_SUMMARIES: Final = 60
# What people write in a ledger; any other words are as good.
REASONS: Final = (
    "drawn from the infusion arm",
    "haemolysed sample",
    "sample mix-up",
    "dosing error",
    "infusion interrupted",
    "time of the sample in doubt",
    "carry-over from the dose before",
    "not in the terminal phase",
    "outlier confirmed by the laboratory",
)


def profiles_page(desk: Desk, word: str, asked: str | None) -> str:
    """All profiles, and one of them in full: the one that is asked for, or the first with a remark."""
    if desk.run.study.nca is None:
        return desk.page("empty.html", "profiles", word, why="The study file has no section nca.")
    ledger, state = desk.ledger(), desk.now()
    order = overview(state)
    if order.is_empty():
        return desk.page(
            "empty.html", "profiles", word, why="No profile has a sample after a dose."
        )
    names = order["PROFILE"].to_list()
    flagged = order.filter(C("FLAGS") > 0)["PROFILE"].to_list()
    name = asked or (flagged or names)[0]
    view = view_of(desk.run, state, state, name)
    place = names.index(name)
    file = desk.place
    return desk.page(
        "profiles.html",
        "profiles",
        word,
        view=view,
        place=place + 1,
        total=len(names),
        previous=names[place - 1] if place else None,
        next=names[place + 1] if place + 1 < len(names) else None,
        facts=list(_facts(view)),
        fragment=_part(view, state, state, changed=False),
        groups=list(_groups(order, state)),
        reasons=REASONS,
        seen=ledger.sha256,
        store=f"{desk.run.study.study.id} {desk.run.cutoff}",
        declared=file.declared,
        unwritable=file.problem,
        file=file.path.as_posix(),
        file_name=file.name,
    )


def tried(desk: Desk, asked: Asked) -> str:
    """The part of the page under decisions that are not written.

    Raises:
        DataError: one of them cannot be applied.
    """
    sound = desk.sound()
    before = desk.kinetics.state(sound)
    after = with_acts(desk.kinetics, sound, asked.acts)
    return _part(view_of(desk.run, before, after, asked.profile), before, after, changed=True)


def _part(view: View, before: State, after: State, *, changed: bool) -> str:
    rows = parameters(before, after, view.id)
    summaries = main_first(moved(before, after))
    values = dict(rows.select("PARAMCD", "NEW").iter_rows())
    return filled(
        "profile_part.html",
        drawing=drawing(view),
        quality=list(_quality(values, view)),
        rows=rows.to_dicts(),
        main=len(MAIN),
        summaries=summaries.head(MOST_SUMMARIES).to_dicts(),
        more=max(0, summaries.height - MOST_SUMMARIES),
        changed=changed,
    )


def _quality(values: Mapping[str, float | None], view: View) -> Iterator[tuple[str, str]]:
    """How good the terminal line is."""
    yield "r² adjusted", significant(values.get("R2ADJ"), 4)
    yield "Points", significant(values.get("LAMZNPT"), 2)
    yield "Span (half-lives)", significant(values.get("LAMZSPN"), 3)
    yield "Extrapolated area", f"{significant(values.get('AUCPEO'), 3)} %"
    half_life = significant(values.get("LAMZHL"), 4)
    yield "Half-life", f"{half_life} {'days' if view.days else 'h'}"


def _facts(view: View) -> Iterator[str]:
    """What is known of the dose and of antibodies."""
    about = view.about
    yield f"Cohort {about['COHORT']}, level {about['LEVEL'] or 'not known'}"
    given = "not known" if about["DOSE"] is None else f"{about['DOSE']:g} {about['DOSEU']}"
    yield f"Dose {given} on {about['DOSEDTM']:%Y-%m-%d %H:%M}"
    percent = about["DOSEPCT"]
    if percent is not None and abs(percent - 100) > 1e-6:
        yield f"dose deviates: {percent:.3g} % of the plan"
    if about["REASON"]:
        yield about["REASON"]
    if view.onset is None:
        yield "no onset of antibodies"
    else:
        yield f"antibodies from {view.onset / 24:.3g} days after this dose"


def _groups(order: pl.DataFrame, state: State) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The small drawings, by analyte and cohort."""
    drawn = state.found.it.drawn.filter(C("CONC") > 0).select("PROFILE", "TIME", "CONC")
    points: dict[str, list[tuple[float, float]]] = {}
    for profile, time, conc in drawn.iter_rows():
        points.setdefault(profile, []).append((time, conc))
    for key, part in order.group_by("PARAMCD", "MATRIX", "COHORT", maintain_order=True):
        flagged = part.filter(C("FLAGS") > 0).height
        title = f"{key[0]} in {str(key[1]).lower()}, cohort {key[2]}: {part.height} profiles"
        told = f"{title}, {flagged} with a remark" if flagged else title
        yield (
            told,
            [_card(row, points.get(row["PROFILE"], [])) for row in part.iter_rows(named=True)],
        )


def _card(row: Mapping[str, Any], points: list[tuple[float, float]]) -> dict[str, Any]:
    kind = {"RICH": "", "SPARSE": "few samples", "TROUGH": "trough only"}[row["PRFLFL"]]
    fit = "" if row["R2ADJ"] is None else f"r² adj {significant(row['R2ADJ'], 3)}"
    return {
        "id": row["PROFILE"],
        "subject": row["USUBJID"],
        "cycle": row["CYCLE"],
        "flags": row["FLAGS"],
        "svg": small(points),
        "told": "; ".join(filter(None, (row["WHY"], kind, fit))),
    }
