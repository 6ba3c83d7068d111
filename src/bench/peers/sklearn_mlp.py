"""scikit-learn's own classifier on MNIST: 256 hidden units, batches of 200, SGD with momentum 0.9, 12 iterations, float32.

Usage: sklearn_mlp.py MNIST_DIR [SEED=1]     MNIST_DIR holds the four idx-ubyte files, compressed. The last line is one JSON object.
"""
import gzip
import json
import os
import sys
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier


def idx(name, header):
    with gzip.open(os.path.join(sys.argv[1], name + '.gz')) as stream:
        return np.frombuffer(stream.read(), np.uint8)[header:]


def read(name):
    images = idx(name + '-images-idx3-ubyte', 16).reshape(-1, 784)
    return (images / np.float32(256)).astype(np.float32), idx(name + '-labels-idx1-ubyte', 8)


x, y = read('train')
test_x, test_y = read('t10k')
model = MLPClassifier((256,), solver='sgd', momentum=0.9, batch_size=200, learning_rate_init=0.1, max_iter=12,
                      random_state=int(sys.argv[2]) if len(sys.argv) > 2 else 1)
with warnings.catch_warnings():
    warnings.simplefilter('ignore', ConvergenceWarning)
    model.fit(x, y)
print(json.dumps(dict(test=model.score(test_x, test_y), in_sample=model.score(x, y))))
