"""What a person does on the page, as entries of the ledger, and how they are written.

An act names a sample by its raw row, a parameter or a profile by its id; what stood there is read from the
run, not from the page.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import polars as pl
from pydantic import Field, StringConstraints

from pkpipe.errors import ConfigError, DataError
from pkpipe.pk.ledger.judged import Observed
from pkpipe.protocol.base import Frozen
from pkpipe.provenance import sha256
from pkpipe.review import ledger_file
from pkpipe.review.computed_parameters import Kinetics, State
from pkpipe.review.ledger_file import Ledger, Place, Row
from pkpipe.review.study_run import Reviewed
from pkpipe.store import audit_trail

C: Final = pl.col
MOST: Final = 500  # acts in one request
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
# How the ledger calls what an act is about, and what it does with it.
MEANT: Final = {
    "sample": ("EXCLUDE", "CONCENTRATION"),
    "slope_out": ("EXCLUDE", "LAMBDA_Z"),
    "slope_pick": ("PICK", "LAMBDA_Z"),
    "parameter": ("EXCLUDE", "PARAMETER"),
    "profile": ("EXCLUDE", "PROFILE"),
}


class Act(Frozen):
    """One thing a person wants."""

    kind: Literal["sample", "slope_out", "slope_pick", "parameter", "profile"]
    profile: Text
    sample: Text = ""  # raw file and row of a sample
    parameter: Text = ""
    reason: Text = ""


class Asked(Frozen):
    """What the page would like to see, nothing of it written."""

    profile: Text = ""
    acts: Annotated[tuple[Act, ...], Field(max_length=MOST)] = ()


class Applied(Frozen):
    """What the page wants written. seen: the hash of the ledger it knew."""

    acts: Annotated[tuple[Act, ...], Field(min_length=1, max_length=MOST)]
    name: Text = ""  # asked for where it is needed
    approver: Text = ""
    seen: str


@dataclass(frozen=True)
class Written:
    """What came of it: the entries, or those of other people that stand in the way."""

    entries: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def rows_of(acts: Sequence[Act], seen: Observed, first: int = 1) -> list[dict[str, str]]:
    """The acts as entries without a person: what they point to and what stood there.

    Raises:
        DataError: an act is about something that the run does not have.
    """
    return [
        {"ENTRY": f"E{first + n}", **_about(act, seen), "REASON": act.reason}
        for n, act in enumerate(acts)
    ]


def _about(act: Act, seen: Observed) -> dict[str, str]:
    action, target = MEANT[act.kind]
    profile = _one(seen.it.profiles.filter(C("PROFILE") == act.profile), f"profile {act.profile}")
    row = {
        "ACTION": action,
        "TARGET": target,
        "USUBJID": profile["USUBJID"],
        "PARCAT1": profile["PARAMCD"],
        "MATRIX": profile["MATRIX"],
    }
    if act.kind == "profile":
        return row | {"PROFILE": act.profile} | _stood(profile["CONCSUM"], "")
    if act.kind == "parameter":
        of_profile = (C("PROFILE") == act.profile) & (C("PARAMCD") == act.parameter)
        value = _one(seen.adpp.filter(of_profile), f"parameter {act.parameter} of {act.profile}")
        row |= {"PROFILE": act.profile, "PARAMCD": act.parameter}
        return row | _stood(value["AVAL"], "NOT DONE")
    sample = _one(seen.it.rows.filter(C("SRCID") == act.sample), f"sample {act.sample}")
    if act.kind != "sample":
        row["PROFILE"] = act.profile
    at: datetime.datetime = sample["ADTM"]
    row["ADTM"] = at.strftime("%Y-%m-%dT%H:%M" if at.second == 0 else "%Y-%m-%dT%H:%M:%S")
    return row | _stood(sample["AVAL"], "BLQ" if sample["BLQ"] else "NOT DONE")


def _one(found: pl.DataFrame, what: str) -> dict[str, Any]:
    if found.height != 1:
        raise DataError(f"{what}: {found.height} in this run, one is meant")
    return found.row(0, named=True)


def _stood(value: object, word: str) -> dict[str, str]:
    return {"AVALC": word} if value is None else {"AVAL": repr(value)}


def with_acts(kinetics: Kinetics, sound: pl.DataFrame, acts: Sequence[Act]) -> State:
    """The run under the ledger as it stands and these acts; what has a reason or not.

    Raises:
        DataError: an act cannot be applied.
    """
    if not acts:
        return kinetics.state(sound)
    rows = rows_of(acts, kinetics.seen(), ledger_file.next_number(sound))
    pending = [{**row, "REASON": row["REASON"] or "not said yet"} for row in rows]
    return kinetics.state(pl.concat([sound, ledger_file.typed(pending)]))


def apply(run: Reviewed, kinetics: Kinetics, place: Place, asked: Applied) -> Written:
    """Write one entry an act, whole or not at all, if nobody judged the same profiles meanwhile.

    Raises:
        ConfigError: a name or a reason is missing.
        DataError: the entries would stop the next run.
    """
    _named(asked)
    with ledger_file.alone(place):
        now = ledger_file.read(place)
        since = _since(now, asked.seen)
        rows = rows_of(asked.acts, kinetics.seen(), ledger_file.next_number(now.entries))
        if now.sha256 != asked.seen and (same := _same_profiles(since, rows)):
            return Written(conflicts=tuple(same))
        day = audit_trail.now().date().isoformat()
        signed = {"RECBY": asked.name, "RECDT": day, "APPRBY": asked.approver or asked.name}
        rows = [{**row, **signed} for row in rows]
        sound = kinetics.sound(now.entries)
        kinetics.state(pl.concat([sound, ledger_file.typed(rows)]))
        ledger_file.add(place, rows)
    _remember(now)
    noted(run, place, asked.name, [(r["ENTRY"], r["REASON"]) for r in rows], now.sha256)
    told = () if now.sha256 == asked.seen else tuple(_told(since))
    return Written(tuple(r["ENTRY"] for r in rows), others=told)


def _named(asked: Applied) -> None:
    lacking = [] if asked.name else ["Name: say who decides"]
    without = sum(not act.reason for act in asked.acts)
    if without:
        lacking.append(f"Reason: {without} of {len(asked.acts)} decisions have none")
    if asked.approver and asked.approver.casefold() == asked.name.casefold():
        lacking.append("Second person: another name than the first")
    if lacking:
        raise ConfigError("; ".join(lacking))


def noted(
    run: Reviewed, place: Place, person: str, done: Sequence[tuple[str, str]], before: str
) -> None:
    """A line of the audit trail for each entry."""
    after = sha256(place.path)
    entries = [
        audit_trail.Entry(
            audit_trail.LEDGER, {place.name: after}, person, f"{entry}: {why}", before={place.name: before}
        )
        for entry, why in done
    ]  # fmt: skip
    audit_trail.append_all(run.folder, lambda _: entries)


# Entries by the hash of the ledger in which they stood, so that a page can be told what is new to it.
_KNOWN: Final[dict[str, frozenset[str]]] = {}


def _remember(ledger: Ledger) -> None:
    _KNOWN[ledger.sha256] = frozenset(ledger.entries["ENTRY"].drop_nulls())


def known(ledger: Ledger) -> Ledger:
    """The same; a page that shows it is told later what came after it."""
    _remember(ledger)
    return ledger


def _since(now: Ledger, seen: str) -> pl.DataFrame:
    """Entries that the page did not know; of an unknown page, all."""
    before = sorted(_KNOWN.get(seen, frozenset()))
    return now.entries.filter(~C("ENTRY").is_in(before))


def _same_profiles(since: pl.DataFrame, rows: Sequence[Row]) -> list[str]:
    """Entries of other people about a subject and analyte that one of these rows is about."""
    about = [{name: row[name] for name in ("USUBJID", "PARCAT1")} for row in rows]
    return _told(since.join(pl.DataFrame(about), on=["USUBJID", "PARCAT1"], how="semi"))


def _told(entries: pl.DataFrame) -> list[str]:
    return [
        f"{row['ENTRY']} by {row['RECBY']}: {row['ACTION']} {row['TARGET']} of {row['USUBJID']} "
        f"{row['PARAMCD'] or row['ADTM'] or row['PROFILE'] or ''} ({row['REASON']})"
        for row in entries.iter_rows(named=True)
    ]
