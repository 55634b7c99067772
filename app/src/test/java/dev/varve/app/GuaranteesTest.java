package dev.varve.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code docs/guarantees.md} names the tests behind its lines; what it names is there. */
class GuaranteesTest {

    private static final Path PROJECT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:IT|Test))(?:#(\\w+))?`");

    @Test
    void every_test_that_is_named_is_there() throws IOException {
        List<Path> sources = testSources();
        Set<String> named = new TreeSet<>();
        Set<String> missing = new TreeSet<>();
        Matcher name = NAMED.matcher(Files.readString(PROJECT.resolve("docs/guarantees.md")));
        while (name.find()) {
            named.add(name.group());
            if (!isThere(name.group(1), name.group(2), sources)) {
                missing.add(name.group());
            }
        }

        assertThat(named).hasSizeGreaterThan(50);
        assertThat(missing).isEmpty();
    }

    private static List<Path> testSources() throws IOException {
        try (Stream<Path> modules = Files.list(PROJECT)) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(GuaranteesTest::below)
                    .toList();
        }
    }

    private static Stream<Path> below(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new IllegalStateException("the tests below " + folder + " cannot be listed", e);
        }
    }

    private static boolean isThere(String type, @Nullable String method, List<Path> sources) throws IOException {
        for (Path source : sources) {
            if (source.endsWith(type + ".java")
                    && (method == null
                            || Pattern.compile("\\b" + method + "\\b")
                                    .matcher(Files.readString(source))
                                    .find())) {
                return true;
            }
        }
        return false;
    }
}
