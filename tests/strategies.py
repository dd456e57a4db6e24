"""Any valid case, as a Hypothesis strategy, and one row of it.

And names that are text to a person and more than that to a machine.
"""

import dataclasses
import unicodedata
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from explorer import Case, Reduction, Setup, Unit

HOSTILE = [
    *(
        "a,b",
        "a;b",
        "\\",
        "a\\",
        "\\,",
        ",",
        "a&b=c",
        "a+b",
        "100 %",
        "%2C",
        "%zz",
        "#top",
        "?",
        "=",
        "'",
        '"',
        "`",
        "+1",
    ),
    *("<b>bold</b>", "$x$", "{x}", "%{x}", "**bold**", "[a](http://b)", ":smile:", "class 1", "setup", "nan", "0"),
    *("кот", "שועל", "ثعلب", "é", "狐", "🦊", "👩‍🔬", "x\u00a0y", "a\u200db"),
]
NO_INK = "".join(map(chr, (0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10))))
PRINTABLE = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"], exclude_characters=NO_INK)
NAMES = st.sampled_from(HOSTILE) | st.text(PRINTABLE, min_size=1, max_size=60).map(str.strip).filter(bool)
ANY_FLOAT = st.floats()
WEIGHTS = st.floats(0.0, allow_infinity=False)
UNITS = st.floats(0.0, 1.0)
TEMPERATURES = st.floats(0.0, exclude_min=True, allow_infinity=False)


def names(count: int) -> st.SearchStrategy[tuple[str, ...] | None]:
    unlike = st.lists(NAMES, min_size=count, max_size=count, unique_by=lambda name: unicodedata.normalize("NFC", name))
    return st.none() | unlike.map(tuple)


@st.composite
def cases(
    draw: st.DrawFn,
    *,
    setups: Any = tuple(Setup),
    most_classes: int = 6,
    logits: st.SearchStrategy[float] = ANY_FLOAT,
    soft: st.SearchStrategy[float] = UNITS,
    weights: st.SearchStrategy[float] = WEIGHTS,
    smoothings: st.SearchStrategy[float] = UNITS,
    temperatures: st.SearchStrategy[float] = TEMPERATURES,
) -> Case:
    """Every kind of valid case; the strategies say what its numbers may be, ``soft`` those of a target."""
    setup = draw(st.sampled_from(setups))
    rows, classes = draw(st.integers(1, 4)), draw(st.integers(1, most_classes))
    shape = (rows,) if setup is Setup.BINARY else (rows, classes)
    options: dict[str, Any] = {
        "names": draw(names(2 if setup is Setup.BINARY else classes)),
        "weight": draw(st.none() | hnp.arrays(np.float64, shape[-1], elements=weights)),
        "label_smoothing": draw(st.just(0.0) | smoothings),
        "temperature": draw(st.just(1.0) | temperatures),
        "reduction": draw(st.sampled_from(Reduction)),
        "unit": draw(st.sampled_from(Unit)),
    }
    if setup is not Setup.MULTICLASS:
        targets = draw(hnp.arrays(np.float64, shape, elements=st.sampled_from([0.0, 1.0]) | soft))
        labels = 1 if setup is Setup.BINARY else classes
        options["pos_weight"] = draw(st.none() | hnp.arrays(np.float64, labels, elements=weights))
    elif draw(st.booleans()):
        options["ignore_index"] = ignored = draw(st.just(-100) | st.integers(-(2**53), 2**53) | st.integers(0, 3))
        targets = draw(hnp.arrays(np.int64, rows, elements=st.integers(0, classes - 1) | st.just(ignored)))
    else:
        targets = draw(hnp.arrays(np.float64, shape, elements=st.just(0.0) | soft.filter(lambda part: part >= 1e-9)))
        targets[:, 0] += targets.sum(axis=1) == 0.0
        targets /= targets.sum(axis=1, keepdims=True)
    return Case(setup, draw(hnp.arrays(np.float64, shape, elements=logits)), targets, **options)


def alone(case: Case, row: int) -> Case:
    """One example of a case, as a case of its own."""
    weight = case.weight[[row]] if case.weight is not None and case.setup is Setup.BINARY else case.weight
    return dataclasses.replace(case, logits=case.logits[[row]], targets=case.targets[[row]], weight=weight)
