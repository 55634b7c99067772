package violations.first.query;

/** Innocent. */
public class ReadModel {}
