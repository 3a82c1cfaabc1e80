-- Plain SQL can't tell a user who chose the new value from the update.
UPDATE setting SET value = '20' WHERE name = 'page' AND value = '50';
UPDATE setting SET value = 'EUR' WHERE name = 'currency' AND value = 'CHF';
