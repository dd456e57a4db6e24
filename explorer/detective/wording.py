"""A pipeline as code, and a finding in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explorer.case import IGNORE_INDEX
from explorer.detective.losses import Family
from explorer.detective.mistakes import MISTAKES, NONE
from explorer.detective.readings import Reading, Task, View
from explorer.detective.search import Pipeline
from explorer.explain import number, typed

_OPTIONS = "{o})"  # ends the code of a function that takes torch's options


def code(pipeline: Pipeline, view: View, known: Mapping[str, str]) -> str:
    """Return what a pipeline computes, as one line of code with the names z, p, y, q, w for the arrays."""
    steps = pipeline.steps
    target, variant = steps.target, pipeline.target_variant
    names = {**known, "variant": variant.format_map(known), "size": pipeline.reduction_variant}
    plain = steps.loss.code.replace(_OPTIONS, "\0")
    expression, _, comment = plain.partition("  # ")
    written = {key: target.y.format_map({**names, "y": names[key]}).partition("  # ") for key in ("y", "q")}
    notes = [comment, written["y"][2], target.note.strip(" #")]
    expression = expression.format_map({**names, **{key: text for key, (text, _, _) in written.items()}})
    if written["y"][0] == "":
        expression = plain.format_map(names)
    options = target.options.format_map({**names, **_options(view)})

    def reduced(reduction: str) -> str:
        if "\0" in expression:
            return expression.replace("\0", options + (f', reduction="{reduction}")' if reduction else ")"))
        method = {"": ".mean()", "mean": ".mean()", "batchmean": ".sum() / len(q)", "sum": ".sum()", "none": ""}[
            reduction
        ]
        return (f"({expression})" if " " in expression and not expression.endswith(")") else expression) + method

    is_kl = steps.loss.family is Family.KL
    by_row = steps.loss.family is Family.CLASS and view.sample_weight is not None and "without" not in target.note
    forms = {
        "mean": reduced("mean" if is_kl else ""),
        "index_mean": reduced("").replace(", y", ", y.argmax(1)", 1),
        "batchmean": reduced("batchmean"),
        "sum": reduced("sum"),
        "rows": reduced("none"),
    }
    if by_row:
        each = f"(w * {forms['rows']})"
        forms |= {"mean": f"{each}.sum() / w.sum()", "sum": f"{each}.sum()", "rows": each}
    value = steps.reduction.code.format_map({**names, **forms})
    if " " in value.replace(", ", ",") and steps.scale.code.startswith("{value}") and steps.scale.code != "{value}":
        value = f"({value})" if not value.endswith(")") else value
    text = steps.scale.code.format_map({"value": value})
    notes = [note.format_map(names) for note in notes if note]
    return text + ("  # " + "; ".join(notes) if notes else "")


def _options(view: View) -> dict[str, str]:
    """Return the arguments that the options given add to a call."""
    weight = ", weight=w" if view.class_weight is not None or view.element_weight is not None else ""
    positive = ", pos_weight=pw" if view.pos_weight is not None and view.task is Task.LABELS else ""
    ignore = f", ignore_index={view.ignore_index}" if view.ignore_index != IGNORE_INDEX and not view.kept.all() else ""
    swapped = (", pos_weight=w" if weight else "") + (", weight=pw" if positive else "")
    smoothing = f", label_smoothing={typed(view.smoothing)}" if view.smoothing else ""
    return {"weight": weight + positive, "exchanged": swapped, "smoothing": smoothing, "ignore": ignore}


def explanation(mistake: str, pipeline: Pipeline, view: View, known: Mapping[str, str], right: float | None) -> str:
    """Return why a matching value is a tell, in one or two sentences."""
    why = MISTAKES[mistake].why.format_map(known)
    others = [other for other in pipeline.mistakes if other != mistake]
    if mistake == NONE:
        doubtful = pipeline.steps.layout.plausibility < 1.0
        return f"If the inputs are {view.reading}, nothing is wrong: this is what this call gives." if doubtful else why
    if others and others != [NONE]:
        return f"{why} And at the same time: {MISTAKES[others[0]].title[0].lower()}{MISTAKES[others[0]].title[1:]}."
    return why if right is None else f"{why} The right call gives {number(right)}."


def fix(mistake: str, pipeline: Pipeline, view: View, known: Mapping[str, str]) -> str:
    """Return what to write instead, as one line of code; for the right call the call itself."""
    row = MISTAKES[mistake]
    if mistake == NONE:
        return code(pipeline, view, known)
    template = row.fix_for_labels if view.task is Task.LABELS and row.fix_for_labels else row.fix
    return template.format_map(known)


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
            view.classes == 2 and bool(ids & _TWO_CLASSES),
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
