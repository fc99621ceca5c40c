"""Study and run files for sentences: the tiny study with a change to its text."""

from support import ROOT

TINY = (ROOT / "tests" / "studies" / "tiny.yaml").read_text(encoding="utf-8")


def tiny(folder, *changes, name="tiny"):
    """The tiny study as a file, with every (old, new) text replaced; a text must be there."""
    text = TINY.replace("id: tiny", f'id: "{name}"')
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(path, words):
    """Number of the first line with these words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, 1) if words in line)
