"""A dose-finding design as an n-by-y table of letters: in the study file, or in a CSV beside it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pkpipe import disk
from pkpipe.errors import ConfigError

if TYPE_CHECKING:
    from pkpipe.protocol.escalation import EscalationPlan

LETTERS: Final = (
    "ESDU"  # escalate, stay, de-escalate, unacceptable (excluded with all levels above)
)


def wrong_table_rows(rows: dict[int, str]) -> list[str]:
    """What keeps an n-by-y table from being one, in words; empty if nothing does."""
    return [
        f"table_rows: row {n} is {letters!r} (allowed: n of 1 or more with n + 1 letters of {LETTERS})"
        for n, letters in rows.items()
        if n < 1 or len(letters) != n + 1 or set(letters) - set(LETTERS)
    ]


def with_decision_table(plan: EscalationPlan, folder: Path) -> EscalationPlan:
    """The plan with the rows of the CSV its `decision_table` names, read relative to `folder`.

    Raises:
        ConfigError: the file cannot be read or is no decision table.
    """
    if plan.decision_table is None:
        return plan
    path = folder / plan.decision_table
    try:
        text = disk.read_text(path, "utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigError(
            f"escalation.decision_table: {path} cannot be read ({problem})"
        ) from problem
    rows = table_rows_from_csv(text, str(path))
    return plan.model_copy(update={"decision_table": None, "table_rows": rows})


def table_rows_from_csv(text: str, name: str) -> dict[int, str]:
    """Rows of a decision table in any of its three spellings, told by the header.

    Wide: `n,0,1,2,...` with a letter a cell. Long: `n,dlt,decision`, with `decision_with_exclusion` used
    before `decision` where given. Boundaries: `n,escalate_if_dlt_le,deescalate_if_dlt_ge` and, optionally,
    `eliminate_if_dlt_ge` (NA: never).

    Raises:
        ConfigError: another header, or cells that are none.
    """
    reader = csv.DictReader(io.StringIO(text))
    header, lines = list(reader.fieldnames or ()), list(reader)
    try:
        if {"n", "dlt", "decision"} <= set(header):
            rows = _from_long(lines)
        elif {"n", "escalate_if_dlt_le", "deescalate_if_dlt_ge"} <= set(header):
            rows = {int(line["n"]): _from_boundaries(line) for line in lines}
        elif {"n", "0", "1"} <= set(header):
            rows = {int(line["n"]): _from_wide(line) for line in lines}
        else:
            raise ConfigError(
                f"{name}: columns {', '.join(header)} are no decision table (allowed: n,0,1,2,...; "
                "n,dlt,decision; n,escalate_if_dlt_le,deescalate_if_dlt_ge)"
            )
    except (KeyError, TypeError, ValueError) as problem:
        raise ConfigError(f"{name}: a cell is no count or letter ({problem})") from problem
    wrong = wrong_table_rows(rows)
    if wrong or not rows:
        raise ConfigError(f"{name}: " + "; ".join(wrong or ["the table has no row"]))
    return dict(sorted(rows.items()))


def _from_wide(line: dict[str, str]) -> str:
    return "".join((line.get(str(y)) or "").strip() for y in range(int(line["n"]) + 1))


def _from_long(lines: list[dict[str, str]]) -> dict[int, str]:
    cells: dict[int, dict[int, str]] = {}
    for line in lines:
        letter = line.get("decision_with_exclusion") or line["decision"]
        cells.setdefault(int(line["n"]), {})[int(line["dlt"])] = letter.strip()
    return {n: "".join(row.get(y, "?") for y in range(n + 1)) for n, row in cells.items()}


def _from_boundaries(line: dict[str, str]) -> str:
    n, up, down = (int(line[c]) for c in ("n", "escalate_if_dlt_le", "deescalate_if_dlt_ge"))
    given = (line.get("eliminate_if_dlt_ge") or "NA").strip()
    out = n + 1 if given in {"", "NA"} else int(given)
    return "".join(
        "U" if y >= out else "D" if y >= down else "E" if y <= up else "S" for y in range(n + 1)
    )
