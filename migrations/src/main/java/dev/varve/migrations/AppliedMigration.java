package dev.varve.migrations;

/** A migration that was run just now. */
public record AppliedMigration(String schema, String version, String description) {}
