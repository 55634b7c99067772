package dev.varve.projection.rebuild;

import dev.varve.projection.Operator;
import dev.varve.projection.Projection;
import dev.varve.projection.ProjectionFailed;
import dev.varve.projection.ProjectionSettings.OnChange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which version of its code made the rows of each projection, and which the newest code is. */
public final class ProjectionVersions {

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionVersions.class);

    private final DataSource dataSource;

    public ProjectionVersions(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * One projection's versions.
     *
     * @param version that made its rows
     * @param codeVersion of the code that was last started
     * @param declined a version that an operator undid, or 0
     */
    public record Known(String projection, int version, int codeVersion, int declined) {

        /** Whether the rows are not what the code would make of the log. */
        public boolean changed() {
            return version != codeVersion;
        }
    }

    private static final String READ =
            "SELECT projection, version, code_version, declined FROM projection.version ORDER BY projection";

    /** All projections that ever ran here. */
    public List<Known> known() {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(READ);
                ResultSet rows = statement.executeQuery()) {
            List<Known> known = new ArrayList<>();
            while (rows.next()) {
                known.add(new Known(rows.getString(1), rows.getInt(2), rows.getInt(3), rows.getInt(4)));
            }
            return known;
        } catch (SQLException e) {
            throw new ProjectionFailed("could not read the versions of the projections: " + e.getMessage(), e);
        }
    }

    private static final String RECORD = """
            INSERT INTO projection.version AS v (projection, version, code_version, tables) VALUES (?, ?, ?, ?)
            ON CONFLICT (projection) DO UPDATE SET code_version = EXCLUDED.code_version, tables = EXCLUDED.tables""";

    /** Records the versions of the code that runs here, and does about changed ones what the settings say. */
    void notice(List<Projection<?>> projections, OnChange onChange) throws SQLException {
        record(projections);
        Set<String> ours = projections.stream().map(Projection::name).collect(Collectors.toSet());
        List<String> anew = new ArrayList<>();
        for (Known known : known()) {
            if (!ours.contains(known.projection()) || !known.changed()) {
                continue;
            }
            boolean rebuild = onChange == OnChange.REBUILD
                    && known.version() < known.codeVersion()
                    && known.declined() != known.codeVersion();
            LOG.warn(
                    "projection={} rows_of_version={} code_version={} action={}",
                    known.projection(),
                    known.version(),
                    known.codeVersion(),
                    rebuild ? "rebuild" : "serve-old-rows");
            if (rebuild) {
                anew.add(known.projection());
            }
        }
        if (!anew.isEmpty()) {
            try {
                new Rebuilds(dataSource)
                        .start(
                                new RebuildRequest(anew, true, false, null),
                                new Operator("varve", "the code of these projections has changed"));
            } catch (RebuildRefused e) {
                LOG.info("projections={} rebuild=not-started reason={}", anew, e.getMessage());
            }
        }
    }

    private void record(List<Projection<?>> projections) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(RECORD)) {
            for (Projection<?> projection : projections) {
                statement.setString(1, projection.name());
                statement.setInt(2, projection.version());
                statement.setInt(3, projection.version());
                statement.setArray(
                        4,
                        connection.createArrayOf(
                                "text",
                                projection.tables().stream()
                                        .map(BesideTables::qualified)
                                        .sorted()
                                        .toArray()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
