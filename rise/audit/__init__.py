"""The trail: what was done, by whom, in order, sealed. Leans on rise.accounts."""
