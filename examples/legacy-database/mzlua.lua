-- A database that has customers but no version was made before there were
-- migrations: it is at version 1.
return {
  database = "shop.db",
  migrations = "migrations",
  baseline = { version = 1, when_table = "customer" },
}
