-- Unqualified names are of the schema itself.
ALTER TABLE purchase DROP COLUMN note;
