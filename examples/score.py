#!/usr/bin/env python3
"""Scores rows with a model of Lockstep, with numpy alone: what a program without Lockstep has to do.

    python3 score.py MODEL DATA

MODEL is the directory that holds model.json and weights.safetensors. DATA is an IDX file of images, or a CSV file with a
header, where an empty cell is a missing value and an array is written as [1, 2, 3]; both may end in .gz. The output is CSV: the
label of each row, and the probability of each class. docs/model.md describes the files.
"""

import csv
import gzip
import hashlib
import io
import json
import sys
from pathlib import Path

import numpy as np

BOOLEANS = {"true": 1, "false": 0}


def main(model_directory, data):
    model = read_model(Path(model_directory))
    columns = read_csv(data) if ".csv" in Path(data).suffixes else {"features": read_idx(data)}
    labels, probabilities = score(model, columns)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["label"] + [text(label) for label in model["classes"]["labels"]])
    for label, row in zip(labels, probabilities):
        out.writerow([text(label)] + [f"{p:.9g}" for p in row])


def read_model(directory):
    """The description, with "weights": (weight [in, out], bias [out]) of each layer."""
    model = json.loads((directory / "model.json").read_text(encoding="utf-8"))
    if model["formatVersion"] != 2:
        raise ValueError(f"expected a model of format version 2, found {model['formatVersion']}")
    architecture = model["architecture"]
    if (architecture["hiddenActivation"], architecture["outputActivation"]) != ("relu", "softmax"):
        raise ValueError(f"expected activations relu and softmax, found {architecture}")
    tensors = read_safetensors(directory / "weights.safetensors")
    digest = hashlib.sha256(b"".join(tensor.tobytes() for tensor in tensors.values())).hexdigest()
    if digest != model["weightsSha256"]:
        raise ValueError(f"expected weights with sha256 {model['weightsSha256']}, found {digest}")
    layers = range(len(architecture["layerSizes"]) - 1)
    model["weights"] = [(tensors[f"layers.{i}.weight"], tensors[f"layers.{i}.bias"]) for i in layers]
    return model


def read_safetensors(file):
    content = file.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    tensors = {}
    for name, tensor in header.items():
        if name != "__metadata__":
            begin, end = tensor["data_offsets"]
            values = np.frombuffer(content[start + begin : start + end], dtype="<f4")
            tensors[name] = values.reshape(tensor["shape"])
    return tensors


def score(model, columns):
    """The label of each row, and the probabilities (rows × classes) of the classes in the order of the model.

    columns: by name, a value a row: numbers, texts, or arrays of numbers; None or NaN where one is missing
    """
    inputs = [prepare(column, columns[column["column"]]) for column in model["preparation"]]
    x = np.concatenate(inputs, axis=1)
    for w, b in model["weights"][:-1]:
        x = np.maximum(x @ w + b, 0)
    w, b = model["weights"][-1]
    z = (x @ w + b).astype(np.float64)
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    labels = model["classes"]["labels"]
    return [labels[i] for i in z.argmax(axis=1)], probabilities


def prepare(column, values):
    """The inputs of the network (rows × inputs) that a column becomes."""
    kind = column["kind"]
    if kind == "bytes":
        return np.asarray(values, np.float32) * np.float32(column["scale"])
    if kind == "category":
        return prepare_categories(column, values)
    if kind not in ("number", "array"):
        raise ValueError(f"unknown kind of column: {kind}")
    length = column.get("length", 1)
    rows = np.array([numbers(value, length) for value in values], np.float64)
    missing = np.broadcast_to(np.array(column["missing"]), length)
    missing = np.array([np.nan if value == "refused" else float(value) for value in missing])
    rows = np.where(np.isnan(rows), missing, rows)
    with np.errstate(over="ignore"):
        prepared = ((rows - np.array(column["subtract"])) / np.array(column["divide"])).astype(np.float32)
    if not np.isfinite(prepared).all():
        row = np.argwhere(~np.isfinite(prepared))[0][0]
        raise ValueError(f"column {column['column']}, row {row}: expected finite numbers, found {values[row]}")
    return prepared


def prepare_categories(column, values):
    codes = {category: i for i, category in enumerate(column["categories"])}
    prepared = np.zeros((len(values), len(codes)), np.float32)
    for row, value in enumerate(values):
        if value in codes:
            prepared[row, codes[value]] = 1
        elif column["missing" if value is None else "unseen"] == "refused":
            raise ValueError(f"column {column['column']}, row {row}: expected a known category, found {value}")
    return prepared


def numbers(value, length):
    """A list of numbers, NaN for each that is missing."""
    if value is None:
        return [np.nan] * length
    if isinstance(value, str) and value.startswith("["):
        value = json.loads(value)
    elements = [value] if length == 1 and np.ndim(value) == 0 else value
    if len(elements) != length:
        raise ValueError(f"expected {length} numbers, found {value}")
    return [np.nan if element is None else BOOLEANS.get(element, element) for element in elements]


def read_idx(file):
    """(rows × features)"""
    content = read(file)
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"{file}: expected an IDX file of unsigned bytes, found it to begin with {content[:3]}")
    shape = np.frombuffer(content[4 : 4 + 4 * content[3]], ">u4")
    return np.frombuffer(content[4 + 4 * content[3] :], np.uint8).reshape(shape[0], -1)


def read_csv(file):
    header, *rows = csv.reader(io.StringIO(read(file).decode("utf-8"), newline=""))
    return {name: [row[i] or None for row in rows if row] for i, name in enumerate(header)}


def read(file):
    content = Path(file).read_bytes()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def text(label):
    return str(label).lower() if isinstance(label, bool) else str(label)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
