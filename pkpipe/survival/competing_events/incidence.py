"""Cumulative incidence of events that exclude each other, of many groups at once (Aalen-Johansen).

Aalen & Johansen 1978 (Scand J Stat 5:141); the standard error is that of the infinitesimal jackknife,
which R survival 3.5-3 gives (`survfit` of a factor). The influence of a subject on the incidence F at t is
A(t) - F(t) B(t), A and B being sums over the times at which it was at risk; so its square needs three sums
over subjects at each time, and nothing of the size subjects x times is ever made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.protocol.survival_options import Conf
from pkpipe.survival.curves.km import event_table, product_limit, with_limits
from pkpipe.survival.curves.observations import ENTRY, merged, observations

KIND: Final = "KIND"
C: Final = pl.col
# A sum of shares that is 1 but for rounding.
WHOLE: Final = 1 - 1e-12


def incidences(
    frame: pl.DataFrame,
    kinds: Sequence[str],
    by: Sequence[str] = (),
    conf: Conf = "log-log",
    level: float = 0.95,
) -> pl.DataFrame:
    """A row a group, kind and distinct time: NRISK, NEVENT (of the kind), NCENSOR, CIF, SE, LOWER, UPPER.

    Where CIF is 0 there are no limits, and on the log-log scale none where it is 1.

    Args:
        frame: TIME, EVENT, KIND (text, of an event), optional ENTRY, the group columns.
        kinds: every kind, in the order to show; one that a group does not have is 0 throughout.
        by: names of the group columns.
        conf: scale on which the limits are symmetric.
        level: confidence level.
    """
    rows = observations(frame, "TIME", "EVENT", [*by, KIND]).sort(*by, "TIME", maintain_order=True)
    rows = merged(rows, by)
    steps = _steps(rows, kinds, by)
    table = _with_errors(steps, rows, by)
    found = table.with_columns(
        SURV="CIF", SELOG=pl.when(C("SE") > 0).then(C("SE") / C("CIF")).otherwise(0.0)
    )
    return with_limits(found, conf, level).select(
        *by, KIND, "TIME", "NRISK", NEVENT="OF_KIND", NCENSOR="NCENSOR",
        CIF="CIF", SE="SE", LOWER="LOWER", UPPER="UPPER",
    )  # fmt: skip


def _steps(rows: pl.DataFrame, kinds: Sequence[str], by: Sequence[str]) -> pl.DataFrame:
    """The event table once a kind, with OF_KIND, BEFORE (survival just before), CIF."""
    table = product_limit(event_table(rows, by), by).drop("SELOG", "SE")
    before = C("SURV").shift()
    table = table.with_columns(BEFORE=(before.over(*by) if by else before).fill_null(1.0))
    each = pl.DataFrame({KIND: list(kinds)}, schema={KIND: pl.String()})
    of_kind = rows.filter("EVENT").group_by(*by, KIND, "TIME").agg(OF_KIND=pl.len())
    table = (
        table.join(each, how="cross", maintain_order="left_right")
        .join(of_kind, on=[*by, KIND, "TIME"], how="left", nulls_equal=True, maintain_order="left")
        .with_columns(C("OF_KIND").fill_null(0).cast(pl.Int64))
    )
    share = pl.when(C("OF_KIND") > 0).then(C("BEFORE") * C("OF_KIND") / C("NRISK")).otherwise(0.0)
    cif = share.cum_sum().over(*by, KIND)
    return table.with_columns(CIF=pl.when(cif >= WHOLE).then(1.0).otherwise(cif))


def _with_errors(steps: pl.DataFrame, rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Adds SE: the root of the sum of squared influences of the subjects of the group."""
    keys = [*by, KIND]
    table = _weights(steps, keys)
    ended, begun = _subjects(table, rows, by)
    table = _joined(_joined(table, ended, keys), begun, keys)
    at_risk = C("CAME").cum_sum() - C("LEFT").cum_sum()
    sums = {c: C(c).cum_sum().over(*keys) for c in ("AA", "AB", "BB")}
    open_ = {c: (C(f"IN_{c}").cum_sum() - C(f"OUT_{c}").cum_sum()).over(*keys) for c in _POWERS}
    table = table.with_columns(**sums, **open_, M=at_risk.over(*keys))
    ca, cb, m = C("CA"), C("CB"), C("M")
    aa = C("AA") + m * ca**2 - 2 * ca * C("EA") + C("EAA")
    ab = C("AB") + m * ca * cb - ca * C("EB") - cb * C("EA") + C("EAB")
    bb = C("BB") + m * cb**2 - 2 * cb * C("EB") + C("EBB")
    variance = aa - 2 * C("CIF") * ab + C("CIF") ** 2 * bb
    return table.with_columns(SE=variance.clip(lower_bound=0.0).sqrt())


