-- A name that a user has taken already stays theirs.
INSERT INTO setting VALUES ('theme', 'light'), ('language', 'en')
ON CONFLICT DO NOTHING;
