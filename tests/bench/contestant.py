"""The bench's workloads with Python's sqlite3: contestant.py WORKLOAD FILE."""
import sqlite3
import sys
import unicodedata


def read_values(db):
    total = quantity = 0
    for _, _, price, qty, _ in db.execute(
            "SELECT id, name, price, qty, note FROM item"):
        total += price
        quantity += qty
    db.execute("INSERT INTO result VALUES (?, ?)", (total, quantity))


def read_names(db):
    total = quantity = 0
    rows = db.cursor()
    rows.row_factory = sqlite3.Row
    for row in rows.execute("SELECT id, name, price, qty, note FROM item"):
        total += row["price"]
        quantity += row["qty"]
    db.execute("INSERT INTO result VALUES (?, ?)", (total, quantity))


def normalise(name):
    return " ".join(name.split()).lower()


def fold(name):
    name = " ".join(name.split()).casefold()
    if name.isascii():
        return name
    return "".join(c for c in unicodedata.normalize("NFD", name)
                   if unicodedata.category(c) != "Mn")


def update(db, change):
    for id, name, note in db.execute("SELECT id, name, note FROM item"):
        db.execute("UPDATE item SET name = ?, note = ? WHERE id = ?",
                   (change(name), note or "none", id))


def insert(db):
    rows = db.execute("SELECT rows FROM size").fetchone()[0]
    names = [f"Item number {i} of 97" for i in range(97)]
    db.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?)", (
        (id, names[id % 97], id % 9973 * 0.25, id % 97,
         "in stock" if id % 4 else None) for id in range(1, rows + 1)))


workloads = {
    "W1": read_values,
    "W1t": read_names,
    "W2": lambda db: update(db, normalise),
    "W2n": lambda db: update(db, fold),
    "W4i": insert,
}

database = sqlite3.connect(sys.argv[2], isolation_level=None)
database.execute("BEGIN")
workloads[sys.argv[1]](database)
database.execute("COMMIT")
database.close()
