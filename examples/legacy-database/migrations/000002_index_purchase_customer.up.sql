-- "What did this customer buy?" has become slow.

CREATE INDEX IF NOT EXISTS purchase_customer_id ON purchase (customer_id);
