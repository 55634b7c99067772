package dev.varve.migrations;

/**
 * A migration that was run just now.
 *
 * @param version empty for a repeatable one, which is run again whenever its text has changed
 */
public record AppliedMigration(String schema, String version, String description) {}
