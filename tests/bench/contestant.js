// The bench's workloads with better-sqlite3: contestant.js WORKLOAD FILE
const Database = require("better-sqlite3");

const select = "SELECT id, name, price, qty, note FROM item";

function readValues(db) {
  let total = 0;
  let quantity = 0;
  for (const [, , price, qty] of db.prepare(select).raw().iterate()) {
    total += price;
    quantity += qty;
  }
  db.prepare("INSERT INTO result VALUES (?, ?)").run(total, BigInt(quantity));
}

function readNames(db) {
  let total = 0;
  let quantity = 0;
  for (const row of db.prepare(select).iterate()) {
    total += row.price;
    quantity += row.qty;
  }
  db.prepare("INSERT INTO result VALUES (?, ?)").run(total, BigInt(quantity));
}

function normalise(name) {
  return name.trim().replace(/\s+/g, " ").toLowerCase();
}

function fold(name) {
  return normalise(name).normalize("NFD").replace(/\p{Mn}/gu, "");
}

// It cannot write while it iterates: in pages, then.
function update(db, change) {
  const page = db.prepare(
    "SELECT id, name, note FROM item WHERE id > ? ORDER BY id LIMIT 1000");
  const write = db.prepare("UPDATE item SET name = ?, note = ? WHERE id = ?");
  let last = 0;
  for (let rows = page.all(last); rows.length; rows = page.all(last)) {
    for (const row of rows) {
      write.run(change(row.name), row.note ?? "none", row.id);
      last = row.id;
    }
  }
}

function insert(db) {
  const rows = db.prepare("SELECT rows FROM size").pluck().get();
  const names = Array.from({ length: 97 }, (_, i) => `Item number ${i} of 97`);
  const write = db.prepare("INSERT INTO item VALUES (?, ?, ?, ?, ?)");
  for (let id = 1; id <= rows; id++) {
    write.run(id, names[id % 97], id % 9973 * 0.25, BigInt(id % 97),
      id % 4 ? "in stock" : null);
  }
}

const workloads = {
  W1: readValues,
  W1t: readNames,
  W2: (db) => update(db, normalise),
  W2n: (db) => update(db, fold),
  W4: insert,
};

const db = new Database(process.argv[3]);
db.transaction(workloads[process.argv[2]])(db);
db.close();
