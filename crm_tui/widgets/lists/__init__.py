"""Lists in parts, each under its heading."""
