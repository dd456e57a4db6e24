"""What a page looks like: whether it can be read, and whether it fits."""

from typing import Any

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}

_OVERHANG = """() => [document.documentElement, document.querySelector(".stMain")]
  .map((part) => part.scrollWidth - part.clientWidth)"""
_FITTING = """(parts) => parts.map((part) => part.getBoundingClientRect()).filter((box) => box.width > 0)
  .map(({ left, right }) => left >= 0 && right <= innerWidth)"""
# The colours as they are drawn: every background from the root down to the text, one on top of the other.
_CONTRASTS = """(selector) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const painted = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((total, c, index) => total + c * [0.2126, 0.7152, 0.0722][index], 0);
  const visible = (node) => node.getClientRects().length > 0 && getComputedStyle(node).visibility === "visible";
  return [...document.querySelectorAll(selector)].filter(visible).map((node) => {
    const backgrounds = [];
    for (let at = node; at; at = at.parentElement) backgrounds.unshift(getComputedStyle(at).backgroundColor);
    const behind = luminance(painted(backgrounds));
    const text = luminance(painted([...backgrounds, getComputedStyle(node).color]));
    const contrast = (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
    return { text: (node.value ?? node.textContent).trim(), contrast, behind };
  }).filter((found) => found.text !== "");
}"""

# The lines of text that are drawn, each with its box; what is spoken only is cut off.
_OVERLAPS = """(parts) => {
  const lines = [];
  const drawn = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && getComputedStyle(node).clipPath === "none";
  for (const part of document.querySelectorAll(parts)) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (text.data.trim() === "" || !drawn(text.parentElement)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const box of range.getClientRects()) lines.push({ text: text.data.trim(), node: text, box });
    }
  }
  const meet = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1
    && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > Math.min(one.height, other.height) / 2;
  return lines.flatMap((one, index) => lines.slice(index + 1)
    .filter((other) => other.node !== one.node && meet(one.box, other.box)).map((other) => [one.text, other.text]));
}"""


def overhang(page: Any) -> list[int]:
    """How many pixels the page and its main part are wider than the window: what would scroll sideways."""
    return page.page.evaluate(_OVERHANG)


def fitting(page: Any, parts: str) -> list[bool]:
    """Of every one of these parts that is drawn, whether all its width is in the window."""
    return page.page.locator(parts).evaluate_all(_FITTING)


def overlaps(page: Any, parts: str) -> list[list[str]]:
    """The texts in these parts that are printed over each other, in pairs."""
    return page.page.evaluate(_OVERLAPS, parts)


def contrasts(page: Any, parts: str) -> list[dict[str, Any]]:
    """Of every one of these parts that has a text: the text, its contrast, and how light what is behind it is."""
    return page.page.evaluate(_CONTRASTS, parts)


def assert_legible(page: Any, parts: str, scheme: str, least: int = 0) -> None:
    """These texts, more of them than ``least``, are drawn in the colours of this scheme and stand out from them."""
    page.eventually(lambda: {each["behind"] < 0.5 for each in contrasts(page, parts)}, {scheme == "dark"})
    found = contrasts(page, parts)
    assert len(found) > least
    assert [each for each in found if each["contrast"] < 4.5] == []
