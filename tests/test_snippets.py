"""Scripts that print their own comments: run for real in every library that is installed here."""

import ast
import contextlib
import dataclasses
import importlib.util
import io
import itertools
import json
import math
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import cases

from explorer import Case, evaluate
from explorer.dialects.catalogue import Library
from explorer.presets import PRESETS
from explorer.snippets import LIBRARIES, snippet

INF, NAN = math.inf, math.nan
X = [[2, 1, 0.1], [0.5, 2.5, -1], [1, -1, 3], [0, 0, 0]]
Y = [0, 1, 1, 2]
SOFT = [[0.7, 0.2, 0.1], [0, 1, 0], [0.25, 0.5, 0.25], [0, 0, 1]]
HITS = [[1, 0, 1], [0, 0, 1], [1, 1, 1], [0, 0, 0]]
W = [1, 2, 0.5]
MODULES = {"PyTorch": "torch", "Keras": "keras", "scikit-learn": "sklearn", "Optax": "optax", "NumPy": "numpy"}

# ----------------------------------------------------------------------------------------------------- the cases

SETUPS = {
    "indices": ("multiclass", X, Y),
    "ignored": ("multiclass", X, [0, -100, 1, -100]),
    "distributions": ("multiclass", X, SOFT),
    "binary": ("binary", [2, -1, 0.5, -3], [1, 0, 1, 1]),
    "binary, soft": ("binary", [2, -1, 0.5, -3], [0.9, 0, 1, 0.25]),
    "multilabel": ("multilabel", X, HITS),
    "multilabel, soft": ("multilabel", X, SOFT),
}
WEIGHT = {"multiclass": W, "binary": [1, 2, 0.5, 0], "multilabel": W}
POS_WEIGHT = {"multiclass": None, "binary": 3, "multilabel": [3, 1, 0.5]}
OPTIONS = {
    "label_smoothing": {"label_smoothing": 0.1},
    "temperature": {"temperature": 2.5},
    "sum": {"reduction": "sum"},
    "none": {"reduction": "none"},
    "bits": {"unit": "bits"},
    "weight": {"weight": WEIGHT},
    "pos_weight": {"pos_weight": POS_WEIGHT},
}
CHOICES = [
    chosen for size in range(4) for chosen in itertools.combinations(OPTIONS, size) if {"sum", "none"} - {*chosen}
]


def combined(setup, chosen):
    kind, logits, targets = SETUPS[setup]
    options = {name: value for option in chosen for name, value in OPTIONS[option].items()}
    by_kind = {name: value[kind] for name, value in options.items() if isinstance(value, dict)}
    return Case(kind, logits, targets, **{**options, **by_kind})