# Sums over those who are watched at a time: of CA and CB where each entered, and of their products.
_POWERS: Final = ("EA", "EB", "EAA", "EAB", "EBB")


def _weights(steps: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """What a time takes from each subject at risk (CA, CB: summed up) and gives to one with an event.

    JB to an event of any kind, JA to one of another kind, JA + JK to one of this kind.
    """
    live = (C("BEFORE") > 0) & (C("NRISK") > 0)
    n, d = C("NRISK").cast(pl.Float64), C("NEVENT").cast(pl.Float64)
    table = steps.with_columns(
        JB=pl.when(live & (n > d)).then(1 / (n - d)).otherwise(0.0),
        JK=pl.when(live).then(C("BEFORE") / n).otherwise(0.0),
    ).with_columns(JA=C("CIF") * C("JB"))
    safe = pl.when(n > 0).then(n).otherwise(1.0)
    return table.with_columns(
        CB=(C("JB") * d / safe).cum_sum().over(*keys),
        CA=(C("JA") * d / safe + C("JK") * C("OF_KIND") / safe).cum_sum().over(*keys),
    )


def _subjects(
    table: pl.DataFrame, rows: pl.DataFrame, by: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sums over the subjects that end at a time, and over those that enter at one."""
    keys = [*by, KIND]
    late = ENTRY in rows.columns
    subjects = rows.rename({KIND: "OWN"}).with_columns(
        **({} if late else {ENTRY: pl.lit(None, dtype=pl.Float64)})
    )
    values = table.select(*keys, "TIME", "CA", "CB", "JA", "JB", "JK")
    at_entry = values.select(*keys, "CA", "CB", ENTRY="TIME").rename({"CA": "EA", "CB": "EB"})
    each = subjects.join(
        values, on=[*by, "TIME"], how="left", nulls_equal=True, maintain_order="left"
    )
    each = each.join(
        at_entry, on=[*keys, ENTRY], how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(C("EA", "EB").fill_null(0.0))
    mine = C("EVENT") & (C("OWN") == C(KIND)).fill_null(value=False)
    jump = pl.when("EVENT").then("JA").otherwise(0.0) + pl.when(mine).then("JK").otherwise(0.0)
    each = each.with_columns(
        A=jump - (C("CA") - C("EA")),
        B=pl.when("EVENT").then("JB").otherwise(0.0) - (C("CB") - C("EB")),
    )
    entered = {
        "EA": C("EA").sum(),
        "EB": C("EB").sum(),
        "EAA": (C("EA") ** 2).sum(),
        "EAB": (C("EA") * C("EB")).sum(),
        "EBB": (C("EB") ** 2).sum(),
    }
    out = {f"OUT_{name}": value for name, value in entered.items()}
    ended = (
        each.sort(*keys, "TIME", ENTRY, maintain_order=True)
        .group_by(*keys, "TIME", maintain_order=True)
        .agg(
            LEFT=pl.len(),
            AA=(C("A") ** 2).sum(),
            AB=(C("A") * C("B")).sum(),
            BB=(C("B") ** 2).sum(),
            **out,
        )
    )
    first = C("TIME").min().over(*keys)
    begun = (
        each.sort(*keys, ENTRY, "TIME", nulls_last=False, maintain_order=True)
        .with_columns(TIME=C(ENTRY).fill_null(first))
        .group_by(*keys, "TIME", maintain_order=True)
        .agg(CAME=pl.len(), **{f"IN_{name}": value for name, value in entered.items()})
    )
    return ended, begun


def _joined(table: pl.DataFrame, sums: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    names = [c for c in sums.columns if c not in {*keys, "TIME"}]
    return table.join(
        sums.with_columns(C(names).cast(pl.Float64)),
        on=[*keys, "TIME"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).with_columns(C(names).fill_null(0.0))
