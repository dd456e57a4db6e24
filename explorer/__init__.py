"""Every number between a logit and a cross-entropy loss.

    link or widget -> Case -> evaluate -> Breakdown -> figures, tables, words -> page

``errors``, ``spelling``, ``numerics``  the one exception, numbers as text, and the mathematics
``dialects``  the same mathematics under each library's names and rules
``case``, ``breakdown``  what was typed, and every number that follows from it
``share``, ``edits``  a case as a link; changing a case
``presets``, ``snippets``  named cases, each teaching one thing; a case as a script
``explain``, ``palette``, ``tables``, ``figures``  words and formulas, colours, data frames, Plotly figures
``equivalence``, ``compare``  the loss under each of its names; the same logits under the three set-ups
``feeding``  what every function of the dialects makes of a case
``detective``  an observed loss value -> the pipelines that give it
``threads``, ``reading``, ``evidence``  real questions for it; pasted text -> arrays; what it is given
``ui``  the Streamlit pages; nothing else imports Streamlit

No line imports from a line below it.
"""

from explorer.breakdown import Breakdown, evaluate
from explorer.case import Case, Reduction, Setup, Unit
from explorer.errors import InvalidCase

__all__ = ["Breakdown", "Case", "InvalidCase", "Reduction", "Setup", "Unit", "evaluate"]
