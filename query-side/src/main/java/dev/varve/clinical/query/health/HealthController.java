package dev.varve.clinical.query.health;

import java.util.Map;
import org.jooq.DSLContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The predecessor's health check, which is asked without credentials; {@code /actuator/health} says more. */
@RestController
class HealthController {

    static final String ADDRESS = "/health";

    private static final HealthView HEALTHY = new HealthView("healthy", Map.of("pwa", "ok"));

    private final DSLContext database;

    HealthController(DSLContext database) {
        this.database = database;
    }

    /** Healthy if the database answers; where it does not, the 503 of every other address. */
    @GetMapping(ADDRESS)
    HealthView health() {
        database.selectOne().fetch();
        return HEALTHY;
    }

    /** In the predecessor's words: the one component is the whole application. */
    record HealthView(String status, Map<String, String> components) {}
}
