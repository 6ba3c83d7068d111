"""PyTorch with the recipe of conf/mnist.properties, float32, on as many threads as it takes by itself.

Usage: torch_mlp.py MNIST_DIR [SEED=1]     MNIST_DIR holds the four idx-ubyte files, compressed. The last line is one JSON object.

Batches are gathered from one tensor by index, which is faster than a DataLoader. As Lockstep does, it evaluates all training,
validation and test rows after each epoch.
"""
import gzip
import json
import math
import os
import sys
import time

import numpy as np
import torch
from torch.nn.functional import cross_entropy

EPOCHS, BATCH, PEAK_RATE, WARM_UP, L2, SMOOTHING, VALIDATION = 14, 512, 0.7, 0.05, 1e-5, 0.1, 0.05
EVALUATED_AT_ONCE = 1000


def idx(name, header):
    with gzip.open(os.path.join(sys.argv[1], name + '.gz')) as stream:
        return np.frombuffer(stream.read(), np.uint8)[header:]


def read(name):
    images = idx(name + '-images-idx3-ubyte', 16).reshape(-1, 784)
    labels = idx(name + '-labels-idx1-ubyte', 8)
    return torch.from_numpy(images / np.float32(256)), torch.from_numpy(labels.astype(np.int64))


def rate(step, steps):
    """Rises over the first steps, and falls along a cosine over the rest."""
    warm_up = int(WARM_UP * steps)
    if step < warm_up:
        return PEAK_RATE * (step + 1) / warm_up
    return PEAK_RATE * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up))) / 2


@torch.no_grad()
def evaluate(model, x, y):
    loss, correct = 0.0, 0
    for rows, truth in zip(x.split(EVALUATED_AT_ONCE), y.split(EVALUATED_AT_ONCE)):
        logits = model(rows)
        loss += cross_entropy(logits, truth, reduction='sum').item()
        correct += (logits.argmax(1) == truth).sum().item()
    return loss / len(y), correct / len(y)


torch.manual_seed(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
all_x, all_y = read('train')
test_x, test_y = read('t10k')
order = torch.randperm(len(all_y))
held = round(VALIDATION * len(all_y))
validation_x, validation_y = all_x[order[:held]], all_y[order[:held]]
x, y = all_x[order[held:]], all_y[order[held:]]

model = torch.nn.Sequential(torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10))
for layer in (model[0], model[2]):
    torch.nn.init.normal_(layer.weight, std=math.sqrt(2 / layer.in_features))
    torch.nn.init.zeros_(layer.bias)
optimizer = torch.optim.SGD(
    [dict(params=[model[0].weight, model[2].weight], weight_decay=2 * L2),
     dict(params=[model[0].bias, model[2].bias], weight_decay=0)],
    lr=PEAK_RATE, momentum=0.9, nesterov=True)

steps = EPOCHS * math.ceil(len(y) / BATCH)
step, seconds_to, train_seconds, evaluation_seconds = 0, [], 0.0, 0.0
for epoch in range(EPOCHS):
    begin = time.time()
    for rows in torch.randperm(len(y)).split(BATCH):
        for group in optimizer.param_groups:
            group['lr'] = rate(step, steps)
        optimizer.zero_grad()
        cross_entropy(model(x[rows]), y[rows], label_smoothing=SMOOTHING).backward()
        optimizer.step()
        step += 1
    trained = time.time()
    train, validation, test = evaluate(model, x, y), evaluate(model, validation_x, validation_y), evaluate(model, test_x, test_y)
    train_seconds += trained - begin
    evaluation_seconds += time.time() - trained
    seconds_to.append((time.time(), test[1]))
    print(f'epoch {epoch + 1}/{EPOCHS} loss {train[0]:.4f} accuracy {train[1]:.4f} validation {validation[1]:.4f} test {test[1]:.4f}',
          flush=True)
in_sample = (train[1] * len(y) + validation[1] * held) / len(all_y)
print(json.dumps(dict(test=test[1], in_sample=in_sample, steps=step, train_seconds=round(train_seconds, 2),
                      evaluation_seconds=round(evaluation_seconds, 2), threads=torch.get_num_threads(),
                      epochs=[dict(at=at, test=accuracy) for at, accuracy in seconds_to])))
