"""One colour for each class, the same on the board, in every chart and in every table.

The first seven are Okabe & Ito's (*Color Universal Design*, 2008) without yellow, which vanishes on white; the next are
from Paul Tol's muted scheme. Nobody tells twenty colours apart, so a colour never stands without its name.
"""

CLASS_COLOURS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#D55E00",
    "#56B4E9",
    "#999999",
    "#AA4499",
    "#999933",
    "#44AA99",
    "#CC6677",
    "#7A6FD0",
    "#B5852B",
    "#5B8C5A",
    "#C2588B",
    "#8C6D5A",
    "#6C8EBF",
    "#A0763A",
    "#708090",
    "#B07AA1",
)
NEUTRAL = "#808A9F"  # lines and labels: readable on white and on near-black
# Not those of the first six classes, whose board stands above them.
ENTROPY = NEUTRAL
DIVERGENCE = "#8064C0"


def colours(classes: int) -> tuple[str, ...]:
    """Return a colour for each class, as #rrggbb; beyond twenty they repeat."""
    return tuple(CLASS_COLOURS[index % len(CLASS_COLOURS)] for index in range(classes))
