"""Which loss to call, and what the other libraries call it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from explorer.case import Setup
from explorer.dialects.catalogue import FUNCTIONS, VOCABULARY, Family, Feed, Function, Library, Target
from explorer.feeding.sheet import bracketed, written
from explorer.feeding.wording import works


@dataclasses.dataclass(frozen=True)
class Recommendation:
    """The line to write, and one sentence about it.

    ``code`` sets ``loss`` from ``targets`` and from ``logits``, ``log_p`` or ``p``, what a model gives that ends with
    ``ends_with``: another ending than the one asked about where that one cannot be used. ``as_class`` is the same line
    through PyTorch's class, or "". ``function`` is None where the library has none: then ``code`` spells the loss out,
    or is "" where the targets make no sense.
    """

    code: str
    as_class: str
    sentence: str
    function: Function | None
    ends_with: Feed


_OUTPUT = {Feed.LOGITS: "logits", Feed.LOG_SOFTMAX: "log_p", Feed.SOFTMAX: "p", Feed.SIGMOID: "p"}


@dataclasses.dataclass(frozen=True)
class _Change:
    """How what a model gives becomes what a function takes: words of the vocabulary, one after the other."""

    words: tuple[str, ...]
    cost: int  # how much one would rather not
    sentence: str


_BETTER = "better end the model with nothing and write {best}."
_AS_IT_IS = _Change((), 0, "{works}.")
_AS_PROBABILITIES = _Change((), 0, "{works}; more exact is to end the model with nothing and write {best}.")
_TAKEN_AS_IT_IS = {
    (Library.PYTORCH, Feed.SIGMOID): _AS_PROBABILITIES,
    (Library.KERAS, Feed.SIGMOID): _AS_PROBABILITIES,
    (Library.KERAS, Feed.SOFTMAX): _AS_PROBABILITIES,
}
_CHANGES = {
    (Feed.LOG_SOFTMAX, Feed.LOGITS): _Change(
        (), 1, "{works}; a second time changes nothing, so it takes log-probabilities too."
    ),
    (Feed.SOFTMAX, Feed.LOG_SOFTMAX): _Change(
        ("log",), 1, "This works, but a rounded p loses digits and the logarithm of 0 is infinite: " + _BETTER
    ),
    (Feed.SOFTMAX, Feed.LOGITS): _Change(
        ("log",), 2, "Logarithms of p are logits, but a rounded p loses digits and 0 becomes −∞: " + _BETTER
    ),
    (Feed.LOG_SOFTMAX, Feed.SOFTMAX): _Change(("exp",), 2, "{title} takes probabilities, so the logarithm is undone."),
    (Feed.LOGITS, Feed.SOFTMAX): _Change(("softmax",), 2, "{title} takes probabilities, so the softmax comes first."),
    (Feed.LOGITS, Feed.SIGMOID): _Change(("sigmoid",), 2, "{title} takes probabilities, so the sigmoid comes first."),
    (Feed.SIGMOID, Feed.LOGITS): _Change(
        ("logit",), 3, "{title} takes logits, so the sigmoid is undone, which loses digits: " + _BETTER
    ),
    (Feed.SIGMOID, Feed.SOFTMAX): _Change(
        ("logit", "softmax"), 4, "{title} takes the probabilities of a softmax, so the sigmoid is undone before it."
    ),
}

# The targets of a set-up: the forms as which a function may take them, and how they are written.
_WRITTEN_AS: Mapping[tuple[Setup, Target], tuple[tuple[Target, ...], str]] = {
    (Setup.MULTICLASS, Target.INDICES): ((Target.INDICES,), "targets"),
    (Setup.MULTICLASS, Target.DISTRIBUTIONS): ((Target.DISTRIBUTIONS,), "targets"),
    (Setup.MULTICLASS, Target.LABELS): ((Target.DISTRIBUTIONS, Target.LABELS), "{floating}"),
    (Setup.MULTICLASS, Target.SIGNS): ((Target.DISTRIBUTIONS, Target.LABELS), "(targets + 1) / 2"),
    (Setup.MULTICLASS, Target.INDEX_LISTS): ((Target.INDICES,), "targets[:, 0]"),
    (Setup.BINARY, Target.INDICES): ((Target.LABELS,), "{floating}"),
    (Setup.BINARY, Target.DISTRIBUTIONS): ((Target.LABELS,), "targets[:, 1]"),
    (Setup.BINARY, Target.LABELS): ((Target.LABELS,), "targets"),
    (Setup.BINARY, Target.SIGNS): ((Target.LABELS,), "(targets + 1) / 2"),
    (Setup.MULTILABEL, Target.INDICES): ((Target.LABELS,), "{one_hot}"),
    (Setup.MULTILABEL, Target.DISTRIBUTIONS): ((Target.LABELS,), "targets"),
    (Setup.MULTILABEL, Target.LABELS): ((Target.LABELS,), "targets"),
    (Setup.MULTILABEL, Target.SIGNS): ((Target.LABELS,), "(targets + 1) / 2"),
    (Setup.MULTILABEL, Target.INDEX_LISTS): ((Target.LABELS,), "{k_hot}"),
}
# The same for a yes or no with two outputs, which is one of two classes.
_WRITTEN_AS_PAIR: Mapping[Target, tuple[tuple[Target, ...], str]] = {
    Target.INDICES: ((Target.INDICES,), "targets"),
    Target.DISTRIBUTIONS: ((Target.DISTRIBUTIONS,), "targets"),
    Target.LABELS: ((Target.INDICES,), "{integer}"),
    Target.SIGNS: ((Target.INDICES,), "{integer_signs}"),
}
# Cross-entropy in NumPy and SciPy: log p as it follows from each output, and logits for a yes or no.
_SPELLED_LOG_P = {
    Feed.LOGITS: "log_softmax(logits, axis=1)",
    Feed.LOG_SOFTMAX: "log_p",
    Feed.SOFTMAX: "np.log(p)",
    Feed.SIGMOID: "log_softmax(logit(p), axis=1)",
}
_SPELLED_LOGITS = {Feed.LOGITS: "logits", Feed.SIGMOID: "logit(p)"}


def recommend(
    library: Library | str, setup: Setup | str, ends_with: Feed | str, targets: Target | str | None = None
) -> Recommendation:
    """Return which loss to call: one line of code and one sentence.

    ``targets`` is their form: by default class indices for one of several classes, otherwise 0/1 labels. With a softmax
    a binary model has two outputs (N, 2), otherwise one (N,). The line takes the plain mean, without options.
    Raises ValueError for a word that is none of theirs. Source: ``explorer.dialects.catalogue``.
    """
    library, setup, ends_with = Library(library), Setup(setup), Feed(ends_with)
    kind = Target(targets or (Target.INDICES if setup is Setup.MULTICLASS else Target.LABELS))
    has_softmax = ends_with in {Feed.SOFTMAX, Feed.LOG_SOFTMAX}
    if setup is Setup.MULTILABEL and has_softmax:
        without = recommend(library, setup, Feed.LOGITS, kind)
        why = f"No loss can undo a {ends_with.ending} over labels that may all be right: leave it off, and write this."
        return dataclasses.replace(without, sentence=why)
    two_outputs = setup is Setup.BINARY and has_softmax
    form = _WRITTEN_AS_PAIR.get(kind) if two_outputs else _WRITTEN_AS.get((setup, kind))
    if form is None:
        why = "Index lists name the right labels of a row, and a yes or no has none to name: use labels of 0 and 1."
        return Recommendation("", "", why, None, ends_with)
    kinds, template = form
    y = _targets_code(library, template, _OUTPUT[ends_with])
    read_as = Setup.MULTICLASS if two_outputs else setup
    if library is Library.SKLEARN and kind is Target.DISTRIBUTIONS:
        why = f"{library} takes labels, not distributions, so NumPy and SciPy spell the loss out."
        return Recommendation(f"loss = {_spelled_out(read_as, ends_with, y)}", "", why, None, ends_with)
    flattened = library is Library.SKLEARN and setup is Setup.MULTILABEL
    if flattened:
        read_as = Setup.BINARY
    function, change = _function_for(library, read_as, ends_with, kinds)
    inputs = _OUTPUT[ends_with]
    for word in change.words:
        inputs = written(getattr(VOCABULARY[library], word), inputs)
    if flattened:
        inputs, y = f"{inputs}.ravel()", f"{bracketed(y)}.ravel()"
    as_class = f"loss = {function.as_class}()({inputs}, {y})" if library is Library.PYTORCH else ""
    best = "" if ends_with is Feed.LOGITS else recommend(library, setup, Feed.LOGITS, kind).code.removeprefix("loss = ")
    sentence = change.sentence.format(title=function.title, works=works(function), best=best)
    if flattened:
        sentence = f"{function.title} has no several labels a row: flattened, each of them is a yes or no of its own."
    elif two_outputs:
        sentence = (
            f"With a {ends_with.ending} a yes or no has two outputs and is one of two classes; with one output and no "
            f"{ends_with.ending} it is {best}."
        )
    return Recommendation(f"loss = {function.call(inputs, y)}", as_class, sentence, function, ends_with)


def _function_for(
    library: Library, setup: Setup, ends_with: Feed, kinds: tuple[Target, ...]
) -> tuple[Function, _Change]:
    """The cross-entropy of a library that takes these targets and is nearest to what the model gives."""

    def change(function: Function) -> _Change | None:
        takes = function.expects(setup)
        return (
            _TAKEN_AS_IT_IS.get((library, takes), _AS_IT_IS) if takes is ends_with else _CHANGES.get((ends_with, takes))
        )

    candidates = [
        (function, how)
        for function in FUNCTIONS
        if function.library is library
        and function.family in {Family.SOFTMAX, Family.SIGMOID}
        and setup in function.setups
        and set(kinds) & set(function.targets)
        and (how := change(function))
    ]
    return min(candidates, key=lambda candidate: candidate[1].cost)


def _targets_code(library: Library, template: str, output: str) -> str:
    """Write targets in the form that a function takes; ``output`` knows the number of classes."""
    words, classes = VOCABULARY[library], f"{output}.shape[1]"
    counted = written(words.row_sums, words.one_hot.format("targets + 1", f"{classes} + 1", output))
    return template.format(
        floating=words.floating.format("targets", output),
        integer=written(words.integer, "targets"),
        integer_signs=written(words.integer, "(targets + 1) / 2"),
        one_hot=words.one_hot.format("targets", classes, output),
        k_hot=f"{counted}[:, 1:]",  # -1, which fills a list up, becomes a class 0 that is dropped
    )


def _spelled_out(setup: Setup, ends_with: Feed, y: str) -> str:
    if setup is Setup.MULTICLASS:
        return f"-({y} * {_SPELLED_LOG_P[ends_with]}).sum(axis=1).mean()"
    z = _SPELLED_LOGITS[ends_with]
    return f"-({y} * log_expit({z}) + (1 - {y}) * log_expit(-{z})).mean()"


# --------------------------------------------------------------------------------------------------- equivalents


@dataclasses.dataclass(frozen=True)
class Equivalents:
    """Functions of several libraries for one thing: ``functions`` has a library only where it has one."""

    title: str
    functions: Mapping[Library, tuple[Function, ...]]
    note: str


_RELATED = {
    Family.SOFTMAX: "One number, for the same targets and without weights.",
    Family.SIGMOID: "One number, for the same labels and without weights.",
    Family.DIVERGENCE: "The cross-entropy less the entropy of the targets, and the same for class labels.",
    Family.MARGIN: "Related, not equal: PyTorch adds up all wrong classes and divides by C, Keras asks each class by "
    "itself, scikit-learn takes the best wrong class.",
    Family.DISTANCE: "For pairs and their distance; not for class scores.",
    Family.FOCAL: "Sigmoid cross-entropy, turned down where the answer is already right.",
}


def equivalents() -> tuple[Equivalents, ...]:
    """Return the functions of the catalogue, those for one thing together.

    Cross-entropies stand apart by whether they start from logits or from what a softmax or sigmoid gave.
    Source: ``explorer.dialects.catalogue``.
    """
    rows = []
    for family, note in _RELATED.items():
        activation = "sigmoid" if family is Family.SIGMOID else "softmax"
        parts: dict[str, bool | None] = {"": None}
        if family in {Family.SOFTMAX, Family.SIGMOID}:
            parts = {", from logits": True, f", after the {activation}": False}
        for suffix, from_logits in parts.items():
            found = {
                library: tuple(
                    function
                    for function in FUNCTIONS
                    if function.library is library
                    and _is_for(function, family)
                    and from_logits in {None, function.feed is Feed.LOGITS}
                )
                for library in Library
            }
            rows.append(Equivalents(family + suffix, {library: some for library, some in found.items() if some}, note))
    return tuple(rows)


def _is_for(function: Function, family: Family) -> bool:
    """Whether a function is of a family; one for several classes and for yes or no is of both cross-entropies."""
    both = function.family is Family.SOFTMAX and Setup.BINARY in function.setups
    return function.family is family or (both and family is Family.SIGMOID)
