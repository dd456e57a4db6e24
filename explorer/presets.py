"""Named cases to start from, each teaching one thing. A preset is a link, as a teacher would write it."""

from __future__ import annotations

import dataclasses

from explorer.case import Case
from explorer.share import DEFAULT_QUERY, from_query


@dataclasses.dataclass(frozen=True)
class Preset:
    """A named case: ``title`` for the menu, ``lesson`` the one sentence it teaches, ``query`` the case as a link."""

    title: str
    lesson: str
    query: str

    @property
    def case(self) -> Case:
        """The case that the link describes."""
        return from_query(self.query)[0]


PRESETS = (
    Preset(
        "A cat, fairly sure",
        "Softmax turns three scores into probabilities; the loss is minus the logarithm of the right one.",
        DEFAULT_QUERY,
    ),
    Preset(
        "Confident and right",
        "A gap of 20 leaves a loss of 4.12e−9. Float32 would say exactly 0; here it stays what it is.",
        "setup=multiclass&z=20,0,0&y=0&names=cat,dog,fox",
    ),
    Preset(
        "Confident and wrong",
        "The loss grows as fast as the gap between the wrong logit and the right one: about 9 for a gap of 9.",
        "setup=multiclass&z=0,9,1&y=0&names=cat,dog,fox",
    ),
    Preset(
        "No idea: uniform",
        "Equal logits give every class 1/C, and the loss is ln C: the first number that a fresh model should show.",
        "setup=multiclass&z=0,0,0,0&y=2&names=cat,dog,fox,owl",
    ),
    Preset(
        "A tie for first place",
        "Two equal leaders share the probability, so even the right one of them costs at least ln 2.",
        "setup=multiclass&z=5,5,-3&y=0&names=cat,dog,fox",
    ),
    Preset(
        "A soft target",
        "When the target is a distribution, its entropy H(q) is a floor that no prediction gets under.",
        "setup=multiclass&z=2,1,0.1&q=0.7,0.2,0.1&names=cat,dog,fox",
    ),
    Preset(
        "A smoothed label",
        "Label smoothing 0.1 moves a tenth of the target to all classes, so being too sure starts to cost.",
        "setup=multiclass&z=8,0,0&y=0&names=cat,dog,fox&smoothing=0.1",
    ),
    Preset(
        "A masked class",
        "A logit of −∞ takes a class out: probability 0, and no harm as long as it is not the label.",
        "setup=multiclass&z=2,1,-inf&y=0&names=cat,dog,padding",
    ),
    Preset(
        "An impossible label",
        "If the masked class is the label, the loss is infinite. It is drawn as infinite, not cut off at 23 or 100.",
        "setup=multiclass&z=2,1,-inf&y=2&names=cat,dog,padding",
    ),
    Preset(
        "Too big for exp",
        "e^1000 is more than a float can hold, yet nothing breaks: only differences to the largest logit count.",
        "setup=multiclass&z=1000,998,0&y=1&names=cat,dog,fox",
    ),
    Preset(
        "Hot: temperature 3",
        "Dividing the logits by a temperature above 1 flattens the probabilities and leaves their order.",
        "setup=multiclass&z=4,2,0&y=0&names=cat,dog,fox&T=3",
    ),
    Preset(
        "The next word",
        "A language model is a classifier over words; e to its loss is the perplexity, the number of equal choices.",
        "setup=multiclass&z=3.2,2.9,1.4,0.8,0.3,-0.5,-1.2,-2&y=1&names=mat,sofa,roof,table,dog,moon,sum,of",
    ),
    Preset(
        "A batch with class weights",
        "The weighted mean divides by the weights of the labels, not by the number of rows.",
        "setup=multiclass&z=2,1,0.1;0.5,2.5,-1;1,-1,3;0,0,0&y=0,1,1,2&names=cat,dog,fox&w=1,2,0.5",
    ),
    Preset(
        "A batch with an ignored row",
        "A row labelled with ignore_index adds nothing to the numerator, and nothing to the divisor either.",
        "setup=multiclass&z=2,1,0.1;0.5,2.5,-1;1,-1,3;0,0,0&y=0,1,-100,2&names=cat,dog,fox",
    ),
    Preset(
        "Spam or not: binary",
        "One logit against 0: the sigmoid is a softmax over two classes, one of which has its logit fixed at 0.",
        "setup=binary&z=1.5&y=1&names=ham,spam",
    ),
    Preset(
        "Rare positives: pos_weight",
        "pos_weight multiplies the positive term only, and the mean still divides by the number of examples.",
        "setup=binary&z=2,-1,0.5,-2&y=1,0,1,1&names=healthy,ill&pw=3",
    ),
    Preset(
        "Any of several: multi-label",
        "Each label has a sigmoid of its own: moving one logit leaves the other rows alone.",
        "setup=multilabel&z=2,0.5,-1,-2.5&y=1,1,0,0&names=comedy,drama,action,horror",
    ),
)


_BY_QUERY = {preset.query: preset for preset in PRESETS}


def preset_of(query: str) -> Preset | None:
    """Return the preset that a canonical query (``share.to_query``) describes, or None."""
    return _BY_QUERY.get(query)
