"""A shown number made again from the rows it names by code of its own: numpy and scipy, no pkpipe."""

import json
import math

import numpy as np
import polars as pl
from scipy.stats import beta, norm

NEAR = 1e-9  # a curve this near to a level is at it
CLOSE = {"rel_tol": 1e-12, "abs_tol": 1e-12}
READ_OFF = {"km_q25": 0.75, "km_median": 0.5, "km_q75": 0.25, "km_followup": 0.5}
# What a row is about, where its values stand in another column than AVAL.
COLUMNS = {"OBSMED": "OBSDAY", "SATMED": "SATDAY", "PCTMED": "SATPCT", "CHG": "CHG", "PCHG": "PCHG"}
LISTED = ("raw", "days", "number", "one_decimal", "two_decimals", "three_decimals", "percent")
# Of models, which are fitted again in tests of their own.
MODELS = ("change", "df", "estimate", "estimate3", "estimate_figures", "hazard_ratio", "p", "ratio")


def same(found, value):
    if found is None or value is None:
        return found is None and value is None
    return math.isclose(found, value, **CLOSE)


def behind(run, cell):
    """The rows that a cell names."""
    table = pl.read_parquet(run / f"{cell['TABLES']}.parquet")
    return pl.SQLContext(t=table).execute(f"SELECT * FROM t WHERE {cell['ROWS']}", eager=True)


def survival_plan(run):
    return json.loads((run / "manifest.json").read_text())["config"].get("survival")


def curve(rows, plan, *, reverse=False):
    """Distinct times, S, and its limits on the scale of log(-log S)."""
    times, censored = rows["AVAL"].to_numpy(), rows["CNSR"].to_numpy() == 1
    event = censored if reverse else ~censored
    at, s, variance, out = np.unique(times), 1.0, 0.0, []
    z = norm.ppf((1 + plan["level"]) / 2)
    for t in at:
        n, d = int((times >= t).sum()), int((event & (times == t)).sum())
        s *= (n - d) / n
        variance += d / (n * (n - d)) if n > d else math.inf
        if 0 < s < 1:
            spread = z * math.sqrt(variance) / math.log(s)
            middle = math.log(-math.log(s))
            low, high = (math.exp(-math.exp(middle - k * spread)) for k in (1, -1))
            out.append((t, s, low, high))
        else:
            out.append((t, s, None, None))
    return out


def crossing(steps, side, level, *, median):
    """Where the curve of one side first lies below the level; the middle of a step that is at it."""
    known = [(row[0], row[side]) for row in steps if row[side] is not None]
    at = next((t for t, v in known if abs(v - level) < NEAR), None)
    below = next((t for t, v in known if v < level - NEAR), None)
    if at is None:
        return below
    if below is None:
        return at if median else (at + steps[-1][0]) / 2
    return (at + below) / 2


def read_off(stat, rows, plan):
    """The time in months at which the curve of these rows lies below the level of a statistic."""
    steps = curve(rows, plan, reverse=stat == "km_followup")
    median = stat in {"km_median", "km_followup"}
    found = crossing(steps, 1, READ_OFF[stat], median=median)
    return None if found is None else found / plan["month_days"]


def up_to(rows, plan, months):
    """S at a time, and the area under the curve up to it in months."""
    horizon = months * plan["month_days"]
    before = [step for step in [(0.0, 1.0), *curve(rows, plan)] if step[0] <= horizon]
    ends = [*(step[0] for step in before[1:]), horizon]
    area = sum(step[1] * (end - step[0]) for step, end in zip(before, ends, strict=True))
    return before[-1][1], area / plan["month_days"]


def exact(x, n):
    """The limits of Clopper and Pearson in percent."""
    low = 0.0 if x == 0 else beta.ppf(0.025, x, n - x + 1)
    high = 1.0 if x == n else beta.ppf(0.975, x + 1, n - x)
    return 100 * low, 100 * high


def values_of(cell, rows):
    """The numbers a statistic describes; a concentration below the limit counts as 0."""
    last = cell["ROW"].rpartition("/")[2]
    first = cell["ROW"].partition("/")[0]
    column = COLUMNS.get(last, first if cell["TABLES"] == "subjects/ADSL" else "AVAL")
    values = rows[column].fill_null(0.0) if cell["TABLES"] == "pk/ADPC" else rows[column]
    return values.drop_nulls().cast(pl.Float64).to_numpy()


def logs(values):
    return np.log(values[values > 0])


