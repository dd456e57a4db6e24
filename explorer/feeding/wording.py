"""What is said of a function that is fed in one way: tables of words, into which the numbers of a case are written."""

from __future__ import annotations

from explorer.case import Setup
from explorer.dialects.catalogue import Family, Feed, Function

OTHER_LOSSES = {Family.MARGIN, Family.DISTANCE, Family.FOCAL}

# How each kind of function works, by family and by what it takes.
WORKS = {
    (Family.SOFTMAX, Feed.LOGITS): "takes logits and applies log-softmax itself",
    (Family.SOFTMAX, Feed.LOG_SOFTMAX): "takes log-probabilities and flips the sign of the label's",
    (Family.SOFTMAX, Feed.SOFTMAX): "takes probabilities and applies the logarithm itself",
    (Family.SIGMOID, Feed.LOGITS): "takes logits and applies the sigmoid itself",
    (Family.SIGMOID, Feed.SIGMOID): "takes the probability of a yes and applies the logarithm itself",
    (Family.DIVERGENCE, Feed.LOG_SOFTMAX): "takes log-probabilities, and distributions as targets",
    (Family.MARGIN, Feed.LOGITS): "takes scores and asks for a margin of 1",
    (Family.DISTANCE, Feed.LOGITS): "takes distances",
    (Family.FOCAL, Feed.LOGITS): "takes logits and turns the loss down where the answer is already right",
}

# What goes wrong with probabilities and with sigmoids alike: sentences, and pairs as in the next table.
_SQUASHED = "{title} applies a sigmoid itself, and that of numbers in [0, 1] lies between 0.5 and 0.7311"
_SQUASHED_TERMS = _SQUASHED + ": every{unweighted} term lies in [{low}, {high}], however good the model."
_SQUASHED_P = _SQUASHED + ", however good the model."
_SQUEEZED = (
    "scores squeezed into [0, 1]: a margin of 1 takes certainty",
    "{title} takes scores of any size; between numbers in [0, 1] a margin of 1 takes a p of exactly 1, or cannot be "
    "had at all.",
)
_UPSIDE_DOWN = (
    "upside down: a sure and right answer costs the most",
    "{title} takes distances, which are small where the label is 1: of probabilities it is lowest where the model is "
    "surely wrong.",
)

