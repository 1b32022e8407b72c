"""Moves and lifecycles: what may follow what, checked and recorded in one place. No models."""
