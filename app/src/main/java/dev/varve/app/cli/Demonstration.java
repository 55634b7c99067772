package dev.varve.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.PropertiesLoaderUtils;

/**
 * What a context shows in {@code ./varve demo}: a file {@code demo/<context>.properties} on the class path with
 *
 * <ul>
 *   <li>{@code title}: one line for the person who looks on
 *   <li>{@code feed}: a folder on the class path, whose files are packed into a zip file
 *   <li>{@code import}: the arguments of {@code ./varve import}, in which {@code {feed}} is that zip file
 *   <li>{@code try.1}, {@code try.2}, …: what to ask the server afterwards, a path, a blank and what it answers
 * </ul>
 */
record Demonstration(String title, String feed, String importArguments, List<Request> requests) {

    private static final String PLACE_OF_FEED = "{feed}";

    /** The same for ever, so that the same feed is the same file. */
    private static final LocalDateTime TIME_OF_FILES = LocalDateTime.of(2020, 1, 1, 0, 0);

    Demonstration {
        requests = List.copyOf(requests);
    }

    /** A request to try, with what it shows. */
    record Request(String path, String shows) {}

    /** Those of all contexts, by file name. */
    static List<Demonstration> ofAllContexts() throws IOException {
        List<Demonstration> all = new ArrayList<>();
        for (Resource file : resources("classpath*:demo/*.properties")) {
            all.add(of(PropertiesLoaderUtils.loadProperties(file)));
        }
        return all;
    }

    private static Demonstration of(Properties properties) {
        List<Request> requests = properties.stringPropertyNames().stream()
                .filter(name -> name.startsWith("try."))
                .sorted()
                .map(properties::getProperty)
                .map(line -> line.split(" ", 2))
                .map(parts -> new Request(parts[0], parts.length == 1 ? "" : parts[1]))
                .toList();
        return new Demonstration(
                required(properties, "title"), required(properties, "feed"), required(properties, "import"), requests);
    }

    private static String required(Properties properties, String name) {
        return Objects.requireNonNull(properties.getProperty(name), "a demonstration has no " + name);
    }

    private static List<Resource> resources(String pattern) throws IOException {
        return Arrays.stream(new PathMatchingResourcePatternResolver().getResources(pattern))
                .sorted(Comparator.comparing(resource -> Objects.requireNonNullElse(resource.getFilename(), "")))
                .toList();
    }

    /** Packs the feed into that folder and words the import of it. */
    List<String> prepareImport(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path zip = folder.resolve(feed.replace('/', '-') + ".zip");
        pack(zip);
        List<String> arguments = new ArrayList<>();
        arguments.add(ImportCommand.NAME);
        for (String argument : importArguments.split(" ", -1)) {
            arguments.add(argument.equals(PLACE_OF_FEED) ? zip.toString() : argument);
        }
        return arguments;
    }

    private void pack(Path zip) throws IOException {
        Path unfinished = Files.createTempFile(zip.getParent(), "feed", ".zip");
        try (OutputStream file = Files.newOutputStream(unfinished);
                ZipOutputStream archive = new ZipOutputStream(file)) {
            for (Resource resource : resources("classpath:" + feed + "/*.*")) {
                ZipEntry entry = new ZipEntry(Objects.requireNonNull(resource.getFilename()));
                entry.setTimeLocal(TIME_OF_FILES);
                archive.putNextEntry(entry);
                try (InputStream content = resource.getInputStream()) {
                    content.transferTo(archive);
                }
            }
        }
        Files.move(unfinished, zip, StandardCopyOption.REPLACE_EXISTING);
    }
}