# What goes wrong, by family, what the function takes and what it is fed: a phrase and a sentence.
FED_WRONG = {
    (Family.SOFTMAX, Feed.LOGITS, Feed.SOFTMAX): (
        "softmax twice: can never go below {floor}",
        "{title} applies a softmax itself, and that of probabilities gives no class more than e / (e + {rest}) = "
        "{top}, so the loss never goes below {floor}, however good the model.",
    ),
    (Family.SOFTMAX, Feed.LOGITS, Feed.SIGMOID): (
        "a softmax of sigmoids: can never go below {floor}",
        "{title} applies a softmax itself, and that of numbers in [0, 1] gives no class more than e / (e + {rest}) = "
        "{top}: however good the model, the loss never goes below {floor}.",
    ),
    (Family.SOFTMAX, Feed.LOGITS, Feed.LOG_SOFTMAX): (
        "not the loss of this case",
        "{title} applies log-softmax itself; a second time changes nothing, but this is not the loss of the case.",
    ),
    (Family.SOFTMAX, Feed.LOG_SOFTMAX, Feed.LOGITS): (
        "minus {mean_of} logits: falls without end",
        "{title} takes no logarithm, so this is minus {of_labels} logits: it has no floor, and a model "
        "lowers it by making every logit larger.",
    ),
    (Family.SOFTMAX, Feed.LOG_SOFTMAX, Feed.SOFTMAX): (
        "{negative}minus {mean_of} probabilities",
        "{title} takes no logarithm, so this is minus {of_labels} probabilities, instead of logarithms.",
    ),
    (Family.SOFTMAX, Feed.LOG_SOFTMAX, Feed.SIGMOID): (
        "{negative}minus {mean_of} sigmoids",
        "{title} takes no logarithm, so this is minus {of_labels} sigmoids, which do not even compete.",
    ),
    (Family.SOFTMAX, Feed.SOFTMAX, Feed.LOGITS): (
        "logits read as probabilities",
        "{title} takes logits for probabilities{normalises}: a negative one counts as 0, and costs "
        "up to {cap} if it is the label's.",
    ),
    (Family.SOFTMAX, Feed.SOFTMAX, Feed.LOG_SOFTMAX): (
        "log-probabilities read as probabilities: upside down",
        "{title} takes log-probabilities for probabilities{normalises}: the less likely a class is, the larger its "
        "share, so the order is upside down.",
    ),
    (Family.SOFTMAX, Feed.SOFTMAX, Feed.SIGMOID): (
        "sigmoids read as probabilities: not a softmax",
        "{title} takes sigmoids for probabilities{normalises}: they do not sum to 1, and are not a softmax.",
    ),
    (Family.SIGMOID, Feed.LOGITS, Feed.SIGMOID): (
        "sigmoid twice: every{unweighted} term lies in [{low}, {high}]",
        _SQUASHED_TERMS,
    ),
    (Family.SIGMOID, Feed.LOGITS, Feed.SOFTMAX): (
        "a sigmoid of a softmax: every{unweighted} term lies in [{low}, {high}]",
        _SQUASHED_TERMS,
    ),
    (Family.SIGMOID, Feed.LOGITS, Feed.LOG_SOFTMAX): (
        "never above 0, so a label of 1 costs at least {half}",
        "{title} applies a sigmoid itself, and that of log-probabilities, which are never above 0, is at most one "
        "half: every{unweighted} label of 1 costs at least {half}.",
    ),
    (Family.SIGMOID, Feed.SIGMOID, Feed.LOGITS): (
        "logits read as probabilities: cut off at 0 and 1",
        "{title} takes logits for probabilities: what lies outside [0, 1] is cut off, and costs almost 0 or {cap}.",
    ),
    (Family.SIGMOID, Feed.SIGMOID, Feed.LOG_SOFTMAX): (
        "log-probabilities read as probabilities: cut off at 0",
        "{title} takes log-probabilities for probabilities: they are never above 0, so each is cut off there, and a "
        "label of 1 costs {cap}.",
    ),
    (Family.SIGMOID, Feed.SIGMOID, Feed.SOFTMAX): (
        "a softmax makes the {C} answers compete",
        "{title} asks yes or no of each class and averages over all {C}, but a softmax makes their answers compete: no "
        "two can be sure at once.",
    ),
    (Family.DIVERGENCE, Feed.LOG_SOFTMAX, Feed.LOGITS): (
        "logits where log-probabilities belong: no divergence",
        "{title} takes no logarithm and no softmax, so logits give no divergence: the number has no floor.",
    ),
    (Family.DIVERGENCE, Feed.LOG_SOFTMAX, Feed.SOFTMAX): (
        "{negative}probabilities where their logarithms belong",
        "{title} takes log-probabilities, and probabilities in their place make it negative, which no divergence is.",
    ),
    (Family.DIVERGENCE, Feed.LOG_SOFTMAX, Feed.SIGMOID): (
        "{negative}sigmoids where log-probabilities belong",
        "{title} takes log-probabilities, and sigmoids in their place make it negative, which no divergence is.",
    ),
    (Family.MARGIN, Feed.LOGITS, Feed.LOG_SOFTMAX): (
        "scores never above 0: a yes costs at least 1",
        "{title} takes scores on both sides of 0; log-probabilities are never above it, so a yes costs at least 1.",
    ),
    (Family.MARGIN, Feed.LOGITS, Feed.SOFTMAX): _SQUEEZED,
    (Family.MARGIN, Feed.LOGITS, Feed.SIGMOID): _SQUEEZED,
    (Family.DISTANCE, Feed.LOGITS, Feed.LOG_SOFTMAX): (
        "log-probabilities are no distance",
        "{title} takes distances, and log-probabilities are never above 0: a label of 1 makes the loss negative.",
    ),
    (Family.DISTANCE, Feed.LOGITS, Feed.SOFTMAX): _UPSIDE_DOWN,
    (Family.DISTANCE, Feed.LOGITS, Feed.SIGMOID): _UPSIDE_DOWN,
    (Family.FOCAL, Feed.LOGITS, Feed.LOG_SOFTMAX): (
        "log-probabilities where logits belong",
        "{title} applies a sigmoid itself, and that of log-probabilities, never above 0, is at most one half.",
    ),
    (Family.FOCAL, Feed.LOGITS, Feed.SOFTMAX): (
        "a sigmoid of a softmax: p lies in [0.5, 0.7311]",
        _SQUASHED_P,
    ),
    (Family.FOCAL, Feed.LOGITS, Feed.SIGMOID): (
        "sigmoid twice: p lies in [0.5, 0.7311]",
        _SQUASHED_P,
    ),
}

# What goes wrong in a set-up that a function is not made for, though it is fed what it takes.
SET_WRONG = {
    (Family.SIGMOID, Setup.MULTICLASS): (
        "{C} yes-or-no losses, averaged: not a softmax",
        "{title} asks yes or no of each of the {C} classes by itself and averages the answers; that only one class is "
        "right it does not know.",
    ),
    (Family.SOFTMAX, Setup.MULTILABEL): (
        "one of {C}, where any of {C} may be right",
        "{title} shares one probability of 1 among the {C} labels, so they compete, and a row with k labels costs k "
        "times as much.",
    ),
    (Family.DIVERGENCE, Setup.MULTILABEL): (
        "one of {C}, where any of {C} may be right",
        "{title} takes each row for one distribution, but here each of the {C} labels is a yes or no of its own.",
    ),
}
ONE_LOGIT = {
    Feed.SOFTMAX: (
        "a softmax of one logit is always 1",
        "A softmax over a single logit is 1, whatever it is: nothing of it reaches {title}.",
    ),
    Feed.LOG_SOFTMAX: (
        "a log-softmax of one logit is always 0",
        "A log-softmax over a single logit is 0, whatever it is: nothing of it reaches {title}.",
    ),
}


def works(function: Function) -> str:
    """Return how a function works, as the beginning of a sentence."""
    return f"{function.title} {WORKS[function.family, function.feed]}"
