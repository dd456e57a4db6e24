"""The one exception of reading: a text is not one array of numbers, or not one number."""


class Unreadable(Exception):
    """Why a text cannot be read: the second half of the sentence that a student sees."""
