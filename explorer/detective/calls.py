"""A pipeline as one line of code that gives its value.

Names in the code: z, p or log_p for the inputs, whichever they are; y for labels, q for distributions; one_hot for the
labels as rows; w and pw for weight and pos_weight; kept for which rows are not ignored.
"""

from __future__ import annotations

import dataclasses
import re
from typing import NamedTuple

from explorer.case import IGNORE_INDEX
from explorer.detective.losses import CROSS_ENTROPY, LOSSES, NLL, Family, Function, Loss
from explorer.detective.readings import Kind, Reading, Task, View
from explorer.detective.reductions import REDUCTIONS
from explorer.detective.search import Pipeline
from explorer.detective.targets import TARGETS, Smoothed, Target, shortest

_CALL = re.compile(r"[\w.]*\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)(?:\.\w+\(\w*\))*")
_KEPT = "[kept]"
_LOSS_OF = {loss.key: loss for loss in LOSSES}
_REDUCTIONS = {"{o}": "mean", "{r}": "none"}  # where a torch function has its reduction, and what it is by default


class Forms(NamedTuple):
    """What a reduction's code is filled in with, and a remark."""

    mean: str
    label_mean: str
    batchmean: str
    sum: str
    rows: str
    remark: str = ""


def code(pipeline: Pipeline, view: View) -> str:
    """Return what a pipeline computes, as one line of code; mean and sum over batches are words."""
    steps = pipeline.steps
    written = _forms(view, steps.loss, steps.target, pipeline.target_variant)
    numbers = {"N": int(view.kept.sum()), "M": view.rows, "examples": view.examples, "axis": view.class_axis}
    numbers["elements"] = view.rows * steps.loss.family.width(view)
    value = steps.reduction.code.format(
        **written._asdict(), **numbers, size=pipeline.reduction_variant, weights=_total_weight(view)
    )
    whole = steps.scale.code.format(value=value, single=_single(value))
    return whole + (f"  # {written.remark}" if written.remark else "")


def calls_of(view: View, pipeline: Pipeline) -> dict[str, str]:
    """Return the right calls that a fix can consist of, each with the options given."""
    labels = view.task is Task.LABELS
    # cross_entropy would divide such rows by their sum.
    raw = view.reading in {Reading.UNNORMALISED, Reading.COLUMNS}
    usual = _right_forms(view, "bce_logits" if labels else "ce")
    e = view.smoothing or float(pipeline.target_variant if pipeline.steps.target.e is Smoothed.VARIANT else 0.0)
    return {
        "cross_entropy": _right_call(view, "nll" if raw else "ce"),
        "binary_cross_entropy": _right_call(view, "bce_logits"),
        "nll_loss": _right_call(view, "nll"),
        "kl_div": _right_call(view, "kl"),
        "smoothed": _right_call(dataclasses.replace(view, smoothing=e), "ce"),
        "sum": usual.sum,
        "label_mean": usual.label_mean,
        "total_weight": _total_weight(view),
    }


def _right_call(view: View, key: str) -> str:
    loss = _LOSS_OF[key]
    mean = next(r for r in REDUCTIONS if loss.family in r.families and not r.mistake and r.when(view, loss))
    return mean.code.format(**_right_forms(view, key)._asdict())


def _right_forms(view: View, key: str) -> Forms:
    """Return a loss on the targets as they are meant, or on labels out of range as they were most likely meant."""
    loss = _LOSS_OF[key]
    fitting = [target for target in TARGETS if target.family is loss.family and target.when(view, loss)]
    target = min(fitting or TARGETS, key=lambda each: bool(each.mistake))
    return _forms(view, loss, target, target.variants(view)[0])


def _forms(view: View, loss: Loss, target: Target, variant: str) -> Forms:
    written = {Family.CLASS: _class_forms, Family.KL: _kl_forms, Family.ELEMENT: _element_forms, Family.ROW: _row_forms}
    forms = written[loss.family](view, loss, target, variant)
    return forms._replace(remark="; ".join(filter(None, (loss.note, target.note))))


def _single(text: str) -> str:
    """Return an expression that a method or a power binds to as a whole."""
    return text if _CALL.fullmatch(text) else f"({text})"


def _names(view: View, *, kept: bool) -> dict[str, str]:
    """Return what the templates of losses and targets are filled in with."""
    return {
        **view.names_of(_KEPT if kept else ""),
        "C": str(view.classes),
        "last": str(view.classes - 1),
        "others_of_C": str(view.classes - 1),
        "axis": str(view.class_axis),
    }


