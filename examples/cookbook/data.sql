-- Nearly 50,000 rows, the same each time, for version 1.
BEGIN;

CREATE TEMP TABLE word (id INTEGER PRIMARY KEY, text TEXT);
INSERT INTO word (id, text) VALUES
  (0, 'Amélie'), (1, 'The Night'), (2, 'Straße'), (3, 'Éloge'), (4, 'Dråber'),
  (5, '千と千尋'), (6, 'Wüste'), (7, 'L''Été'), (8, 'A River'), (9, 'Żona'),
  (10, 'Ночь'), (11, 'Señor'), (12, 'Island'), (13, '"Quoted"'), (14, '100 %');

CREATE TEMP TABLE given (id INTEGER PRIMARY KEY, text TEXT);
INSERT INTO given (id, text) VALUES
  (0, 'Zoë'), (1, 'Ada'), (2, 'José'), (3, 'Ngọc'), (4, 'Søren'), (5, 'Иван'),
  (6, 'Mary Ann'), (7, '敏'), (8, 'Łukasz'), (9, 'Renée');

INSERT INTO user (id, name, zone, settings)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)
SELECT i, (SELECT text FROM given WHERE id = i % 10) || ' ' || i,
  CASE i % 4 WHEN 0 THEN 'Europe/Berlin' WHEN 1 THEN 'America/New_York'
    WHEN 2 THEN 'Asia/Kolkata' ELSE 'UTC' END,
  CASE WHEN i % 97 = 0 THEN NULL WHEN i % 101 = 0 THEN '{}' ELSE json_object(
    'theme', CASE i % 3 WHEN 0 THEN 'dark' WHEN 1 THEN 'light' END,
    'pageSize', CAST(10 * (i % 5 + 1) AS TEXT),
    'lastSeenId', 9007199254740993 + i,
    'ratio', 0.1 * (i % 10),
    'filters', json(CASE i % 4 WHEN 0 THEN '[]' ELSE json_array(
      json_object('field', 'year', 'op', 'gt',
        'value', CAST(1900 + i % 120 AS TEXT)),
      json_object('field', 'tags', 'op', 'in',
        'value', json_array('a', NULL, i)))
      END),
    'tracking', json_object('id', 'x' || i, 'on', json('true')),
    'plugins', json('{}')) END
FROM n;

INSERT INTO media (id, title, year, runtime)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)
SELECT i, (SELECT text FROM word WHERE id = i % 15) || ' ' || (i / 15),
  CASE WHEN i % 11 THEN 1920 + i % 105 END,
  CASE WHEN i % 13 THEN 60 + i % 120 END
FROM n;

INSERT INTO media_file (id, media_id, path, size)
WITH shelved (id, title, shelf) AS (SELECT id, title,
  CASE id % 2 WHEN 0 THEN 'Films' ELSE 'Série' END FROM media)
SELECT id, id,
  CASE id % 3
    WHEN 0 THEN 'D:\Media\' || shelf || '\' || substr(title, 1, 1) || '\'
      || title || '\' || id || '.mkv'
    WHEN 1 THEN '/srv/media/' || shelf || '/' || substr(title, 1, 1) || '/'
      || title || '/' || id || '.mkv'
    ELSE '\\nas\Films\' || title || '/' || id || '.mkv' END,
  id * 1048577
FROM shelved;

-- One in four is another spelling of the one before it.
INSERT INTO person (id, name, born, aliases)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000),
  named (i, name) AS (SELECT i, (SELECT text FROM given
    WHERE id = (i / 4) % 10) || ' de la Cruz ' || (i - (i % 4 = 1)) FROM n)
SELECT i, CASE i % 4 WHEN 1 THEN '  ' || upper(name) || ' ' ELSE name END,
  CASE WHEN i % 5 THEN 1900 + (i - (i % 4 = 1)) % 100 END,
  CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN ''
    WHEN 2 THEN 'Z. ' || i || '; ' || 'Ö' || i
    ELSE 'Alias ' || (i - (i % 24 = 5)) END
FROM named;

INSERT INTO credit (media_id, person_id, role)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000)
SELECT i % 5000 + 1, i * 7 % 5000 + 1,
  CASE i % 3 WHEN 0 THEN 'actor' WHEN 1 THEN 'director' ELSE 'writer' END
FROM n;

INSERT INTO artwork (media_id, kind, image)
SELECT id, 'poster', CASE WHEN id % 50 THEN
  CAST('JPEG' || (id % 1000) || x'00FF' || (id % 1000) AS BLOB) END
FROM media;

INSERT INTO playlist (user_id, name, items, item_count, minutes)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4000)
SELECT i % 1250 + 1,
  CASE i % 3 WHEN 0 THEN 'Favourites' WHEN 1 THEN 'favourites '
    ELSE 'Été ' || (i % 7) END,
  CASE i % 20 WHEN 0 THEN '[]' ELSE json_array(
    json_object('media', i % 5000 + 1, 'note', NULL),
    json_object('media', i * 3 % 5000 + 1, 'note', 'n°' || i)) END,
  i % 4, 90
FROM n;

INSERT INTO viewing (user_id, media_id, started_at)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000)
SELECT i % 5000 + 1, i * 11 % 5000 + 1,
  datetime('2023-01-01', (i * 13 % 1000000) || ' minutes')
FROM n;

-- What life adds to a pattern.
UPDATE user SET settings = CASE id
  WHEN 4 THEN '{ "pageSize" : 25, "filters" : null }'
  WHEN 6 THEN '{ "theme" : "dark" }'
  WHEN 7 THEN '{"pageSize":"all","filters":[{"field":"zip","value":"01234"},'
    || '{"field":"year","value":"0x7D0"}]}'
  END
WHERE id IN (4, 6, 7);
UPDATE person SET aliases = CASE id WHEN 2 THEN 'A;B ;' WHEN 3 THEN 'A; B; A'
  WHEN 4 THEN ' ; ' END
WHERE id IN (2, 3, 4);
INSERT INTO credit (media_id, person_id, role)
SELECT id / 8, id, 'narrator' FROM person WHERE id BETWEEN 8 AND 1000
  AND id % 8 < 2;
INSERT INTO media_file (id, media_id, path, size) VALUES
  (5001, 1, 'D:/Media//Films/mixed.mkv', 1), (5002, 1, 'd:\low.mkv', 2),
  (5003, 2, '/srv/media/./Films/dot.mkv', 3), (5004, 2, '/top.mkv', 4),
  (5005, 3, '\\nas\Films\at the root.mkv', 9007199254740993);

DROP TABLE word;
DROP TABLE given;
COMMIT;
