#!/usr/bin/env python3
"""Runs a notebook from top to bottom in a kernel of its own, as Jupyter does.

    python3 notebook.py NOTEBOOK OUTPUT

The working directory is the current one. Prints the type of each message of the kernel as it comes, and writes the
notebook with its outputs to OUTPUT at the end.
"""

import sys

import nbformat
from nbclient import NotebookClient


class Client(NotebookClient):
    def process_message(self, msg, cell, cell_index):
        print(msg["msg_type"], flush=True)
        return super().process_message(msg, cell, cell_index)


def main(file, output):
    notebook = nbformat.read(file, as_version=4)
    Client(notebook).execute()
    nbformat.write(notebook, output)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
