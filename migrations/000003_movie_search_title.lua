--- A title to search and sort by: "The Matrix" is found as "matrix, the",
-- "Amélie" as "amelie". SQL can neither fold letters nor move words, so the
-- new column is filled here; lib/search_title.lua says what is folded, and is
-- what the application should do to the words that somebody searches for.
--
-- Where a movie carries its original title, the articles of its original
-- language count; any other title is taken as English. So "Die Welle" begins
-- with an article and "Die Hard" doesn't, but neither does "Der Pate", which
-- is a translation.
--
-- down drops the column. The titles themselves were never touched, so that
-- `up` can fill it again at any time.

local search_title = require "search_title"

--- All movies, read before the first write: changing a table while walking
-- through it may visit a row twice.
local function read_titles(db)
  local movies = {}
  for id, title, language in db:urows([[
    SELECT movie.id, movie.title, metadata.original_language
    FROM movie
    LEFT JOIN movie_metadata AS metadata
      ON metadata.id = movie.movie_metadata_id
      AND metadata.original_title = movie.title
    WHERE typeof(movie.title) = 'text']])
  do
    movies[#movies + 1] = { id = id, title = title, language = language }
  end
  return movies
end

local function up(db)
  db:exec("ALTER TABLE movie ADD COLUMN search_title TEXT")
  local movies = read_titles(db)
  do
    local update <close> = db:prepare(
      "UPDATE movie SET search_title = ? WHERE id = ?")
    for _, movie in ipairs(movies) do
      update:exec(search_title(movie.title, movie.language), movie.id)
    end
  end
  db:exec("CREATE INDEX movie_search_title ON movie (search_title)")
  mz.log("movies with a search title: " .. #movies)
end

local function down(db)
  db:exec("DROP INDEX IF EXISTS movie_search_title")
  db:exec("ALTER TABLE movie DROP COLUMN search_title")
end

return { up = up, down = down }
