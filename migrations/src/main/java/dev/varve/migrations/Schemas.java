package dev.varve.migrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds the schemas that have migrations, by their folders, so that a new context is found without being named. */
final class Schemas {

    private static final List<String> ENGINE = List.of("event_store", "outbox", "projection", "varve");

    private Schemas() {}

    /** The engine's schemas in their order, then the contexts' by name. */
    static List<String> inOrder(String location) {
        SortedSet<String> found = new TreeSet<>();
        try {
            for (URL root : Collections.list(Schemas.class.getClassLoader().getResources(location))) {
                found.addAll(folders(root.toURI(), location));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the migrations below " + location, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a class path entry has no valid address", e);
        }
        List<String> ordered = new ArrayList<>(ENGINE);
        ordered.retainAll(found);
        found.stream().filter(schema -> !ENGINE.contains(schema)).forEach(ordered::add);
        return List.copyOf(ordered);
    }

    private static List<String> folders(URI root, String location) throws IOException {
        if (!"jar".equals(root.getScheme())) {
            return folders(Path.of(root));
        }
        // A file system of our own: the shared one of this jar may be closed by somebody else meanwhile.
        URI jar = URI.create(
                root.toString().substring("jar:".length(), root.toString().indexOf('!')));
        try (FileSystem files = FileSystems.newFileSystem(Path.of(jar), Map.of())) {
            return folders(files.getPath(location));
        }
    }

    private static List<String> folders(Path root) throws IOException {
        try (Stream<Path> children = Files.list(root)) {
            return children.filter(Files::isDirectory)
                    .map(child -> child.getFileName().toString().replace("/", ""))
                    .toList();
        }
    }
}
