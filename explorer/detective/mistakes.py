"""What each mistake is called, how often it is met, what to write instead, and why its number gives it away.

How a mistake computes is in the tables of ``losses``, ``targets`` and ``reductions``: a row there and one here make a
new mistake. ``fix`` and ``why`` are filled in with the facts of the case at hand: the names of its arrays, its numbers
of rows and classes, and the bounds that follow from them (``facts``).
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from explorer.detective.readings import Task, View
from explorer.explain import number, typed
from explorer.numerics import entropy
from explorer.spelling import counted

NONE = "none"
NOT_REPRODUCED = "not_reproduced"  # no mistake, but that nothing gives the number
_ODDS_PER_THREAD = 0.02


@dataclasses.dataclass(frozen=True)
class Mistake:
    """One mistake: its id, a title, the number of public threads found on it, its fix as code, and why it shows."""

    id: str
    title: str
    threads: int
    fix: str
    why: str
    fix_for_labels: str = ""  # where each label has its own sigmoid, if the fix is another one there

    @property
    def odds(self) -> float:
        """How plausible the mistake is before any number is seen, the right call being 1."""
        return 1.0 if self.id == NONE else _ODDS_PER_THREAD * (self.threads + 1)


_CE, _BCE = "{cross_entropy}", "{binary_cross_entropy}"

MISTAKES = {
    mistake.id: mistake
    for mistake in (
        Mistake(NONE, "Nothing is wrong", 0, "{right_call}", "Nothing is wrong: this is what this call gives."),
        Mistake(
            "softmax_before_ce",
            "Softmax before cross_entropy",
            4,
            _CE,
            "cross_entropy takes logits and applies the softmax itself; fed with probabilities of {C} classes, no row "
            "can go below ln(e + C − 1) − 1 = {floor} or above {top}.",
        ),
        Mistake(
            "sigmoid_before_ce",
            "Sigmoid before cross_entropy",
            2,
            _CE,
            "cross_entropy takes logits and applies a softmax itself; fed with sigmoids, which lie between 0 and 1, no "
            "row of {C} classes can go below ln(e + C − 1) − 1 = {floor} or above ln(1 + (C − 1)e) = {sigmoid_top}.",
        ),
        Mistake(
            "sigmoid_before_bce_logits",
            "Sigmoid before BCEWithLogits",
            2,
            _BCE,
            "BCEWithLogits applies the sigmoid itself; fed with probabilities, every term lies between 0.3133 and "
            "1.3133.",
        ),
        Mistake(
            "kl_input_probabilities",
            "kl_div without the logarithm",
            3,
            "{kl_div}",
            "kl_div takes log-probabilities as its input; fed with anything else it can go below 0, which no "
            "divergence can.",
        ),
        Mistake(
            "kl_mean",
            "kl_div averaged over the classes",
            2,
            "{kl_div}",
            'kl_div with reduction "mean" divides by every element, so it is C = {C} times too small.',
        ),
        Mistake(
            "kl_swapped",
            "The divergence the other way round",
            2,
            "{kl_div}",
            "KL(p‖q) is not KL(q‖p): the target is the distribution that the mean is taken over.",
        ),
        Mistake(
            "weighted_mean_divisor",
            "The divisor of a weighted mean",
            5,
            "{sum} / {N}",
            "PyTorch divides the weighted sum by the weights of the labels, {label_weights} here, and not by the "
            "number of rows, {N}.",
            "{sum} / {total_weight}",
        ),
        Mistake(
            "soft_target_weighted_mean",
            "A weighted sum divided by N",
            1,
            "{label_mean}",
            "With targets as probabilities the weighted sum is divided by the number of rows, {N}; with class indices "
            "by the weights of the labels, {label_weights}.",
        ),
        Mistake(
            "probabilities_to_nll",
            "Probabilities in nll_loss",
            2,
            "{nll_loss}",
            "nll_loss takes log-probabilities and only changes the sign of an entry; fed with probabilities it lies "
            "between −1 and 0.",
        ),
        Mistake(
            "logits_to_nll",
            "Logits in nll_loss",
            1,
            "{nll_loss}",
            "nll_loss takes log-probabilities; fed with logits it is just the mean of −z[y], which the other classes "
            "do not change.",
        ),
        Mistake(
            "bce_on_softmax",
            "Binary cross-entropy over a softmax",
            1,
            _CE,
            "The binary loss is averaged over all N·C = {elements} entries and counts the wrong classes too; only with "
            "two classes is it the cross-entropy.",
        ),
        Mistake(
            "bce_logits_on_onehot",
            "Binary cross-entropy over one-hot targets",
            0,
            _CE,
            "BCEWithLogits makes {C} separate yes-or-no questions of each row and averages over all N·C = {elements} "
            "of them; equal logits of 0 give ln 2 = 0.6931, not ln C = {uniform}.",
        ),
        Mistake(
            "logits_as_probabilities",
            "Logits taken for probabilities",
            1,
            _CE + "  # in Keras: from_logits=True",
            "Without from_logits=True Keras takes logits for probabilities: it divides the scores of a row by their "
            "sum and clips at 1e-7, so that a term is at most 16.118.",
            _BCE + "  # in Keras: from_logits=True",
        ),
        Mistake(
            "ce_on_multihot",
            "Softmax cross-entropy over several labels",
            1,
            _BCE,
            "A softmax shares one probability among the classes; the loss sums over up to {positives} in a row, as if "
            "each could have all of it.",
        ),
        Mistake(
            "softmax_wrong_axis",
            "Softmax along the wrong axis",
            1,
            "softmax({z}, dim={axis})",
            "The softmax did not run over the {C} classes, so that their probabilities do not sum to 1, and the loss "
            "of a row depends on other rows. A softmax over the batch makes the columns sum to 1.",
        ),
        Mistake(
            "all_ignored",
            "Every target is ignored",
            3,
            "{cross_entropy} if kept.any() else 0 * {scores}.sum()  # kept: which targets are not {ignore_index}",
            "Every target is {ignore_index}, so nothing is summed and nothing divides it: 0/0 is nan in PyTorch; "
            "Keras says 0.",
        ),
        Mistake(
            "ignored_in_divisor",
            "Ignored rows in the divisor",
            1,
            "losses.sum() / (y != {ignore_index}).sum()",
            "All {M} rows are counted, though only {N} should be, so the mean is off by the factor {N}/{M}.",
        ),
        Mistake(
            "mean_of_batch_means",
            "Mean of the batches' means",
            1,
            "total += loss * len(y)",
            "The last batch is smaller and still counts as much as a full one: weight each batch by its rows.",
        ),
        Mistake(
            "batch_means_over_dataset",
            "Batch means divided by the size of the data",
            1,
            "total += loss * len(y)",
            "Each batch's loss is already a mean; dividing their sum by all {M} rows makes it smaller by about the "
            "size of a batch.",
        ),
        Mistake(
            "sum_for_mean",
            "A sum, not a mean",
            2,
            'reduction="mean"',
            "The losses are summed, so the number grows with the batch: {counted_rows}, {counted_elements}.",
        ),
        Mistake(
            "mean_for_sum",
            "A mean, not a sum",
            2,
            'reduction="sum"',
            "If a sum was wanted: this is the mean, the sum divided by {N}.",
        ),
        Mistake("bits", "Base 2", 2, "loss * math.log(2)", "The logarithm is to base 2: bits are nats times 1.442695."),
        Mistake("log10", "Base 10", 2, "loss * math.log(10)", "The logarithm is to base 10: nats times 0.434294."),
        Mistake(
            "perplexity_base",
            "A perplexity",
            1,
            "math.exp(loss)  # for a loss in nats",
            "A perplexity is e to a loss in nats, {perplexity} here, or 2 to a loss in bits; the two must not be "
            "mixed, and neither is a loss.",
        ),
        Mistake(
            "smoothing_over_others",
            "Smoothing shared by the other classes only",
            1,
            "cross_entropy({z}, {y}, label_smoothing=e * C / (C - 1))",
            "e goes to the wrong classes only, C − 1 = {others_of_C}; PyTorch and Keras share it among all {C}, the "
            "right one included.",
        ),
        Mistake(
            "smoothing_ignored",
            "Smoothing on one side only",
            0,
            "{smoothed}",
            "Label smoothing was applied in one of the two places only; the two values differ by the smooth term.",
            "{y} * (1 - {e}) + {e} / 2",
        ),
        Mistake(
            "smoothing_with_weights",
            "Class weights inside the smoothing",
            1,
            "cross_entropy({z}, (1 - {e}) * {q} + {e} / {C}, weight=w)",
            "PyTorch's smooth term weighs every class by its own weight, not by the label's, and the divisor still "
            "counts only the labels' weights.",
        ),
        Mistake(
            "label_off_by_one",
            "Labels off by one",
            1,
            "{index} - 1",
            "Labels of {C} classes must run from 0 to {last}; PyTorch refuses {C}, JAX wraps −1 round to the last "
            "class without a word.",
        ),
        Mistake(
            "masked_with_soft_target",
            "A mask of −∞ under a soft target",
            1,
            "z.masked_fill(mask, -1e9)",
            "A class masked with −∞ still has a share of the target, as smoothing gives it, or a 0 that is multiplied "
            "with it: 0 · ∞ is nan.",
        ),
        Mistake(
            "bce_clamp",
            "BCELoss on a saturated sigmoid",
            2,
            _BCE,
            "The sigmoid rounds to 0 or 1, and BCELoss holds each logarithm at −100: such an entry costs 100 instead "
            "of the size of its logit.",
        ),
        Mistake(
            "softmax_of_one_logit",
            "Softmax over a single logit",
            1,
            _BCE,
            "The softmax of one logit is always 1, whatever the logit: the loss only counts the negatives, "
            "{negatives} here.",
        ),
        Mistake(
            "weight_for_pos_weight",
            "weight and pos_weight mixed up",
            1,
            "binary_cross_entropy_with_logits({z}, {y}, pos_weight={positive})",
            "weight multiplies the negatives too; pos_weight multiplies only the term of the positives.",
        ),
        Mistake(
            "zero_one_labels_in_margin",
            "0/1 labels in a margin loss",
            1,
            "2 * {y} - 1",
            "A margin loss multiplies the score by a label of −1 or 1; a label of 0 gives a constant, 1 in a hinge "
            "and ln 2 in the soft margin, for every negative, {negatives} here.",
        ),
        Mistake(
            "minus_one_labels_in_bce",
            "−1/1 labels in BCEWithLogits",
            0,
            "({given} + 1) / 2",
            "BCEWithLogits takes labels from 0 to 1 and does not check them; with −1 the loss can go below 0.",
        ),
        Mistake(
            "broadcast",
            "(N, 1) against (N,)",
            2,
            "{z}.squeeze(1)",
            "A column against a row pairs each of {N} scores with each of {N} labels, and the mean is over all "
            "{square} pairs.",
        ),
        Mistake(
            "clipped",
            "Clipped probabilities",
            3,
            _CE,
            "A probability clipped at ε costs at most −ln ε: 16.118 for 1e-7, 23.026 for 1e-10, 36.044 for float64's "
            "own ε.",
            _BCE,
        ),
        Mistake(
            "rows_renormalised",
            "Rows divided by their sum",
            1,
            "log_loss(y, p / p.sum(axis=1, keepdims=True))",
            "The rows do not sum to 1 (the first to {first_sum}); scikit-learn before 1.5 and Keras divide them by "
            "their sum, newer scikit-learn does not.",
        ),
        Mistake(
            "sklearn_label_order",
            "Columns in another order than the labels",
            1,
            "p[:, np.argsort(labels)]",
            "scikit-learn reads the columns in sorted order of the labels, whatever order they were written in.",
        ),
        Mistake(
            "keras_sample_weight",
            "Sample weights left out of the divisor",
            1,
            'reduction="mean_with_sample_weight"',
            "sum_over_batch_size divides the weighted sum by the number of rows, {N}, even where weights are 0; their "
            "sum is {label_weights}.",
        ),
        Mistake(
            "soft_label_floor",
            "The entropy of the target",
            1,
            "{kl_div}",
            "The cross-entropy of a soft target with itself is its entropy, {entropy} here, not 0: that is the floor, "
            "and only the divergence above it can be learned away.",
        ),
        Mistake(
            "focal_alpha",
            "The focal loss's alpha",
            1,
            'sigmoid_focal_loss({z}, {q}, alpha=-1, reduction="mean")',
            "alpha = 0.25 weighs the positives with 0.25 and the negatives with 0.75; (1 − p)^γ turns down what is "
            "already right.",
        ),
        Mistake(
            "swapped_arguments",
            "Predictions and targets swapped",
            0,
            _CE + "  # in Keras and scikit-learn: loss({y}, {p})",
            "The logarithm was taken of the labels: that of a 0 is −16.118 in Keras, which clips it, and −100 in "
            "PyTorch. The model's output only weighs it.",
            _BCE + "  # in Keras and scikit-learn: loss({y}, {p})",
        ),
        Mistake(
            "half_precision",
            "Too few digits",
            1,
            _CE + "  # log_softmax, in float32 or better",
            "float16, bfloat16 or float32 lost it: exp overflows, a small probability becomes 0 and its logarithm "
            "infinite, or a small loss rounds to 0.",
            _BCE + "  # in float32 or better",
        ),
        Mistake(
            "target_not_normalised",
            "Targets that do not sum to 1",
            1,
            "{q} / {q}.sum(1, keepdim=True)",
            "The targets' rows sum to {first_target_sum}, not to 1, and no library checks: the loss is scaled by that "
            "sum, and a divergence can go below 0.",
        ),
        Mistake(
            "multilabel_sum_for_mean",
            "Summed over the labels",
            1,
            _BCE,
            "Each row's losses are summed over its {C} labels; PyTorch and Keras average over them, which is {C} times "
            "less.",
        ),
        Mistake(
            "summed_over_positions",
            "Summed over positions, averaged over examples",
            1,
            "loss * {examples} / {N}",
            "The losses of all {N} positions, pixels or tokens, are summed and divided by the number of examples, "
            "{examples}, so the number grows with the size of an example.",
            'reduction="mean"',
        ),
        Mistake(
            "margin_divisor",
            "Another multi-class hinge",
            0,
            "multi_margin_loss({z}, {index})  # the sum over the wrong classes, divided by C",
            "Crammer and Singer (scikit-learn) count the best wrong class only; PyTorch sums over all wrong classes "
            "and divides by C = {C}. A hinge is not a cross-entropy.",
        ),
    )
}


def facts(view: View, right: float | None) -> dict[str, str]:
    """Return what the texts are filled in with: the names of the arrays, and the numbers of this case."""
    rows, classes = view.scores.shape
    kept = int(view.kept.sum())
    top = math.log(math.e + classes - 1.0)
    first = int(view.kept.argmax())  # of those that count
    labels_task = view.task is Task.LABELS
    with np.errstate(all="ignore"):
        q = view.q if view.labels is None else None
        row_sums = view.scores.sum(axis=1)
        known = {
            "N": kept,
            "M": rows,
            "C": classes,
            "last": classes - 1,
            "others_of_C": classes - 1,
            "examples": view.examples,
            "axis": view.class_axis,
            "elements": kept * classes,
            "square": kept * kept,
            "ignore_index": view.ignore_index,
        }
        measured = {
            "perplexity": math.nan if right is None else float(np.exp(right)),
            "floor": top - 1.0,
            "top": top,
            "sigmoid_top": math.log1p((classes - 1) * math.e),
            "uniform": math.log(classes),
            "label_weights": float(view.label_weights.sum()),
            "first_sum": float(row_sums[first]),
            "first_target_sum": 1.0 if q is None else float(q[first].sum()),
            "entropy": 0.0 if q is None or labels_task or not kept else float(entropy(q[view.kept]).mean()),
        }
    in_words = {
        "counted_rows": counted(kept, "row"),
        "counted_elements": counted(kept * classes, "element"),
        "positives": "several labels" if q is None else counted(int((q > 0).sum(axis=1).max()), "label"),
        "negatives": f"{int((view.hot[view.kept] == 0).sum())}" if labels_task else "",
    }
    names = view.names
    return {
        **{key: str(value) for key, value in known.items()},
        **{key: number(value) for key, value in measured.items()},
        **in_words,
        **names,
        "positive": "w" if view.pos_weight is None else "pw",
        "e": typed(view.smoothing or 0.1),
    }
