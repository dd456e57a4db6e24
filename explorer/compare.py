"""The same logits, read three ways, and the identities and mix-ups between the readings, with live numbers."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from explorer.breakdown import Breakdown, evaluate
from explorer.case import Case, Setup, Unit
from explorer.dialects import REFUSALS, keras, optax, pytorch, sklearn
from explorer.edits import with_setup
from explorer.equivalence import Name, in_unit
from explorer.explain import MINUS, number, typed
from explorer.numerics import Array, is_same, sigmoid, softmax


@dataclasses.dataclass(frozen=True)
class Reading:
    """The logits of a case under one set-up.

    ``title`` and ``question`` name it, ``meaning`` says what a label is there, ``breakdown`` holds its numbers.
    ``sources`` says which logits of the case it reads, one entry for each of its own: the difference of two where the
    second is not None.
    """

    title: str
    question: str
    meaning: str
    breakdown: Breakdown
    sources: tuple[tuple[int, int | None], ...]


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Numbers that are often taken for one another: a title, what there is to see in them, and the numbers."""

    title: str
    sentence: str
    names: tuple[Name, ...]


def readings(case: Case) -> tuple[Reading, Reading, Reading]:
    """Return the case as one of K (softmax), as yes or no (one sigmoid) and as any of K (K sigmoids).

    The logits are counted as on the board: a binary case has two, of which the first is 0. Labels are translated as by
    ``edits.with_setup``; losses are in the case's unit.
    """
    one_of, yes_no, any_of = (with_setup(case, setup) for setup in Setup)
    asked, other = yes_no.names[1], yes_no.names[0]
    classes = case.classes
    pair = classes == 2 and case.setup is not Setup.MULTILABEL
    alone = case.setup is Setup.MULTILABEL and classes == 1  # a softmax needs something to set it against: 0
    return (
        Reading(
            "Softmax",
            f"Which one of {one_of.classes} is it?",
            _meaning_of_one(one_of),
            evaluate(one_of),
            ((0, 0), (0, None)) if alone else tuple((index, None) for index in range(one_of.classes)),
        ),
        Reading(
            "One sigmoid",
            f"Is it {asked}, or {other}?" if pair else f"Is it {asked}, yes or no?",
            f"The label is 1 for {asked}, 0 for {other}. "
            + ("It reads the difference of the two logits." if pair else "It reads one logit and no other."),
            evaluate(yes_no),
            ((1, 0),) if pair else ((0, None),),
        ),
        Reading(
            f"{any_of.classes} sigmoid{'s' * (any_of.classes > 1)}",
            "Which of them are there?" if any_of.classes > 1 else "Is it there?",
            "Each label is a yes or a no of its own. The rows do not share: raise one and the others stay.",
            evaluate(any_of),
            tuple((index, None) for index in range(any_of.classes)),
        ),
    )


def _meaning_of_one(case: Case) -> str:
    if case.classes == 1:
        return "There is nothing else that it could be: its probability is always 1."
    label = "The label names one class." if case.has_index_targets else "The target shares 1 among the classes."
    return f"{label} So do the probabilities: raise one and the others give way."


def comparisons(case: Case, row: int) -> tuple[Comparison, ...]:
    """Return the identities and mix-ups between the readings for one example, in the case's unit.

    They are of the plain loss after the temperature: without weights, smoothing and ignored labels. One class alone is
    set against a logit of 0.
    """
    with np.errstate(all="ignore"):  # infinite and missing numbers are shown as such
        return _two_logits(case, row), _one_number(case, row), _one_hot(case, row), _k_hot(case, row), _reductions(case)


# -------------------------------------------------------------------------------------------------- two are one


def _two_logits(case: Case, row: int) -> Comparison:
    (low, high), (first, second) = _pair(case, row)
    by_softmax = float(softmax([low, high])[1])
    by_sigmoid = float(sigmoid(np.float64(high - low)))
    difference = abs(by_softmax - by_sigmoid)
    told = "With these logits a softmax has no value."
    if not math.isnan(by_softmax):
        told = f"Computed both ways, they differ by {number(difference) if difference else 'nothing'}."
    agrees = is_same(by_softmax, by_sigmoid)
    return Comparison(
        "A softmax over two logits is one sigmoid",
        f"Between {first} and {second} alone, only the difference of their logits counts: p({second}) is "
        f"sigmoid({_minus(high, low)}). {told}",
        (
            Name(f"softmax([{typed(low)}, {typed(high)}])[1]", "two logits", by_softmax, agrees=True),
            Name(
                f"sigmoid({_minus(high, low)})",
                "one difference",
                by_sigmoid,
                agrees,
                "" if agrees else "a softmax over +∞ is nan, a sigmoid of it is not",
            ),
        ),
    )


