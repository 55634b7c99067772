package dev.varve.testkit.faults;

/**
 * An event as a reader saw it.
 *
 * @param seenAt milliseconds of the wall clock, which all nodes of one machine share
 */
public record Sighting(long position, String id, String stream, long version, long seenAt) {

    String line() {
        return position + " " + id + " " + stream + " " + version + " " + seenAt;
    }

    static Sighting parse(String line) {
        String[] parts = line.split(" ", -1);
        return new Sighting(
                Long.parseLong(parts[0]), parts[1], parts[2], Long.parseLong(parts[3]), Long.parseLong(parts[4]));
    }
}
