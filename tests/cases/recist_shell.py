"""The verb recist on the lesions of one subject, as a shell sees it."""

from pkpipe.cli import main

REF = "USUBJID,TRTSDT,CUTDT\nA1,2026-01-05,2026-12-31\n"


def read(folder, text, options=None):
    """The exit code of the verb; its tables lie in the folder `out`."""
    (folder / "tr.csv").write_text(text, encoding="utf-8")
    (folder / "ref.csv").write_text(REF, encoding="utf-8")
    words = [str(folder / "tr.csv"), "--ref", str(folder / "ref.csv")]
    if options is not None:
        (folder / "o.yaml").write_text(options, encoding="utf-8")
        words += ["--options", str(folder / "o.yaml")]
    return main(["recist", *words, "-o", str(folder / "out")])