def _one_number(case: Case, row: int) -> Comparison:
    (low, high), (first, second) = _pair(case, row)
    z, y = np.array([high - low]), np.array([_answer(case, row)], dtype=np.float64)
    return Comparison(
        "Four names of the two-class loss",
        f"Binary cross-entropy, log loss, logistic loss and two-class cross-entropy of z = {typed(float(z[0]))} "
        f"for the label {second if y[0] else first}.",
        _compared(
            case,
            (
                "binary_cross_entropy_with_logits(z, y)",
                f"binary cross-entropy, y = {y[0]:.0f}",
                lambda: pytorch.binary_cross_entropy_with_logits(z, y),
                "",
            ),
            (
                "log_loss(y, sigmoid(z))",
                f"log loss, y = {y[0]:.0f}",
                lambda: sklearn.log_loss(y, sigmoid(z), labels=[0, 1]),
                "it starts from p, which rounds, and clips it",
            ),
            (
                "soft_margin_loss(z, 2y − 1)",
                f"logistic loss, y = {2 * y[0] - 1:+.0f}".replace("-", "−"),
                lambda: pytorch.soft_margin_loss(z, 2.0 * y - 1.0),
                "it is not stabilised: exp overflows",
            ),
            (
                "cross_entropy([0, z], y)",
                "two-class cross-entropy",
                lambda: pytorch.cross_entropy(np.stack([np.zeros(1), z], axis=1), y.astype(np.int64)),
                "at an infinite logit one of the two is nan in PyTorch",
            ),
        ),
    )


# -------------------------------------------------------------------------------------------- what is mixed up


def _one_hot(case: Case, row: int) -> Comparison:
    z, label = _logits(case, row)[np.newaxis], _label(case, row)
    classes = z.shape[1]
    one_hot = np.eye(classes)[[label]]
    two = classes == 2
    return Comparison(
        "Binary cross-entropy over a one-hot label is another loss",
        "With two classes, BCE over a softmax is the cross-entropy; from three on it is not, and over sigmoids it "
        f"never is. It asks {classes} questions, one for each class, and averages the answers.",
        _compared(
            case,
            ("cross_entropy(z, y)", "one question", lambda: pytorch.cross_entropy(z, [label]), ""),
            (
                "binary_cross_entropy(softmax(z), one_hot)",
                "BCE on a softmax",
                lambda: pytorch.binary_cross_entropy(softmax(z), one_hot),
                "p rounds, and each log is clamped at −100"
                if two
                else f"a mean over {classes} questions to the same softmax",
            ),
            (
                "binary_cross_entropy_with_logits(z, one_hot)",
                "BCE on sigmoids",
                lambda: pytorch.binary_cross_entropy_with_logits(z, one_hot),
                f"a mean over {classes} sigmoids that do not know of one another",
            ),
        ),
    )


def _k_hot(case: Case, row: int) -> Comparison:
    z, wanted = _logits(case, row)[np.newaxis], _several(case, row)
    k_hot = np.isin(np.arange(z.shape[1]), wanted).astype(np.float64)[np.newaxis]
    k = len(wanted)
    names = _names(case)
    listed = ", ".join(names[index] for index in wanted[:-1]) + f" and {names[wanted[-1]]}"
    log = "ln" if case.unit is Unit.NATS else "log₂"
    floor = number(k * math.log(k) * case.unit.per_nat)
    return Comparison(
        "Softmax cross-entropy over several labels is wrong",
        f"Say {listed} are {'both' if k == 2 else 'all'} right: the target is "
        f"[{', '.join(f'{value:.0f}' for value in k_hot[0])}]. A softmax cannot give each of them 1, so its "
        f"cross-entropy can never go below {k} {log} {k} = {floor}.",
        _compared(
            case,
            (
                "binary_cross_entropy_with_logits(z, k_hot)",
                "right: one sigmoid each",
                lambda: pytorch.binary_cross_entropy_with_logits(z, k_hot),
                "",
            ),
            (
                "cross_entropy(z, k_hot)",
                "wrong",
                lambda: pytorch.cross_entropy(z, k_hot),
                f"the sum of {k} losses that cannot all be small",
            ),
            (
                "cross_entropy(z, k_hot / k)",
                "another question",
                lambda: pytorch.cross_entropy(z, k_hot / k),
                f"one draw from {k} classes, each as likely: at least {log} {k}",
            ),
        ),
    )


