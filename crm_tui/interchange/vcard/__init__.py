"""vCards, in (2.1, 3.0, 4.0) and out (4.0, 3.0). ``loading.load`` reads them, ``writing`` writes them."""
