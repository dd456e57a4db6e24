"""A pipeline as code, and a finding in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from explorer.detective.calls import calls_of, code
from explorer.detective.mistakes import MISTAKES, NONE
from explorer.detective.readings import Reading, Task, View
from explorer.detective.search import Pipeline
from explorer.explain import number

CHECK = "torch.isfinite(z).all()  # in the step that gave the loss"


def explanation(mistake: str, pipeline: Pipeline, view: View, known: Mapping[str, str], right: float | None) -> str:
    """Return why a matching value is a tell, in one or two sentences."""
    loss = pipeline.steps.loss
    own = loss.why if loss.mistake == mistake else ""
    why = (own or MISTAKES[mistake].why).format_map(known)
    others = [other for other in pipeline.mistakes if other != mistake]
    if mistake == NONE:
        doubtful = pipeline.steps.layout.plausibility < 1.0
        return f"If {_assumed(view)}, nothing is wrong: this is what this call gives." if doubtful else why
    if others and others != [NONE]:
        return f"{why} And at the same time: {MISTAKES[others[0]].title[0].lower()}{MISTAKES[others[0]].title[1:]}."
    if right is None or right == pipeline.value or math.isnan(right):
        return why
    return f"{why} The right call gives {number(right)}."


def _assumed(view: View) -> str:
    """Return what must hold for a less likely reading to be the right one."""
    if view.one_each and view.task is Task.LABELS:
        return f"each of the {view.classes} labels is a yes or a no of its own"
    if view.one_each and view.pos_weight is not None:
        return "each row has one class, and pos_weight plays no part"
    return f"the inputs are {view.reading}"


def not_reproduced(observed: float, right: float | None, batches: int) -> tuple[str, str]:
    """Return the title and the explanation where nothing gives a number, or comes near it."""
    seen = number(observed)
    given = "" if right is None else f"; the right call gives {number(right)}"
    where = "these inputs" if batches == 1 else "the first batch and what was seen from the others"
    if not math.isfinite(observed):
        cause = (
            "Look for what was nan or infinite where the loss was computed: a weight after too large a step, an input, "
            "a number that overflowed in half precision, or another term of the loss."
        )
    elif right is None or not math.isfinite(right):
        cause = "The numbers given are not all finite, and those that the loss was computed from were."
    else:
        cause = "What comes near it on one batch does not exist on another."
    return f"{seen} does not come from what was given", f"No pipeline gives {seen} from {where}{given}. {cause}"


def fix(mistake: str, pipeline: Pipeline, view: View, known: Mapping[str, str]) -> str:
    """Return what to write instead, as one line of code; for the right call the call itself."""
    row = MISTAKES[mistake]
    if mistake == NONE:
        return code(pipeline, view)
    template = row.fix_for_labels if view.task is Task.LABELS and row.fix_for_labels else row.fix
    return template.format_map({**known, **calls_of(view, pipeline)})


def close(distance: float) -> str:
    """Return what to say of a value that is near but does not match."""
    bound = next((f"0.{'0' * k}1" for k in (5, 4, 3, 2) if distance <= 10.0 ** -(k + 1)), "")
    return f"Close, within {bound}: a rounded intermediate result?" if bound else f"It is {number(distance)} away."


_ONE_ROW = {
    "sum_for_mean",
    "mean_for_sum",
    "weighted_mean_divisor",
    "multilabel_sum_for_mean",
    "kl_mean",
    "soft_target_weighted_mean",
    "keras_sample_weight",
    "batch_means_over_dataset",
}
_TWO = 2
_TWO_CLASSES = {"bce_on_softmax", "smoothing_over_others", "smoothing_ignored"}
_BY_ROWS = {"soft_target_weighted_mean", "weighted_mean_divisor", "keras_sample_weight"}


def tie_reason(mistake: str, tied: Sequence[str], view: View) -> str:
    """Return why mistakes give one value always, in one sentence; empty where nothing is tied."""
    if not tied:
        return ""
    ids = {mistake, *tied}
    one_row = int(view.kept.sum()) == 1
    reasons = (
        (one_row and bool(ids & _ONE_ROW), "With one row a mean, a sum and a weighted mean are one number."),
        (ids <= {NONE, "mean_for_sum"}, "It is the mean, which is right unless a sum was wanted."),
        (
            ids >= {NONE, "logits_to_nll"} and view.reading is Reading.LOG_P,
            "log_softmax leaves log-probabilities as they are, so nll_loss may have them directly.",
        ),
        (
            ids >= {NONE, "softmax_before_ce"} or ids >= {NONE, "sigmoid_before_bce_logits"},
            "It is the same call: wrong if the inputs are probabilities, right if they are logits.",
        ),
        (
            ids >= {NONE, "bce_logits_on_onehot"} or (ids >= {NONE, "bce_on_softmax"} and view.classes > _TWO),
            "It is the same call: wrong if each row has one class, right if each label is a yes or a no of its own.",
        ),
        (
            ids >= {"softmax_before_ce", "sigmoid_before_ce"},
            "Whatever made these numbers, cross_entropy takes them for logits.",
        ),
        (
            view.classes == _TWO and bool(ids & _TWO_CLASSES),
            "With two classes the binary loss of one is that of the other, so it equals the cross-entropy.",
        ),
        (view.classes == 1 and bool(ids & {"softmax_of_one_logit"}), "The softmax of one logit is always 1."),
        (len(ids & _BY_ROWS) > 1, "Both are the weighted sum divided by the number of rows."),
        (ids >= {NONE, "weighted_mean_divisor"}, "PyTorch's weighted mean is meant to divide by the labels' weights."),
        (ids >= {NONE, "soft_target_weighted_mean"}, "With targets as probabilities PyTorch divides by the rows."),
        (ids >= {NONE, "smoothing_with_weights"}, "PyTorch's smoothing is meant to count every class's weight."),
        (ids >= {NONE, "soft_label_floor"}, "The prediction is the target, and the floor is its entropy."),
        (ids >= {NONE, "all_ignored"}, "The call is right; there is nothing for it to average."),
        (
            ids >= {"probabilities_to_nll", "kl_input_probabilities"},
            "Against one-hot targets kl_div is nll_loss, whatever it is fed.",
        ),
        (ids >= {"kl_mean", "batch_means_over_dataset"}, "A batch here has as many rows as there are classes."),
        (ids >= {"label_off_by_one", "sklearn_label_order"}, "Moving every label by one is moving the columns by one."),
        (ids >= {"logits_as_probabilities", "rows_renormalised"}, "Keras divides the rows by their sum too."),
    )
    return next((sentence for holds, sentence in reasons if holds), "On inputs like these they are one formula.")
