"""A small reader of RTF, written from its specification and not from our writer."""

import re

TOKEN = re.compile(r"\\([a-z]+)(-?\d+)? ?|\\([^a-z])|([{}])|([^\\{}]+)", re.DOTALL)
SKIPPED = {"fonttbl", "info", "pict", "colortbl"}
OUTSIDE = ("header", "footer")
MEANING = {"line": "\n", "tab": "\t", "par": "\n"}


class _Reader:
    def __init__(self):
        self.rows, self.row, self.cell = [], [], []
        self.groups = [None]
        self.outside = {name: [] for name in OUTSIDE}
        self.units, self.skip = [], 0

    @property
    def into(self):
        """Where text goes here; None: text of a group that is not shown."""
        here = self.groups[-1]
        return self.cell if here is None else self.outside.get(here)

    def group(self, brace, word, sign):
        if brace == "{":
            self.groups.append(self.groups[-1])
        elif brace == "}":
            self.flush()
            self.groups.pop()
        elif word in SKIPPED or word in OUTSIDE or sign == "*":
            self.groups[-1] = word or "ignored"
        return bool(brace)

    def flush(self):
        if self.units and self.into is not None:
            self.into.append(
                b"".join(u.to_bytes(2, "little") for u in self.units).decode("utf-16-le")
            )
        self.units = []

    def put(self, text):
        if self.skip and text:
            text, self.skip = text[self.skip :], 0
        if text:
            self.flush()
            self.into.append(text)

    def control(self, word, number):
        if word == "u":
            self.units.append(int(number) % 65536)
            self.skip = 1
            return
        self.flush()
        if word == "trowd":
            self.row, self.cell = [], []
        elif word == "cell":
            self.row.append("".join(self.cell))
            self.cell = []
        elif word == "row":
            self.rows.append(self.row)
        elif word in MEANING:
            self.put(MEANING[word])


def read(content):
    """Rows of the tables as lists of texts, and the texts of header and footer."""
    reader = _Reader()
    for word, number, sign, brace, plain in TOKEN.findall(content.decode("ascii")):
        if reader.group(brace, word, sign) or reader.into is None:
            continue
        if word:
            reader.control(word, number)
        else:
            reader.put(sign if sign and sign in "\\{}" else plain.replace("\n", ""))
    return reader.rows, {name: "".join(parts) for name, parts in reader.outside.items()}
