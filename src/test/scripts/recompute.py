"""Recomputes in float64, with numpy alone, what a training on a table learned and what an evaluation found.

    python recompute.py TRAIN.csv TEST.csv RUN PREDICTIONS

RUN is the run directory of a training on all rows of TRAIN.csv, PREDICTIONS the predictions of its model for TEST.csv
as JSON lines. Columns are called label and weight; all others are inputs. The output is JSON.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np

BINS = 15


def main(train_file, test_file, run, predictions):
    record = json.loads((Path(run) / "run.json").read_text())
    config = record["config"]
    train, test = read(train_file), read(test_file)
    used = train["weight"] > 0
    train = {name: column[used] for name, column in train.items()}
    names = sorted(name for name in train if name not in ("label", "weight"))
    preparation = [prepared(name, train[name], train["weight"], config) for name in names]
    classes = sorted(set(train["label"]))
    factors = class_weights(config["class-weights"], classes, train)
    layers = tensors(Path(run) / "model" / "weights.safetensors")

    truth = np.array([classes.index(label) for label in train["label"]])
    weight = train["weight"] * np.array([factors[label] for label in train["label"]])
    p = probabilities(layers, encoded(preparation, train))
    losses = -np.log(p[np.arange(len(truth)), truth])
    penalty = float(config["l2"]) * sum((w.astype(np.float64) ** 2).sum() for w, _ in layers)

    lines = [line for file in sorted(Path(predictions).glob("*.json")) for line in file.read_text().splitlines()]
    scored = np.array([json.loads(line)["probability"] for line in lines]).astype(np.float32).astype(np.float64)
    exact = probabilities(layers, encoded(preparation, test))
    judged = np.array([classes.index(label) for label in test["label"]])
    json.dump({
        "preparation": preparation,
        "classes": classes,
        "train": {
            "examples": len(truth),
            "loss": np.average(losses, weights=weight) + penalty,
            "accuracy": np.average(p.argmax(axis=1) == truth, weights=weight),
        },
        "largestError": np.abs(scored - exact).max(),
        "evaluation": figures(scored, judged, test["weight"], classes),
    }, sys.stdout)
    print()


def read(file):
    """The columns by name: numbers with NaN for missing ones where all values are numbers, else texts with None."""
    with open(file, encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    return {name: column([row[i] for row in rows]) for i, name in enumerate(header)}


def column(texts):
    try:
        return np.array([float(text) if text else np.nan for text in texts])
    except ValueError:
        return np.array([text or None for text in texts], dtype=object)


def prepared(name, values, weight, config):
    """The entry of the column in model.json."""
    if values.dtype == object:
        categories = sorted({value for value in values if value is not None})
        return {"column": name, "kind": "category", "categories": categories, "unseen": "zeros", "missing": "zeros"}
    there = ~np.isnan(values)
    mean = np.average(values[there], weights=weight[there])
    if config["scaling"] == "min-max":
        subtract, divide = values[there].min(), values[there].max() - values[there].min()
    else:
        subtract = mean
        divide = np.sqrt(np.average((values[there] - mean) ** 2, weights=weight[there]))
    return {"column": name, "kind": "number", "subtract": subtract, "divide": divide or 1.0, "missing": mean}


def class_weights(option, classes, train):
    totals = {label: train["weight"][train["label"] == label].sum() for label in classes}
    if option == "balanced":
        return {label: train["weight"].sum() / len(classes) / totals[label] for label in classes}
    given = dict(item.split("=") for item in option.split(",")) if option != "none" else {}
    return {label: float(given.get(label, 1)) for label in classes}


def encoded(preparation, table):
    """(rows × inputs)"""
    inputs = []
    for entry in preparation:
        values = table[entry["column"]]
        if entry["kind"] == "category":
            inputs += [values == category for category in entry["categories"]]
        else:
            filled = np.where(np.isnan(values), entry["missing"], values)
            inputs.append((filled - entry["subtract"]) / entry["divide"])
    return np.stack(inputs, axis=1).astype(np.float64)


def probabilities(layers, x):
    for w, b in layers[:-1]:
        x = np.maximum(x @ w.astype(np.float64) + b, 0)
    w, b = layers[-1]
    z = x @ w.astype(np.float64) + b
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def tensors(file):
    """Weight [in, out] and bias [out] of each layer."""
    content = file.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])

    def tensor(name):
        begin, end = header[name]["data_offsets"]
        return np.frombuffer(content[start + begin:start + end], "<f4").reshape(header[name]["shape"])

    count = sum(name.endswith(".bias") for name in header)
    return [(tensor(f"layers.{i}.weight"), tensor(f"layers.{i}.bias")) for i in range(count)]


def figures(p, truth, weight, classes):
    """evaluation.json but for the calibration's bins."""
    total = weight.sum()
    chosen = p.argmax(axis=1)
    y = np.eye(len(classes))[truth]
    rank = (np.argsort(-p, axis=1, kind="stable") == truth[:, None]).argmax(axis=1)
    confusion = np.zeros((len(classes), len(classes)))
    np.add.at(confusion, (truth, chosen), weight)
    each = []
    for i, label in enumerate(classes):
        hit, support, predicted = confusion[i, i], confusion[i].sum(), confusion[:, i].sum()
        roc, pr = areas(p[:, i], truth == i, weight)
        each.append({
            "label": label,
            "precision": hit / predicted if predicted else 0,
            "recall": hit / support,
            "f1": 2 * hit / (predicted + support),
            "support": support,
            "rocAuc": roc,
            "prAuc": pr,
        })
    means = ("precision", "recall", "f1", "rocAuc", "prAuc")
    return {
        "examples": int((weight > 0).sum()),
        "weight": total,
        "accuracy": np.average(chosen == truth, weights=weight),
        "topK": {str(k): np.average(rank < k, weights=weight) for k in (2, 3, 5) if k < len(classes)},
        "logLoss": np.average(-np.log(p[np.arange(len(truth)), truth]), weights=weight),
        "brierScore": np.average(((p - y) ** 2).sum(axis=1), weights=weight),
        "expectedCalibrationError": calibration_error(p.max(axis=1), chosen == truth, weight),
        "macro": {name: np.mean([row[name] for row in each]) for name in means},
        "weighted": {name: np.average([row[name] for row in each], weights=confusion.sum(axis=1)) for name in means},
        "classes": each,
        "confusionMatrix": confusion.tolist(),
    }


def calibration_error(confidence, right, weight):
    bins = np.ceil(confidence * BINS)
    gaps = [abs((weight * (confidence - right))[bins == b].sum()) for b in np.unique(bins)]
    return sum(gaps) / weight.sum()


def areas(score, positive, weight):
    """The area under the ROC curve by trapezoids, and the average precision; equal scores are one point."""
    thresholds = np.unique(score)[::-1]
    hits = np.array([weight[positive & (score >= t)].sum() for t in thresholds])
    alarms = np.array([weight[~positive & (score >= t)].sum() for t in thresholds])
    kept = hits + alarms > 0
    hits, alarms = hits[kept], alarms[kept]
    before = np.concatenate([[0], hits[:-1]])
    roc = (np.diff(alarms, prepend=0) * (hits + before) / 2).sum() / hits[-1] / alarms[-1]
    return roc, ((hits - before) * hits / (hits + alarms)).sum() / hits[-1]


if __name__ == "__main__":
    main(*sys.argv[1:])
