-- Takes the shop away: purchases first, since they refer to customers.

DROP TABLE IF EXISTS purchase;
DROP TABLE IF EXISTS customer;
