package dev.varve.command.ingestion;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/** Whether a person looks on. */
public final class Terminal {

    private Terminal() {}

    /**
     * Since Java 22 there is a console even without a terminal, and {@code isTerminal()}, which Java 21 lacks, tells
     * them apart.
     */
    public static boolean isAttached() {
        return Optional.ofNullable(System.console()).map(Terminal::isTerminal).orElse(false);
    }

    private static boolean isTerminal(Console console) {
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }
}
