-- The index holds nothing of its own.

DROP INDEX IF EXISTS purchase_customer_id;
