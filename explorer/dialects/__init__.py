"""The same mathematics under each library's names and rules."""

REFUSALS = (ValueError, RuntimeError, IndexError, TypeError, ZeroDivisionError)
"""What the functions raise, as the libraries do, for what they do not take."""
