"""Pages of support, one file per thing."""
