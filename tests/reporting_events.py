"""A reporting event of the CDISC standard judged: by the published schema, and by the ids it defines."""

import json
from pathlib import Path

from jsonschema import Draft7Validator

SCHEMA = Path(__file__).resolve().parent / "reference" / "ars" / "ars_ldm.schema.json"
# Where an id is referred to, and in which part it must be defined.
REFERENCES = {
    "methodId": "methods",
    "analysisSetId": "analysisSets",
    "groupingId": "analysisGroupings",
    "groupId": "groups",
    "operationId": "operations",
    "outputId": "outputs",
    "analysisId": "analyses",
    "referenceDocumentId": "referenceDocuments",
    "sponsorTermId": "sponsorTerms",
}


def faults(event):
    """What the schema of the standard says of it; the schema does not look whether an id exists."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return [error.message for error in Draft7Validator(schema).iter_errors(event)]


def walk(value, key=""):
    """Every value with the key that it stands under."""
    yield key, value
    for name, child in value.items() if isinstance(value, dict) else ():
        yield from walk(child, name)
    for child in value if isinstance(value, list) else ():
        yield from walk(child, key)


def defined(event):
    """The ids of each part, in their order."""
    found = {}
    for key, value in walk(event):
        if isinstance(value, dict) and "id" in value:
            found.setdefault(key, []).append(value["id"])
    return found


def undefined(event):
    """Ids that are referred to and that nothing defines, each with the key that refers to it."""
    known = {part: set(ids) for part, ids in defined(event).items()}
    asked = ((key, value) for key, value in walk(event) if key in REFERENCES)
    return [
        (key, value)
        for key, value in asked
        if isinstance(value, str) and value not in known.get(REFERENCES[key], ())
    ]
