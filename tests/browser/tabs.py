"""The tabs that the tests see the app in: used again, as a new window takes longer than most of what is done in it."""

from collections import defaultdict
from typing import Any

from visit import Visit

WIDE = {"width": 1440, "height": 1000}


class Tabs:
    """The tabs of one Chromium, by the kind of their window: what of it cannot be changed once it is open."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.windows: dict[str, Any] = {}
        self.empty: defaultdict[Any, list[Any]] = defaultdict(list)
        self.shown: dict[Any, tuple[str, Visit]] = {}

    def take(self, *, new: bool, **window: Any) -> Any:
        """Give a test an empty tab of its own, with ``new`` one that no test has had."""
        kind, looks = _apart(window)
        tabs = self.empty[self._window(kind)]
        page = tabs.pop() if tabs and not new else self._window(kind).new_page()
        page.bring_to_front()
        _dress(page, **looks)
        return page

    def give_back(self, page: Any) -> None:
        """Empty a tab for the next test, with no hand on it and nothing held back."""
        page.unroute_all()
        page.goto("about:blank")
        page.mouse.up()
        page.mouse.move(0, 0)
        self.empty[page.context].append(page)

    def show(self, address: str, query: str, **window: Any) -> Visit:
        """The app in the tab that is only looked at; it is loaded where the last look was at another link."""
        kind, looks = _apart(window)
        context = self._window(kind)
        link = f"{address}?{query}"
        if context not in self.shown:
            self.shown[context] = "", Visit(context.new_page(), address, hold=False)
        last, visit = self.shown.pop(context)  # where the link does not open, the tab is not looked at again
        visit.page.bring_to_front()
        _dress(visit.page, **looks)
        if link != last:
            visit.address = address
            visit.open(query)
        self.shown[context] = link, visit
        return visit

    def forget(self, visit: Visit) -> None:
        """Close a tab that nobody may use again."""
        if self.shown.get(visit.page.context, ("", None))[1] is visit:
            del self.shown[visit.page.context]
        visit.page.close()

    def _window(self, kind: dict[str, Any]) -> Any:
        name = repr(sorted(kind.items()))
        if name not in self.windows:
            self.windows[name] = self.browser.new_context(**kind)
            self.windows[name].set_default_timeout(20_000)
        return self.windows[name]


def _apart(window: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What makes the kind of a window, and what an open tab can be given."""
    looks = {"viewport": WIDE, "color_scheme": "light", "reduced_motion": "no-preference"}
    return (
        {name: value for name, value in window.items() if name not in looks},
        {name: window.get(name, usual) for name, usual in looks.items()},
    )


def _dress(page: Any, *, viewport: dict[str, int] | None, **media: str) -> None:
    if viewport:
        page.set_viewport_size(viewport)
    page.emulate_media(**media)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
