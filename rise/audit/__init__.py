"""The trail: what was done, by whom, when, in words that outlive what they describe. Leans on ``rise.accounts`` only."""
