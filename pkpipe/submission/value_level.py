"""Value-level metadata of define.xml: what AVAL is, parameter by parameter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from pkpipe.submission.dataset import Made, Variable
from pkpipe.submission.define_elements import Element, described, element

C: Final = pl.col
VALUE, BY, NAMED = "AVAL", "PARAMCD", "PARAM"
DIGITS: Final = 15  # of a double
LENGTH: Final = "8"


def list_of(made: Made, variable: Variable) -> str:
    """The OID of the list of a variable's parameters; "": it has none."""
    return f"VL.{made.code}.{VALUE}" if variable.name == VALUE and _parameters(made) else ""


def value_lists(metadata: Element, made: Made, method_of: Callable[[Made, Variable], str]) -> None:
    """The list of one dataset: an item a parameter, each with its condition."""
    found = _parameters(made)
    if not found:
        return
    of = _value(made)
    listed = element(metadata, "def:ValueListDef", OID=list_of(made, of))
    method = {"MethodOID": method_of(made, of)} if of.origin == "Derived" else {}
    for place, (code, _, _, filled) in enumerate(found, start=1):
        ref = element(
            listed,
            "ItemRef",
            ItemOID=_item_oid(made, code),
            OrderNumber=str(place),
            Mandatory="Yes" if filled else "No",
            **method,
        )
        element(ref, "def:WhereClauseRef", WhereClauseOID=_where_oid(made, code))


def where_clauses(metadata: Element, made: Made) -> None:
    """The condition of each parameter: PARAMCD is its code."""
    for code, *_ in _parameters(made):
        where = element(metadata, "def:WhereClauseDef", OID=_where_oid(made, code))
        check = element(
            where,
            "RangeCheck",
            Comparator="EQ",
            SoftHard="Soft",
            def_ItemOID=f"IT.{made.code}.{BY}",
        )
        element(check, "CheckValue").text = code


def value_items(metadata: Element, made: Made) -> None:
    """What AVAL is of each parameter: whole numbers, or digits behind the point; its name with the unit."""
    found = _parameters(made)
    of = _value(made) if found else None
    for code, name, digits, _ in found:
        kind = {"DataType": "float", "Length": LENGTH, "SignificantDigits": str(digits)}
        if not digits:
            kind = {"DataType": "integer", "Length": LENGTH}
        item = element(metadata, "ItemDef", OID=_item_oid(made, code), Name=VALUE, **kind)
        described(item, name)
        if of is not None:
            source = {} if of.origin == "Predecessor" else {"Source": "Sponsor"}
            origin = element(item, "def:Origin", Type=of.origin, **source)
            if of.origin == "Predecessor":
                described(origin, of.said)


def _value(made: Made) -> Variable:
    return next(variable for variable in made.variables if variable.name == VALUE)


def _parameters(made: Made) -> list[tuple[str, str, int, bool]]:
    """Each parameter with a number: code, name, most digits behind the point, whether no row is empty."""
    if not {VALUE, BY, NAMED} <= set(made.rows.columns):
        return []
    behind = C(VALUE).cast(pl.Float64).cast(pl.String).str.extract(r"\.(\d+)").replace("0", "")
    whole = (C(VALUE) == C(VALUE).round()).all()
    rows = (
        made.rows.group_by(BY)
        .agg(
            C(NAMED).first(),
            DIGITS=pl.when(whole).then(0).otherwise(behind.str.len_chars().max().clip(1, DIGITS)),
            FILLED=C(VALUE).null_count() == 0,
            N=C(VALUE).count(),
        )
        .filter(C("N") > 0)
        .sort(BY)
    )
    return list(rows.select(BY, NAMED, "DIGITS", "FILLED").iter_rows())


def _item_oid(made: Made, code: str) -> str:
    return f"IT.{made.code}.{VALUE}.{code}"


def _where_oid(made: Made, code: str) -> str:
    return f"WC.{made.code}.{BY}.{code}"
