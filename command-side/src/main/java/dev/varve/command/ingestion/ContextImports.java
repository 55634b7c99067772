package dev.varve.command.ingestion;

/**
 * What a context brings for its imports.
 *
 * @param runs where their runs are kept
 * @param statements what their rows come to in its read models
 */
public record ContextImports(IngestionRuns runs, RowStatements statements) {}
