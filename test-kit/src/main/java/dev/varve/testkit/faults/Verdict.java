package dev.varve.testkit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the journals of all nodes and the log itself, read at the end, say about the log.
 *
 * @param written events that were acknowledged
 * @param uncertain events whose fate nobody was told; each may be in the log or not
 * @param inLog events in the log
 * @param sightings of all readers
 * @param lost acknowledged and not in the log, or in the log and not seen by a reader that came past
 * @param duplicated in the log twice, or seen twice by one reader
 * @param outOfOrder positions that fall in the log or for a reader, versions that do not follow one another
 * @param gaps positions that are missing
 * @param ghosts in the log although refused or rolled back, or never written; or seen and not in the log
 * @param lateness milliseconds from the acknowledgement to the last reader, the worst that no outage explains
 * @param examples the first faults, in words
 */
public record Verdict(
        long written,
        long uncertain,
        long inLog,
        long sightings,
        long lost,
        long duplicated,
        long outOfOrder,
        long gaps,
        long ghosts,
        long lateness,
        List<String> examples) {

    static final String WRITES = ".writes";
    static final String READS = ".reads";
    private static final int EXAMPLES = 20;

    public Verdict {
        examples = List.copyOf(examples);
    }

    /**
     * Judges.
     *
     * @param journals the folder of the journals
     * @param log all of it, as it is at the end
     * @param outages in which readers were allowed to be late
     */
    public static Verdict of(Path journals, List<Sighting> log, List<Outage> outages) {
        Judge judge = new Judge(log);
        for (Path file : files(journals, WRITES)) {
            judge.readWrites(Journal.lines(file));
        }
        judge.checkLog();
        for (Path file : files(journals, READS)) {
            judge.checkReader(
                    String.valueOf(file.getFileName()),
                    Journal.lines(file).stream().map(Sighting::parse).toList(),
                    outages);
        }
        return judge.verdict();
    }

    /** Whether nothing was lost, duplicated, out of order, missing or invented. */
    public boolean isClean() {
        return lost + duplicated + outOfOrder + gaps + ghosts == 0;
    }

    private static List<Path> files(Path folder, String ending) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the journals in %s could not be listed".formatted(folder), e);
        }
    }

    private static final class Judge {

        private final List<Sighting> log;
        private final Map<String, Sighting> byId = new HashMap<>();
        private final Map<String, Long> acknowledged = new HashMap<>();
        private final Set<String> refused = new HashSet<>();
        private final Set<String> tried = new HashSet<>();
        private final List<String> examples = new ArrayList<>();
        private long sightings;
        private long lost;
        private long duplicated;
        private long outOfOrder;
        private long gaps;
        private long ghosts;
        private long lateness;

        Judge(List<Sighting> log) {
            this.log = log;
        }

        void readWrites(List<String> lines) {
            for (String line : lines) {
                String[] parts = line.split(" ", -1);
                switch (parts[0]) {
                    case "TRIED" -> tried.add(parts[1]);
                    case "WRITTEN" -> acknowledged.put(parts[1], Long.parseLong(parts[2]));
                    case "REFUSED" -> refused.add(parts[1]);
                    case "UNKNOWN" -> {
                        // As good as nothing said.
                    }
                    default -> throw new IllegalArgumentException("no line of a journal: " + line);
                }
            }
        }

        void checkLog() {
            long expected = 1;
            Map<String, Long> versions = new HashMap<>();
            for (Sighting event : log) {
                if (event.position() > expected) {
                    gaps += event.position() - expected;
                    say("positions %d to %d are missing".formatted(expected, event.position() - 1));
                } else if (event.position() < expected) {
                    outOfOrder++;
                    say("position %d comes after %d".formatted(event.position(), expected - 1));
                }
                expected = event.position() + 1;
                long next = versions.getOrDefault(event.stream(), -1L) + 1;
                if (event.version() != next) {
                    outOfOrder++;
                    say("version %d of %s at %d, expected %d"
                            .formatted(event.version(), event.stream(), event.position(), next));
                }
                versions.put(event.stream(), event.version());
                if (byId.put(event.id(), event) != null) {
                    duplicated++;
                    say("event %s is in the log twice, again at %d".formatted(event.id(), event.position()));
                }
                if (refused.contains(event.id()) || !tried.contains(event.id())) {
                    ghosts++;
                    say("event %s at %d was refused, rolled back or never written"
                            .formatted(event.id(), event.position()));
                }
            }
            for (String id : acknowledged.keySet()) {
                if (!byId.containsKey(id)) {
                    lost++;
                    say("event %s was acknowledged and is not in the log".formatted(id));
                }
            }
        }

        void checkReader(String reader, List<Sighting> seen, List<Outage> outages) {
            sightings += seen.size();
            Set<String> ids = new HashSet<>();
            long last = 0;
            for (Sighting event : seen) {
                if (event.position() <= last) {
                    outOfOrder++;
                    say("%s saw %d after %d".formatted(reader, event.position(), last));
                }
                last = Math.max(last, event.position());
                if (!ids.add(event.id())) {
                    duplicated++;
                    say("%s saw event %s twice, again at %d".formatted(reader, event.id(), event.position()));
                }
                Sighting kept = byId.get(event.id());
                if (kept == null || kept.position() != event.position() || kept.version() != event.version()) {
                    ghosts++;
                    say("%s saw event %s at %d, and the log does not have it there"
                            .formatted(reader, event.id(), event.position()));
                }
                late(event, outages);
            }
            for (Sighting event : log) {
                if (!ids.contains(event.id())) {
                    lost++;
                    say("%s came to %d and never saw %d".formatted(reader, last, event.position()));
                }
            }
        }

        private void late(Sighting event, List<Outage> outages) {
            Long written = acknowledged.get(event.id());
            if (written != null
                    && event.seenAt() - written > lateness
                    && outages.stream().noneMatch(outage -> outage.touches(written, event.seenAt()))) {
                lateness = event.seenAt() - written;
            }
        }

        private void say(String fault) {
            if (examples.size() < EXAMPLES) {
                examples.add(fault);
            }
        }

        Verdict verdict() {
            long uncertain = (long) tried.size() - acknowledged.size() - refused.size();
            return new Verdict(
                    acknowledged.size(),
                    uncertain,
                    log.size(),
                    sightings,
                    lost,
                    duplicated,
                    outOfOrder,
                    gaps,
                    ghosts,
                    lateness,
                    examples);
        }
    }
}
