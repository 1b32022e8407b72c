"""Pages of deployments, one file per thing."""
