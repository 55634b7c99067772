package dev.varve.app.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The option {@code --max-rate}. */
final class MaxRate {

    private MaxRate() {}

    /** @throws ParameterException if it is given and below 1 */
    static void check(@Nullable Integer maxRate, CommandSpec spec) {
        if (maxRate != null && maxRate < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--max-rate is %d and must be at least 1".formatted(maxRate));
        }
    }
}
