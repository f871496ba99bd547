"""Settings: the configuration, rates, fields of one's own, pipelines, and keys."""
