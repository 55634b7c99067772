package dev.varve.app.problem;

/** What clients chose as names, made fit to be shown: short, and without control characters. */
final class Texts {

    private static final int LIMIT = 200;

    private Texts() {}

    static String printable(String text) {
        String cut = text.length() <= LIMIT ? text : text.substring(0, LIMIT) + "…";
        return cut.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    }
}
