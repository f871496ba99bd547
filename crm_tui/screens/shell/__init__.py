"""What every screen stands on: the base, the file in its threads, help, palette and jumping."""
