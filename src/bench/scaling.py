"""The cost model of docs/scaling.md.

    scaling.py [FILE]      fits it to measured steps, src/bench/scaling.csv by default, and prints the page's tables
    scaling.py header      the first line of such a file
    scaling.py line RUN    the line of a run on the test bed, from its last epoch, in which the JVMs are warm

Times are seconds, sizes bytes, a network's speed bytes a second.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np

COLUMNS = ["exchange", "hosts", "mbit", "parameters", "batch", "outside_ms", "compute_ms"]

# Known otherwise (docs/performance.md): a dense row's gradient for each parameter, on one core; the update of one.
ROW_SECONDS = 60e-12
UPDATE_SECONDS = 2.6e-9

BED_SHARDS = 32
BED_CORES = 2  # of the one machine that is all hosts of the test bed
PIECE = 8 << 20  # of a message through the driver


def subtrees(hosts):
    """Of the one tree over the shards, how many a host finishes, on average: 1 if all hosts have as many shards, a power
    of two; otherwise their ranges cut the tree at more places."""
    shards = max(BED_SHARDS, hosts)
    starts = [-(-shards * host // hosts) for host in range(hosts + 1)]
    count = 0
    for start, end in zip(starts, starts[1:]):
        while start < end:
            largest = 1 << (end - start).bit_length() - 1
            start += min(largest, start & -start or largest)
            count += 1
    return count / hosts


def link_seconds(exchange, hosts, size, speed):
    """How long the busiest link carries bytes, one direction after the other: the driver's, or each executor's."""
    if exchange == "driver":
        return hosts * (1 + subtrees(hosts)) * size / speed
    return (1 + subtrees(hosts) * (1 - 1 / hosts)) * size / speed


def slices(hosts, size):
    return hosts * max(max(1, min(4, 64 // hosts)), size // hosts // (256 << 10) + 1)


def handled(exchange, hosts, size, one_machine):
    """Messages and bytes that the busiest machine sends or receives in a step; each counts at both of its ends."""
    data = hosts * (1 + subtrees(hosts)) * size  # of all hosts
    if exchange == "driver":
        messages = 2 * hosts * (size // PIECE + 1)
        return (2 * messages, 2 * data) if one_machine else (messages, data)
    if one_machine:
        return 4 * hosts * slices(hosts, size), 2 * data
    own = slices(hosts, size) / hosts
    return max((4 * hosts - 2) * own, 2 * slices(hosts, size)), 2 * data / hosts


def terms(exchange, hosts, size, one_machine, cores):
    messages, data = handled(exchange, hosts, size, one_machine)
    return np.array([1, messages / cores, data / cores])


def fit(exchange, rows):
    """The seconds of a step's fixed part, of a message and of a byte, none below 0, by least squares of the relative
    error. Through the driver, executors work while the link carries those of others, so only the longer counts."""
    rows = [r for r in rows if r["exchange"] == exchange]
    outside = np.array([r["outside"] for r in rows])
    link = np.array([link_seconds(exchange, r["hosts"], r["size"], r["speed"]) for r in rows])
    matrix = np.array([terms(exchange, r["hosts"], r["size"], True, BED_CORES) for r in rows])
    if exchange == "driver":
        by_link = outside < 1.5 * link
        matrix[by_link, 1:] = 0
        link[~by_link] = 0
    kept = [0, 1, 2]
    while True:
        solution, *_ = np.linalg.lstsq(matrix[:, kept] / outside[:, None], (outside - link) / outside, rcond=None)
        if (solution >= 0).all():
            break
        kept.remove(kept[int(np.argmin(solution))])
    constants = np.zeros(3)
    constants[kept] = solution
    return constants


def exchange_seconds(constants, exchange, hosts, size, speed, one_machine, cores):
    fixed, *work = terms(exchange, hosts, size, one_machine, cores) * constants[exchange]
    link = link_seconds(exchange, hosts, size, speed)
    return fixed + (max(link, sum(work)) if exchange == "driver" else link + sum(work))


def read(file):
    rows = []
    with open(file, newline="") as lines:
        for line in csv.DictReader(lines):
            rows.append(
                {
                    "exchange": line["exchange"],
                    "hosts": int(line["hosts"]),
                    "mbit": int(line["mbit"]),
                    "size": 4 * int(line["parameters"]),
                    "batch": int(line["batch"]),
                    "speed": int(line["mbit"]) * 1e6 / 8,
                    "outside": float(line["outside_ms"]) / 1e3,
                }
            )
    return rows


def is_check(row):
    """A configuration that the model is not fitted to, but compared with."""
    return row["hosts"] == 6


def table(title, columns, rows):
    print(f"### {title}\n")
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print()


def milliseconds(seconds):
    return f"{seconds * 1e3:,.0f}" if seconds >= 0.01 else f"{seconds * 1e3:.1f}"


def print_fit(rows, constants):
    table(
        "Fitted constants",
        ["exchange", "a step, ms", "a message, µs", "a byte, ns"],
        [
            [name, f"{step * 1e3:.1f}", f"{message * 1e6:.0f}", f"{byte * 1e9:.1f}"]
            for name, (step, message, byte) in constants.items()
        ],
    )
    lines, errors = [], []
    for r in rows:
        predicted = exchange_seconds(constants, r["exchange"], r["hosts"], r["size"], r["speed"], True, BED_CORES)
        error = predicted / r["outside"] - 1
        if not is_check(r):
            errors.append(abs(error))
        lines.append(
            [
                r["exchange"],
                r["hosts"],
                r["mbit"],
                f"{r['size'] // 4:,}",
                f"{r['batch']:,}",
                milliseconds(r["outside"]),
                milliseconds(predicted),
                f"{error:+.0%}" + (" (not fitted)" if is_check(r) else ""),
            ]
        )
    columns = ["exchange", "hosts", "Mbit/s", "parameters", "batch", "measured, ms", "model, ms", "error"]
    table("Outside of computing, a step on the test bed", columns, lines)
    print(f"median error of the fitted ones {np.median(errors):.0%}, largest {max(errors):.0%}\n")


class Cluster:
    """Executors of four cores, each on a machine of its own, with links of 10 Gbit/s."""

    CORES = 4
    SPEED = 1.25e9
    COUNTS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

    def __init__(self, constants):
        self.constants = constants

    def exchange(self, hosts, parameters):
        """By the better way, and which that is."""
        times = {}
        for name in ["driver"] if hosts < 3 else ["driver", "executors"]:
            size = 4 * parameters
            times[name] = exchange_seconds(self.constants, name, hosts, size, self.SPEED, False, self.CORES)
        best = min(times, key=times.get)
        return times[best], best

    def step(self, hosts, parameters, batch):
        tasks = min(self.CORES * hosts, batch)
        compute = -(-batch // tasks) * parameters * ROW_SECONDS
        return compute + self.exchange(hosts, parameters)[0] + parameters * UPDATE_SECONDS

    def useful(self, parameters, batch):
        """The most executors of which the last doubling still makes a step at least a fifth faster."""
        best = self.COUNTS[0]
        for less, more in zip(self.COUNTS, self.COUNTS[1:]):
            if self.step(more, parameters, batch) > self.step(less, parameters, batch) / 1.2:
                break
            best = more
        return best


def print_cluster(cluster):
    models = [10**5, 10**6, 10**7, 10**8]
    batches = [10**2, 10**3, 10**4, 10**5, 10**6]
    for batch in [10**4, 10**6]:
        table(
            f"Milliseconds a step by executors, batch {batch:,}; * among executors",
            ["parameters", *map(str, Cluster.COUNTS)],
            [
                [f"{p:,}"]
                + [
                    milliseconds(cluster.step(n, p, batch)) + ("*" if cluster.exchange(n, p)[1] == "executors" else "")
                    for n in Cluster.COUNTS
                ]
                for p in models
            ],
        )
    lines = []
    for p in models:
        cells = []
        for b in batches:
            n = cluster.useful(p, b)
            cells.append(f"{n}: {cluster.step(1, p, b) / cluster.step(n, p, b):.1f} ×")
        lines.append([f"{p:,}", *cells])
    table(
        "Executors up to which a doubling makes a step at least a fifth faster, and speed-up over one executor",
        ["parameters", *(f"batch {b:,}" for b in batches)],
        lines,
    )


def line(run):
    """The figures of a run on the test bed, whose directory's name says what only the bed knew."""
    import pyarrow.parquet as parquet

    exchange, hosts, mbit, *_ = Path(run).name.split("-")
    metrics = parquet.read_table(Path(run) / "metrics").to_pandas()
    epochs = metrics[metrics["split"] == "train"].sort_values("epoch")
    last = epochs.iloc[-1]
    steps = last["step"] - (epochs.iloc[-2]["step"] if len(epochs) > 1 else 0)
    record = json.loads((Path(run) / "run.json").read_text())
    sizes = [record["data"]["features"], *map(int, record["config"]["hidden"].split(",")), record["data"]["classes"]]
    parameters = sum((inputs + 1) * outputs for inputs, outputs in zip(sizes, sizes[1:]))
    figures = [last[name] * 1e3 / steps for name in ("scheduling_seconds", "compute_slowest_seconds")]
    batch = record["config"]["batch-size"]
    return ",".join(map(str, [exchange, hosts, mbit, parameters, batch, *(f"{f:.1f}" for f in figures)]))


def main(arguments):
    if arguments == ["header"]:
        print(",".join(COLUMNS))
    elif len(arguments) == 2 and arguments[0] == "line":
        print(line(arguments[1]))
    else:
        rows = read(arguments[0] if arguments else Path(__file__).with_suffix(".csv"))
        fitted = [r for r in rows if not is_check(r)]
        constants = {exchange: fit(exchange, fitted) for exchange in ["driver", "executors"]}
        print_fit(rows, constants)
        print_cluster(Cluster(constants))


if __name__ == "__main__":
    main(sys.argv[1:])
