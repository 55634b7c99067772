package dev.varve.app.backup;

/** Hears how a backup or a restore comes along. */
@FunctionalInterface
public interface BackupProgress {

    /** What is being done, and what is counted. */
    enum Step {
        COPY("bytes"),
        CHECK("bytes"),
        RESTORE("bytes"),
        VERIFY("events");

        private final String unit;

        Step(String unit) {
            this.unit = unit;
        }

        public String unit() {
            return unit;
        }
    }

    /** So much of so much is done; what is left may turn out to be more. */
    void reached(Step step, long done, long all);
}
