"""Reports: one question at a time, with what it is asked about, its answer, and how a figure of it comes about."""
