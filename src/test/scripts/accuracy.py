"""Prints the accuracy that scikit-learn's LogisticRegression reaches on test rows.

    python accuracy.py TRAIN TEST

Both are LibSVM files, or CSV files of data/orders, whose numbers are standardised, with means for missing ones, and
whose categories become one-hot codes.
"""

import sys

import pandas
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_svmlight_files
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

CATEGORIES = ["country", "category", "payment"]
NUMBERS = ["amount", "items", "sizes", "hour", "account_days", "express"]


def main(train, test):
    model = LogisticRegression(max_iter=2000)
    if train.endswith(".csv"):
        x, y, test_x, test_y = *orders(train), *orders(test)
        model = make_pipeline(
            make_column_transformer(
                (OneHotEncoder(handle_unknown="ignore"), CATEGORIES),
                (make_pipeline(SimpleImputer(), StandardScaler()), NUMBERS)),
            model)
    else:
        x, y, test_x, test_y = load_svmlight_files([train, test])
    print(model.fit(x, y).score(test_x, test_y))


def orders(file):
    table = pandas.read_csv(file)
    return table.astype({"express": float}), table["outcome"]


if __name__ == "__main__":
    main(*sys.argv[1:])
