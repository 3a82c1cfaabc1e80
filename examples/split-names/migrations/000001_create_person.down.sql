-- Takes the address book away, with everybody in it.

DROP TABLE IF EXISTS person;
