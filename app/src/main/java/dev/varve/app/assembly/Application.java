package dev.varve.app.assembly;

import dev.varve.app.database.Database;
import dev.varve.app.database.DatabaseWatch;
import dev.varve.app.personal.PersonalKeys;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts the application on a database that is open already, and hands its end to that database: the application is
 * closed first, however the process ends.
 */
public final class Application {

    /** How a server is known to its database, with its address behind; a person asks pg_stat_activity for it. */
    public static final String SERVER_NAME = "varve serve ";

    private Application() {}

    /**
     * With the command side and the projections, and nothing that listens or delivers: what it writes to the outbox is
     * delivered by a server. It logs to a file.
     */
    public static ConfigurableApplicationContext withoutWeb(Database database) {
        Map<String, String> settings = Logs.toFile(database.folder());
        settings.put("varve.outbox.relay", "false");
        return start(database, WebApplicationType.NONE, settings);
    }

    /** With everything; it logs to the terminal. */
    public static ConfigurableApplicationContext withWeb(Database database, InetSocketAddress address) {
        return serve(database, web(address));
    }

    /** With everything; it logs to a file, because the terminal belongs to a person. */
    public static ConfigurableApplicationContext withWebQuietly(
            Database database, InetSocketAddress address, Map<String, String> more) {
        Map<String, String> settings = web(address);
        settings.putAll(more);
        settings.putAll(Logs.toFile(database.folder()));
        return serve(database, settings);
    }

    private static ConfigurableApplicationContext serve(Database database, Map<String, String> settings) {
        ConfigurableApplicationContext application = start(database, WebApplicationType.SERVLET, settings);
        database.keepRunning();
        return application;
    }

    /** Blocks until the application is closed. */
    public static void awaitClose(ConfigurableApplicationContext application) throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        application.addApplicationListener((ApplicationListener<ContextClosedEvent>) event -> closed.countDown());
        closed.await();
    }

    private static Map<String, String> web(InetSocketAddress address) {
        Map<String, String> settings = new HashMap<>();
        settings.put("server.address", address.getHostString());
        settings.put("server.port", Integer.toString(address.getPort()));
        settings.put(
                "spring.datasource.hikari.data-source-properties.ApplicationName",
                SERVER_NAME + address.getHostString() + ":" + address.getPort());
        return settings;
    }

    private static ConfigurableApplicationContext start(
            Database database, WebApplicationType type, Map<String, String> settings) {
        DatabaseWatch.preparePools();
        Map<String, Object> connection = new HashMap<>();
        connection.put("spring.datasource.url", database.jdbcUrl());
        if (database.user() != null) {
            connection.put("spring.datasource.username", database.user());
        }
        if (database.password() != null) {
            connection.put("spring.datasource.password", database.password());
        }
        SpringApplication application = new SpringApplication(VarveApplication.class);
        application.setWebApplicationType(type);
        application.setBannerMode(Banner.Mode.OFF);
        application.setRegisterShutdownHook(false);
        application.setDefaultProperties(PersonalKeys.defaults(database));
        application.addInitializers(context -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("connection", connection)));
        ConfigurableApplicationContext context = application.run(settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new));
        database.closeFirst(context);
        return context;
    }
}
