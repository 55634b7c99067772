package dev.varve.app.idempotency;

import dev.varve.events.PersonalText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code varve.idempotency_key}. Each call is a statement of its own: no transaction spans a request. */
@Component
final class IdempotencyKeys {

    private static final int CLEAN_BATCH = 1_000;
    private static final String HEADER_SEPARATOR = ": ";

    private final JdbcClient jdbc;
    private final Clock clock;
    private final IdempotencySettings settings;

    IdempotencyKeys(JdbcClient jdbc, Clock clock, IdempotencySettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.settings = settings;
    }

    // One statement claims and decides: two requests with one key at the same time cannot both be the first. A row that
    // has expired counts as none; one that was left running is taken over by the same request only.
    private static final String CLAIM = """
            INSERT INTO varve.idempotency_key AS stored
                   (principal, key, request_hash, attempt, created_at, expires_at, running_until)
            VALUES (:principal, :key, :hash, :attempt, :now, :expires, :runningUntil)
            ON CONFLICT (principal, key) DO UPDATE
               SET request_hash = excluded.request_hash, attempt = excluded.attempt,
                   created_at = excluded.created_at, expires_at = excluded.expires_at,
                   running_until = excluded.running_until, status = NULL, headers = NULL, body = NULL,
                   subjects = '{}', shares = '{}'
             WHERE stored.expires_at <= excluded.created_at
                OR (stored.status IS NULL
                    AND stored.running_until <= excluded.created_at
                    AND stored.request_hash = excluded.request_hash)
            """;

    private static final String FIND = """
            SELECT request_hash, running_until, status, headers, body, subjects, shares
              FROM varve.idempotency_key
             WHERE principal = :principal AND key = :key
            """;

    /** Takes the key for this request, or says what is there. */
    Attempt claim(String principal, String key, byte[] hash) {
        Instant now = clock.instant();
        UUID attempt = UUID.randomUUID();
        int claimed = jdbc.sql(CLAIM)
                .param("principal", principal)
                .param("key", key)
                .param("hash", hash)
                .param("attempt", attempt)
                .param("now", Timestamp.from(now))
                .param("expires", Timestamp.from(now.plus(settings.keepFor())))
                .param("runningUntil", Timestamp.from(now.plus(settings.takeOverAfter())))
                .update();
        if (claimed == 1) {
            return new Attempt.Ours(attempt);
        }
        // Released in this moment: the first one failed, so the caller is told to come again.
        Optional<Attempt> found = jdbc.sql(FIND)
                .param("principal", principal)
                .param("key", key)
                .query((row, number) -> found(row, hash, now))
                .optional();
        return found.orElse(new Attempt.Running(Duration.ZERO));
    }

    private static Attempt found(ResultSet row, byte[] hash, Instant now) throws SQLException {
        if (!Arrays.equals(hash, row.getBytes("request_hash"))) {
            return new Attempt.OtherRequest();
        }
        int status = row.getInt("status");
        if (row.wasNull()) {
            return new Attempt.Running(
                    Duration.between(now, row.getTimestamp("running_until").toInstant()));
        }
        StoredAnswer answer = new StoredAnswer(
                status,
                Stream.of(texts(row, "headers")).map(IdempotencyKeys::header).toList(),
                row.getBytes("body"));
        return new Attempt.Answered(new ClosedAnswer(answer, shares(texts(row, "subjects"), texts(row, "shares"))));
    }

    private static List<PersonalText> shares(String[] subjects, String[] shares) {
        return IntStream.range(0, subjects.length)
                .mapToObj(i -> new PersonalText(subjects[i], shares[i]))
                .toList();
    }

    private static String[] texts(ResultSet row, String column) throws SQLException {
        return (String[]) row.getArray(column).getArray();
    }

    private static Map.Entry<String, String> header(String line) {
        int end = line.indexOf(HEADER_SEPARATOR);
        return Map.entry(line.substring(0, end), line.substring(end + HEADER_SEPARATOR.length()));
    }

    private static final String STORE = """
            UPDATE varve.idempotency_key
               SET status = :status, headers = :headers, body = :body, subjects = :subjects, shares = :shares
             WHERE principal = :principal AND key = :key AND attempt = :attempt
            """;

    /** Keeps the answer, unless the attempt was taken over: then it says so with false. */
    boolean store(String principal, String key, UUID attempt, ClosedAnswer closed) {
        StoredAnswer answer = closed.answer();
        String[] headers = answer.headers().stream()
                .map(header -> header.getKey() + HEADER_SEPARATOR + header.getValue())
                .toArray(String[]::new);
        return jdbc.sql(STORE)
                        .param("status", answer.status())
                        .param("headers", headers)
                        .param("body", answer.body())
                        .param("subjects", texts(closed, PersonalText::subject))
                        .param("shares", texts(closed, PersonalText::sealed))
                        .param("principal", principal)
                        .param("key", key)
                        .param("attempt", attempt)
                        .update()
                == 1;
    }

    private static String[] texts(ClosedAnswer closed, Function<PersonalText, String> part) {
        return closed.shares().stream().map(part).toArray(String[]::new);
    }

    private static final String RELEASE = """
            DELETE FROM varve.idempotency_key WHERE principal = :principal AND key = :key AND attempt = :attempt
            """;

    /** Gives the key back: the request did not come to an answer that stands. */
    void release(String principal, String key, UUID attempt) {
        jdbc.sql(RELEASE)
                .param("principal", principal)
                .param("key", key)
                .param("attempt", attempt)
                .update();
    }

    private static final String DELETE_EXPIRED = """
            DELETE FROM varve.idempotency_key
             WHERE (principal, key) IN (
                   SELECT principal, key FROM varve.idempotency_key
                    WHERE expires_at <= :now ORDER BY expires_at LIMIT :batch FOR UPDATE SKIP LOCKED)
            """;

    /** Deletes what has expired, in short statements; returns how many rows. */
    int deleteExpired() {
        int deleted = 0;
        int batch;
        do {
            batch = jdbc.sql(DELETE_EXPIRED)
                    .param("now", Timestamp.from(clock.instant()))
                    .param("batch", CLEAN_BATCH)
                    .update();
            deleted += batch;
        } while (batch == CLEAN_BATCH);
        return deleted;
    }
}
