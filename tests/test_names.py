"""The names of a number and of a function: where a narrow column may break them."""

import html

import pytest

from explorer.dialects.catalogue import FUNCTIONS
from explorer.ui.names import breakable, pieces

PIECES = {
    "F.cross_entropy(z, y)": ["F.", "cross_", "entropy", "(z, y)"],
    "nn.CrossEntropyLoss": ["nn.", "Cross", "Entropy", "Loss"],
    "BinaryCrossentropy(from_logits=True)": ["Binary", "Crossentropy", "(from_", "logits=True)"],
    "nn.BCELoss(label_smoothing=0.1)": ["nn.", "BCELoss", "(label_", "smoothing=0.1)"],
    "-log p[y]": ["-log p[y]"],
    "(H(q) + KL(q, p))": ["(H", "(q) + KL", "(q, p))"],
    "": [],
}


@pytest.mark.parametrize("call", PIECES)
def test_a_call_breaks_between_its_words(call: str) -> None:
    assert pieces(call) == PIECES[call]
    assert breakable(call) == "<wbr>".join(PIECES[call])


def test_what_looks_like_markup_stays_text() -> None:
    call = "f(<b>&ampA_b</b>)"
    assert "".join(pieces(call)) == call
    assert html.unescape(breakable(call).replace("<wbr>", "")) == call
    assert breakable(call).replace("<wbr>", "").count("<") == 0


def test_every_function_is_named_in_full() -> None:
    for function in FUNCTIONS:
        assert "".join(pieces(function.title)) == function.title
        assert max(map(len, pieces(function.title))) < 20
