package dev.varve.app;

import dev.varve.app.cli.CommandLineInterface;

/** Where the process starts. */
public final class Varve {

    private Varve() {}

    public static void main(String[] args) {
        System.exit(CommandLineInterface.run(args));
    }
}
