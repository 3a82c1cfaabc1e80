-- Takes the whole media library away, children before their parents, so that
-- it also works where foreign keys are enforced. Nothing of it can be restored.

DROP TABLE IF EXISTS download_client;
DROP TABLE IF EXISTS indexer;

DROP TABLE IF EXISTS job_transition;
DROP TABLE IF EXISTS job;

DROP TABLE IF EXISTS episode;
DROP TABLE IF EXISTS season;
DROP TABLE IF EXISTS series;

DROP TABLE IF EXISTS movie_transition;
DROP TABLE IF EXISTS movie_file;
DROP TABLE IF EXISTS movie;
DROP TABLE IF EXISTS movie_metadata;

DROP TABLE IF EXISTS quality_profile_item;
DROP TABLE IF EXISTS quality_profile;
DROP TABLE IF EXISTS quality_definition;