def _reductions(case: Case) -> Comparison:
    reading = with_setup(case, Setup.MULTILABEL)
    z, y = reading.logits / reading.temperature, np.asarray(reading.targets, dtype=np.float64)
    rows, labels = z.shape
    each = "" if rows == 1 else ", then the mean of the rows"

    def bce(reduction: str) -> npt.ArrayLike:
        return pytorch.binary_cross_entropy_with_logits(z, y, reduction=reduction)

    whole = rows * labels
    return Comparison(
        "Three reductions of a multi-label loss",
        f"{rows} example{'s' * (rows > 1)} of {labels} label{'s' * (labels > 1)}: {whole} binary "
        f"loss{'es' * (whole > 1)}. The libraries do not agree on what becomes of them.",
        _compared(
            case,
            ("BCEWithLogitsLoss()", f"PyTorch: the mean over all {whole}", lambda: bce("mean"), ""),
            (
                "BinaryCrossentropy(from_logits=True)",
                "Keras: the mean over labels" + each,
                lambda: keras.binary_crossentropy(y, z, from_logits=True),
                "0 · ∞ is nan in Keras",
            ),
            (
                "MultiLabelSoftMarginLoss()",
                "PyTorch: the mean over labels" + each,
                lambda: pytorch.multilabel_soft_margin_loss(z, y),
                "the sum of all exceeds what a float can hold",
            ),
            (
                "MultiLabelSoftMarginLoss(reduction='sum')",
                "PyTorch: the mean over labels, then the sum",
                lambda: pytorch.multilabel_soft_margin_loss(z, y, reduction="sum"),
                f"{labels} times less than the sum of BCE",
            ),
            (
                "sigmoid_binary_cross_entropy(z, y).sum(-1).mean()",
                "Optax never reduces: here the sum over labels" + each,
                lambda: np.asarray(optax.sigmoid_binary_cross_entropy(z, y)).sum(axis=-1).mean(),
                f"{labels} times the mean over labels",
            ),
            (
                "BCEWithLogitsLoss(reduction='sum')",
                f"PyTorch: the sum of all {whole}",
                lambda: bce("sum"),
                f"{whole} times the mean",
            ),
        ),
    )


# ------------------------------------------------------------------------------------------------- shared parts

_Path = tuple[str, str, Callable[[], npt.ArrayLike], str]


def _compared(case: Case, *paths: _Path) -> tuple[Name, ...]:
    """Compute each path; one that differs from the first says why, one that is refused in whose words."""
    found: list[Name] = []
    for called, source, compute, why in paths:
        call = in_unit(called, case.unit)
        try:
            value = float(np.asarray(compute(), dtype=np.float64)) * case.unit.per_nat
        except REFUSALS as refusal:
            found.append(Name(call, source, None, agrees=False, note=str(refusal)))
            continue
        first = found[0].value if found else value
        agrees = first is not None and is_same(first, value)
        found.append(Name(call, source, value, agrees, "" if agrees else why))
    return tuple(found)


def _minus(first: float, second: float) -> str:
    """The difference of two logits as a person writes it."""
    subtracted = typed(second)
    return f"{typed(first)} − {f'({subtracted})' if subtracted.startswith(MINUS) else subtracted}"


def _wide(case: Case) -> Case:
    """The case as one of K, with K at least 2: one class alone is set against 0."""
    return with_setup(with_setup(case, Setup.BINARY) if case.classes == 1 else case, Setup.MULTICLASS)


def _logits(case: Case, row: int) -> Array:
    """The logits of an example (K,), K at least 2, after the temperature."""
    wide = _wide(case)
    return wide.logits[row] / wide.temperature


def _names(case: Case) -> Sequence[str]:
    return _wide(case).names


def _pair(case: Case, row: int) -> tuple[tuple[float, float], tuple[str, str]]:
    """The first two logits and their names."""
    z, names = _logits(case, row), _names(case)
    return (float(z[0]), float(z[1])), (names[0], names[1])


def _label(case: Case, row: int) -> int:
    """The class that the target names, or gives most to; of an ignored row, the first."""
    wide = _wide(case)
    if wide.has_index_targets:
        return int(wide.targets[row]) if wide.kept[row] else 0
    return int(np.asarray(wide.targets[row]).argmax())


def _answer(case: Case, row: int) -> int:
    """The label between the first two classes: 1 where it is the second."""
    return int(_label(case, row) == 1)


def _several(case: Case, row: int) -> list[int]:
    """The classes that the labels say yes to; where it is one only, the likeliest other class with it."""
    reading = with_setup(case, Setup.MULTILABEL)
    z = _logits(case, row)
    wanted = np.flatnonzero(np.asarray(reading.targets[row]) > 0.5) if reading.classes == len(z) else np.array([1])
    if len(wanted) < 2:
        chosen = int(wanted[0]) if len(wanted) else _label(case, row)
        others = [index for index in np.argsort(-np.nan_to_num(z, nan=-np.inf), kind="stable") if index != chosen]
        wanted = np.sort([chosen, others[0]])
    return [int(index) for index in wanted]
