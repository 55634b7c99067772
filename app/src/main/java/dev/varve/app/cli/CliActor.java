package dev.varve.app.cli;

/** Who acts when a command does: the name under which the record of operators' actions keeps it. */
final class CliActor {

    private CliActor() {}

    /** {@code cli:<user of the operating system>}. */
    static String name() {
        return "cli:" + System.getProperty("user.name");
    }
}
