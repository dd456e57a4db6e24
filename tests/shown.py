"""What each page must show of a case: what the core says of it."""

import html
from typing import Any

import numpy as np
from links import PAGES
from markup import text

from explorer import Case, compare, evaluate, feeding, share
from explorer.dialects.catalogue import Feed, Library
from explorer.explain import html_text, number
from explorer.feeding import Verdict
from explorer.share import View
from explorer.ui.matrix import class_name
from explorer.ui.names import names_table, pieces


def assert_shows(page: Any, case: Case) -> None:
    """The link and the board are this case's, and so is what this page has beside the board."""
    assert not page.test.exception
    assert page.case == case
    row = page.board["row"]
    assert row == view_of(page).row
    np.testing.assert_array_equal(numbers(page.board["logits"]), np.atleast_1d(case.logits[row]))
    assert page.board["names"] == list(case.names)
    BESIDE_THE_BOARD[page.at](page, case, row)


def numbers(values: Any) -> list[float]:
    """Numbers as the browser reads them: infinities and nan travel as texts."""
    return [float(value) for value in np.atleast_1d(values)]


def view_of(page: Any) -> View:
    """What the address says beside the case; there must be nothing wrong with it."""
    view, notices = share.view_from_query(page.query, page.case.examples)
    assert notices == []
    return view


# ------------------------------------------------------------------------------------------------- Explore


def assert_answer(page: Any, case: Case, row: int) -> None:
    """The answer is the loss of this case."""
    loss = np.asarray(evaluate(case).loss).ravel()
    np.testing.assert_array_equal(float(page.answer["loss"]), loss[row if loss.size > 1 else 0])


# ------------------------------------------------------------------------------------------------- Compare


def assert_readings(page: Any, case: Case, row: int) -> None:
    """The panels are the three readings of this case, and the cards what is compared of it."""
    for sent, reading in zip(page.readings, compare.readings(case), strict=True):
        breakdown = reading.breakdown
        assert [sent[text] for text in ("title", "question", "meaning")] == [
            reading.title,
            reading.question,
            reading.meaning,
        ]
        assert (sent["setup"], sent["names"]) == (breakdown.case.setup, list(breakdown.case.names))
        assert [tuple(source) for source in sent["sources"]] == list(reading.sources)
        unreduced = breakdown.case.reduction == "none"
        expected = {
            "p": breakdown.probabilities[row],
            "nll": breakdown.nll[row],
            "target": breakdown.target_distribution[row],
            "gradient": np.atleast_1d(breakdown.gradient[row]),
            "loss": [breakdown.per_example[row] if unreduced else breakdown.loss],
        }
        found = {**sent["stages"], "gradient": sent["gradient"], "loss": sent["perExample" if unreduced else "loss"]}
        for what, values in expected.items():
            np.testing.assert_array_equal(numbers(found[what]), values, err_msg=f"{what} of {reading.title}")
    (cards,) = [body for body in page.html if "explorer-cards" in body and "<section>" in body]
    for comparison in compare.comparisons(case, row):
        assert f">{html_text(comparison.title)}</h2>" in cards
        assert f">{html_text(comparison.sentence)}</p>" in cards
        assert names_table(comparison.names) in cards


# ------------------------------------------------------------------------------------------------- Functions


def matrix(case: Case, view: View) -> list[feeding.Row]:
    """The rows that a page shows: of the chosen library, and first those that are meant for the set-up."""
    rows = [row for row in feeding.matrix(case, view.row) if view.library in {"", row.function.library}]
    return [row for row in rows if row.meant] + [row for row in rows if not row.meant]


def name_of(row: feeding.Row, cell: feeding.Cell) -> str:
    return f"{row.function.id}.{cell.feed.ending}"


def explained(page: Any) -> tuple[feeding.Row, feeding.Cell]:
    """The cell that is explained, and its row."""
    chosen = page.sent["matrix"]["chosen"]
    rows = matrix(page.case, view_of(page))
    return next((row, cell) for row in rows for cell in row.cells if name_of(row, cell) == chosen)


def verdict(page: Any) -> str:
    """What is said of the cell that is explained, as HTML."""
    (body,) = [body for body in page.html if "explorer-verdict" in body and "<style>" not in body]
    return body


def calls(page: Any) -> str:
    """The lines to write, as they read."""
    (body,) = [body for body in page.html if "explorer-calls" in body and "<section>" in body]
    return text(body)


def assert_matrix(page: Any, case: Case, _: int) -> None:
    """The matrix is the core's of this case, one of its cells explained, and the calls are its."""
    view = view_of(page)
    sent, rows = page.sent["matrix"], matrix(case, view)
    assert sent["unit"] == case.unit
    assert [column["ending"] for column in sent["columns"]] == [feed.ending for feed in Feed]
    assert [column["ending"] for column in sent["columns"] if column["marked"]] == [view.ends] * bool(view.ends)
    assert sent["words"] == {verdict.name.lower(): verdict for verdict in Verdict}
    assert [line["title"] for line in sent["rows"]] == [pieces(row.function.title) for row in rows]
    assert [line["asClass"] for line in sent["rows"]] == [pieces(class_name(row.function)) for row in rows]
    for line, row in zip(sent["rows"], rows, strict=True):
        assert (line["library"], line["meant"]) == (row.function.library, row.meant)
        assert line["reduction"] == row.function.default_reduction
        assert line["targets"].split(" or ") == list(row.function.targets)
        assert line["cells"] == [
            {
                "id": name_of(row, cell),
                "value": "error" if cell.value is None else number(cell.value),
                "verdict": cell.verdict.name.lower(),
                "phrase": cell.phrase,
            }
            for cell in row.cells
        ]

    row, cell = explained(page)
    value = "" if cell.value is None else f"{number(cell.value)} "
    assert text(verdict(page)) == f"{row.function.title}, fed with {cell.feed}{value}{cell.verdict}{cell.explanation}"
    assert page.test.code[0].value == cell.call
    assert page.test.get("link_button")[0].proto.url == row.function.source
    assert html.escape(row.function.note) in "".join(page.texts("faint"))

    form = "distributions" if case.setup == "multiclass" and not case.has_index_targets else None
    lines = calls(page)
    for library in [Library(view.library)] if view.library else Library:
        feed = next(feed for feed in Feed if feed.ending == (view.ends or "nothing"))
        found = feeding.recommend(library, case.setup, feed, form)
        assert f"{library}{found.code}{found.as_class}{found.sentence}" in lines
    assert [library for library in Library if library in lines] == [view.library] * bool(view.library) or list(Library)


BESIDE_THE_BOARD = dict(zip(PAGES, (assert_answer, assert_readings, assert_matrix), strict=True))
