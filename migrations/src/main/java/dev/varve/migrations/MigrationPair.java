package dev.varve.migrations;

/**
 * One step of a schema's history in both directions.
 *
 * @param version counted from 1 without gaps
 * @param description the words of the file name
 * @param up SQL of {@code V<version>__<description>.sql}
 * @param down SQL of {@code U<version>__<description>.sql}, which takes back what up did
 */
record MigrationPair(String schema, int version, String description, String up, String down) {

    String upFile() {
        return "%s/V%d__%s.sql".formatted(schema, version, description);
    }

    String downFile() {
        return "%s/U%d__%s.sql".formatted(schema, version, description);
    }
}