def _reduced(call: str, how: str) -> str:
    """Return a torch call with a reduction."""
    for place, default in _REDUCTIONS.items():
        call = call.replace(place, "" if how == default else f', reduction="{how}"')
    return call


def _reduces(call: str) -> bool:
    return any(place in call for place in _REDUCTIONS)


# --------------------------------------------------------------------------------------------- classes, one or soft


def _class_forms(view: View, loss: Loss, target: Target, variant: str) -> Forms:
    by_class = view.class_weight is not None and target.weights != "none"
    by_row = view.sample_weight is not None and target.weights != "none"
    names = _names(view, kept=_ignores(view, target))
    index = _index_of(target, variant, names)
    row_weight = f"w{names['only']}" if by_row else ""
    label_weight = _label_weight(view)
    hard = view.task is Task.CLASSES and (view.hard or bool(target.index))
    if target.ordered:
        counts = label_weight
    elif by_class and hard and view.kind is not Kind.ONE_HOT:
        counts = f"{_class_weight(view)}[{index if target.index else _label(view, names)}]"
    else:
        counts = row_weight

    def over(divisor: str) -> str:
        return _over(view, loss, target, variant, divisor)

    rows, _ = _class_rows(view, loss, target, variant, "")
    total, plain = _class_rows(view, loss, target, variant, "", how="sum")
    total = total if plain else f"{_single(total)}.sum()"
    return Forms(over(counts), over(label_weight), "", total, rows)


def _over(view: View, loss: Loss, target: Target, variant: str, divisor: str) -> str:
    """Return the sum over what is counted: the rows where ``divisor`` is empty, else the weights that it names."""
    mean, plain = _class_rows(view, loss, target, variant, divisor, how="mean")
    if plain:
        return mean
    rows, _ = _class_rows(view, loss, target, variant, "")
    if not divisor and (not _ignores(view, target) or _KEPT in rows):
        return f"{_single(rows)}.mean()"
    total, plain = _class_rows(view, loss, target, variant, "", how="sum")
    total = total if plain else f"{_single(total)}.sum()"
    return f"{total} / {_single_name(divisor)}.sum()" if divisor else f"{total} / kept.sum()"


def _single_name(text: str) -> str:
    return text if re.fullmatch(r"[\w.]+(\(\d+\))?(\[.*\])?|\(.*\)", text) else f"({text})"


class _Fed(NamedTuple):
    """What a loss over classes is called with, as code."""

    function: Function  # what of torch's it goes through
    names: dict[str, str]
    x: str  # logits, or logarithms of probabilities
    labels: str  # class indices
    q: str
    weight: str  # as an option; "" without
    ignore_index: str  # the same
    as_index: bool  # whether it takes the labels, and not the distributions
    spelled: bool  # whether the loss is written out where torch has no function for it


def _class_rows(
    view: View, loss: Loss, target: Target, variant: str, divisor: str, *, how: str = "none"
) -> tuple[str, bool]:
    """Return the losses of rows as code, and whether they are reduced as asked for: "mean" is that over ``divisor``."""
    fed = _fed(view, loss, target, variant, over_weights=how == "mean" and bool(divisor))
    call = _class_call(view, loss, target, variant, fed)
    factor = ""
    if view.sample_weight is not None and target.weights != "none":
        factor = f"w{fed.names['only']} * "
    elif view.class_weight is not None and target.weights == "label":
        factor = f"{_class_weight(view)}[{fed.labels}] * "
    wrap = target.wrap.get(variant, "") if target.wrap else ""
    if factor or wrap or not _reduces(call):
        rows = factor + _factor(_reduced(call, "none"))
        return (wrap.format(rows=rows, **fed.names) if wrap else rows), how == "none"
    if how == "mean" and divisor != _own_divisor(view, target, variant, fed):
        return "", False
    return _reduced(call, how), True


