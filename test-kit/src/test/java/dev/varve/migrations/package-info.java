/** What the migration tool must do, on a real PostgreSQL; here, because test-kit stands on the tool. */
package dev.varve.migrations;
