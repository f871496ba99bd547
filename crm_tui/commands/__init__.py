"""The commands, one file a noun: options in, one domain verb, records out."""
