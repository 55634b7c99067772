package dev.varve.transit.query;

import java.io.IOException;

/** The query side of transit as a process that a test can kill; ends when its input does. */
final class ReadModelNode {

    private ReadModelNode() {}

    /** @param arguments settings of Spring, {@code --property=value} */
    public static void main(String[] arguments) throws IOException {
        try (var context = TransitReadModels.run(arguments)) {
            while (System.in.read() >= 0) {
                // Nobody says anything; the end is what is waited for.
            }
        }
    }
}