def _fed(view: View, loss: Loss, target: Target, variant: str, *, over_weights: bool) -> _Fed:
    """Return what the loss takes; ``over_weights``: its mean is to divide by the weights of the labels."""
    by_class = view.class_weight is not None and target.weights != "none"
    e = target.smoothing(view, variant)
    as_index = view.task is Task.CLASSES and (view.hard or bool(target.index)) and not target.q
    function, x = loss.through, loss.code
    if target.ordered:
        function, x = NLL, f"log(clip({{p}}[:, [{variant}]], 2 ** -52, 1 - 2 ** -52))"
    if function is CROSS_ENTROPY:
        # One-hot rows are distributions, whose mean divides by the rows; as indices it divides by their weights.
        as_index = as_index and (view.kind is Kind.INDEX or bool(target.index) or over_weights)
    else:
        as_index = as_index and not e
    spelled = bool(loss.rows) and not (target.ordered or by_class or e or target.index)
    ignored = _ignores(view, target)
    itself = as_index and not spelled and view.kind is Kind.INDEX and not target.index and target.weights != "label"
    names = _names(view, kept=ignored and not itself)  # torch's function leaves out itself what has ignore_index
    index = _index_of(target, variant, names)
    q = target.q.format(**names, variant=variant) if target.q else names["q"]
    if target.index or target.counts_ignored:  # one_hot has no 1 where a row is ignored
        q = f"eye({view.classes})[{index}]"
    weight = f", weight={_class_weight(view)}" if by_class and target.weights == "classes" else ""
    given = ignored and itself and view.ignore_index != IGNORE_INDEX
    ignore_index = f", ignore_index={view.ignore_index}" if given else ""
    return _Fed(function, names, x.format(**names), index, q, weight, ignore_index, as_index, spelled)


def _class_call(view: View, loss: Loss, target: Target, variant: str, fed: _Fed) -> str:
    """Return the loss on what it is fed with, with a place for its reduction where it has one."""
    options = fed.weight + fed.ignore_index
    e = target.smoothing(view, variant)
    if fed.function is CROSS_ENTROPY:
        smoothing = f", label_smoothing={shortest(e)}" if e else ""
        return f"cross_entropy({fed.x}, {fed.labels if fed.as_index else fed.q}{options}{smoothing}{{o}})"
    if fed.spelled:
        return loss.rows.format(**{**fed.names, "q": fed.q})
    if fed.as_index:
        return f"nll_loss({fed.x}, {fed.labels}{options}{{o}})"
    smoothed = f"({shortest(1.0 - e)} * {_factor(fed.q)} + {shortest(e)} / {view.classes})" if e else _factor(fed.q)
    weights = f"{_class_weight(view)} * " if fed.weight else ""
    return f"-({weights}{smoothed} * {_factor(fed.x)}).sum({view.class_axis})"


def _own_divisor(view: View, target: Target, variant: str, fed: _Fed) -> str:
    """Return what torch's function divides its mean by: the weights of the labels, or "", the rows."""
    if not (fed.as_index and fed.weight):
        return ""
    names = _names(view, kept=_ignores(view, target))
    return f"{_class_weight(view)}[{_index_of(target, variant, names)}]"


def _factor(text: str) -> str:
    """Return an expression in brackets where a product would tear it apart."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0 and letter in "+-" and place and text[place - 1] == " ":
            return f"({text})"
        if depth == 0 and letter in "/*%":
            return f"({text})"
    return text


def _ignores(view: View, target: Target) -> bool:
    """Whether rows are left out."""
    return not view.kept.all() and not target.counts_ignored


def _index_of(target: Target, variant: str, names: dict[str, str]) -> str:
    if not target.index:
        return names["index"]
    return (variant if target.index == "{variant}" else target.index).format(**names)


def _label(view: View, names: dict[str, str]) -> str:
    return names["index"] if view.in_range else f"{names['index']} % {view.classes}"


def _class_weight(view: View) -> str:
    one = view.weight is not None and view.weight.size == 1 and view.classes > 1
    return f"w.expand({view.classes})" if one else "w"


def _label_weight(view: View) -> str:
    """Return the weight of each row that counts: its label's, or its own; "" without weights."""
    names = _names(view, kept=not view.kept.all())
    if view.class_weight is not None:
        by_label = f"{_class_weight(view)}[{_label(view, names)}]"
        return by_label if view.hard else f"({names['q']} @ {_class_weight(view)})"
    return f"w{names['only']}" if view.sample_weight is not None else ""


# ------------------------------------------------------------------------------------------------- a divergence


def _kl_forms(view: View, loss: Loss, target: Target, variant: str) -> Forms:
    names = _names(view, kept=not view.kept.all())
    e = target.smoothing(view, variant)
    q = target.q.format(**names) if target.q else names["q"]
    if e:
        q = f"{shortest(1.0 - e)} * {_factor(q)} + {shortest(e)} / {view.classes}"
    call = f"kl_div({loss.code.format(**names)}, {q}{{o}})"
    mean, by_first_axis, total, rows = (_reduced(call, how) for how in ("mean", "batchmean", "sum", "none"))
    # batchmean divides by the first axis, whatever that is: of one row it is that of the classes.
    axes = view.inputs.ndim
    by_row = {1: total, 2: by_first_axis}.get(axes, f"{total} / {int(view.kept.sum())}")
    return Forms(mean, "", by_row, total, rows)


