"""Writes src/test/resources/evaluation/figures.json: rows that a model might have scored, and their figures as numpy
and scikit-learn compute them in float64.

    python evaluation.py > src/test/resources/evaluation/figures.json

Made with numpy 2 and scikit-learn 1.9, seed 20240517.
"""

import json
import sys
import warnings

import numpy as np
from sklearn import metrics

warnings.simplefilter("ignore")
random = np.random.default_rng(20240517)
SMALLEST_FLOAT = 2.0**-149


def figures(p, truth, weight):
    """p: (rows × classes) float32."""
    p = p.astype(np.float64)
    rows, classes = p.shape
    labels = np.arange(classes)
    y = np.eye(classes)[truth]
    prediction = p.argmax(axis=1)
    mean = lambda values: float(np.average(values, weights=weight))
    order = np.argsort(-p, axis=1, kind="stable")
    rank = (order == truth[:, None]).argmax(axis=1)

    confidence = p.max(axis=1)
    bins = np.clip(np.ceil(confidence * 15).astype(int) - 1, 0, 14)
    correct = (prediction == truth).astype(float)
    calibration = []
    ece = 0
    for b in range(15):
        w = weight[bins == b]
        total = float(w.sum())
        if total == 0:
            calibration.append([0, None, None])
            continue
        c, a = np.average(confidence[bins == b], weights=w), np.average(correct[bins == b], weights=w)
        ece += total / weight.sum() * abs(a - c)
        calibration.append([total, float(c), float(a)])

    def average(kind):
        return [float(v) for v in metrics.precision_recall_fscore_support(
            truth, prediction, labels=labels, sample_weight=weight, average=kind, zero_division=0)[:3]]

    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        truth, prediction, labels=labels, sample_weight=weight, zero_division=0)
    per_class = []
    for c in labels:
        positive = weight[truth == c].sum() > 0
        negative = weight[truth != c].sum() > 0
        roc = metrics.roc_auc_score(truth == c, p[:, c], sample_weight=weight) if positive and negative else None
        pr = metrics.average_precision_score(truth == c, p[:, c], sample_weight=weight) if positive else None
        per_class.append([precision[c], recall[c], f1[c], support[c], roc, pr])
    defined = [row for row in per_class if row[4] is not None]
    areas = np.array([row[4:] for row in defined], dtype=float)
    return {
        "examples": int((weight > 0).sum()),
        "accuracy": float(metrics.accuracy_score(truth, prediction, sample_weight=weight)),
        "topK": {str(k): mean(rank < k) for k in (2, 3, 5) if k < classes},
        "logLoss": mean(-np.log(np.maximum(p[np.arange(rows), truth], SMALLEST_FLOAT))),
        "brierScore": mean(((p - y) ** 2).sum(axis=1)),
        "expectedCalibrationError": float(ece),
        "confusionMatrix": metrics.confusion_matrix(truth, prediction, labels=labels, sample_weight=weight).tolist(),
        "macro": average("macro") + areas.mean(axis=0).tolist(),
        "weighted": average("weighted") + np.average(areas, axis=0, weights=[row[3] for row in defined]).tolist(),
        "classes": [[None if v is None else float(v) for v in row] for row in per_class],
        "calibration": calibration,
    }


def case(p, truth, weight):
    p = p.astype(np.float32)
    return {"probabilities": [[float(v) for v in row] for row in p], "truth": truth.tolist(),
            "weight": weight.tolist(), "figures": figures(p, truth, weight)}


def ties():
    """Seven classes; probabilities in 64ths, zeros among them. Class 5 never occurs, class 6 is never predicted."""
    alpha = np.array([1, 1, 1, 1, 1, 1, 0.2])
    p = np.array([random.multinomial(64, random.dirichlet(alpha)) for _ in range(400)])
    p[:, 0] += np.where(p.argmax(axis=1) == 6, p[:, 6], 0)
    p[:, 6] = np.where(p[:, 0] + p[:, 1:6].sum(axis=1) > 64 - p[:, 6], 0, p[:, 6])
    p[:, 0] += 64 - p.sum(axis=1)
    truth = np.array([random.choice(7, p=(row / 64 + 0.05) / (row / 64 + 0.05).sum()) for row in p])
    truth[truth == 5] = 6
    weight = random.choice([0, 0.1, 0.5, 1, 2.25, 1000.75], size=400)
    assert not (p.argmax(axis=1) == 6).any() and (p >= 0).all() and (p.sum(axis=1) == 64).all()
    return case(p / 64, truth, weight)


def binary():
    """Two classes, no ties, no weights."""
    z = random.normal(size=300)
    p = 1 / (1 + np.exp(-3 * z))
    truth = (random.random(300) < p**0.7).astype(int)
    return case(np.stack([1 - p, p], axis=1), truth, np.ones(300))


def check(c):
    """Where scikit-learn has a figure that is plain numpy above, they agree."""
    p, truth, weight, f = (np.array(c["probabilities"]), np.array(c["truth"]), np.array(c["weight"]), c["figures"])
    labels = np.arange(p.shape[1])
    brier = metrics.brier_score_loss(np.eye(len(labels))[truth], p, sample_weight=weight, scale_by_half=False)
    assert abs(brier - f["brierScore"]) < 1e-6, (brier, f["brierScore"])
    if (p[np.arange(len(truth)), truth] > 0).all():
        assert abs(metrics.log_loss(truth, p, labels=labels, sample_weight=weight) - f["logLoss"]) < 1e-6


if __name__ == "__main__":
    cases = {"ties": ties(), "binary": binary()}
    for each in cases.values():
        check(each)
    json.dump(cases, sys.stdout)
    print()
