"""Requests, signals, tier decisions and cases. Leans on advisers and schools."""
