package dev.varve.app.assembly;

import dev.varve.app.database.Database;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts the application on a database that is open already, and hands its end to that database: the application is
 * closed first, however the process ends.
 */
public final class Application {

    private Application() {}

    /** With the command side and the projections, and nothing that listens. */
    public static ConfigurableApplicationContext withoutWeb(Database database) {
        return start(database, WebApplicationType.NONE, Map.of());
    }

    /** With everything. */
    public static ConfigurableApplicationContext withWeb(Database database, Map<String, String> settings) {
        return start(database, WebApplicationType.SERVLET, settings);
    }

    private static ConfigurableApplicationContext start(
            Database database, WebApplicationType type, Map<String, String> settings) {
        Map<String, Object> properties = new HashMap<>(settings);
        properties.put("spring.datasource.url", database.jdbcUrl());
        if (database.user() != null) {
            properties.put("spring.datasource.username", database.user());
        }
        if (database.password() != null) {
            properties.put("spring.datasource.password", database.password());
        }
        SpringApplication application = new SpringApplication(VarveApplication.class);
        application.setWebApplicationType(type);
        application.setBannerMode(Banner.Mode.OFF);
        application.setRegisterShutdownHook(false);
        application.addInitializers(context -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("commandLine", properties)));
        ConfigurableApplicationContext context = application.run();
        database.closeFirst(context);
        return context;
    }
}
