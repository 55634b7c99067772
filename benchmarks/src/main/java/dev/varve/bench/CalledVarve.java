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

/** The application as operators call it: a process of its own, commands by {@code ./varve} itself. */
final class CalledVarve {

    private CalledVarve() {}

    /**
     * A server that is not started yet; what it complains about is printed here.
     *
     * @param folder where keys and files of persons are
     */
    static ProcessBuilder server(Path folder, List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Daxoniq.update-checker.disabled=true"));
        command.addAll(personalFolders(folder));
        command.addAll(List.of("-cp", applicationClassPath(), "dev.varve.app.Varve"));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** The JSON that a command prints, once it has ended well. The first builds what operators run, if it must. */
    static JsonNode json(Path folder, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script()));
        command.addAll(arguments);
        ProcessBuilder call = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        call.environment().put("JAVA_HOME", System.getProperty("java.home"));
        call.environment().put("VARVE_JAVA_OPTS", String.join(" ", personalFolders(folder)));
        Process process = call.start();
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

    private static List<String> personalFolders(Path folder) {
        return List.of(
                "-Dvarve.personal-data.key-folder=" + folder.resolve("keys"),
                "-Dvarve.personal-files.folder=" + folder.resolve("files"));
    }

    private static String script() {
        String script = System.getProperty("bench.script");
        if (script == null) {
            throw new IllegalStateException("bench.script says where ./varve is, and is not set: call ./varve bench");
        }
        return script;
    }

    /** Without the benchmarks themselves, which the application would find and take for a part of it. */
    private static String applicationClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Files.exists(Path.of(entry, "dev", "varve", "bench")))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
