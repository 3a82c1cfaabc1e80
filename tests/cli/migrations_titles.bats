#!/usr/bin/env bats
# migrations_titles.bats - 000003: titles folded for searching, and the way
# back. The expected forms were written by hand.

bats_require_minimum_version 1.5.0
load library

@test "search titles are folded, squeezed and turned round" {
  mz up 2
  sql "
    INSERT INTO movie (id, title, quality_profile_id) VALUES
      (1, 'The Matrix', 1),
      (2, 'Amélie', 1),
      (3, '  THE   Good,' || char(9) || 'the Bad' || char(10), 1),
      (4, 'A' || char(160) || 'Beautiful' || char(8195) || 'Mind', 1),
      (5, 'An Éducation', 1),
      (6, 'Die Hard', 1),
      (7, 'The', 1),
      (8, 'Theremin', 1),
      (9, 'ÅNGSTRÖM ÇA ÑANDÚ ŠKODA', 1),
      (10, 'Zażółć gęślą jaźń ŁÓDŹ', 1),
      (11, 'Straße Æon Œuvre Þór Ðæ Øl', 1),
      (12, 'İstanbul Işık Đặng Ỹ', 1),
      (13, 'Ame' || char(769) || 'lie A' || char(778) || 'S', 1),
      (14, 'СТАЛКЕР Ёлка', 1),
      (15, 'ΟΔΥΣΣΕΙΑ', 1),
      (16, '千と千尋の神隠し', 1),
      (17, '300', 1),
      (18, '', 1),
      (19, 'À bout de souffle', 1),
      (20, 'Ocean’s 🎬 Eleven', 1),
      (21, 'A.I. Artificial Intelligence', 1),
      (22, CAST(x'416dff6c' AS TEXT), 1),
      (23, 'и' || char(774), 1);"
  mz up
  at_version 3
  healthy
  expect 'SELECT id, search_title FROM movie WHERE id < 22 ORDER BY id' <<'END'
1|matrix, the
2|amelie
3|good, the bad, the
4|beautiful mind, a
5|education, an
6|die hard
7|the
8|theremin
9|angstrom ca nandu skoda
10|zazolc gesla jazn lodz
11|strasse aeon oeuvre thor dae ol
12|istanbul isik dang y
13|amelie as
14|сталкер елка
15|οδυσσεια
16|千と千尋の神隠し
17|300
18|
19|a bout de souffle
20|ocean's 🎬 eleven
21|a.i. artificial intelligence
END
  expect 'SELECT hex(search_title) FROM movie WHERE id > 21 ORDER BY id' <<'END'
616DFF6C
D0B8
END
}

@test "articles are those of the original language of an original title" {
  mz up 2
  sql "
    INSERT INTO movie_metadata (id, tmdb_id, original_title, original_language)
    VALUES
      (1, 1, 'Die Welle', 'de'), (2, 2, 'Die Hard', 'en'),
      (3, 3, 'L’Été meurtrier', 'fr'), (4, 4, 'A bout de souffle', 'fr'),
      (5, 5, 'Les Misérables', 'fr'), (6, 6, 'Un prophète', 'fr'),
      (7, 7, 'The Host', 'ko'), (8, 8, 'Das Boot', NULL);
    INSERT INTO movie (id, title, movie_metadata_id, quality_profile_id)
    SELECT id, original_title, id, 1 FROM movie_metadata;
    UPDATE movie SET title = 'A Prophet' WHERE id = 6;"
  mz up
  expect 'SELECT id, search_title FROM movie ORDER BY id' <<'END'
1|welle, die
2|die hard
3|ete meurtrier, l'
4|a bout de souffle
5|miserables, les
6|prophet, a
7|host, the
8|das boot
END
}

@test "the search title has an index and goes with it" {
  mz up 2
  fill_library
  before=$(snapshot)
  mz up
  expect "SELECT name FROM pragma_index_info('movie_search_title')" \
    <<<search_title
  mz down
  at_version 2
  healthy
  [ "$(snapshot)" = "$before" ]
}

@test "a few thousand movies are all filled" {
  mz up 2
  sql "WITH RECURSIVE n (i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    INSERT INTO movie (title, quality_profile_id)
    SELECT 'The Émigré ' || i, 1 + i % 6 FROM n"
  mz up
  expect "SELECT count(*) FROM movie
    WHERE search_title = 'emigre ' || id || ', the'" <<<3000
}
