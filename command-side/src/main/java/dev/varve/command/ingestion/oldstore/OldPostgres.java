package dev.varve.command.ingestion.oldstore;

import dev.varve.command.ingestion.BrokenSource;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Opens a PostgreSQL database of another system, by the kinds of address that people have at hand. */
public final class OldPostgres {

    private static final String CONNECT_SECONDS = "10";

    private OldPostgres() {}

    /**
     * Opens it in a read-only transaction that sees one moment.
     *
     * @param address {@code jdbc:postgresql://…}, {@code postgresql://user:password@host:port/database}, or the same
     *     with a driver's name, as {@code postgresql+asyncpg://…}
     * @param user who connects where the address does not say
     * @param password the same
     */
    public static OldDatabase open(String address, String schema, @Nullable String user, @Nullable String password)
            throws BrokenSource {
        URI uri = uri(address);
        String host = uri.getHost() == null ? "localhost" : uri.getHost();
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        String database = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
        String name = "%s:%d/%s".formatted(host, port, database);
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "varve import");
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        credentials(uri, user, password, properties);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        try {
            Connection connection = DriverManager.getConnection(
                    "jdbc:postgresql://%s:%d/%s%s".formatted(host, port, database, query), properties);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            return OldDatabase.postgres(connection, schema, name);
        } catch (SQLException e) {
            throw new BrokenSource("%s cannot be opened: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static void credentials(URI uri, @Nullable String user, @Nullable String password, Properties properties) {
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        if (uri.getRawUserInfo() != null) {
            String[] said = uri.getRawUserInfo().split(":", 2);
            properties.setProperty("user", URLDecoder.decode(said[0], StandardCharsets.UTF_8));
            if (said.length == 2) {
                properties.setProperty("password", URLDecoder.decode(said[1], StandardCharsets.UTF_8));
            }
        }
    }

    /** The message leaves the address out: it may hold a password. */
    private static URI uri(String address) throws BrokenSource {
        String plain = address.strip().replaceFirst("^jdbc:", "");
        try {
            URI uri = new URI(plain);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (scheme.matches("postgres(ql)?(\\+\\w+)?") && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw broken();
        }
        throw broken();
    }

    private static BrokenSource broken() {
        return new BrokenSource("the address must look like postgresql://user:password@host:5432/database");
    }
}
