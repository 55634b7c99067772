package dev.varve.migrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The SQL on the class path: every folder below one location is a schema of the same name, so that a new context is
 * found without being named.
 */
final class MigrationFiles {

    /** The engine's schemas come first, because contexts may refer to them and never the other way round. */
    private static final List<String> ENGINE = List.of("event_store", "outbox", "projection", "varve");

    private static final Pattern VERSIONED = Pattern.compile("V([0-9]+)__(\\w+)\\.sql");

    private final String location;

    /** Schema to file name to text, read once: a jar is not walked for each question. */
    private final SortedMap<String, SortedMap<String, String>> files = new TreeMap<>();

    MigrationFiles(String location) {
        this.location = location;
        try {
            for (URL root :
                    Collections.list(MigrationFiles.class.getClassLoader().getResources(location))) {
                readRoot(root.toURI());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the migrations below " + location, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a class path entry has no valid address", e);
        }
    }

    /** The engine's schemas in their order, then the contexts' by name. */
    List<String> schemas() {
        SortedSet<String> found = new TreeSet<>(files.keySet());
        List<String> ordered = new ArrayList<>(ENGINE);
        ordered.retainAll(found);
        found.stream().filter(schema -> !ENGINE.contains(schema)).forEach(ordered::add);
        return List.copyOf(ordered);
    }

    /** What Flyway is told. */
    String flywayLocation(String schema) {
        return "classpath:" + location + "/" + schema;
    }

    /**
     * A schema's pairs by version.
     *
     * @throws IllegalArgumentException if no folder has the schema's name
     * @throws IllegalStateException if an up file has no down file
     */
    List<MigrationPair> pairs(String schema) {
        SortedMap<String, String> texts = files.get(schema);
        if (texts == null) {
            throw new IllegalArgumentException(
                    "schema '%s' has no migrations; there are: %s".formatted(schema, String.join(", ", schemas())));
        }
        SortedMap<Integer, MigrationPair> pairs = new TreeMap<>();
        texts.forEach((file, up) -> {
            Matcher versioned = VERSIONED.matcher(file);
            if (versioned.matches()) {
                String down = texts.get("U" + file.substring(1));
                if (down == null) {
                    throw new IllegalStateException("%s/%s has no down file".formatted(schema, file));
                }
                int version = Integer.parseInt(versioned.group(1));
                pairs.put(version, new MigrationPair(schema, version, versioned.group(2), up, down));
            }
        });
        return List.copyOf(pairs.values());
    }

    /** @throws MigrationFailed if a newer release has been at work */
    void requireKnown(String schema, int version) {
        int newest = pairs(schema).size();
        if (version > newest) {
            throw new MigrationFailed(
                    "schema %s is at version %d and this release knows %d; use the newer release"
                            .formatted(schema, version, newest),
                    null);
        }
    }

    /** File names and texts of the repeatable migrations, which describe functions and views as they should be now. */
    SortedMap<String, String> repeatables(String schema) {
        SortedMap<String, String> repeatables = new TreeMap<>(files.getOrDefault(schema, new TreeMap<>()));
        repeatables.keySet().removeIf(file -> !file.startsWith("R__"));
        return repeatables;
    }

    /** Every file that goes up, with what Flyway's history has of it: a sum over its lines without their ends. */
    Map<String, Integer> checksums(String schema) {
        Map<String, Integer> checksums = new HashMap<>();
        files.getOrDefault(schema, new TreeMap<>()).forEach((file, text) -> {
            if (file.endsWith(".sql") && !file.startsWith("U")) {
                CRC32 sum = new CRC32();
                text.lines().forEach(line -> sum.update(line.getBytes(StandardCharsets.UTF_8)));
                checksums.put(file, (int) sum.getValue());
            }
        });
        return checksums;
    }

    private void readRoot(URI root) throws IOException {
        if (!"jar".equals(root.getScheme())) {
            readFolders(Path.of(root));
            return;
        }
        String text = root.toString();
        int inner = text.lastIndexOf("!/");
        if (text.startsWith("jar:nested:")) {
            readNested(root);
            return;
        }
        // A file system of our own: the shared one of this jar may be closed by somebody else meanwhile.
        Path jar = Path.of(URI.create(text.substring("jar:".length(), inner)));
        try (FileSystem zip = FileSystems.newFileSystem(jar, Map.of())) {
            readFolders(zip.getPath(location));
        }
    }

    /** A jar inside Spring Boot's executable jar, whose loader brings a file system for it. */
    private void readNested(URI root) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(root, Map.of())) {
            readFolders(zip.getPath(location));
        }
    }

    private void readFolders(Path root) throws IOException {
        for (Path schema : list(root)) {
            if (Files.isDirectory(schema)) {
                SortedMap<String, String> texts = files.computeIfAbsent(name(schema), any -> new TreeMap<>());
                for (Path file : list(schema)) {
                    texts.put(name(file), Files.readString(file));
                }
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString().replace("/", "");
    }
}
