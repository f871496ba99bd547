"""``make docs``: the documentation made to agree with the code again; what is written by hand stays."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import examples, pictures, reference


def main() -> None:
    """Renew the tables, what the examples print, and the picture; say which files changed."""
    with TemporaryDirectory() as folder:
        sample = examples.sample(Path(folder) / "sample.db")
        for number, document in enumerate(examples.documents()):
            before = document.read_text(encoding="utf-8")
            shell = examples.Shell(Path(folder) / str(number))
            if document.parent.name == "docs":
                shell.take(sample)
            after = examples.renewed(reference.filled(before), shell)
            if after != before:
                document.write_text(after, encoding="utf-8")
                sys.stdout.write(f"renewed {document.relative_to(examples.ROOT)}\n")
        pictures.TODAY.write_text(pictures.today(sample), encoding="utf-8")


if __name__ == "__main__":
    main()
