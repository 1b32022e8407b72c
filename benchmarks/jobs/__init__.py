"""One file for each job. Each has ``job(scale, folder) -> core.Job``; its docstring says what is compared with what."""
