"""The app in a real browser, against two pages for scale: how soon what a person does can be seen.

From the repository's root, with what README.md beside this file asks for installed::

    python -m benchmarks.browser [--rounds N] [--json FILE]

Three servers are started on free ports: the app with the settings of its repository, ``bare_streamlit.py`` with
Streamlit's defaults, and ``plain_page.html``. One Chromium visits them in turn, in rounds, so that a busy machine slows
all of them alike; what is asked for are ratios within the run. Of the app's other pages, Functions and Detective are
held against its front page.

The probe (PROBE below, put into every page before its own scripts) notes when an input arrived, when the DOM last
changed, shadow roots included, when that was on the screen, and what went over the web socket. ``timed_streamlit.py``
runs the servers, and notes when a web socket message arrived and left; so a change is split into the server's time, the
wire's and the browser's without comparing the clocks of two processes.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from benchmarks.chromium import FLAGS, executable
from benchmarks.server import free_port, running
from explorer.dialects import pytorch
from explorer.evidence import Evidence, to_query

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

VIEWPORT = {"width": 1440, "height": 1000}

HANDLE = ".st-key-board [role=slider]"
BARE_HANDLE = "[data-testid=stSlider] input"
PLAIN_HANDLE = "input[type=range]"
OBSERVED = ".st-key-evidence_observed input"
ROWS, CLASSES = 64, 10  # of the batch that the detective is given

MOVES = 48  # pointer moves of a drag whose frames are measured
MOVE_EVERY = 0.02  # seconds
QUIET = 400  # ms without a change after which a page counts as settled
PATIENCE = 10_000  # ms

MOVE_RATIO, MOVE_P95 = 1.5, 16.0
SETTLE_RATIO, SETTLE_AIM = 0.6, 0.4
READY_RATIO = 0.8
CPU_RATIO = 0.6
PAGE_RATIO = 1.5  # of another page of the app, to its front page

PROBE = """
(() => {
  const roots = new Set();
  const everything = { subtree: true, childList: true, characterData: true, characterDataOldValue: true,
                       attributes: true, attributeOldValue: true };
  const probe = (window.__probe = { moves: [] });

  // ---- finding elements, open shadow roots included
  const all = (selector) => [document, ...roots].flatMap((root) => [...root.querySelectorAll(selector)]);
  const hosted = (node, selector) => {
    for (let at = node; at; at = at.getRootNode().host) {
      const found = at.closest(selector);
      if (found) return found;
    }
    return null;
  };
  const laidOut = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attachShadow.call(this, options);
    roots.add(root);
    settling.observe(root, everything);
    drawing.observe(root, everything);
    return root;
  };

  // ---- time on the screen: a task posted from an animation frame runs once that frame is drawn
  const channel = new MessageChannel();
  const posted = [];
  channel.port1.onmessage = () => posted.shift()(performance.now());
  const post = (task) => { posted.push(task); channel.port2.postMessage(null); };
  const afterPaint = (task) => requestAnimationFrame(() => post(task));

  // ---- what counts as a change of the page
  const ELSEWHERE = "[data-testid=stStatusWidget], [data-testid=stHeader], [data-testid=stToolbar], .hoverlayer";
  const DRAWN = "svg, .js-plotly-plot, .stBidiComponent, [role=slider]";
  const elementOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
  const stands = (record) =>
    record.type === "childList" ||
    record.oldValue !== (record.type === "attributes"
      ? record.target.getAttributeNS(record.attributeNamespace, record.attributeName)
      : record.target.data);
  const counts = (record) => {
    if (!stands(record)) return false;
    if (record.target instanceof ShadowRoot) return true;
    const node = elementOf(record.target);
    if (!node || !node.isConnected || hosted(node, ELSEWHERE) || hosted(node, "head")) return false;
    return record.type !== "attributes" || hosted(node, DRAWN) !== null;
  };

  // ---- pointer moves: from the event's arrival to the frame that shows its effect
  let move = null;
  const drawing = new MutationObserver((records) => {
    if (move && !move.changed && records.some(counts)) move.changed = true;
  });
  addEventListener("pointermove", (event) => {
    if (!(event.buttons & 1)) return;
    const mine = (move = { stamp: event.timeStamp, arrived: performance.now(), changed: false, painted: null });
    probe.moves.push(mine);
    const look = (now) => {
      if (mine.changed) {
        mine.painted = now;
        if (move === mine) move = null;
      } else if (now - mine.arrived < 100) afterPaint(look);
    };
    afterPaint(look);
  }, true);

  // ---- from an input to a page that no longer changes
  let change = null;
  const settling = new MutationObserver((records) => {
    if (!change || change.input === null || !records.some(counts)) return;
    const mine = change;
    mine.changed = performance.now();
    if (mine.painting) return;
    mine.painting = true;
    afterPaint((now) => { mine.painting = false; mine.painted = now; });
  });
  const CHARTS = ".js-plotly-plot, .st-key-breakdown svg";
  const charts = () => all(CHARTS).filter((chart) => chart.getBoundingClientRect().width > 100);
  const SHAPES = "path, rect, circle, line, polygon, text";
  const GEOMETRY = ["d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "points", "transform"];
  const drawn = (shape) => GEOMETRY.map((name) => shape.getAttribute(name)).join() + shape.textContent;
  const chartsDrawn = () => charts().map((chart) => [...chart.querySelectorAll(SHAPES)].map(drawn).join(" "));
  const numbersShown = () => [
    ...all("[data-testid=stMetricValue]").map((node) => node.textContent),
    ...all("[data-stage][data-value]").map((node) => node.dataset.value),
    ...all("[data-cell] b, .explorer-finding dd").map((node) => node.textContent),
    ...all(".st-key-answer").map((node) => node.textContent),
    ...[...roots].filter((root) => hosted(root.host, ".st-key-answer")).map((root) => root.textContent),
  ].join(" ");
  probe.remember = () => { probe.before = { charts: chartsDrawn(), numbers: numbersShown() }; };
  probe.expect = (type) => {
    const mine = (change = { input: null, changed: 0, painted: 0, painting: false, frames: [] });
    const start = (event) => {
      mine.input = event.timeStamp;
      mine.frames = [];
    };
    addEventListener(type, start, { capture: true, once: true });
  };
  probe.settled = (quiet, patience) => new Promise((done) => {
    const mine = change;
    const started = performance.now();
    const look = () => {
      const now = performance.now();
      const ends = mine.frames.filter((frame) => frame.kind === SCRIPT_FINISHED).map((frame) => frame.at);
      const last = Math.max(mine.changed, ...mine.frames.map((frame) => frame.at));
      if (!(ends.length && now - last > quiet) && now - started < patience) return setTimeout(look, 50);
      change = null;
      const before = probe.before;
      done({
        input: mine.input, painted: mine.painted, finished: Math.max(...ends, -1), frames: mine.frames,
        charts: before.charts.length, redrawn: chartsDrawn().filter((chart, at) => chart !== before.charts[at]).length,
        renewed: numbersShown() !== before.numbers,
      });
    };
    look();
  });

  settling.observe(document, everything);
  drawing.observe(document, everything);

  // ---- the web socket's messages, and which field of Streamlit's envelope each carries
  const HASH = 1, METADATA = 2, SCRIPT_FINISHED = 6, HEARTBEAT = 26;
  const kindOf = (buffer) => {
    const bytes = new Uint8Array(buffer);
    let at = 0;
    const varint = () => {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++];
        value += (byte & 127) * scale;
        if (!(byte & 128)) return value;
      }
    };
    while (at < bytes.length) {
      const tag = varint();
      if (tag >> 3 !== HASH && tag >> 3 !== METADATA) return tag >> 3;
      const length = varint();
      at += length;
    }
    return 0;
  };
  let sent = 0, received = 0;
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const frame = { way: "in", index: received++, at: performance.now() };
        Object.assign(frame, { size: data.byteLength, kind: kindOf(data) });
        if (change && frame.kind !== HEARTBEAT) change.frames.push(frame);
      });
    }
    send(data) {
      const frame = { way: "out", index: sent++, at: performance.now() };
      if (change) change.frames.push(frame);
      super.send(data);
    }
  };

  // ---- navigation: the first frame in which something is there
  const first = (there) => new Promise((done) => {
    const look = () => (there() ? post(done) : requestAnimationFrame(look));
    look();
  });
  probe.boardReady = () => first(() => all("[role=slider][aria-valuenow]").some((node) =>
    hosted(node, ".st-key-board") && laidOut(node) && node.getAttribute("aria-valuenow") !== ""));
  const BARS = ".js-plotly-plot .bars path, .st-key-breakdown svg :is(path, rect)";
  probe.chartReady = () => first(() => all(BARS).some((bar) => laidOut(bar) && charts().includes(bar.closest(CHARTS))));
  probe.boardValue = () => all("[data-stage=p][data-value]").map((node) => node.dataset.value).join();
  probe.after = (patience) => new Promise((done) => setTimeout(() => done(null), patience));
  const promised = {};
  probe.promise = (name) => (promised[name] ??= probe[name]());
})();
"""
# Looks at every frame until both are there: only for a page that has them.
ARRIVAL = "__probe.promise('boardReady'); __probe.promise('chartReady');"


# ---------------------------------------------------------------- the servers


@dataclass
class Server:
    """A running server and the notes it takes."""

    url: str
    process: subprocess.Popen[bytes]
    notes: Path | None = None

    def cpu(self) -> float:
        """Milliseconds of CPU that the server has used, user's and system's."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def message_times(self, connection: int) -> dict[tuple[str, int], float]:
        """When the messages of one connection went, in ms, by direction and number; the first is number 0."""
        times: dict[tuple[str, int], float] = {}
        seen = {"in": 0, "out": 0}
        for line in (self.notes.read_text() if self.notes else "").splitlines():
            number, way, at = line.split()
            if int(number) == connection:
                times[way, seen[way]] = 1000 * float(at)
                seen[way] += 1
        return times


