package dev.varve.eventstore.autoconfigure;

import dev.varve.eventstore.watch.BesidePool;
import dev.varve.migrations.Migrations;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** Brings the engine's schemas up to date before anything asks for their tables, so that an empty database will do. */
final class EngineSchemas implements InitializingBean {

    private final DataSource dataSource;
    private final boolean migrate;

    EngineSchemas(DataSource dataSource, boolean migrate) {
        this.dataSource = dataSource;
        this.migrate = migrate;
    }

    /** @throws dev.varve.migrations.MigrationFailed if the database does not answer, or a newer release was at work */
    @Override
    public void afterPropertiesSet() {
        if (migrate) {
            new Migrations(new Beside(dataSource)).up(Migrations.OF_THE_ENGINE);
        }
    }

    /** Sessions keep the time-outs of a migration, so they are not those of the pool; building an index may take its time. */
    private static final class Beside extends AbstractDataSource {

        private final BesidePool beside;

        Beside(DataSource dataSource) {
            beside = BesidePool.patient(dataSource);
        }

        @Override
        public Connection getConnection() throws SQLException {
            return beside.connect();
        }

        @Override
        public Connection getConnection(String user, String password) {
            throw new UnsupportedOperationException("connects as the pool does");
        }
    }
}
