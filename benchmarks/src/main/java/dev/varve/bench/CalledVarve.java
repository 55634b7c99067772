package dev.varve.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The application as operators call it: a process of its own with the options of {@code ./varve}. */
final class CalledVarve {

    private CalledVarve() {}

    /**
     * A server that is not started yet; what it complains about is printed here.
     *
     * @param folder where keys and files of persons are
     */
    static ProcessBuilder server(Path folder, List<String> arguments) {
        return call(folder, List.of(), arguments);
    }

    private static ProcessBuilder call(Path folder, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-Daxoniq.update-checker.disabled=true",
                "-Dvarve.personal-data.key-folder=" + folder.resolve("keys"),
                "-Dvarve.personal-files.folder=" + folder.resolve("files"),
                "-cp",
                applicationClassPath(),
                "dev.varve.app.Varve"));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** The JSON that a command prints, once it has ended well. */
    static JsonNode json(Path folder, List<String> arguments) throws IOException, InterruptedException {
        Process process = call(folder, List.of("-XX:+UseSerialGC"), arguments).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("%s failed: %s".formatted(String.join(" ", arguments), printed));
        }
        return JsonMapper.shared().readTree(printed);
    }

    static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Without the benchmarks themselves, which the application would find and take for a part of it. */
    private static String applicationClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Files.exists(Path.of(entry, "dev", "varve", "bench")))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
