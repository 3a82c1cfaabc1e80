-- The media library: what to look for (qualities), what is wanted (movies,
-- series), what is going on (transitions, jobs) and where to get it
-- (indexers, download clients).
--
-- Every statement may run again: tables and indexes are made only where they
-- are missing, and each seed row has an explicit key, so that a second run
-- neither doubles a row nor overwrites one that a user has edited. (One that a
-- user has deleted comes back.)
--
-- Table names stand in quotes because SQLite writes them so when a table is
-- renamed: a later rebuild and its rollback leave this very text behind.

-- Qualities ------------------------------------------------------------------

-- Sizes are megabytes per minute of running time.
CREATE TABLE IF NOT EXISTS "quality_definition" (
  id INTEGER PRIMARY KEY,
  quality_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  preferred_size INTEGER NOT NULL,
  min_size REAL NOT NULL,
  max_size INTEGER NOT NULL,
  media_type TEXT NOT NULL CHECK (media_type IN ('movie', 'episode'))
);

CREATE UNIQUE INDEX IF NOT EXISTS quality_definition_quality_id
  ON quality_definition (quality_id);

-- A profile stops looking for something better at its cutoff, one of the
-- qualities that its items list.
CREATE TABLE IF NOT EXISTS "quality_profile" (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  cutoff_quality_id INTEGER NOT NULL,
  upgrade_allowed BOOLEAN NOT NULL
);

CREATE TABLE IF NOT EXISTS "quality_profile_item" (
  profile_id INTEGER NOT NULL
    REFERENCES quality_profile (id) ON DELETE CASCADE,
  quality_id INTEGER NOT NULL
    REFERENCES quality_definition (quality_id) ON DELETE CASCADE,
  PRIMARY KEY (profile_id, quality_id)
);

-- Movies ---------------------------------------------------------------------

