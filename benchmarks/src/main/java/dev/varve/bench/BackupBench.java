package dev.varve.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** A backup of an embedded database by the command that operators call, from its copy to the end of its proof. */
final class BackupBench {

    private final Run run;

    BackupBench(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        row(1_000, 2_000);
        row(100_000, 60_000);
    }

    private void row(int recordings, double longest) throws Exception {
        String what = String.format(Locale.ROOT, "backup of %,d recordings, verified", recordings);
        Contest contest = new Contest(run);
        if (!contest.wants(what)) {
            return;
        }
        Path folder = Files.createTempDirectory("varve-bench-backup-");
        try {
            String data = folder.resolve("data").toString();
            fill(folder, data, recordings);
            contest.measure("backup", () -> millis(folder, data, recordings))
                    .row(what, "ms", "backup", new Goal.AtMost(longest))
                    .run();
        } finally {
            CalledVarve.remove(folder);
        }
    }

    private static void fill(Path folder, String data, int recordings) throws Exception {
        Path old = folder.resolve("clinical.db");
        OldClinicalFile.write(old, recordings);
        JsonNode report = CalledVarve.json(
                folder,
                List.of("import", "recordings", "--sqlite", old.toString(), "--json", "--quiet", "--data-dir", data));
        if (report.get("recorded").asInt() != recordings) {
            throw new IllegalStateException("not every recording is there: " + report);
        }
    }

    private static double millis(Path folder, String data, int recordings) throws Exception {
        Path backups = folder.resolve("backups");
        JsonNode backup =
                CalledVarve.json(folder, List.of("backup", "--json", "--data-dir", data, "--to", backups.toString()));
        if (backup.get("manifest").get("log").get("events").asInt() < recordings) {
            throw new IllegalStateException("the backup lacks events: " + backup);
        }
        CalledVarve.remove(backups);
        return backup.get("seconds").asDouble() * 1000;
    }
}
