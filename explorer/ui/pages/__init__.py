"""One file a page; each has a ``page`` function that draws it from the state of the visit."""
