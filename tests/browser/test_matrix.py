"""The Functions page in a real browser: its cells, its compact board, its filters, its code, and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from links import BATCH
from looks import PHONE, assert_legible, fitting, overhang

from explorer import Case, feeding, share
from explorer.dialects.catalogue import FUNCTIONS, Feed
from explorer.explain import number
from explorer.share import DEFAULT_QUERY
from explorer.snippets import snippet
from explorer.ui.names import breakable

Opener = Callable[..., Any]

WEIGHTED = f"{BATCH}&w=1,2,0.5&row=2"
_CELLS = """() => Object.fromEntries(
  [...document.querySelectorAll(".explorer-matrix [data-cell]")].map(({ dataset, children: [button] }) => [
    dataset.cell,
    [button.querySelector("b").textContent, dataset.verdict, button.querySelector(".phrase").textContent],
  ])
)"""


@pytest.fixture
def open_functions(visit: Opener, address: str) -> Opener:
    """Open the Functions page at a link."""
    return lambda query="", **options: visit(query, at=f"{address}functions", **options)


@pytest.fixture
def look_at_functions(look: Opener, address: str) -> Opener:
    """Show the Functions page at a link to a test that touches nothing."""
    return lambda query="", **options: look(query, at=f"{address}functions", **options)


def cells(page: Any) -> dict[str, list[str]]:
    """What the matrix shows: value, verdict and phrase of each cell."""
    return page.page.evaluate(_CELLS)


def expected(case: Case, row: int = 0) -> dict[str, list[str]]:
    return {
        f"{line.function.id}.{cell.feed.ending}": [
            "error" if cell.value is None else number(cell.value),
            cell.verdict.name.lower(),
            cell.phrase,
        ]
        for line in feeding.matrix(case, row)
        for cell in line.cells
    }


def test_a_cell_is_read_out_with_its_verdict(look_at_functions: Opener) -> None:
    page = look_at_functions(BATCH)
    told = {}
    for line in feeding.matrix(page.case, 1):
        for cell in line.cells:
            value = "error" if cell.value is None else number(cell.value)
            told[f"{line.function.id}.{cell.feed.ending}"] = f"{value}, {cell.verdict}: {cell.phrase}"
    read = "(cells) => cells.map((cell) => [cell.dataset.cell, cell.firstChild.getAttribute('aria-label')])"
    assert dict(page.page.locator(".explorer-matrix [data-cell]").evaluate_all(read)) == told
    assert len({label.split(", ")[1].split(":")[0] for label in told.values()}) > 3


def test_names_of_functions_break_between_their_words_in_every_table(look_at_functions: Opener) -> None:
    page = look_at_functions()
    named = "(names) => names.map((name) => [name.textContent, name.innerHTML])"
    for table in (".explorer-matrix tbody th code", ".explorer-equivalents code"):
        found = dict(page.page.locator(table).evaluate_all(named))
        assert found["F.cross_entropy"] == "F.<wbr>cross_<wbr>entropy"
        assert found["nn.CrossEntropyLoss"] == "nn.<wbr>Cross<wbr>Entropy<wbr>Loss"
        assert found == {name: breakable(name) for name in found}


def button(page: Any, cell: str) -> Any:
    return page.page.locator(f'.explorer-matrix [data-cell="{cell}"] button')


def chosen(page: Any) -> list[str]:
    """The cells that are marked as the explained one."""
    pressed = page.page.locator(".explorer-matrix [data-cell]:has([aria-pressed=true])")
    return pressed.evaluate_all("(cells) => cells.map((cell) => cell.dataset.cell)")


def explanation(page: Any) -> str:
    return page.text("explanation")


def test_a_click_on_a_cell_explains_it_and_is_in_the_link(open_functions: Opener) -> None:
    page = open_functions(WEIGHTED)
    wanted = expected(page.case, 1)
    assert len(wanted) == len(FUNCTIONS) * len(Feed)
    assert cells(page) == wanted
    assert chosen(page) == ["pytorch.cross_entropy.nothing"]
    button(page, "pytorch.nll_loss.softmax").click()
    assert chosen(page) == ["pytorch.nll_loss.softmax"]  # before Python has answered
    page.eventually(lambda: page.query, f"{WEIGHTED}&cell=pytorch.nll_loss.softmax")
    page.eventually(lambda: explanation(page).split("\n")[0], "F.nll_loss, fed with probabilities")
    page.eventually(lambda: wanted["pytorch.nll_loss.softmax"][0] in explanation(page), True)
    page.eventually(lambda: "%2C" in page.page.url, False)
    page.eventually(lambda: page.connected, True)  # all of it is there
    told = explanation(page)
    button(page, "keras.hinge.sigmoid").press("Enter")
    page.eventually(lambda: chosen(page), ["keras.hinge.sigmoid"])
    page.eventually(lambda: explanation(page).split("\n")[0], "Hinge, fed with sigmoids")
    page.eventually(lambda: page.query, f"{WEIGHTED}&cell=keras.hinge.sigmoid")
    page.page.go_back()
    page.eventually(lambda: chosen(page), ["pytorch.nll_loss.softmax"])
    page.page.reload()
    page.ready()
    page.eventually(lambda: explanation(page), told)
    assert page.query == f"{WEIGHTED}&cell=pytorch.nll_loss.softmax"
    assert cells(page) == wanted


def test_the_matrix_follows_the_board_when_it_is_let_go(open_functions: Opener) -> None:
    page = open_functions()
    before = cells(page)
    mouse, handle = page.page.mouse, page.slider("cat").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 40, y, steps=4)
    held = page.logits[0]
    assert held < 2.0
    assert (cells(page), page.query) == (before, DEFAULT_QUERY)  # nothing has settled while it is held
    mouse.up()
    page.eventually(lambda: page.query, DEFAULT_QUERY.replace("z=2", f"z={share.number_text(held)}"))
    page.eventually(lambda: cells(page), expected(page.case))
    assert cells(page) != before
    page.eventually(lambda: "%2C" in page.page.url, False)
    page.label("fox").click()
    page.eventually(lambda: "y=2" in page.query, True)
    page.eventually(lambda: cells(page), expected(page.case))
    page.slider("cat").press("Control+z")
    page.slider("cat").press("Control+z")
    page.eventually(lambda: page.query, DEFAULT_QUERY)
    page.eventually(lambda: cells(page), before)


def test_the_filters_and_the_set_up(open_functions: Opener) -> None:
    page = open_functions(WEIGHTED)
    page.page.get_by_role("radio", name="Keras").click()
    page.eventually(lambda: {name.split(".")[0] for name in cells(page)}, {"keras"})
    page.page.get_by_role("radio", name="softmax", exact=True).click()
    page.eventually(lambda: page.query, f"{WEIGHTED}&library=Keras&ends=softmax")
    marked = page.page.locator(".explorer-matrix thead .marked")
    page.eventually(marked.all_inner_texts, ["probabilities\nthe model ends with softmax"])
    page.page.get_by_role("radio", name="Multi-label").click()
    page.eventually(lambda: page.case.setup, "multilabel")
    wanted = {name: cell for name, cell in expected(page.case, 1).items() if name.startswith("keras")}
    page.eventually(lambda: cells(page), wanted)
    page.eventually(page.page.locator(".explorer-calls section").count, 1)


def test_the_case_as_code_is_copied_and_downloaded(open_functions: Opener) -> None:
    page = open_functions(WEIGHTED, permissions=["clipboard-read", "clipboard-write"])
    page.page.get_by_role("button", name="Code", exact=True).click()
    dialog = page.page.get_by_role("dialog")
    for library in ("PyTorch", "Optax"):
        script = snippet(page.case, library)
        dialog.get_by_role("radio", name=library).click()
        page.eventually(lambda: dialog.locator("code").inner_text().strip(), script.code.strip())
        with page.page.expect_download() as download:
            dialog.get_by_role("button", name=f"Download {script.filename}").click()
        assert download.value.suggested_filename == script.filename
        assert download.value.path().read_text() == script.code
    dialog.locator("code").hover()
    dialog.get_by_role("button", name="Copy to clipboard").click()
    page.eventually(lambda: page.page.evaluate("() => navigator.clipboard.readText()").strip(), script.code.strip())
    assert page.query == WEIGHTED


PARTS = ".explorer-matrix :is(td, th), .explorer-calls section, .explorer-board .row > *, .explorer-verdict"
TEXTS = ", ".join([
    ".explorer-matrix :is(b, .phrase, .mark, code, small, .feed)", ".explorer-calls :is(code, p, h3)",
    ".explorer-verdict *", ".explorer-text", "h1", "h2",
])  # fmt: skip
NAME = "<b>bold</b> <img src=x onerror=alert(1)>"


def test_a_phone_shows_it_all_without_scrolling_sideways(open_functions: Opener) -> None:
    case = Case("multiclass", [[1e300, 2.0, -1e-7], [0.0, 1.0, 2.0]], [0, 2], [NAME, "a name of some length", "c"])
    page = open_functions(share.to_query(case) + "&size=large", **PHONE)
    assert overhang(page) == [0, 0]
    for scheme in ("light", "dark"):
        page.page.emulate_media(color_scheme=scheme)
        assert_legible(page, TEXTS, scheme)
    beside = fitting(page, PARTS)
    assert len(beside) > len(FUNCTIONS) * len(Feed)
    assert all(beside)
    assert page.field("name of class 0").input_value() == NAME
    assert page.page.locator(".stMain :is(img, script)").count() == 0
    cell = button(page, "optax.sigmoid_binary_cross_entropy.softmax")
    cell.tap()
    panel = page.page.locator(".st-key-explanation")
    page.eventually(lambda: "sigmoid_binary_cross_entropy" in panel.inner_text(), True)
    page.eventually(lambda: 0 <= panel.bounding_box()["y"] < 844, True)  # it is brought into view
    assert overhang(page) == [0, 0]
    back = page.page.get_by_role("button", name="Back to the table")
    back.tap()
    page.eventually(lambda: 0 <= cell.bounding_box()["y"] < 844, True)
    page.eventually(back.count, 0)
    assert cell.evaluate("(cell) => cell === document.activeElement")


def test_a_long_name_fits_the_narrowest_phone(open_functions: Opener) -> None:
    page = open_functions(DEFAULT_QUERY, **PHONE | {"viewport": {"width": 320, "height": 844}})
    button(page, "keras.sparse_categorical_crossentropy.from_logits.softmax").tap()
    title = page.page.locator(".st-key-explanation h2")
    page.eventually(lambda: "SparseCategoricalCrossentropy(from_logits=True)" in title.inner_text(), True)
    assert overhang(page) == [0, 0]


@pytest.mark.parametrize("width", [1280, 1366, 1440])
def test_large_type_leaves_the_matrix_a_table(width: int, look_at_functions: Opener) -> None:
    page = look_at_functions(DEFAULT_QUERY + "&size=large", viewport={"width": width, "height": 1000})
    tops = [cell.bounding_box()["y"] for cell in page.page.locator(".explorer-matrix [data-cell]").all()[: len(Feed)]]
    assert len(set(tops)) == 1
    assert all(fitting(page, PARTS))
    assert overhang(page) == [0, 0]


def test_the_focus_does_not_look_like_the_choice(open_functions: Opener) -> None:
    page = open_functions()
    chosen = page.page.locator(".explorer-matrix button[aria-pressed=true]")
    outlined = "(cell) => getComputedStyle(cell).outlineStyle !== 'none'"
    assert not chosen.evaluate(outlined)
    chosen.focus()
    page.page.keyboard.press("Tab")
    focused = page.page.locator(".explorer-matrix button:focus-visible")
    assert focused.get_attribute("aria-pressed") == "false"
    assert focused.evaluate(outlined)
