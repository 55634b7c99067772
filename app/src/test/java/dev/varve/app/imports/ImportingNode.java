package dev.varve.app.imports;

import dev.varve.app.cli.CommandLineInterface;
import java.nio.file.Path;
import java.util.Arrays;

/** An import as a process of its own, which may be killed. */
final class ImportingNode {

    private ImportingNode() {}

    /** @param arguments the folder for keys and files of persons, then the command line */
    public static void main(String[] arguments) {
        CalledImport.usePersonalFolder(Path.of(arguments[0]));
        System.exit(CommandLineInterface.run(Arrays.copyOfRange(arguments, 1, arguments.length)));
    }
}
