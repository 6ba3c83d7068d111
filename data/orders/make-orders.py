"""Writes a made-up table of orders of a web shop, orders-train.csv and orders-test.csv, next to this file.

Whether an order was kept, sent back or fraud is drawn from a softmax of rules below. Each run writes the same bytes
with any Python from 3.6 on: only random() of a seeded generator is used, which Python keeps fixed, and whole numbers.
"""

import math
import os
import random

SEED = 15
TRAIN_ROWS = 4000
TEST_ROWS = 1500
CUSTOMERS = 900
COUNTRIES = ["AT", "CH", "DE", "FR", "NL", "PL"]
CATEGORIES = ["books", "clothes", "electronics", "garden", "shoes", "toys"]
PAYMENTS = ["card", "invoice", "transfer", "wallet"]
HEADER = "order_id,customer,country,category,payment,amount,items,sizes,hour,account_days,express,outcome"


def one_of(rng, values):
    return values[int(rng.random() * len(values))]


def outcome(rng, category, payment, cents, items, sizes, hour, days, express):
    """One of three labels; the scores of the classes are multiplied by 2.5, which leaves little to chance."""
    sent_back = -2.6 + 1.0 * (category in ("clothes", "shoes")) + 1.1 * (payment == "invoice") + 1.9 * (sizes - 1)
    sent_back += 0.25 * (items - 3)
    fraud = -4.7 + 2.2 * (category == "electronics") + 1.4 * (days < 60) + 1.2 * (hour < 6) + 1.0 * express
    fraud += 0.8 * (payment == "card") + 1.2 * (cents > 30000)
    scores = [0.0, 2.5 * sent_back, 2.5 * fraud]
    largest = max(scores)
    shares = [math.exp(score - largest) for score in scores]
    point = rng.random() * sum(shares)
    if point < shares[0]:
        return "kept"
    return "sent back" if point < shares[0] + shares[1] else "fraud"


def row(rng, order):
    customer = "C%04d" % int(rng.random() * CUSTOMERS)
    country, category, payment = one_of(rng, COUNTRIES), one_of(rng, CATEGORIES), one_of(rng, PAYMENTS)
    cents = 500 + int(rng.random() * rng.random() * 80000)
    items, hour = 1 + int(rng.random() * 6), int(rng.random() * 24)
    sizes = 1 + int(rng.random() * 3) if category in ("clothes", "shoes") else 1
    days, express = int(rng.random() * rng.random() * 2000), rng.random() < 0.3
    label = outcome(rng, category, payment, cents, items, sizes, hour, days, express)
    age = "" if rng.random() < 0.06 else str(days)
    amount = "" if rng.random() < 0.03 else "%d.%02d" % (cents // 100, cents % 100)
    fields = [str(order), customer, country, category, payment, amount, str(items), str(sizes), str(hour), age]
    return ",".join(fields + ["true" if express else "false", label])


def main():
    rng = random.Random(SEED)
    directory = os.path.dirname(os.path.abspath(__file__))
    order = 100000
    for name, count in (("orders-train.csv", TRAIN_ROWS), ("orders-test.csv", TEST_ROWS)):
        lines = [HEADER]
        for _ in range(count):
            order += 1
            lines.append(row(rng, order))
        with open(os.path.join(directory, name), "w", encoding="ascii", newline="\n") as file:
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
