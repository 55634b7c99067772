package violations.first.query;

import java.sql.Connection;
import java.sql.SQLException;
import org.jooq.DSLContext;
import violations.eventstore.Log;
import violations.first.command.CommandThatReads;

/** A query that appends, commands and speaks SQL. */
class QueryThatWrites {
    void ask(Log log, CommandThatReads command, Connection connection, DSLContext jooq) throws SQLException {
        log.append();
        command.handle(new ReadModel());
        connection.createStatement().executeQuery("SELECT 1");
        jooq.fetch("SELECT 1");
    }
}
