package dev.varve.app.erasure;

import dev.varve.app.idempotency.KeptAnswers;
import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.personal.PersonalData;
import dev.varve.personal.UnknownSubjectException;
import dev.varve.personal.files.FileCount;
import dev.varve.personal.files.PersonalFiles;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Erases a person.
 *
 * <p>The key goes first: from that moment nothing about them opens on any node, whatever happens afterwards. All the rest
 * removes what can be removed and counts. An erasure that was interrupted is run again.
 */
public final class Erasures {

    private final DataSource database;
    private final PersonalData personalData;
    private final PersonalFiles files;
    private final Duration patience;

    /** @param patience how long one table may be searched for the report */
    public Erasures(DataSource database, PersonalData personalData, PersonalFiles files, Duration patience) {
        this.database = database;
        this.personalData = personalData;
        this.files = files;
        this.patience = patience;
    }

    /** The pseudonym under which a person is known. */
    public String subject(String kind, String identifier) {
        return personalData.subject(kind, identifier);
    }

    /**
     * Erases a person, for good.
     *
     * @param subject their pseudonym; who they are goes into no record
     * @param actor who does it
     * @param reason why, in words that name nobody; it is kept for ever
     * @throws UnknownSubjectException if nothing was ever recorded about them; then nothing is done
     */
    public ErasureReport erase(String subject, String actor, String reason) throws SQLException, IOException {
        boolean again = personalData.erased(subject);
        if (!again && !personalData.known(subject)) {
            throw new UnknownSubjectException(subject);
        }
        try (Connection connection = database.getConnection()) {
            // Before the deed: who did it is known also if the process dies in the middle.
            record(connection, actor, "personal-data.erase", subject, reason, Map.of());
            personalData.erase(subject);
            FileCount removed = files.removeAll(subject);
            int answers = KeptAnswers.forget(connection, subject);
            Traces traces = Traces.of(connection, subject, patience);
            ErasureReport report = new ErasureReport(
                    subject,
                    again,
                    traces.streams(subject),
                    traces.rows(),
                    traces.notCounted(),
                    answers,
                    removed,
                    ErasureReport.BEYOND_REACH);
            record(connection, actor, "personal-data.erased", subject, reason, report.facts());
            return report;
        }
    }

    private static final String ORDERED = """
            SELECT DISTINCT target FROM event_store.operator_action
             WHERE action = 'personal-data.erase' ORDER BY target
            """;

    /** The pseudonyms of all whose erasure was ever ordered here, as this database and this key folder know it. */
    public SortedSet<String> ordered() throws SQLException {
        SortedSet<String> subjects = new TreeSet<>(personalData.erased());
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ORDERED)) {
            while (rows.next()) {
                subjects.add(rows.getString(1));
            }
        }
        return subjects;
    }

    /**
     * Erases again whoever of these has a key, because a copy of the key folder from before brought it back.
     *
     * @return how many they were
     */
    public int again(Collection<String> subjects, String actor, String reason) throws SQLException, IOException {
        int count = 0;
        for (String subject : subjects) {
            if (personalData.keyRemains(subject)) {
                personalData.erase(subject);
                count++;
                try (Connection connection = database.getConnection()) {
                    FileCount removed = files.removeAll(subject);
                    int answers = KeptAnswers.forget(connection, subject);
                    Map<String, Object> facts = Map.of("files", removed.files(), "answersRemoved", answers);
                    record(connection, actor, "personal-data.erased-again", subject, reason, facts);
                }
            }
        }
        return count;
    }

    private static void record(
            Connection connection, String actor, String action, String subject, String reason, Map<String, ?> facts)
            throws SQLException {
        OperatorActions.record(connection, new OperatorAction(actor, action, subject, reason, facts));
    }
}
