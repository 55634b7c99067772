package dev.varve.transit.query;

import java.io.IOException;
import org.springframework.context.ConfigurableApplicationContext;

/** The query side of transit as a process that a test can kill; ends when its input does. */
final class ReadModelNode {

    private ReadModelNode() {}

    /** @param arguments settings of Spring, {@code --property=value} */
    public static void main(String[] arguments) throws IOException {
        ConfigurableApplicationContext context = TransitReadModels.run(arguments);
        try {
            while (System.in.read() >= 0) {
                // Nobody says anything; the end is what is waited for.
            }
        } finally {
            context.close();
        }
    }
}
