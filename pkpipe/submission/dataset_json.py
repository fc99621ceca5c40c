"""A dataset as CDISC Dataset-JSON 1.1: the same rows and variables as the transport file."""

from __future__ import annotations

import json
from typing import Any, Final

import polars as pl

from pkpipe.schema.adam.declaration import Type
from pkpipe.submission.dataset import Made, Variable
from pkpipe.submission.submission_identity import About

VERSION: Final = "1.1.0"
DATA_TYPES: Final[dict[Type, str]] = {
    "text": "string",
    "number": "float",
    "integer": "integer",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
}
METADATA: Final = "define.xml"


def dataset_json(made: Made, about: About) -> bytes:
    """The file; a row a line, so that two files can be compared by lines."""
    head = {
        "datasetJSONCreationDateTime": about.created,
        "datasetJSONVersion": VERSION,
        "fileOID": f"{about.study}.ADAM.{made.code}",
        "originator": about.program,
        "sourceSystem": {"name": about.program, "version": about.version},
        "studyOID": about.study_oid,
        "metaDataVersionOID": about.metadata_oid(),
        "metaDataRef": METADATA,
        "itemGroupOID": f"IG.{made.code}",
        "records": made.rows.height,
        "name": made.code,
        "label": made.of.label,
        "columns": [_column(made, variable) for variable in made.variables],
    }
    text = json.dumps(head, indent=1, ensure_ascii=False, allow_nan=False)
    rows = ",\n".join(_rows(made.rows))
    return f'{text[:-2]},\n "rows": [\n{rows}\n]\n}}\n'.encode()


def _column(made: Made, variable: Variable) -> dict[str, Any]:
    column: dict[str, Any] = {
        "itemOID": f"IT.{made.code}.{variable.name}",
        "name": variable.name,
        "label": variable.label,
        "dataType": DATA_TYPES[variable.type],
    }
    if variable.format:
        column |= {"targetDataType": "integer", "displayFormat": variable.format}
    if variable.type == "text":
        column["length"] = variable.length
    if variable.name in made.of.keys:
        column["keySequence"] = made.of.keys.index(variable.name) + 1
    return column


def _rows(rows: pl.DataFrame) -> list[str]:
    """Each row as a JSON array; an empty text is "", as a transport file has it."""
    texts = rows.with_columns(
        pl.col(pl.String).fill_null(""),
        pl.col(pl.Date).dt.strftime("%Y-%m-%d"),
        pl.col(pl.Time).dt.strftime("%H:%M:%S"),
        pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M:%S"),
    )
    cells = texts.select(_cells(texts[name]) for name in texts.columns)
    line = pl.concat_str(pl.lit("["), pl.concat_str(pl.all(), separator=","), pl.lit("]"))
    return cells.select(line).to_series().to_list()


def _cells(column: pl.Series) -> pl.Series:
    """The values as JSON: those of a structure of one, without its braces and name."""
    encoded = column.to_frame("v").to_struct("v").struct.json_encode()
    front, back = len('{"v":'), len("}")
    return encoded.str.slice(front).str.head(-back).alias(column.name)
