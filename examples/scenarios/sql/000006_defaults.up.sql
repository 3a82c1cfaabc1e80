-- Only what still is as it was shipped is changed.
UPDATE setting SET value = '50' WHERE name = 'page' AND value = '20';
UPDATE setting SET value = 'CHF' WHERE name = 'currency' AND value = 'EUR';
