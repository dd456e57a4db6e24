"""Every number between a logit and a cross-entropy loss."""