@contextlib.contextmanager
def served(command: list[str], url: str, folder: Path, cwd: Path, home: Path | None = None) -> Iterator[Server]:
    """Serve without the settings for Streamlit that the user's environment has, or, with another home, its files."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    if home:
        environment["HOME"] = str(home)
    with running(command, url, folder / "output", cwd, environment) as process:
        yield Server(url, process, folder / "notes" if (folder / "notes").exists() else None)


@contextlib.contextmanager
def streamlit_server(script: Path, cwd: Path, home: Path | None = None) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        command = [sys.executable, str(HERE / "timed_streamlit.py"), str(folder / "notes"), "run", str(script)]
        command += ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
        command += ["--browser.gatherUsageStats=false"]
        with served(command, f"http://127.0.0.1:{port}/", folder, cwd, home) as server:
            yield server


@contextlib.contextmanager
def bare_server() -> Iterator[Server]:
    """The bare page, where no settings of the project's or of the user's are found."""
    with (
        tempfile.TemporaryDirectory() as empty,
        streamlit_server(HERE / "bare_streamlit.py", Path(empty), home=Path(empty)) as server,
    ):
        yield server


@contextlib.contextmanager
def plain_server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as name:
        port = free_port()
        command = [sys.executable, "-m", "http.server", str(port), "--bind=127.0.0.1", f"--directory={HERE}"]
        with served(command, f"http://127.0.0.1:{port}/plain_page.html", Path(name), ROOT) as server:
            yield server


# ---------------------------------------------------------------- one measurement


@dataclass
class Change:
    """One change of one page, from the input to the settled page; in ms."""

    total: float
    sent: float | None = None  # from the input to the first message
    talk: float | None = None  # from the first message sent to the last one received
    first_out: int | None = None
    last_in: int | None = None
    size: int = 0
    charts: int = 0
    redrawn: int = 0
    cpu: float = 0.0


@dataclass
class Figures:
    """Everything that was measured of one page."""

    moves: list[float] = field(default_factory=list)
    moves_from_stamp: list[float] = field(default_factory=list)
    moves_without_change: int = 0
    keys: list[Change] = field(default_factory=list)
    drags: list[Change] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    chart_ready: list[float] = field(default_factory=list)
    spoilt: list[str] = field(default_factory=list)


@dataclass
class Tab:
    """A page that stays open for the whole run, and what is dragged or typed into on it."""

    server: Server
    connection: int  # which one of its server's
    page: Page
    handle: Locator
    figures: Figures = field(default_factory=Figures)


def open_page(browser: Browser, server: Server, path: str = "", script: str = "") -> Page:
    """Open a page in a profile of its own, with an empty cache; the script runs first, after the probe."""
    page = browser.new_context(viewport=VIEWPORT).new_page()
    page.add_init_script(PROBE + script)
    page.goto(server.url + path, wait_until="commit")
    return page


def open_tab(browser: Browser, server: Server, handle: str, path: str = "", connection: int = 0) -> Tab:
    """Open a page and wait for its handle, so that the next one is the server's next connection."""
    page = open_page(browser, server, path)
    tab = Tab(server, connection, page, page.locator(handle).first)
    tab.handle.wait_for(state="attached")
    return tab


