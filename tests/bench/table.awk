# table.awk - the bench's table from measure's lines: a row for each workload,
# a column for each contestant, medians in the cells.

function sort(list, count,    i, j, value) {
  for (i = 2; i <= count; i++) {
    value = list[i]
    for (j = i - 1; j > 0 && list[j] > value; j--)
      list[j + 1] = list[j]
    list[j + 1] = value
  }
}

# kind: 1 CPU, 2 wall, both in milliseconds; 3 memory in kilobytes.
function median(key, kind,    list, count, i) {
  count = runs[key]
  for (i = 1; i <= count; i++)
    list[i] = value[key, i, kind]
  sort(list, count)
  return count % 2 ? list[(count + 1) / 2] \
    : (list[count / 2] + list[count / 2 + 1]) / 2
}

function time(ms) {
  return ms < 100 ? sprintf("%.1f ms", ms) : sprintf("%.2f s", ms / 1000)
}

function cost(key) {
  return sprintf("%s, %s, %.0f MB", time(median(key, 1)),
    time(median(key, 2)), median(key, 3) / 1024)
}

# The ratio of key's CPU time to base's, beside its cost.
function compared(key, base) {
  if (!(key in runs))
    return ""
  if (!(base in runs) || key == base)
    return cost(key)
  return sprintf("**%.2f** %s", median(key, 1) / median(base, 1), cost(key))
}

function judge(name, got, most) {
  if (most == "" || got <= most)
    return
  missed = missed sprintf("%s: %.2f, at most %.2f\n", name, got, most)
}

function judge_ratio(key, base, most) {
  if (key in runs && base in runs)
    judge(key, median(key, 1) / median(base, 1), most)
}

function row(name, workload, base, most_system, most_amalgamation,    i, line) {
  base = workload " " base
  line = "| " name " |"
  for (i = 1; i <= columns; i++) {
    line = line " " compared(workload " " column[i], base) " |"
    if (column[i] == "system")
      line = line " " most_system " |"
    if (column[i] == "amalgamation")
      line = line " " most_amalgamation " |"
  }
  print line
  judge_ratio(workload " system", base, most_system)
  judge_ratio(workload " amalgamation", base, most_amalgamation)
}

function growth(workload, contestant,    few, many) {
  few = "few." workload " " contestant
  many = workload " " contestant
  if (!(few in runs && many in runs))
    return ""
  few = median(few, 3)
  many = median(many, 3)
  judge("memory of " workload " " contestant, many / few, 1.2)
  return sprintf("**%.2f** %.1f MB, %.1f MB", many / few, many / 1024,
    few / 1024)
}

function memory_row(workload,    i, line) {
  line = "| memory of " workload ", all rows against a tenth |"
  for (i = 1; i <= columns; i++) {
    line = line " " growth(workload, column[i]) " |"
    if (column[i] ~ /^(system|amalgamation)$/)
      line = line " 1.20 |"
  }
  print line
}

# CPU milliseconds against a limit.
function none_row(count, most,    i, line, key) {
  line = "| up with nothing to do, " count " files |"
  for (i = 1; i <= columns; i++) {
    key = "none" count " " column[i]
    line = line " " (key in runs ? cost(key) : "") " |"
    if (column[i] ~ /^(system|amalgamation)$/)
      line = line " " (most ? most " ms" : "") " |"
    if (key in runs && most)
      judge(key " (ms)", median(key, 1), most)
  }
  print line
}

function head(    i, line, rule) {
  line = "| workload |"
  rule = "|---|"
  for (i = 1; i <= columns; i++) {
    line = line " " title[column[i]] " |"
    rule = rule "---|"
    if (column[i] ~ /^(system|amalgamation)$/) {
      line = line " at most |"
      rule = rule "---|"
    }
  }
  print line "\n" rule
}

{
  key = $1 " " $2
  runs[key]++
  for (kind = 1; kind <= 3; kind++)
    value[key, runs[key], kind] = $(kind + 2)
  there[$2] = 1
}

END {
  title["plain"] = "plain C"
  title["system"] = "mzlua"
  title["amalgamation"] = "mzlua, amalgamation"
  title["shell"] = "sqlite3 shell"
  title["python"] = "Python"
  title["luasql"] = "LuaSQL"
  title["lsqlite3"] = "lsqlite3"
  title["better"] = "better-sqlite3"
  count = split("plain system amalgamation shell python luasql lsqlite3 better",
    all, " ")
  for (i = 1; i <= count; i++)
    if (all[i] in there)
      column[++columns] = all[i]
  printf "%d rows; CPU, wall clock, peak memory: medians of %d runs. In bold " \
    "the CPU time as a multiple of plain C's, or for start-up and " \
    "migrations, of the shell's.\n\n", ROWS, runs["W1 plain"]
  head()
  row("W1 read, values", "W1", "plain", "0.85", "0.50")
  row("W1t read, tables", "W1t", "plain", "1.50")
  row("W2 normalise, Lua patterns", "W2", "plain", "1.25")
  row("W2n the same, mz.text", "W2n", "plain", "0.95", "0.50")
  row("W2e the same, db:each", "W2e", "plain", "0.95")
  row("W2c the same, db:convert", "W2c", "plain", "0.55")
  row("W4 insert, row by row", "W4", "plain", "1.10")
  row("W4 insert, iterator", "W4i", "plain", "0.90")
  row("W5 NOT NULL with a fill", "W5", "plain", "1.10")
  row("W6 db:remember of an UPDATE", "W6", "plain", "2.50")
  memory_row("W1")
  memory_row("W2")
  memory_row("W2e")
  memory_row("W4")
  memory_row("W6")
  row("start-up", "start", "shell", "2.00", "2.00")
  none_row(10)
  none_row(1000, 10)
  row("1000 migrations up", "up1000", "shell", "1.15", "1.15")
  row("1000 migrations down", "down1000", "shell")
  if (missed != "") {
    printf "\nmissed:\n%s", missed
    exit CHECK
  }
}
