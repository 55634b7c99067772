package violations.eventstore;

/** Innocent. */
public class Log {
    public void append() {}
}
