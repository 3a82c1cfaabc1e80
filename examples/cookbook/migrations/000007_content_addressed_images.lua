--- Each image once, found by what it holds, instead of a copy in every row.
--
-- All of it is SQL, which has sha256() while a migration runs. An image is
-- written by its digest, so that equal ones meet; artwork without one stays so.
-- The CHECK stops a migration that finds a text or a number in the column,
-- which would come back as something else.
--
-- down puts the images back, those added since too. One that no artwork shows
-- has no place there and goes: down tells how many.

local up = [[
  CREATE TABLE image (
    hash TEXT PRIMARY KEY, -- SHA-256
    bytes BLOB NOT NULL CHECK (typeof(bytes) = 'blob')
  );
  ALTER TABLE artwork ADD COLUMN hash TEXT REFERENCES image (hash);
  UPDATE artwork SET hash = sha256(image) WHERE image IS NOT NULL;
  INSERT INTO image (hash, bytes)
  SELECT hash, image FROM artwork WHERE hash IS NOT NULL GROUP BY hash;
  CREATE INDEX artwork_hash ON artwork (hash);
  ALTER TABLE artwork DROP COLUMN image;
]]

local function down(db)
  local unused = db:value [[SELECT count(*) FROM image
    WHERE NOT EXISTS (SELECT 1 FROM artwork WHERE artwork.hash = image.hash)]]
  if unused > 0 then
    mz.notice("images that no artwork shows are deleted:", unused)
  end
  db:exec [[
    ALTER TABLE artwork ADD COLUMN image BLOB;
    UPDATE artwork SET image = bytes FROM image WHERE image.hash = artwork.hash;
    DROP INDEX artwork_hash;
    ALTER TABLE artwork DROP COLUMN hash;
    DROP TABLE image;
  ]]
end

return { up = up, down = down }
