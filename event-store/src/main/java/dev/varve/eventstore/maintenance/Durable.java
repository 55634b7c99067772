package dev.varve.eventstore.maintenance;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Puts files on the disk before what they replace is dropped. */
final class Durable {

    private Durable() {}

    /** Waits until a file, or the names in a folder, would survive a loss of power. */
    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