SPECIAL = {
    "a label of its own to ignore": Case("multiclass", X, [0, 1, 7, 2], ignore_index=7),
    "a class that is ignored": Case("multiclass", X, Y, ignore_index=1, weight=W),
    "no label to ignore": Case("multiclass", X, Y, ignore_index=-1, reduction="none"),
    "all ignored": Case("multiclass", X, [-100] * 4),
    "all ignored, sum": Case("multiclass", X, [-100] * 4, reduction="sum"),
    "all ignored, none": Case("multiclass", X, [-100] * 4, reduction="none", label_smoothing=0.1),
    "all ignored, weighted": Case("multiclass", X, [-100] * 4, weight=W, unit="bits"),
    "all ignored, smoothed": Case("multiclass", X, [-100] * 4, label_smoothing=0.1),
    "an ignored row of nan": Case("multiclass", [[2, 1, 0.1], [NAN, INF, 0]], [0, -100]),
    "an ignored row of nan, smoothed": Case("multiclass", [[2, 1], [NAN, INF]], [0, -100], label_smoothing=0.1),
    "labels without weight": Case("multiclass", X, Y, weight=[0, 0, 0]),
    "labels without weight, smoothed": Case("multiclass", X[:1], [0], weight=[0, 1, 2], label_smoothing=0.1),
    "a mask under a distribution": Case("multiclass", [2, 1, -INF], [0.5, 0.5, 0]),
    "a mask under a smoothed label": Case("multiclass", [2, 1, -INF], 0, label_smoothing=0.1),
    "a mask under no weight": Case("multiclass", [[2, 1, -INF], [2, 1, 0]], [2, 0], weight=[1, 1, 0]),
    "an impossible label in a batch": Case("multiclass", [[2, 1, -INF], [2, 1, 0]], [2, 0], reduction="none"),
    "a logit of inf": Case("multiclass", [[INF, 1, 0], [2, 1, 0]], [1, 0], reduction="none"),
    "a logit of inf on the label": Case("multiclass", [INF, 1, 0], 0),
    "nothing but masks": Case("multiclass", [-INF, -INF], 1),
    "a logit of nan": Case("multiclass", [NAN, 1, 0], 1),
    "one class": Case("multiclass", [[2], [3]], [0, 0]),
    "tiny": Case("multiclass", [[30, 0], [36.2, 0], [50, 0], [800, 0], [1, 1]], [0] * 5, reduction="none"),
    "tiny alone": Case("multiclass", [50, 0], 0),
    "tiny distribution": Case("multiclass", [33, 0, 0], [1, 0, 0], reduction="sum"),
    "huge logits": Case("multiclass", [[1e300, 1e300], [1e10, 1e10 + 1]], [0, 0], reduction="none"),
    "the largest logits": Case("multiclass", [1e308, -1e308, 0], 1),
    "a temperature too small": Case("multiclass", [2, 1, 0], 0, temperature=1e-310),
    "a huge temperature": Case("multiclass", [2, 1, 0], 0, temperature=1e300),
    "many classes": Case("multiclass", [[k / 7 for k in range(20)]] * 3, [3, 19, 0], weight=range(20)),
    "many examples": Case("multiclass", X * 30, Y * 30, reduction="none"),
    "many labels": Case("binary", np.linspace(-9, 9, 40), [0, 1] * 20),
    "confident binary": Case("binary", [40, -40, 37, 20], [1, 0, 1, 1], reduction="none"),
    "confident wrong binary": Case("binary", [30, 34, -800, 1000], [0, 0, 1, 0], reduction="none"),
    "clipped binary": Case("binary", [1000, -3], [0, 1]),
    "infinite binary": Case("binary", [INF, -INF, 2], [1, 0, 1]),
    "wrong infinite binary": Case("binary", [INF, 2], [0, 1], pos_weight=2),
    "infinite soft binary": Case("binary", [-INF, 2], [0, 1], label_smoothing=0.1),
    "binary nan": Case("binary", [NAN, 2], [0, 1]),
    "huge soft binary": Case("binary", [-1e300, 1e12], [1e-3, 0.5], reduction="none"),
    "nothing positive": Case("binary", [1, 2], [1, 1], pos_weight=0),
    "one label": Case("multilabel", [[2], [-1]], [[1], [0]], reduction="sum"),
    "masked labels": Case("multilabel", [[2, -INF, INF]], [[1, 0, 1]], weight=W),
}
CASES = {
    **{f"preset: {preset.title}": preset.case for preset in PRESETS},
    **{", ".join((setup, *chosen)): combined(setup, chosen) for setup in SETUPS for chosen in CHOICES},
    **SPECIAL,
}

# -------------------------------------------------------------------------------------------------- running them

DRIVER = """
import contextlib, io, json, sys, traceback, warnings
import numpy as np
warnings.simplefilter("error")
warnings.filterwarnings("ignore", "__array__", DeprecationWarning)  # Keras on PyTorch, whatever one does with it
printed = {}
for name, code in json.load(sys.stdin).items():
    output = io.StringIO()
    before = np.geterr()
    try:
        with contextlib.redirect_stdout(output):
            exec(compile(code, name, "exec"), {})
    except BaseException:
        output.write(traceback.format_exc())
    np.seterr(**before)
    printed[name] = output.getvalue()
json.dump(printed, sys.stdout)
"""


