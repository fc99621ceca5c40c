"""The verb nca on two small files, as a shell sees it."""

import polars as pl
import pytest

from pkpipe.cli import main

DOSE = "ID,TIME,DOSE,ROUTE,DURATION,TAU\nS1,0,100,iv_infusion,1,\n"
SOUND = "ID,TIME,CONC\nS1,0,0\nS1,1,60\nS1,24,45\nS1,48,38\nS1,168,20\nS1,336,9\n"


@pytest.fixture
def shell(tmp_path, capsys):
    """Files in; exit code, what was said, and (value, reason) of every parameter by (keys, START, code)."""

    def ran(conc, dose=DOSE, *words, intervals=None, options=None):
        out = tmp_path / "pp.csv"
        out.unlink(missing_ok=True)
        for name, text in (
            ("c.csv", conc),
            ("d.csv", dose),
            ("i.csv", intervals),
            ("o.yaml", options),
        ):
            if text is not None:
                (tmp_path / name).write_text(text, encoding="utf-8")
        more = ["--intervals", str(tmp_path / "i.csv")] if intervals else []
        more += ["--options", str(tmp_path / "o.yaml")] if options else []
        files = [str(tmp_path / n) for n in ("c.csv", "d.csv")]
        code = main(["nca", *files, "-o", str(out), *more, *words])
        said = capsys.readouterr().err
        assert "Traceback" not in said
        assert out.exists() == (code == 0)
        if code:
            return code, said, {}
        rows = pl.read_csv(out, infer_schema=False).to_dicts()
        cells, places = {}, set()
        for row in rows:
            keys = list(row.values())[: list(row).index("END")]
            value = row["PPSTRESN"]
            name = (*keys, row["PPTESTCD"])
            placed = (*name, row["END"])
            assert placed not in places
            places.add(placed)
            cells[name] = (
                None if value is None else float(value),
                row["PPREASND"],
                row["PPSTRESU"],
            )
        return code, said, cells

    return ran
