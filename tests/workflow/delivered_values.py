"""What other readers find in the delivered files, beside what the room made: cell by cell."""

import json
import subprocess

import polars as pl
import pyreadstat

HAVEN = """
library(haven); args <- commandArgs(TRUE)
shown <- function(x) {
  if (inherits(x, "Date")) as.character(x)
  else if (inherits(x, "difftime")) {
    of <- function(at) as.integer(round(as.numeric(x))) %/% at %% 60L
    ifelse(is.na(x), NA, sprintf("%02d:%02d:%02d", of(3600L), of(60L), of(1L)))
  } else if (inherits(x, "POSIXct")) format(x, "%Y-%m-%dT%H:%M:%S", tz = "UTC")
  else if (is.numeric(x)) ifelse(is.na(x), NA, sprintf("%.17g", x)) else as.character(x)
}
for (file in Sys.glob(file.path(args[1], "*.xpt"))) {
  rows <- as.data.frame(lapply(read_xpt(file), shown), stringsAsFactors = FALSE)
  write.table(rows, file.path(args[2], sub("xpt$", "tsv", basename(file))), sep = "\\t",
              quote = FALSE, row.names = FALSE, na = "", fileEncoding = "UTF-8")
}
"""
FORMS = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M:%S", "time": "%H:%M:%S"}


def of_haven(folder, out):
    """Every transport file as R haven reads it: dates and times as text, numbers with 17 digits."""
    subprocess.run(["Rscript", "-e", HAVEN, str(folder), str(out)], check=True, capture_output=True)
    read = {"separator": "\t", "infer_schema": False, "quote_char": None}
    return {p.stem.upper(): pl.read_csv(p, **read) for p in sorted(out.glob("*.tsv"))}


def of_pyreadstat(folder):
    """Every transport file as pyreadstat reads it."""
    files = sorted(folder.glob("*.xpt"))
    return {p.stem.upper(): pyreadstat.read_xport(p, output_format="polars")[0] for p in files}


def of_json(folder):
    """Every Dataset-JSON file: its columns with their values."""
    found = {}
    for path in sorted((folder / "datasetjson").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        names = [column["name"] for column in content["columns"]]
        found[path.stem.upper()] = dict(zip(names, zip(*content["rows"], strict=True), strict=True))
    return found


def plain(values, kind):
    """Values as all readers can give them: numbers, texts without blanks at the end, dates as text."""
    if kind in FORMS:
        return [v if isinstance(v, str | None) else v.strftime(FORMS[kind]) for v in values]
    if kind == "text":
        return [(v or "").rstrip() for v in values]
    return [None if v in {None, ""} else float(v) for v in values]


def differing(made, found):
    """How many cells of a dataset a reader has otherwise."""
    wrong = 0
    assert (
        [*found] == made.rows.columns
        if isinstance(found, dict)
        else found.columns == made.rows.columns
    )
    for variable in made.variables:
        ours = plain(made.rows[variable.name].to_list(), variable.type)
        theirs = plain([*found[variable.name]], variable.type)
        assert len(ours) == len(theirs)
        wrong += sum(
            not same(a, b or None if variable.type in FORMS else b)
            for a, b in zip(ours, theirs, strict=True)
        )
    return wrong


def same(one, other):
    """Equal, of numbers to the last bit but one."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 4e-16 * max(abs(one), abs(other))
    return one == other
