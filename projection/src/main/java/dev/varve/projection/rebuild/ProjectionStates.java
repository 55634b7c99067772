package dev.varve.projection.rebuild;

import dev.varve.projection.ProjectionFailed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** How far every projection is, and which code made its rows, as the database knows it for all nodes together. */
public final class ProjectionStates {

    private final DataSource dataSource;

    public ProjectionStates(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * One projection.
     *
     * @param version of the code that made its rows
     * @param codeVersion of the code that was started last
     * @param declined the version that an operator undid; 0 for none
     * @param position its rows hold every event up to here
     * @param head of the log
     * @param lagSeconds how long ago the first event was recorded that its rows lack; 0 when they lack none
     */
    public record ProjectionState(
            String projection,
            int version,
            int codeVersion,
            int declined,
            long position,
            long head,
            double lagSeconds) {

        /** Whether its rows are not what the code would make of the log. */
        public boolean changed() {
            return version != codeVersion;
        }

        public long lagEvents() {
            return head - position;
        }
    }

    // A checkpoint is stored when there is something to write, the report when anything was passed: the later one
    // counts.
    private static final String READ = """
            WITH head AS (SELECT coalesce(max(position), 0) AS position FROM event_store.event),
            segment AS (
                SELECT t.processor, greatest(coalesce(t.position, 0), coalesce(p.position, 0)) AS position
                FROM event_store.token t
                LEFT JOIN projection.progress p ON p.projection = t.processor AND p.segment = t.segment),
            state AS (
                SELECT v.projection, v.version, v.code_version, v.declined, h.position AS head,
                       least(h.position, coalesce((SELECT min(s.position) FROM segment s WHERE s.processor = v.projection), 0)) AS position
                FROM projection.version v CROSS JOIN head h)
            SELECT s.projection, s.version, s.code_version, s.declined, s.position, s.head,
                   coalesce((SELECT greatest(0, extract(epoch FROM clock_timestamp() - e.recorded_at))
                             FROM event_store.event e WHERE e.position = s.position + 1), 0)::double precision
            FROM state s ORDER BY s.projection""";

    public List<ProjectionState> read() {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(READ);
                ResultSet rows = statement.executeQuery()) {
            List<ProjectionState> states = new ArrayList<>();
            while (rows.next()) {
                states.add(new ProjectionState(
                        rows.getString(1),
                        rows.getInt(2),
                        rows.getInt(3),
                        rows.getInt(4),
                        rows.getLong(5),
                        rows.getLong(6),
                        rows.getDouble(7)));
            }
            return states;
        } catch (SQLException e) {
            throw new ProjectionFailed("could not read how far the projections are: " + e.getMessage(), e);
        }
    }
}