def geometric(values):
    return math.exp(logs(values).mean())


def described(values):
    return {"VALUE": np.median(values), "LOWER": values.min(), "UPPER": values.max()}


def rate(cell, rows):
    x = rows["USUBJID"].n_unique()
    low, high = exact(x, cell["N"])
    return {"X": x, "VALUE": 100 * x / cell["N"], "LOWER": low, "UPPER": high}


def of_values(stat, v):
    """The statistics of numbers alone."""
    made = {
        "mean": lambda: {"VALUE": v.mean()},
        "mean_sd_n": lambda: {
            **{"VALUE": v.mean(), "X": v.std(ddof=1) if v.size > 1 else None, "N": v.size}
        },
        "sd": lambda: {"VALUE": v.std(ddof=1)},
        "cv": lambda: {"VALUE": 100 * v.std(ddof=1) / v.mean()},
        "gmean": lambda: {"VALUE": geometric(v)},
        "gmean_gcv": lambda: {"VALUE": geometric(v)},
        "gmean_n": lambda: {"VALUE": geometric(v), "N": v.size},
        "gcv": lambda: {"VALUE": 100 * math.sqrt(math.expm1(logs(v).var(ddof=1)))},
        "median": lambda: {"VALUE": np.median(v)},
        "median_range": lambda: described(v),
        "median_of_counts": lambda: described(v),
        "minimum": lambda: {"VALUE": v.min()},
        "maximum": lambda: {"VALUE": v.max()},
    }
    return made[stat.removeprefix("time_")]()


OF_VALUES = (
    *("mean", "mean_sd_n", "sd", "cv", "gmean", "gmean_gcv", "gmean_n", "gcv", "median"),
    *("median_range", "median_of_counts", "minimum", "maximum"),
    *("time_median", "time_minimum", "time_maximum"),
)


def observations(cell, rows):
    """How many values: those of subjects, the number that a row of a model says, or the rows."""
    if cell["TABLES"] in {"subjects/ADSL", "subjects/ADEXSUM"}:
        return len(values_of(cell, rows))
    if "NOBS" in rows.columns and rows.height == 1:
        return rows["NOBS"].item()
    return rows.height


def counted(cell, rows):
    """The statistics that count subjects or records."""
    subjects = rows["USUBJID"].n_unique() if "USUBJID" in rows.columns else None
    made = {
        "count": lambda: {"VALUE": subjects},
        "share": lambda: {"X": subjects, "VALUE": 100 * subjects / cell["N"]},
        "rate": lambda: rate(cell, rows),
        "records": lambda: {"VALUE": rows.height},
        "record_share": lambda: {"X": rows.height, "VALUE": 100 * rows.height / cell["N"]},
        "results": lambda: {"VALUE": rows.height},
        "values": lambda: {"VALUE": observations(cell, rows)},
        "blq": lambda: {"VALUE": rows["AVAL"].null_count()},
    }
    return made[cell["STAT"]]()


COUNTED = ("count", "share", "rate", "records", "record_share", "results", "values", "blq")
OF_TIMES = (*READ_OFF, "km_survival", "km_rmst")
AGAIN = (*OF_VALUES, *COUNTED, *OF_TIMES, *LISTED)


def recorded(cell, rows):
    """The number of one record: in its column, or the parameter of that name; of more records nothing."""
    if cell["COL"] in rows.columns:
        values = rows[cell["COL"]]
    elif {"PARAMCD", "AVAL"} <= set(rows.columns):
        values = rows.filter(pl.col("PARAMCD") == cell["COL"])["AVAL"]
    else:
        return {}
    return {"VALUE": values.cast(pl.Float64).item()} if values.len() == 1 else {}


def again(cell, rows, plan):
    """The numbers of a cell made again, by column; empty where its rows alone do not give it (a model)."""
    stat = cell["STAT"]
    if stat in OF_VALUES:
        return of_values(stat, values_of(cell, rows))
    if stat in COUNTED:
        return counted(cell, rows)
    if stat in READ_OFF:
        return {"VALUE": read_off(stat, rows, plan)}
    if stat in {"km_survival", "km_rmst"}:
        surviving, area = up_to(rows, plan, float(cell["ROW"].rpartition("/")[2]))
        return {"VALUE": surviving if stat == "km_survival" else area}
    return recorded(cell, rows)


def agrees(cell, rows, plan):
    """Whether each number of the cell is what its rows give."""
    return all(same(found, cell[name]) for name, found in again(cell, rows, plan).items())
