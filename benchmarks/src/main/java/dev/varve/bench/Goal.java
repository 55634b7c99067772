package dev.varve.bench;

import java.util.Locale;

/** What a row must reach: a bound on the ratio of ours to the peer's figure, or on our figure alone. */
sealed interface Goal {

    /** Whether these figures reach it. */
    boolean met(double ours, double peer);

    /** The bound in words, for example {@code >= 8.0x}. */
    String text();

    /** Ours is at least this many times the peer's; for rates. */
    record RatioAtLeast(double bound) implements Goal {
        @Override
        public boolean met(double ours, double peer) {
            return ours >= bound * peer;
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, ">= %.2fx", bound);
        }
    }

    /** Ours is at most this many times the peer's; for times. */
    record RatioAtMost(double bound) implements Goal {
        @Override
        public boolean met(double ours, double peer) {
            return ours <= bound * peer;
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, "<= %.2fx", bound);
        }
    }

    /** Our figure alone is at least this. */
    record AtLeast(double bound) implements Goal {
        @Override
        public boolean met(double ours, double peer) {
            return ours >= bound;
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, ">= %,.0f", bound);
        }
    }

    /** Our figure alone is at most this. */
    record AtMost(double bound) implements Goal {
        @Override
        public boolean met(double ours, double peer) {
            return ours <= bound;
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, "<= %,.1f", bound);
        }
    }
}
