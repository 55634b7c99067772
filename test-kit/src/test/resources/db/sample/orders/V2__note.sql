-- A column without a default: a lock of a moment, no rewrite.
ALTER TABLE purchase ADD COLUMN note text;
