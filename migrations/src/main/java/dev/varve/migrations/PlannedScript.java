package dev.varve.migrations;

/** A file that would be run, with its text. */
public record PlannedScript(String file, String sql) {}
