package dev.varve.eventstore.autoconfigure;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Has the pool give up a session that may not write, whoever meets it: after a failover it leads to the server that leads no
 * more, and while that one lives the pool would keep it for {@code max-lifetime}. A new one may lead to the server that took
 * over.
 */
public final class WritableSessions implements SQLExceptionOverride {

    private static final String READ_ONLY = "25006";

    // The interface has a type of the annotation's name.
    @java.lang.Override
    public Override adjudicate(SQLException failure) {
        return READ_ONLY.equals(failure.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
