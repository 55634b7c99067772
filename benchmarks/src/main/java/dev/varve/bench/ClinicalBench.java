package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.BulkWriter;
import dev.varve.eventstore.Partitions;
import dev.varve.personal.PersonalData;
import dev.varve.personal.PersonalDataSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What clinical's callers wait for while there are 100,000 recordings: written to the log, served by the application,
 * asked over HTTP by one caller. Each figure is the median of one request, texts opened.
 */
final class ClinicalBench {

    private static final int RECORDINGS = 100_000;
    private static final Goal GOAL = new Goal.AtMost(10);
    private static final String BASE = "/api/v1/recordings";

    private final Run run;
    private final SplittableRandom random = new SplittableRandom(1);

    ClinicalBench(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        Path folder = Files.createTempDirectory("varve-clinical-");
        PersonalData persons = PersonalData.in(new PersonalDataSettings(folder.resolve("keys"), List.of(), null));
        ClinicalEvents events = new ClinicalEvents(RECORDINGS, persons);
        try (HikariDataSource database = run.server().newDatabase(4)) {
            new BulkWriter(database, new Partitions(database, 10_000_000, 2), BulkWriter.Versions.AS_GIVEN)
                    .append(events);
            try (ServedApplication application = ServedApplication.start(database, folder)) {
                List<String> patients = events.patients();
                application.awaitPosition(
                        head(database), BASE, "/api/v1/clinical/daily-counts", timeline(patients.getFirst()));
                measure(application, patients);
            }
        }
        System.out.println("Keys and output can be removed: " + folder);
    }

    private void measure(ServedApplication application, List<String> patients) throws Exception {
        Contest contest = new Contest(run);
        query(contest, application, "by id", () -> BASE + "/" + anyId());
        query(
                contest,
                application,
                "by id, as it was (from the log)",
                () -> BASE + "/" + anyId() + "?at=2099-01-01T00:00:00Z");
        query(contest, application, "audit trail", () -> BASE + "/" + anyId() + "/history");
        query(contest, application, "a clinician's, 100", () -> BASE + "?clinician_id=" + clinician());
        query(
                contest,
                application,
                "a clinician's that are queued, 100",
                () -> BASE + "?status=queued&clinician_id=" + clinician());
        query(
                contest,
                application,
                "a clinician's that are completed, 20",
                () -> BASE + "?status=completed&limit=20&clinician_id=" + clinician());
        query(contest, application, "work queue, 100", () -> BASE + "/work-queue");
        query(
                contest,
                application,
                "a patient's timeline",
                () -> timeline(patients.get(random.nextInt(patients.size()))));
        query(contest, application, "daily counts, 31 days", () -> "/api/v1/clinical/daily-counts");
        query(contest, application, "open conflicts", () -> BASE + "/conflicts");
        contest.run();
    }

    private void query(Contest contest, ServedApplication application, String name, Address address) {
        contest.measure(name, () -> medianMillis(application, address));
        contest.row(name + ", 100,000 recordings", "ms", name, GOAL);
    }

    private double medianMillis(ServedApplication application, Address address)
            throws IOException, InterruptedException {
        List<Long> nanos = new ArrayList<>();
        long until = System.nanoTime() + run.duration().toNanos();
        for (long now = System.nanoTime(); now < until; now = System.nanoTime()) {
            String body = application.get(address.next());
            nanos.add(System.nanoTime() - now);
            if (body.isEmpty()) {
                throw new IllegalStateException("nothing was answered");
            }
        }
        nanos.sort(null);
        return nanos.get(nanos.size() / 2) / 1e6;
    }

    private static String timeline(String patient) {
        return "/api/v1/clinical/patients/" + patient + "/timeline";
    }

    private String anyId() {
        return ClinicalEvents.id(random.nextInt(RECORDINGS)).toString();
    }

    private String clinician() {
        return ClinicalEvents.clinician(random.nextInt(ClinicalEvents.CLINICIANS));
    }

    private static long head(HikariDataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT max(position) FROM event_store.event")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Says what to ask for next. */
    private interface Address {
        String next();
    }
}
