"""Every number between a logit and a cross-entropy loss.

    link or widget -> Case -> evaluate -> Breakdown -> figures, tables, words -> page

``errors``, ``numerics``  the mathematics, and the one exception
``case``, ``breakdown``   what was typed, and every number that follows from it
``dialects``              the same mathematics under each library's names and rules
``edits``, ``share``      changing a case; a case as a link
``presets``, ``snippets`` named cases, each teaching one thing; a case as a script
``feeding``               what every function of the dialects makes of a case
``detective``             an observed loss value -> the pipelines that give it
``reading``, ``evidence``, ``threads``  pasted text -> arrays; what the detective is given; real questions for it
``explain``, ``tables``, ``figures``  words and formulas, data frames, Plotly figures
``ui``                    the Streamlit pages; nothing else imports Streamlit
"""

from explorer.breakdown import Breakdown, evaluate
from explorer.case import Case, Reduction, Setup, Unit
from explorer.errors import InvalidCase

__all__ = ["Breakdown", "Case", "InvalidCase", "Reduction", "Setup", "Unit", "evaluate"]
