"""What changed in the data: records added, removed, re-keyed, and fields old to new (CUT-4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.differences.stored import StoredRun
from pkpipe.schema.own_inputs import SPECS
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.validate.checks.cells import typed

C: Final = pl.col
CHANGES_SCHEMA: Final = pl.Schema(
    {
        "TABLE": pl.String(),
        "USUBJID": pl.String(),
        "RECORD": pl.String(),  # the key, in words
        "CHANGE": pl.String(),  # added, removed, changed, re-keyed
        "FIELD": pl.String(),
        "OLD": pl.String(),
        "NEW": pl.String(),
        "CAUSE": pl.String(),  # data new, data corrected, data deleted, cut date, exclusion, configuration
        "FILE": pl.String(),  # where the record lies now, else where it lay
        "ROW": pl.Int64(),
    }
)
LEDGER: Final = "LEDGER"
CAUSES: Final = {
    "added": "data new",
    "removed": "data deleted",
    "changed": "data corrected",
    "re-keyed": "data corrected",
}
SAME_CHANGE: Final = ("CHANGE", "RECORD", "FIELD")


@dataclass(frozen=True)
class Matched:
    """Two versions of one table: positions of its records in both."""

    same: pl.DataFrame  # _OLD, _NEW: one key in both
    rekeyed: pl.DataFrame  # _OLD, _NEW: one record under two keys
    removed: pl.DataFrame  # _OLD
    added: pl.DataFrame  # _NEW


def matched(old: pl.DataFrame, new: pl.DataFrame, spec: DomainSpec) -> Matched:
    """Records of two versions of a table, matched by key; the n-th of equal keys to the n-th."""
    before, after = _numbered(old, spec, "_OLD"), _numbered(new, spec, "_NEW")
    on = [*spec.key, "_NO"]
    same = before.join(after, on=on, how="inner", nulls_equal=True).select("_OLD", "_NEW")
    gone = before.join(same, on="_OLD", how="anti").select("_OLD").sort("_OLD")
    come = after.join(same, on="_NEW", how="anti").select("_NEW").sort("_NEW")
    rekeyed = _rekeyed(old[gone["_OLD"].to_list()], new[come["_NEW"].to_list()], spec)
    pairs = pl.DataFrame(
        {"_OLD": gone["_OLD"].gather(rekeyed["_A"]), "_NEW": come["_NEW"].gather(rekeyed["_B"])}
    )
    return Matched(
        same.sort("_OLD"),
        pairs,
        gone.join(pairs, on="_OLD", how="anti", maintain_order="left"),
        come.join(pairs, on="_NEW", how="anti", maintain_order="left"),
    )


def _numbered(frame: pl.DataFrame, spec: DomainSpec, place: str) -> pl.DataFrame:
    """The key of every record, with its number among records of the same key, and its position."""
    return frame.select(
        *spec.key, pl.int_range(pl.len(), dtype=pl.Int64).alias(place)
    ).with_columns(_NO=pl.int_range(pl.len()).over(spec.key))


def _rekeyed(gone: pl.DataFrame, come: pl.DataFrame, spec: DomainSpec) -> pl.DataFrame:
    """Records that went under one key and came under another: positions _A, _B.

    The subject's own number of the record tells, with the test; without numbers, every other field.
    """
    number, test = f"{spec.code}SEQ", f"{spec.code}TESTCD"
    if number in spec.names and number not in spec.key:
        on = ["USUBJID", number, *([test] if test in spec.names else [])]
    else:
        on = [name for name in spec.names if name == "USUBJID" or name not in spec.key]
    before, after = (
        frame.select(on)
        .with_row_index(place)
        .with_columns(C(place).cast(pl.Int64))
        .filter(C(on[1]).is_not_null() if len(on) > 1 else pl.lit(value=False))
        .unique(on, keep="none", maintain_order=True)
        for frame, place in ((gone, "_A"), (come, "_B"))
    )
    return before.join(after, on=on, how="inner", nulls_equal=True).select("_A", "_B").sort("_A")


def fields(
    old: pl.DataFrame, new: pl.DataFrame, pairs: pl.DataFrame, spec: DomainSpec, change: str
) -> pl.DataFrame:
    """One row a field that differs between matched records: positions, FIELD, OLD, NEW."""
    before, after = old[pairs["_OLD"].to_list()], new[pairs["_NEW"].to_list()]
    parts = [
        pairs.with_columns(
            CHANGE=pl.lit(change),
            FIELD=pl.lit(name),
            OLD=_text(before[name]),
            NEW=_text(after[name]),
        ).filter(before[name].ne_missing(after[name]))
        for name in spec.names
    ]
    return pl.concat(parts)


def _text(values: pl.Series) -> pl.Series:
    return values.cast(pl.String)


def changes_of(old: pl.DataFrame, new: pl.DataFrame, spec: DomainSpec) -> pl.DataFrame:
    """Every change of one table; _OLD and _NEW are positions of the record in the two versions."""
    found = matched(old, new, spec)
    none = pl.lit(None, dtype=pl.String)
    place = pl.lit(None, dtype=pl.Int64)
    single = [
        part.select(_OLD=before, _NEW=after, CHANGE=pl.lit(change), FIELD=none, OLD=none, NEW=none)
        for part, change, before, after in (
            (found.removed, "removed", C("_OLD"), place),
            (found.added, "added", place, C("_NEW")),
        )
    ]
    return pl.concat(
        [
            *single,
            fields(old, new, found.same, spec, "changed"),
            fields(old, new, found.rekeyed, spec, "re-keyed"),
        ]
    )


def data_changes(before: StoredRun, after: StoredRun) -> pl.DataFrame:
    """Every change between the validated tables of two runs, with its cause."""
    tables = [
        _of_table(code, before, after) for code in before.delivered if code in after.delivered
    ]
    return pl.concat([pl.DataFrame(schema=CHANGES_SCHEMA), *tables])


def _of_table(code: str, before: StoredRun, after: StoredRun) -> pl.DataFrame:
    spec = SPECS[code]
    told = _told(before.validated(code), after.validated(code), spec)
    arrived = _told(typed(before.delivered[code], spec), typed(after.delivered[code], spec), spec)
    by_change = C("CHANGE").replace_strict(CAUSES, return_dtype=pl.String)
    causes = arrived.select(*SAME_CHANGE, _CAUSE=by_change).unique(SAME_CHANGE, keep="any")
    # Records that were always delivered came, went or read otherwise for another reason.
    moved = pl.col("RECORD").is_in(_touched(arrived).implode()) | (before.cutoff == after.cutoff)
    reread = before.manifest["config"]["sources"] != after.manifest["config"]["sources"]
    otherwise = (
        pl.when(~moved)
        .then(pl.lit("cut date"))
        .otherwise(pl.lit("configuration" if reread else "data corrected"))
    )
    cause = pl.lit("exclusion") if code == LEDGER else pl.coalesce("_CAUSE", otherwise)
    return (
        told.join(causes, on=SAME_CHANGE, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(TABLE=pl.lit(code), CAUSE=cause)
        .select(CHANGES_SCHEMA.names())
        .cast(CHANGES_SCHEMA)
        .sort("TABLE", "USUBJID", "RECORD", "CHANGE", "FIELD", nulls_last=True, maintain_order=True)
    )


def _touched(arrived: pl.DataFrame) -> pl.Series:
    """Records whose delivery changed, by the key they had and the key they have."""
    return pl.concat([arrived["RECORD"], arrived["_WAS"]]).drop_nulls().unique()


def _told(old: pl.DataFrame, new: pl.DataFrame, spec: DomainSpec) -> pl.DataFrame:
    """Changes of one table with the record in words and the place of its row."""
    lay, lies = _places(old, spec, "_OLD"), _places(new, spec, "_NEW")
    return (
        changes_of(old, new, spec)
        .join(lay, on="_OLD", how="left", maintain_order="left")
        .join(lies, on="_NEW", how="left", maintain_order="left", suffix="_NOW")
        .with_columns(
            _WAS=C("RECORD"),
            **{n: pl.coalesce(f"{n}_NOW", n) for n in ("USUBJID", "RECORD", "FILE", "ROW")},
        )
    )


def _places(frame: pl.DataFrame, spec: DomainSpec, position: str) -> pl.DataFrame:
    """Position, subject, key in words and place of every record."""
    words = [C(name).cast(pl.String).fill_null("") for name in spec.key if name != "USUBJID"]
    return frame.select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias(position),
        "USUBJID",
        RECORD=pl.concat_str([C("USUBJID").fill_null(""), *words], separator=" / "),
        FILE=C("SRCFILE"),
        ROW=C("SRCROW"),
    )