# --------------------------------------------------------------------------------------------- a yes or no a label


def _element_forms(view: View, loss: Loss, target: Target, variant: str) -> Forms:
    names = _names(view, kept=not view.kept.all())
    plain = names["y"] if view.task is Task.LABELS else names["q"]
    e = target.smoothing(view, variant)
    y = plain
    if e:
        outcomes = 2 if view.task is Task.LABELS else view.classes
        y = f"{shortest(1.0 - e)} * {_factor(plain)} + {shortest(e)} / {outcomes}"
    if target.y:
        y = target.y.format(**{**names, "y": plain})
    zero_one = not e and not target.y and view.kind in (Kind.INDEX, Kind.ONE_HOT, Kind.HARD, Kind.SIGNED)
    x = loss.code.format(**names)
    weight, pos_weight = _element_weight(view, names), "pw" if view.pos_weight is not None else ""
    if target.weights == "none":
        weight = pos_weight = ""
    elif target.weights == "exchanged":
        weight, pos_weight = pos_weight, weight
    function = loss.through
    given = names["given"] if function.signed and view.kind is Kind.SIGNED and zero_one else y
    call = function.call.replace("{x}", x).replace("{X}", _factor(x))
    options = ""
    in_unit = not function.unit or (view.kind is not Kind.UNNORMALISED and not target.y.startswith("2"))
    if (
        in_unit
        and (zero_one or (function.linear and not function.signed))
        and (not pos_weight or function.takes_pos_weight)
    ):
        if weight and function.takes_weight:
            options, weight = f", weight={weight}", ""
        options += f", pos_weight={pos_weight}" if pos_weight else ""
        text = call.replace("{t}", given).replace("{T}", _factor(given)).replace("{w}", options)
    else:
        no = f"full_like({x}, -1)" if function.signed and view.kind is Kind.SIGNED else f"zeros_like({x})"
        yes, no = (
            _reduced(call.replace("{t}", t).replace("{T}", t).replace("{w}", ""), "none")
            for t in (f"ones_like({x})", no)
        )
        one = f"{pos_weight} * " if pos_weight else ""
        text = f"{one}{_factor(y)} * {_factor(yes)} + (1 - {_factor(y)}) * {_factor(no)}"
    if weight or not _reduces(text):
        rows = _reduced(text, "none")
        rows = f"{weight} * {_factor(rows)}" if weight else rows
        mean, total = f"{_single(rows)}.mean()", f"{_single(rows)}.sum()"
    else:
        mean, total, rows = (_reduced(text, how) for how in ("mean", "sum", "none"))
    return Forms(mean, mean, mean, total, _single(rows))


def _element_weight(view: View, names: dict[str, str]) -> str:
    """Return the weight in a shape that broadcasts to that of the scores."""
    if view.weight is None:
        return ""
    size, only = view.weight.size, names["only"]
    if view.class_weight is not None:
        return "w"
    if view.sample_weight is None and size == view.rows * view.classes:
        return f"w{only}"
    if view.sample_weight is None and size in (1, view.classes):
        return "w"
    if size == view.rows:
        return f"w{only}[:, None]"
    return f"where({names['y']} > 0.5, w[1], w[0])"


def _total_weight(view: View) -> str:
    """Return the sum of the weights of all labels."""
    names = _names(view, kept=not view.kept.all())
    return f"{_single_name(_element_weight(view, names))}.expand_as({names['scores']}).sum()" if view.weighted else ""


# ------------------------------------------------------------------------------------------------------ whole rows


def _row_forms(view: View, loss: Loss, _target: Target, _variant: str) -> Forms:
    names = _names(view, kept=not view.kept.all())
    e = view.smoothing or 0.0
    smoothing = f", label_smoothing={shortest(e)}" if e else ""
    text = loss.code.replace("{o}", "\0").format(**names, smoothing=smoothing).replace("\0", "{o}")
    function = loss.through
    several = f".mean({view.class_axis})" if function.by_label and view.classes > 1 else ""
    if not function.has_rows:
        total = f"{int(view.kept.sum())} * {text}"
        return Forms(text, text, text, total, total)
    if not _reduces(text):
        rows = f"{_single(text)}{several}"
        return Forms(f"{_single(rows)}.mean()", "", "", f"{_single(rows)}.sum()", rows)
    rows = _reduced(text, "none") + several
    total = f"{_single(rows)}.sum()" if several else _reduced(text, "sum")
    return Forms(_reduced(text, "mean"), "", "", total, rows)
