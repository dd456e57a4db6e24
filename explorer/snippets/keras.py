"""A case in Keras: the class of the loss, called on targets and logits."""

from __future__ import annotations

import numpy as np

from explorer.breakdown import evaluate
from explorer.case import Case, Reduction, Setup
from explorer.dialects import keras
from explorer.numerics import Array, log_softmax
from explorer.snippets.rounding import SOFTPLUS_ERROR, binary_size, cancels, rounding_error
from explorer.snippets.script import (
    Draft,
    Style,
    call,
    comment,
    divide_by_temperature,
    ignores,
    is_plain,
    keyword_arguments,
    listed,
    result_name,
    without_temperature,
)
from explorer.snippets.spelled import Arrays, exact_loss, keep_rows, quiet, spelled_out

_FLOAT32 = np.finfo(np.float32)  # in which a mean may be taken
_HEADER = (
    "import os",
    "",
    'os.environ["JAX_ENABLE_X64"] = "1"  # for the JAX back end, before it is imported',
    "",
    "import keras",
    "import numpy as np",
    "",
    'keras.config.set_floatx("float64")',
)
_ARRAYS = Arrays(
    "np",
    "nll = -keras.ops.convert_to_numpy(keras.ops.log_softmax(logits, axis=1))",
    "nll_yes = keras.ops.convert_to_numpy(keras.ops.softplus(-logits))  # -log sigmoid",
    "nll_no = keras.ops.convert_to_numpy(keras.ops.softplus(logits))  # -log(1 - sigmoid)",
)


def _draft(case: Case) -> Draft:
    """Write the loss's class, or, where that will not do, the loss from the log-probabilities of keras.ops."""
    scaled = without_temperature(case)
    b = evaluate(scaled)
    binary = case.setup is not Setup.MULTICLASS
    finite = np.isfinite(scaled.logits if binary else log_softmax(scaled.logits)).all()
    shortcomings = {
        "has no weights for the classes of a distribution": case.weight is not None
        and not binary
        and not is_plain(case),
        "has no weights for labels": case.weight is not None and case.setup is Setup.MULTILABEL,
        "has no pos_weight": case.pos_weight is not None,
        "takes no single class": case.classes == 1 and not binary,
        "gives nan on some of its back ends where a logit is infinite": not finite,
        "rounds a small target or weight away at so large a logit": binary and cancels(scaled),
        "takes means in float32 on some of its back ends": finite
        and max(b.numerator, float(b.cross_entropy.max())) > float(_FLOAT32.max) / 1e6,
    }
    lacks = [reason for reason, lacking in shortcomings.items() if lacking][:2]
    if lacks:
        return Draft(
            [*_HEADER, *quiet(case)],
            [*comment(f"Keras {listed(lacks)}."), *spelled_out(case, _ARRAYS)],
            exact_loss(scaled),
            error=0.0 if binary else rounding_error(scaled),
            relative_error=SOFTPLUS_ERROR,
            lacks=lacks,
            is_numpy=True,
        )
    steps, value = (_binary if binary else _classes)(case, scaled.logits)
    return Draft(
        _HEADER,
        [*divide_by_temperature(case), *steps],
        value,
        error=rounding_error(scaled, binary_size(scaled) if binary else 1.0),
        relative_error=float(_FLOAT32.eps) * (1.5 + (case.classes / 2 if binary else 0.0)),
        differs="Where nothing counts, Keras makes 0 / 0 a 0",
        has_columns=True,
    )


def _class_call(case: Case, name: str, reduction: str, options: list[str], arguments: list[str]) -> list[str]:
    if reduction != "sum_over_batch_size":
        options = [*options, f'reduction="{reduction}"']
    return [
        *call(f"loss_fn = keras.losses.{name}", "from_logits=True", *options),
        *call(f"{result_name(case)} = loss_fn", "targets", "logits", *arguments),
    ]


def _reduction(case: Case, by_weight: bool = False) -> str:
    if case.reduction is not Reduction.MEAN:
        return case.reduction.value
    return "mean_with_sample_weight" if by_weight else "sum_over_batch_size"


def _classes(case: Case, z: Array) -> tuple[list[str], float | Array]:
    if not is_plain(case):
        return _distributions(case, z)
    reduction = _reduction(case, by_weight=case.weight is not None)
    ignored = case.ignore_index if ignores(case) else None
    steps, arguments = [], []
    if case.weight is not None:
        labels = "targets" if ignored is None else f"np.where(targets == {ignored}, 0, targets)"
        steps.append(f"sample_weight = weight[{labels}]")
        arguments.append("sample_weight=sample_weight")
    options = [] if ignored is None else [f"ignore_class={ignored}"]
    weight = None if case.weight is None else case.weight[case.labels]
    value = keras.sparse_categorical_crossentropy(case.targets, z, True, ignored, reduction, weight)
    return steps + _class_call(case, "SparseCategoricalCrossentropy", reduction, options, arguments), value


def _distributions(case: Case, z: Array) -> tuple[list[str], float | Array]:
    reduction = _reduction(case, by_weight=ignores(case))
    q, steps = np.asarray(case.targets, dtype=np.float64), []
    if case.has_index_targets:
        q = np.eye(case.classes)[case.labels]
        steps = [
            *keep_rows(case, "np"),
            f"targets = np.eye({case.classes})[targets]  # only one-hot targets are smoothed",
        ]
    arguments = ["sample_weight=kept"] if ignores(case) else []
    weight = case.kept.astype(np.float64) if ignores(case) else None
    value = keras.categorical_crossentropy(q, z, True, case.label_smoothing, reduction, weight)
    options = keyword_arguments(case, "label_smoothing")
    return steps + _class_call(case, "CategoricalCrossentropy", reduction, options, arguments), value


def _binary(case: Case, z: Array) -> tuple[list[str], float | Array]:
    shape = (-1, 1) if case.setup is Setup.BINARY else z.shape
    reduction = _reduction(case)
    value = keras.binary_crossentropy(
        case.targets.reshape(shape), z.reshape(shape), True, case.label_smoothing, reduction, case.weight
    )
    arguments = [] if case.weight is None else ["sample_weight=weight"]
    steps = _class_call(case, "BinaryCrossentropy", reduction, keyword_arguments(case, "label_smoothing"), arguments)
    if case.setup is Setup.MULTILABEL and case.reduction is not Reduction.MEAN:
        name = result_name(case)
        steps.append(f"{name} = {case.classes} * {name}  # Keras takes the mean over the labels of an example")
        value = case.classes * value
    return steps, value


STYLE = Style(_draft, "cross_entropy_keras.py", "np", "np.array", "float(loss)", "losses", "float(loss)")
