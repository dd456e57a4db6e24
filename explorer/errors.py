"""The one exception a visitor can cause, worded for a student."""


class InvalidCase(ValueError):
    """What was typed, pasted or linked cannot be evaluated.

    The message is a whole sentence: what came in, and what would be right. It is shown as plain text
    beside the control that caused it, so it never contains markup of its own. ``part`` names the argument
    of ``Case`` that is at fault (``"logits"``, ``"targets"``, ...), or is empty where no single one is.
    """

    def __init__(self, message: str, part: str = "") -> None:
        super().__init__(message)
        self.part = part
