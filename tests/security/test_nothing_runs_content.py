"""Nothing in the package unpickles or evaluates what it reads."""

import ast

import pytest
from support import ROOT

RUNS_TEXT = {"eval", "exec", "compile", "__import__"}


RUNS_TEXT |= {f"builtins.{name}" for name in RUNS_TEXT} | {"os.system", "os.popen"}


UNPICKLERS = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}


UNSAFE_YAML = {f"yaml.{name}" for name in ("unsafe_load", "unsafe_load_all", "full_load")}


MAKING_YAML = {f"yaml.{c}{n}Loader" for c in ("", "C") for n in ("", "Full", "Unsafe")}


SAFE_YAML = {"yaml.SafeLoader", "yaml.CSafeLoader", "SafeLoader", "CSafeLoader"}


def dangers(source):
    """What in a module could run what it reads: line and words, found in its syntax tree."""
    tree = ast.parse(source)
    return [
        f"line {node.lineno}: {words}"
        for node in ast.walk(tree)
        for words in (*danger_imported(node), *danger_called(node))
    ]


def danger_imported(node):
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    else:
        names = []
    bad = RUNS_TEXT | UNSAFE_YAML | {"yaml.load", "yaml.load_all"}
    return [f"imports {name}" for name in names if name.split(".")[0] in UNPICKLERS or name in bad]


def danger_called(node):
    if isinstance(node, ast.ClassDef):
        return [f"reads as {b}" for b in map(ast.unparse, node.bases) if b in MAKING_YAML]
    if not isinstance(node, ast.Call):
        return []
    called = ast.unparse(node.func)
    options = {word.arg: ast.unparse(word.value) for word in node.keywords}
    options |= {i: ast.unparse(value) for i, value in enumerate(node.args)}
    loads_yaml = called in {"yaml.load", "yaml.load_all"}
    signs = (
        called in RUNS_TEXT | UNSAFE_YAML,
        called.endswith(".read_pickle"),
        called.endswith(".load") and options.get("allow_pickle", "False") != "False",
        loads_yaml and options.get("Loader", options.get(1)) not in SAFE_YAML,
        options.get("shell", "False") != "False",
    )
    return [f"calls {called}"] if any(signs) else []


def test_nothing_in_the_package_unpickles_or_evaluates():
    paths = sorted((ROOT / "pkpipe").rglob("*.py"))
    assert len(paths) > 50
    found = {path.relative_to(ROOT): dangers(path.read_text(encoding="utf-8")) for path in paths}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "source",
    [
        "eval(text)",
        "import builtins; builtins.exec(text)",
        "code = compile(text, 'x', 'exec')",
        "__import__(name)",
        "import pickle",
        "from marshal import loads",
        "import joblib.numpy_pickle",
        "import os; os.system(text)",
        "from os import system",
        "yaml.load(text)",
        "yaml.load(text, yaml.Loader)",
        "yaml.unsafe_load(text)",
        "from yaml import full_load",
        "class Reader(yaml.Loader): pass",
        "subprocess.run(text, shell=True)",
        "subprocess.Popen(text, shell=chosen)",
        "np.load(path, allow_pickle=True)",
        "pd.read_pickle(path)",
    ],
)
def test_what_could_run_content_would_be_seen(source):
    assert dangers(source)


@pytest.mark.parametrize(
    "source",
    [
        "frame.select(C('X').list.eval(pl.element() + 1))",
        "re.compile(pattern)",
        "ast.literal_eval(text)",
        "'eval(text) in a sentence, import pickle'",
        "class Reader(yaml.CBaseLoader): pass",
        "yaml.load(text, Loader=yaml.SafeLoader)",
        "yaml.safe_load(text)",
        "subprocess.run([text], shell=False)",
        "np.load(path)",
    ],
)
def test_what_runs_nothing_is_not_taken_for_it(source):
    assert dangers(source) == []
