"""Value-level metadata of define.xml: what AVAL is, parameter by parameter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from pkpipe.submission.dataset import Made, Variable
from pkpipe.submission.define_elements import DIGITS, Element, described, element, origin

C: Final = pl.col
VALUE, BY, NAMED = "AVAL", "PARAMCD", "PARAM"
LENGTH: Final = "8"
Parameters = list[tuple[str, str, int, bool]]  # as `parameters` gives them


def value_list(
    metadata: Element, made: Made, found: Parameters, method_of: Callable[[Made, Variable], str]
) -> None:
    """The list of one dataset: an item a parameter, each with its condition."""
    if not found:
        return
    of = _value(made)
    listed = element(metadata, "def:ValueListDef", OID=list_oid(made))
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


def where_clauses(metadata: Element, made: Made, found: Parameters) -> None:
    """The condition of each parameter: PARAMCD is its code."""
    for code, *_ in found:
        where = element(metadata, "def:WhereClauseDef", OID=_where_oid(made, code))
        check = element(
            where,
            "RangeCheck",
            Comparator="EQ",
            SoftHard="Soft",
            def_ItemOID=f"IT.{made.code}.{BY}",
        )
        element(check, "CheckValue").text = code


def value_items(metadata: Element, made: Made, found: Parameters) -> None:
    """What AVAL is of each parameter: whole numbers, or digits behind the point; its name with the unit."""
    for code, name, digits, _ in found:
        kind = {"DataType": "float", "Length": LENGTH, "SignificantDigits": str(digits)}
        if not digits:
            kind = {"DataType": "integer", "Length": LENGTH}
        item = element(metadata, "ItemDef", OID=_item_oid(made, code), Name=VALUE, **kind)
        described(item, name)
        origin(item, _value(made))


def _value(made: Made) -> Variable:
    return next(variable for variable in made.variables if variable.name == VALUE)


def parameters(made: Made) -> Parameters:
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


def list_oid(made: Made) -> str:
    """The OID of the list of a dataset's parameters."""
    return f"VL.{made.code}.{VALUE}"


def _item_oid(made: Made, code: str) -> str:
    return f"IT.{made.code}.{VALUE}.{code}"


def _where_oid(made: Made, code: str) -> str:
    return f"WC.{made.code}.{BY}.{code}"
