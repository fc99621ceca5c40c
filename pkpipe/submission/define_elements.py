"""Elements of define.xml: the namespaces, and how an element and its text are written."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from pkpipe.submission.dataset import Variable

ODM: Final = "http://www.cdisc.org/ns/odm/v1.3"
DEF: Final = "http://www.cdisc.org/ns/def/v2.1"
XLINK: Final = "http://www.w3.org/1999/xlink"
XML: Final = "http://www.w3.org/XML/1998/namespace"
DIGITS: Final = 15  # of a double
Element = ET.Element


def described(parent: Element, text: str) -> None:
    worded(element(parent, "Description"), text)


def origin(item: Element, variable: Variable) -> None:
    """Where the values of a variable come from."""
    no_source = variable.origin in {"Predecessor", "Not Available"}
    source = {} if no_source else {"Source": "Sponsor"}
    of = element(item, "def:Origin", Type=variable.origin, **source)
    if variable.origin == "Predecessor":
        described(of, variable.said)


def worded(parent: Element, text: str) -> None:
    translated = element(parent, "TranslatedText")
    translated.set(f"{{{XML}}}lang", "en")
    translated.text = text


def element(parent: Element, name: str, **attributes: str) -> Element:
    """`def:Class` and `def_Class` are of the namespace of define.xml; attributes stay in their order."""
    tag = f"{{{DEF}}}{name[4:]}" if name.startswith("def:") else f"{{{ODM}}}{name}"
    named = {
        (f"{{{DEF}}}{key[4:]}" if key.startswith("def_") else key): value
        for key, value in attributes.items()
    }
    return ET.SubElement(parent, tag, named)
