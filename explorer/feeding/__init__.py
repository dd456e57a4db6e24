"""What each loss function makes of a case: its value for everything one may feed it, and what goes wrong.

``matrix`` judges every function of the catalogue on the current case, ``recommend`` answers "which loss do I call?",
and ``equivalents`` puts the functions of the four libraries beside each other.

A verdict rests on numbers. What a function computes is compared with the loss of the case, and once more on a *probe*:
the same targets and options with generic logits. Only the probe tells an identity from a tie by chance, and a rule of a
library (another divisor) from an accident of these logits (a clipped probability, 0 · ∞).

``sheet``     a case as the functions get it: inputs, targets and options, each with its code
``probe``     the same with generic logits
``wording``   what is said of each mistake
``verdicts``  the matrix
``advice``    the line to write, and equivalents
"""

from explorer.feeding.advice import Equivalents, Recommendation, equivalents, recommend
from explorer.feeding.verdicts import Cell, Row, Verdict, matrix

__all__ = [
    "Cell",
    "Equivalents",
    "Recommendation",
    "Row",
    "Verdict",
    "equivalents",
    "matrix",
    "recommend",
]
