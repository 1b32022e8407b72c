"""Reads across apps: a school, a region, the nation. No models; leans on all."""
