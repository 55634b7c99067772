package dev.varve.migrations;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The same connections under a URL of what differs from the driver's defaults.
 *
 * <p>Because {@link PGSimpleDataSource#setUrl} notes every default, the URL grows to 1,500 characters; and Flyway searches it
 * for a password several times a schema, with an expression whose time grows with the square of the length. That was
 * three quarters of the time of a command on a database that is up to date.
 */
final class ShortUrl {

    private static final Set<String> DEFAULTS = defaults();

    private ShortUrl() {}

    /** Anything but the driver's own plain data source is answered as it is: a pool keeps the URL that it was given. */
    static DataSource of(DataSource dataSource) {
        if (dataSource.getClass() != PGSimpleDataSource.class) {
            return dataSource;
        }
        PGSimpleDataSource full = (PGSimpleDataSource) dataSource;
        PGSimpleDataSource brief = new PGSimpleDataSource();
        brief.setServerNames(full.getServerNames());
        brief.setPortNumbers(full.getPortNumbers());
        brief.setDatabaseName(full.getDatabaseName());
        brief.setUser(full.getUser());
        brief.setPassword(full.getPassword());
        try {
            for (String setting : settings(full)) {
                if (!DEFAULTS.contains(setting)) {
                    String[] pair = setting.split("=", 2);
                    brief.setProperty(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
                }
            }
        } catch (SQLException e) {
            throw new IllegalArgumentException("the settings of the database's URL cannot be read", e);
        }
        return brief;
    }

    private static Set<String> defaults() {
        PGSimpleDataSource untold = new PGSimpleDataSource();
        untold.setUrl("jdbc:postgresql:");
        return Set.copyOf(settings(untold));
    }

    private static List<String> settings(PGSimpleDataSource dataSource) {
        String[] parts = dataSource.getUrl().split("\\?", 2);
        return parts.length == 1 ? List.of() : List.of(parts[1].split("&", -1));
    }
}