def centre(handle: Locator) -> tuple[float, float]:
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    if box is None:
        raise RuntimeError("the handle is not laid out")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, x: float, y: float, offsets: list[float]) -> None:
    """Press, move through the offsets at a hand's pace; the caller releases."""
    page.mouse.move(x, y)
    page.mouse.down()
    for offset in offsets:
        page.mouse.move(x + offset, y)
        time.sleep(MOVE_EVERY)


def there_and_back(steps: int, step: float = 3.0) -> list[float]:
    """Offsets to the right and back again, so that the value ends where it started."""
    out = [step * at for at in range(1, steps // 2 + 1)]
    return [*out, *reversed([0.0, *out[:-1]])]


def measure_moves(tab: Tab) -> None:
    page, figures = tab.page, tab.figures
    page.bring_to_front()
    x, y = centre(tab.handle)
    page.evaluate("__probe.moves.length = 0")
    drag(page, x, y, there_and_back(MOVES))
    page.wait_for_timeout(150)
    for move in page.evaluate("__probe.moves")[2:]:  # the first ones start the drag
        if move["painted"] is None:
            figures.moves_without_change += 1
            continue
        figures.moves.append(move["painted"] - move["arrived"])
        figures.moves_from_stamp.append(move["painted"] - move["stamp"])
    page.mouse.up()
    page.wait_for_timeout(2 * QUIET)


def settle(page: Page, figures: Figures, what: str) -> Change | None:
    """Wait for the settled page. A change that did not show is kept apart, and said at the end."""
    seen: dict[str, Any] = page.evaluate(f"__probe.settled({QUIET}, {PATIENCE})")
    if seen["input"] is None or seen["finished"] < 0 or not seen["renewed"]:
        figures.spoilt.append(
            f"{what}: input {seen['input']}, script finished {seen['finished']}, new numbers {seen['renewed']}"
        )
        return None
    change = Change(total=max(seen["painted"], seen["finished"]) - seen["input"])
    change.charts, change.redrawn = seen["charts"], seen["redrawn"]
    out = [frame for frame in seen["frames"] if frame["way"] == "out"]
    back = [frame for frame in seen["frames"] if frame["way"] == "in"]
    if out and back:
        change.sent, change.talk = out[0]["at"] - seen["input"], back[-1]["at"] - out[0]["at"]
        change.first_out, change.last_in = out[0]["index"], back[-1]["index"]
        change.size = sum(frame["size"] for frame in back)
    return change


def measure_change(tab: Tab, changes: list[Change], event: str, act: Callable[[], None], what: str) -> None:
    """Act, and add what comes of it to the changes: from the event in the browser to the settled page."""
    tab.page.evaluate(f"__probe.expect('{event}')")
    before = tab.server.cpu()
    act()
    change = settle(tab.page, tab.figures, what)
    if change:
        change.cpu = tab.server.cpu() - before
        changes.append(change)


def measure_key(tab: Tab, key: str) -> None:
    tab.page.bring_to_front()
    tab.handle.focus()
    tab.page.evaluate("__probe.remember()")
    measure_change(tab, tab.figures.keys, "keydown", lambda: tab.page.keyboard.press(key), f"key {key}")


def measure_enter(tab: Tab, text: str) -> None:
    """Enter in a field where a text already stands."""
    tab.page.bring_to_front()
    tab.handle.fill(text)
    measure_key(tab, "Enter")


def measure_release(tab: Tab, way: int) -> None:
    tab.page.bring_to_front()
    x, y = centre(tab.handle)
    tab.page.evaluate("__probe.remember()")
    drag(tab.page, x, y, [way * 6.0 * at for at in range(1, 7)])
    tab.page.wait_for_timeout(100)  # a hand rests before it lets go
    measure_change(tab, tab.figures.drags, "pointerup", tab.page.mouse.up, "release")


def measure_arrival(browser: Browser, server: Server, figures: Figures, *, board: bool) -> None:
    """Open the page in a fresh profile, until its board can be used or its first chart is drawn."""
    page = open_page(browser, server, script=ARRIVAL)
    try:
        if not board:
            figures.ready.append(page.evaluate("__probe.promise('chartReady')"))
        else:
            figures.ready.append(page.evaluate("__probe.promise('boardReady')"))
            before = page.evaluate("__probe.boardValue()")
            page.locator(HANDLE).first.press("ArrowRight")
            page.wait_for_timeout(100)
            if page.evaluate("__probe.boardValue()") == before:
                figures.spoilt.append("navigation: the board was there, but did not answer a key")
            chart = page.evaluate(f"Promise.race([__probe.promise('chartReady'), __probe.after({PATIENCE})])")
            if chart is not None:
                figures.chart_ready.append(chart)
    finally:
        page.context.close()


# ---------------------------------------------------------------- the run


def batch() -> tuple[str, list[str]]:
    """Give logits and labels as the detective's link, and two losses to ask about: the right one, and a mistake's."""
    rng = np.random.default_rng(0)
    z, y = rng.normal(scale=2.0, size=(ROWS, CLASSES)).round(4), rng.integers(0, CLASSES, ROWS)
    losses = [f"{pytorch.cross_entropy(given, y):.6f}" for given in (z, pytorch.softmax(z, 1))]
    return to_query(Evidence(str(z.tolist()), str(y.tolist()), losses[0])), losses


def run(rounds: int) -> dict[str, tuple[Figures, dict[tuple[str, int], float]]]:
    """Visit the pages in rounds. The first round warms up and is forgotten."""
    query, losses = batch()
    with contextlib.ExitStack() as stack:
        app = stack.enter_context(streamlit_server(ROOT / "app.py", ROOT))
        bare = stack.enter_context(bare_server())
        plain = stack.enter_context(plain_server())
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        stack.callback(browser.close)

        tabs = {
            "app": open_tab(browser, app, HANDLE),
            "functions": open_tab(browser, app, HANDLE, "functions", 1),
            "detective": open_tab(browser, app, OBSERVED, f"detective?{query}", 2),
            "bare": open_tab(browser, bare, BARE_HANDLE),
            "plain": open_tab(browser, plain, PLAIN_HANDLE),
        }
        tabs["app"].page.wait_for_timeout(3000)

        for turn in range(rounds + 1):
            if turn == 1:
                for tab in tabs.values():
                    tab.figures = Figures()
            measure_moves(tabs["app"])
            measure_moves(tabs["plain"])
            for key, way, loss in (("ArrowRight", 1, losses[1]), ("ArrowLeft", -1, losses[0])):
                measure_key(tabs["app"], key)
                measure_enter(tabs["detective"], loss)
                measure_key(tabs["bare"], key)
                measure_release(tabs["app"], way)
                measure_release(tabs["functions"], way)
            measure_arrival(browser, app, tabs["app"].figures, board=True)
            measure_arrival(browser, bare, tabs["bare"].figures, board=False)
            print(f"round {turn} of {rounds}", file=sys.stderr, flush=True)
        return {name: (tab.figures, tab.server.message_times(tab.connection)) for name, tab in tabs.items()}


def chromium() -> str:
    path = executable()
    if path is None:
        raise RuntimeError("no Chromium on the path")
    return path


# ---------------------------------------------------------------- the report


@dataclass
class Line:
    """One thing that was asked for: the figure, what it is measured against, and the limit."""

    what: str
    ours: list[float]
    against: str
    theirs: list[float]
    limit: float | None = None
    aim: float | None = None
    p95_limit: float | None = None
    averaged: bool = False

    def middle(self, values: list[float]) -> float:
        return statistics.fmean(values) if self.averaged else statistics.median(values)

    def row(self) -> dict[str, Any]:
        """Give the figures under their names; None where nothing could be measured."""
        row: dict[str, Any] = {
            "what": self.what,
            "against": self.against,
            "samples": [len(self.ours), len(self.theirs)],
        }
        row["app"] = self.middle(self.ours) if self.ours else None
        row["app p95"] = percentile(self.ours, 95)
        row["other"] = self.middle(self.theirs) if self.theirs else None
        row["other p95"] = percentile(self.theirs, 95)
        row["ratio"] = row["app"] / row["other"] if self.ours and self.theirs and row["other"] else None
        row["limit"], row["aim"], row["p95 limit"] = self.limit, self.aim, self.p95_limit
        row["pass"] = None if self.limit is None else self.passes(row)
        return row

    def passes(self, row: dict[str, Any]) -> bool:
        in_ratio = row["ratio"] is not None and row["ratio"] <= self.limit
        return in_ratio and (self.p95_limit is None or row["app p95"] <= self.p95_limit)


def percentile(values: list[float], percent: float) -> float | None:
    """Give the smallest value that has this share of them at or below it."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * int(percent) // 100) - 1)]


def totals(changes: list[Change]) -> list[float]:
    return [change.total for change in changes]


def asked_for(of: dict[str, Figures]) -> list[Line]:
    """Give what was asked for, with its limits."""
    app, functions, detective, bare, plain = of.values()
    chart = "bare page, key to redrawn chart"
    settled = {"limit": SETTLE_RATIO, "aim": SETTLE_AIM}
    cpu = [[change.cpu for change in changes] for changes in (app.keys + app.drags, bare.keys)]
    enter = f"Detective, {ROWS} x {CLASSES}: Enter to settled page, ms"
    return [
        Line("pointer move to painted board, ms", app.moves, "plain page", plain.moves, MOVE_RATIO, None, MOVE_P95),
        Line("key to settled page, ms", totals(app.keys), chart, totals(bare.keys), **settled),
        Line("release to settled page, ms", totals(app.drags), chart, totals(bare.keys), **settled),
        Line("navigation to usable board, ms", app.ready, "bare page, first chart", bare.ready, READY_RATIO),
        Line("server CPU a change (mean), ms", cpu[0], "bare page", cpu[1], CPU_RATIO, averaged=True),
        Line(
            "Functions: release to settled page, ms",
            totals(functions.drags),
            "front page, release",
            totals(app.drags),
            PAGE_RATIO,
        ),
        Line(enter, totals(detective.keys), "front page, key", totals(app.keys), PAGE_RATIO),
    ]


def for_scale(app: Figures, bare: Figures, plain: Figures) -> list[Line]:
    """Give figures without a limit, that help to read the others."""
    stamps = app.moves_from_stamp, plain.moves_from_stamp
    return [
        Line("pointer move to painted board, with the wait for a frame, ms", stamps[0], "plain page", stamps[1]),
        Line("navigation to the first chart, ms", app.chart_ready, "bare page, first chart", bare.ready),
    ]


def split(changes: list[Change], times: dict[tuple[str, int], float]) -> dict[str, float | None]:
    """Where the time of a change goes: medians of the parts, so that they add up to about the median of the whole.

    The wire is the time between the first message that the browser sends and the last one that it takes, less the time
    that the server had it. So a message that waits because the page is busy drawing counts to the wire.
    """
    parts: dict[str, list[float]] = {"before sending": [], "server": [], "wire and queue": [], "after the last": []}
    for change in changes:
        if change.sent is None or change.talk is None:
            continue
        arrived, left = times.get(("in", change.first_out or 0)), times.get(("out", change.last_in or 0))
        if arrived is None or left is None:
            continue
        parts["before sending"].append(change.sent)
        parts["server"].append(left - arrived)
        parts["wire and queue"].append(change.talk - (left - arrived))
        parts["after the last"].append(change.total - change.sent - change.talk)
    return {name: statistics.median(values) if values else None for name, values in parts.items()}


def shown(value: float | None, digits: int = 1) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def print_lines(lines: list[Line]) -> None:
    columns = "{:<62}{:>9}{:>9}{:>9}{:>9}{:>8}  {}"
    print(columns.format("", "app", "p95", "other", "p95", "ratio", ""))
    for line in lines:
        row = line.row()
        verdict = ""
        if line.limit is not None:
            asked = [f"ratio <= {line.limit}"]
            asked += [f"aim {line.aim}"] if line.aim else []
            asked += [f"p95 <= {line.p95_limit:g} ms"] if line.p95_limit else []
            verdict = f"{'pass' if row['pass'] else 'MISS'} ({', '.join(asked)})"
        values = [shown(row[name]) for name in ("app", "app p95", "other", "other p95")]
        print(columns.format(line.what, *values, shown(row["ratio"], 2), f"{verdict} {line.against}".strip()))


def report(results: dict[str, tuple[Figures, dict[tuple[str, int], float]]]) -> dict[str, Any]:
    """Print the tables, and give the same figures for a file."""
    of = {name: figures for name, (figures, _) in results.items()}
    lines, more = asked_for(of), for_scale(of["app"], of["bare"], of["plain"])
    changes = {
        "app, key": ("app", of["app"].keys),
        "app, release": ("app", of["app"].drags),
        "Functions, release": ("functions", of["functions"].drags),
        "Detective, Enter": ("detective", of["detective"].keys),
        "bare page, key": ("bare", of["bare"].keys),
    }
    parts = {what: split(some, results[name][1]) for what, (name, some) in changes.items()}
    print("\nmedians (CPU: means) and 95th percentiles\n")
    print_lines(lines)
    print("\nfor scale\n")
    print_lines(more)
    print("\nwhere the time of a change goes, ms (medians)\n")
    print("{:<20}".format("") + "".join(f"{name:>18}" for name in next(iter(parts.values()))))
    for name, values in parts.items():
        print(f"{name:<20}" + "".join(f"{shown(value):>18}" for value in values.values()))
    print("\nwhat a change did (medians)\n")
    for what, (_, some) in changes.items():
        if some:
            redrawn, charts, size = (
                statistics.median(getattr(change, part) for change in some) for part in ("redrawn", "charts", "size")
            )
            print(f"{what:<20}{redrawn:g} of {charts:g} charts redrawn, {size / 1000:.1f} kB from the server")
    for name, figures in of.items():
        if figures.moves_without_change:
            print(f"{name}: {figures.moves_without_change} pointer moves changed nothing and are left out")
        for text in figures.spoilt:
            print(f"{name}: left out: {text}")
    return {"asked for": [line.row() for line in lines], "for scale": [line.row() for line in more], "parts": parts}


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Measure the app in Chromium, against a bare Streamlit and a plain page."
    )
    parser.add_argument("--rounds", type=int, default=12, help="rounds over the pages (default 12, about 4 minutes)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start, {options.rounds} rounds, {chromium()}")
    figures = report(run(options.rounds))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