def printed(library):
    """What all scripts of a library print, each in a namespace of its own, warnings being errors."""
    scripts = {name: snippet(case, library).code for name, case in CASES.items()}
    run = subprocess.run(
        [sys.executable, "-c", DRIVER], input=json.dumps(scripts), capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("library", LIBRARIES)
def test_every_script_prints_its_comment(library):
    if importlib.util.find_spec(MODULES[library]) is None:
        pytest.skip(f"{library} is not installed")
    outputs = printed(library)
    assert len(outputs) == len(CASES) > 400
    wrong = {
        name: (snippet(case, library).code, outputs[name])
        for name, case in CASES.items()
        if outputs[name] != snippet(case, library).output + "\n"
    }
    assert wrong == {}


def run(code):
    output, names = io.StringIO(), {}
    with contextlib.redirect_stdout(output), np.errstate():
        exec(code, names)
    return output.getvalue(), names


# ------------------------------------------------------------------------------------------------ how they look

FIRST = {
    "PyTorch": """
import torch
import torch.nn.functional as F

logits = torch.tensor([[2.0, 1.0, 0.1]], dtype=torch.float64)
targets = torch.tensor([0])

loss = F.cross_entropy(logits, targets)
print(f"{loss.item():.6g}")  # 0.41703
""",
    "Keras": """
import os

os.environ["JAX_ENABLE_X64"] = "1"  # for the JAX back end, before it is imported

import keras
import numpy as np

keras.config.set_floatx("float64")

logits = np.array([[2.0, 1.0, 0.1]])
targets = np.array([0])

loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
loss = loss_fn(targets, logits)
print(f"{float(loss):.6g}")  # 0.41703
""",
    "scikit-learn": """
import numpy as np
from scipy.special import softmax
from sklearn.metrics import log_loss

logits = np.array([[2.0, 1.0, 0.1]])
targets = np.array([0])

loss = log_loss(targets, softmax(logits, axis=1), labels=np.arange(3))
print(f"{loss:.6g}")  # 0.41703
""",
    "Optax": """
import jax
import jax.numpy as jnp
import optax

jax.config.update("jax_enable_x64", True)

logits = jnp.array([[2.0, 1.0, 0.1]])
targets = jnp.array([0])

losses = optax.softmax_cross_entropy_with_integer_labels(logits, targets)
loss = losses.mean()
print(f"{loss:.6g}")  # 0.41703
""",
    "NumPy": """
import numpy as np

logits = np.array([[2.0, 1.0, 0.1]])
targets = np.array([0])

shifted = logits - logits.max(axis=1, keepdims=True)
nll = np.logaddexp.reduce(shifted, axis=1, keepdims=True) - shifted  # -log softmax
losses = nll[np.arange(len(targets)), targets]
loss = losses.mean()
print(f"{loss:.6g}")  # 0.41703
""",
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_first_screen(library):
    script = snippet(PRESETS[0].case, library)
    assert script.code == FIRST[library].lstrip()
    assert script.note == ""
    assert script.output == "0.41703"


def test_the_libraries_are_in_order():
    assert LIBRARIES == (*Library, "NumPy") == tuple(FIRST)


def test_an_unknown_library_is_refused():
    with pytest.raises(ValueError, match="one of PyTorch, Keras, scikit-learn, Optax, NumPy"):
        snippet(PRESETS[0].case, "TensorFlow")


@pytest.mark.parametrize(
    ("case", "library", "line"),
    [
        (CASES["indices, weight"], "PyTorch", "loss = F.cross_entropy(logits, targets, weight=weight)"),
        (CASES["indices, sum"], "PyTorch", 'loss = F.cross_entropy(logits, targets, reduction="sum")'),
        (CASES["indices, none"], "PyTorch", 'losses = F.cross_entropy(logits, targets, reduction="none")'),
        (CASES["indices, label_smoothing"], "PyTorch", "loss = F.cross_entropy(logits, targets, label_smoothing=0.1)"),
        (SPECIAL["a label of its own to ignore"], "PyTorch", "loss = F.cross_entropy(logits, targets, ignore_index=7)"),
        (CASES["indices, temperature"], "PyTorch", "logits = logits / 2.5  # temperature"),
        (CASES["indices, bits"], "PyTorch", "loss = loss / math.log(2)  # nats to bits"),
        (CASES["indices, weight"], "Keras", '    reduction="mean_with_sample_weight",'),
        (
            SPECIAL["a label of its own to ignore"],
            "Keras",
            "loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=7)",
        ),
        (CASES["distributions"], "Keras", "loss_fn = keras.losses.CategoricalCrossentropy(from_logits=True)"),
        (CASES["binary"], "Keras", "logits = np.array([[2.0], [-1.0], [0.5], [-3.0]])"),
        (CASES["binary"], "scikit-learn", "loss = log_loss(targets, expit(logits), labels=[0, 1])"),
        (CASES["indices, weight"], "Optax", "losses = weight[targets] * losses  # Optax has no class weights"),
        (CASES["indices, weight"], "Optax", "loss = losses.sum() / weight[targets].sum()"),
        (CASES["ignored"], "Optax", "kept = targets != -100  # Optax has no ignore_index"),
        (CASES["binary"], "Optax", "losses = optax.sigmoid_binary_cross_entropy(logits, targets)"),
        (CASES["binary"], "NumPy", "losses = targets * nll_yes + (1 - targets) * nll_no"),
        (PRESETS[7].case, "PyTorch", "logits = torch.tensor([[2.0, 1.0, -torch.inf]], dtype=torch.float64)"),
        (PRESETS[7].case, "NumPy", "logits = np.array([[2.0, 1.0, -np.inf]])"),
        (SPECIAL["binary nan"], "Optax", "logits = jnp.array([jnp.nan, 2.0])"),
        (SPECIAL["infinite binary"], "NumPy", "logits = np.array([np.inf, -np.inf, 2.0])"),
    ],
)
def test_an_option_is_written_as_the_library_has_it(case, library, line):
    assert line in snippet(case, library).code.splitlines()


# What stands in code only because of an option.
WORDS = {
    "weight": r"\bweight\b|sample_weight",
    "pos_weight": r"pos_weight",
    "label_smoothing": r"smooth",
    "temperature": r"temperature",
    "sum": r'"sum"|normalize=False|^loss = losses\.sum\(\)$',
    "none": r'"none"|for loss in|\bjoin\b',
    "bits": r"bits|log\(2\)|import math",
    "ignored": r"kept|ignore|-100",
    "infinite": r"seterr|isinf|inf\b|nan\b",
    "rounded": r"\babs\b|\bround\b",
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("setup", SETUPS)
@pytest.mark.parametrize("option", [None, "label_smoothing", "temperature", "sum", "none", "bits"])
def test_what_is_not_set_does_not_appear(library, setup, option):
    code = snippet(combined(setup, [option] if option else []), library).code
    is_set = {option, "ignored" if setup == "ignored" else None}
    # Keras drops smoothed rows by a weight of 0, and a library without smoothing is told of by name.
    if setup == "ignored" and option == "label_smoothing":
        is_set.add("weight")
    for word, pattern in WORDS.items():
        if word not in is_set:
            assert not re.search(pattern, code, re.MULTILINE), (word, code)
    if option in {"label_smoothing", "temperature", "none", "bits"}:
        assert re.search(WORDS[option], code), code


def code_lines(code):
    """The lines of a script that are not data: all but its arrays, and what the last one prints."""
    tree = ast.parse(code)
    arrays = [node for node in tree.body if isinstance(node, ast.Assign) and ".array(" in ast.unparse(node)]
    arrays += [node for node in tree.body if isinstance(node, ast.Assign) and ".tensor(" in ast.unparse(node)]
    data = {line for node in arrays for line in range(node.lineno, node.end_lineno + 1)}
    *lines, last = code.splitlines()
    return [*(line for number, line in enumerate(lines, 1) if number not in data), last.partition("  # ")[0]], lines


@pytest.mark.slow
@pytest.mark.parametrize("library", LIBRARIES)
def test_every_script_is_one_file_that_prints_one_line(library):
    for name, case in CASES.items():
        script = snippet(case, library)
        assert script.library == library
        assert re.fullmatch(r"cross_entropy_[a-z]+\.py", script.filename)
        assert script.code.endswith(f"  # {script.output}\n"), name
        assert script.code.count("print(") == 1
        assert "\n" not in script.output + script.note
        assert "\n\n\n" not in script.code
        lines, all_but_last = code_lines(script.code)
        assert max(map(len, lines)) <= 100, (name, max(lines, key=len))
        assert max(map(len, all_but_last)) <= 100, (name, max(all_but_last, key=len))
        assert script.note == "" or re.fullmatch(r"[A-Z\w][^\n]*\.", script.note)
        roots = {alias.name.split(".")[0] for node in ast.walk(ast.parse(script.code)) for alias in named(node)}
        assert roots <= {"os", "math", "numpy", "scipy", MODULES[library], "jax"}, name


def named(node):
    if isinstance(node, ast.ImportFrom):
        return [ast.alias(node.module)]
    return node.names if isinstance(node, ast.Import) else []


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    "names",
    [
        ("cat", "dog", "fox"),
        ('"""', "'''", "\\"),
        ("{__import__('os')}", "# noqa", "%s"),
        ("print(1)", ") or exit(", "логит"),
    ],
)
def test_no_name_gets_into_code(library, names):
    for setup in ("indices", "distributions", "multilabel"):
        kind, logits, targets = SETUPS[setup]
        nameless = snippet(Case(kind, logits, targets), library)
        assert snippet(Case(kind, logits, targets, names=names), library) == nameless
        assert names[0] not in nameless.code


# ----------------------------------------------------------------------------------------------- what they print


def agrees(output, case):
    exact = np.atleast_1d(evaluate(case).loss)
    shown = [float(text) for text in output.split(", ")]
    return np.allclose(shown, exact, rtol=1e-2, atol=0.0, equal_nan=True) and len(shown) == len(exact)


@pytest.mark.slow
@pytest.mark.parametrize("library", LIBRARIES)
def test_a_script_prints_the_loss_or_says_why_not(library):
    agreeing = 0
    for name, case in CASES.items():
        script = snippet(case, library)
        agreeing += agrees(script.output, case)
        assert agrees(script.output, case) or "exact loss is" in script.note, name
        assert not (agrees(script.output, case) and "exact loss is" in script.note), name
    assert agreeing > 0.85 * len(CASES)


def divides_by_nothing(case: Case) -> bool:
    """Whether x / 0, infinite to every program, stands for a mean that is nan to torch and to us."""
    b = evaluate(case)
    return b.divisor == 0.0 and b.numerator > 0.0


def test_numpy_has_nothing_to_explain():
    for name, case in CASES.items():
        if divides_by_nothing(case):
            continue
        script = snippet(case, "NumPy")
        assert script.note == "", name
        assert agrees(script.output, case), name


@pytest.mark.parametrize(
    ("name", "library", "output", "why"),
    [
        ("preset: Confident and right", "PyTorch", "4.12231e-09", ""),
        ("preset: Confident and right", "NumPy", "4.12231e-09", ""),
        ("preset: An impossible label", "PyTorch", "inf", ""),
        ("preset: An impossible label", "scikit-learn", "36.0437", "clips each probability"),
        ("all ignored", "PyTorch", "nan", ""),
        ("all ignored", "NumPy", "nan", ""),
        ("all ignored", "Keras", "0", "Keras makes 0 / 0 a 0"),
        ("all ignored", "scikit-learn", "nan", "needs at least one example"),
        ("labels without weight, smoothed", "PyTorch", "nan", ""),
        ("labels without weight, smoothed", "NumPy", "inf", "No label has any weight"),
        ("a mask under a distribution", "PyTorch", "nan", "0 * inf"),
        ("a mask under a distribution", "Optax", "0.813262", ""),
        ("a mask under a distribution", "NumPy", "0.813262", ""),
        ("a mask under a distribution", "Keras", "0.813262", "gives nan on some of its back ends"),
        ("a logit of inf", "Optax", "inf, 0.407606", "distance to the others"),
        ("a logit of inf", "scikit-learn", "nan, 0.407606", "always reduces to one number"),
        ("a logit of inf on the label", "scikit-learn", "nan", "refuses nan"),
        ("huge logits", "Optax", "0.693147, 1.31326", ""),
        ("tiny alone", "PyTorch", "0", "loses the digits of this loss; the exact loss is 1.92875e-22"),
        ("tiny alone", "NumPy", "1.92875e-22", ""),
        ("confident binary", "PyTorch", "0, 0, 0, 2.061e-09", "loses the digits of this loss"),
        ("confident binary", "Optax", "4.24835e-18, 4.24835e-18, 8.53305e-17, 2.06115e-09", ""),
        ("infinite binary", "PyTorch", "nan", "0 * inf"),
        ("infinite binary", "Optax", "nan", "0 * inf"),
        ("clipped binary", "scikit-learn", "19.5461", "clips each probability"),
        ("a temperature too small", "PyTorch", "nan", "overflows before PyTorch sees them"),
        ("a temperature too small", "NumPy", "0", ""),
        ("distributions", "scikit-learn", "1.17544", "takes no distributions"),
        ("indices, label_smoothing", "scikit-learn", "1.47294", "has no label smoothing"),
        ("ignored", "Optax", "2.27998", "has no ignore_index"),
        ("indices, weight", "Optax", "1.73792", "has no class weights"),
        ("binary, pos_weight", "Keras", "2.81551", "has no pos_weight"),
        ("binary, weight, pos_weight", "Optax", "0.429606", "has no pos_weight"),
        ("binary, label_smoothing", "PyTorch", "0.996964", "has no label smoothing for binary targets"),
        ("multilabel, weight", "Keras", "1.27119", "has no weights for labels"),
    ],
)
def test_the_number_and_the_reason(name, library, output, why):
    script = snippet(CASES[name], library)
    assert script.output == output
    assert why in script.note
    assert bool(why) == bool(script.note)


# ------------------------------------------------------------------------------------------------ for all cases

ANY_LOGIT = st.one_of(
    st.floats(-60, 60).map(lambda z: round(z, 3)), st.floats(), st.sampled_from([INF, -INF, NAN, 0.0, -0.0])
)
any_case = given(cases(logits=ANY_LOGIT, weights=st.floats(0, 1e300)))  # their sum, in bits too, is a float


@pytest.mark.slow
@settings(max_examples=300)
@any_case
def test_any_case_in_numpy_prints_its_loss(case):
    script = snippet(case, "NumPy")
    output, _ = run(script.code)
    assert output == script.output + "\n"
    exact = np.atleast_1d(evaluate(case).loss)
    if not ((exact > 0.0) & (exact < 1e-300)).any() and not divides_by_nothing(case):  # the last floats have few digits
        assert script.note == ""
        assert agrees(script.output, case)


@pytest.mark.slow
@settings(max_examples=100)
@any_case
def test_any_case_is_a_script_in_every_library(case):
    for library in LIBRARIES:
        script = snippet(case, library)
        compile(script.code, script.filename, "exec")
        assert agrees(script.output, case) or "exact loss is" in script.note
        assert max(map(len, code_lines(script.code)[0])) <= 100


@settings(max_examples=100)
@any_case
def test_numbers_read_back_to_the_last_bit(case):
    plain = dataclasses.replace(case, temperature=1.0, label_smoothing=0.0)
    targets_too = plain.kept.all() and (plain.setup != "multiclass" or plain.ignore_index == -100)
    _, names = run(snippet(plain, "NumPy").code)
    pairs = {"logits": plain.logits, "weight": plain.weight, "pos_weight": plain.pos_weight}
    for name, values in {**pairs, **({"targets": plain.targets} if targets_too else {})}.items():
        if values is not None:
            np.testing.assert_array_equal(names[name], values)
            assert names[name].shape == values.shape
