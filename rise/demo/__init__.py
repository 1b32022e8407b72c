"""The demonstration: an invented register, invented people, and cases in every state. No app leans on it."""