-- What a metadata provider knows about a movie; original_language is an ISO
-- 639-1 code such as 'en'.
CREATE TABLE IF NOT EXISTS "movie_metadata" (
  id INTEGER PRIMARY KEY,
  tmdb_id INTEGER NOT NULL UNIQUE,
  imdb_id TEXT UNIQUE,
  original_title TEXT NOT NULL,
  original_language TEXT,
  overview TEXT,
  runtime INTEGER,
  release_date TEXT,
  updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- A movie has no metadata until the provider has been asked.
CREATE TABLE IF NOT EXISTS "movie" (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  year INTEGER,
  path TEXT UNIQUE,
  monitored BOOLEAN NOT NULL DEFAULT TRUE,
  quality_profile_id INTEGER NOT NULL REFERENCES quality_profile (id),
  movie_metadata_id INTEGER UNIQUE
    REFERENCES movie_metadata (id) ON DELETE SET NULL,
  added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX IF NOT EXISTS movie_quality_profile_id
  ON movie (quality_profile_id);

CREATE TABLE IF NOT EXISTS "movie_file" (
  id INTEGER PRIMARY KEY,
  movie_id INTEGER NOT NULL REFERENCES movie (id) ON DELETE CASCADE,
  relative_path TEXT NOT NULL,
  size INTEGER NOT NULL,
  quality_definition_id INTEGER
    REFERENCES quality_definition (id) ON DELETE SET NULL,
  release_group TEXT,
  added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (movie_id, relative_path)
);

-- The states a movie has been in, in the order of sort_key; exactly one of
-- them is the most recent.
CREATE TABLE IF NOT EXISTS "movie_transition" (
  id INTEGER PRIMARY KEY,
  movie_id INTEGER NOT NULL REFERENCES movie (id) ON DELETE CASCADE,
  from_state TEXT,
  to_state TEXT NOT NULL,
  sort_key INTEGER NOT NULL,
  most_recent BOOLEAN NOT NULL,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (movie_id, sort_key)
);

CREATE UNIQUE INDEX IF NOT EXISTS movie_transition_most_recent
  ON movie_transition (movie_id) WHERE most_recent = 1;

-- Series ---------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS "series" (
  id INTEGER PRIMARY KEY,
  tmdb_id INTEGER UNIQUE,
  title TEXT NOT NULL,
  path TEXT UNIQUE,
  monitored BOOLEAN NOT NULL DEFAULT TRUE,
  quality_profile_id INTEGER NOT NULL REFERENCES quality_profile (id),
  first_aired TEXT,
  added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX IF NOT EXISTS series_quality_profile_id
  ON series (quality_profile_id);

CREATE TABLE IF NOT EXISTS "season" (
  id INTEGER PRIMARY KEY,
  series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  season_number INTEGER NOT NULL,
  monitored BOOLEAN NOT NULL DEFAULT TRUE,
  UNIQUE (series_id, season_number)
);

CREATE TABLE IF NOT EXISTS "episode" (
  id INTEGER PRIMARY KEY,
  season_id INTEGER NOT NULL REFERENCES season (id) ON DELETE CASCADE,
  episode_number INTEGER NOT NULL,
  title TEXT,
  air_date TEXT,
  runtime INTEGER,
  monitored BOOLEAN NOT NULL DEFAULT TRUE,
  UNIQUE (season_id, episode_number)
);

-- Jobs -----------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS "job" (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  payload TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE IF NOT EXISTS "job_transition" (
  id INTEGER PRIMARY KEY,
  job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  from_state TEXT,
  to_state TEXT NOT NULL,
  error TEXT,
  sort_key INTEGER NOT NULL,
  most_recent BOOLEAN NOT NULL,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (job_id, sort_key)
);

CREATE UNIQUE INDEX IF NOT EXISTS job_transition_most_recent
  ON job_transition (job_id) WHERE most_recent = 1;

-- Sources --------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS "indexer" (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  implementation TEXT NOT NULL,
  url TEXT NOT NULL,
  api_key TEXT,
  priority INTEGER NOT NULL DEFAULT 25,
  enabled BOOLEAN NOT NULL DEFAULT TRUE
);

CREATE TABLE IF NOT EXISTS "download_client" (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  protocol TEXT NOT NULL CHECK (protocol IN ('torrent', 'usenet')),
  implementation TEXT NOT NULL,
  scheme TEXT NOT NULL DEFAULT 'http',
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  username TEXT,
  password TEXT,
  enabled BOOLEAN NOT NULL DEFAULT TRUE
);

-- Seed rows ------------------------------------------------------------------

-- ON CONFLICT DO NOTHING passes over a key that is taken; unlike INSERT OR
-- IGNORE it still fails on a NULL or a CHECK.
INSERT INTO quality_definition
  (id, quality_id, name, preferred_size, min_size, max_size, media_type)
VALUES
  (1, 1, 'HDTV-720p', 1999, 17.1, 2000, 'movie'),
  (2, 2, 'WEBDL-720p', 1999, 12.5, 2000, 'movie'),
  (3, 3, 'WEBRip-720p', 1999, 12.5, 2000, 'movie'),
  (4, 4, 'Bluray-720p', 1999, 25.7, 2000, 'movie'),
  (5, 5, 'HDTV-1080p', 1999, 33.8, 2000, 'movie'),
  (6, 6, 'WEBDL-1080p', 1999, 25.0, 2000, 'movie'),
  (7, 7, 'WEBRip-1080p', 1999, 25.0, 2000, 'movie'),
  (8, 8, 'Bluray-1080p', 1999, 50.8, 2000, 'movie'),
  (9, 9, 'Remux-1080p', 1999, 102.0, 2000, 'movie'),
  (10, 10, 'HDTV-2160p', 1999, 85.0, 2000, 'movie'),
  (11, 11, 'WEBDL-2160p', 1999, 34.5, 2000, 'movie'),
  (12, 12, 'WEBRip-2160p', 1999, 34.5, 2000, 'movie'),
  (13, 13, 'Bluray-2160p', 1999, 102.0, 2000, 'movie'),
  (14, 14, 'Remux-2160p', 1999, 187.4, 2000, 'movie'),
  (15, 15, 'HDTV-720p', 995, 10.0, 1000, 'episode'),
  (16, 16, 'WEBDL-720p', 995, 10.0, 1000, 'episode'),
  (17, 17, 'WEBRip-720p', 995, 10.0, 1000, 'episode'),
  (18, 18, 'Bluray-720p', 995, 17.1, 1000, 'episode'),
  (19, 19, 'HDTV-1080p', 995, 15.0, 1000, 'episode'),
  (20, 20, 'WEBDL-1080p', 995, 15.0, 1000, 'episode'),
  (21, 21, 'WEBRip-1080p', 995, 15.0, 1000, 'episode'),
  (22, 22, 'Bluray-1080p', 995, 50.4, 1000, 'episode'),
  (23, 23, 'Remux-1080p', 995, 69.1, 1000, 'episode'),
  (24, 24, 'HDTV-2160p', 995, 25.0, 1000, 'episode'),
  (25, 25, 'WEBDL-2160p', 995, 25.0, 1000, 'episode'),
  (26, 26, 'WEBRip-2160p', 995, 25.0, 1000, 'episode'),
  (27, 27, 'Bluray-2160p', 995, 94.6, 1000, 'episode'),
  (28, 28, 'Remux-2160p', 995, 187.4, 1000, 'episode')
ON CONFLICT DO NOTHING;

-- 1 to 3 are for movies, 4 to 6 for episodes.
INSERT INTO quality_profile (id, name, cutoff_quality_id, upgrade_allowed)
VALUES
  (1, 'Standard Definition', 2, TRUE),
  (2, 'High Definition', 8, TRUE),
  (3, 'Ultra High Definition', 13, FALSE),
  (4, 'Standard Definition', 16, TRUE),
  (5, 'High Definition', 23, TRUE),
  (6, 'Ultra High Definition', 27, FALSE)
ON CONFLICT DO NOTHING;

INSERT INTO quality_profile_item (profile_id, quality_id)
VALUES
  (1, 1), (1, 2),
  (2, 3), (2, 4), (2, 5), (2, 6), (2, 7), (2, 8),
  (3, 9), (3, 10), (3, 11), (3, 12), (3, 13),
  (4, 15), (4, 16),
  (5, 17), (5, 18), (5, 19), (5, 20), (5, 21), (5, 22), (5, 23),
  (6, 23), (6, 24), (6, 25), (6, 26), (6, 27)
ON CONFLICT DO NOTHING;
