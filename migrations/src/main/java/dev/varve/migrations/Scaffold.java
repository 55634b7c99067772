package dev.varve.migrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Starts a new migration: the next number of a schema, in both directions, in the source tree. */
public final class Scaffold {

    private static final Pattern SCHEMA = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Pattern VERSION = Pattern.compile("V([0-9]+)__\\w+\\.sql");
    private static final int LONGEST_NAME = 60;

    private final Path sources;

    /** @param sources the folder that has one folder for each schema */
    public Scaffold(Path sources) {
        this.sources = sources;
    }

    /**
     * Writes the pair of files.
     *
     * @param message what the migration does, in a few words; becomes the file's name
     * @return the up file, then the down file
     * @throws IllegalArgumentException if there is no such schema, or no word in the message
     */
    public List<Path> create(String schema, String message) {
        Path folder = folder(schema);
        String name = name(message);
        try {
            int version = newest(folder) + 1;
            Path up = folder.resolve("V%d__%s.sql".formatted(version, name));
            Path down = folder.resolve("U%d__%s.sql".formatted(version, name));
            write(up, """
                    -- %s.
                    -- On a live table: which lock, for how long, and what waits meanwhile.

                    """.formatted(sentence(message)));
            write(down, """
                    -- Takes back V%d: everything that it made, and nothing else.

                    """.formatted(version));
            return List.of(up, down);
        } catch (IOException e) {
            throw new UncheckedIOException("the migration could not be written below " + folder, e);
        }
    }

    private Path folder(String schema) {
        Path folder = sources.resolve(schema);
        if (!SCHEMA.matcher(schema).matches() || !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "'%s' is not a schema with migrations; a new one begins with its folder in %s"
                            .formatted(schema, sources));
        }
        return folder;
    }

    private static String name(String message) {
        String name = message.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "_")
                .replaceAll("^_+|_+$", "");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the message needs at least one word: '%s'".formatted(message));
        }
        return name.length() <= LONGEST_NAME
                ? name
                : name.substring(0, LONGEST_NAME).replaceAll("_+$", "");
    }

    private static String sentence(String message) {
        String line = message.strip().replaceAll("\\s+", " ").replaceAll("\\.+$", "");
        return line.substring(0, 1).toUpperCase(Locale.ROOT) + line.substring(1);
    }

    private static int newest(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> VERSION.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
                    .max()
                    .orElse(0);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    }
}
