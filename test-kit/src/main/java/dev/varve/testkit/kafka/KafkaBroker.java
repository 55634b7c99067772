package dev.varve.testkit.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.Kafka;
import org.apache.kafka.metadata.storage.Formatter;

/** One broker and controller as a process, which ends when whoever started it does. */
final class KafkaBroker {

    private KafkaBroker() {}

    /** Wants the file of the broker's settings and the cluster's id. */
    public static void main(String... arguments) throws Exception {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]))) {
            settings.load(reader);
        }
        String directory = settings.getProperty("log.dirs");
        new Formatter()
                .setClusterId(arguments[1])
                .setNodeId(Integer.parseInt(settings.getProperty("node.id")))
                .setControllerListenerName(KafkaCluster.CONTROLLER)
                .setDirectories(List.of(directory))
                .setMetadataLogDirectory(directory)
                .setIgnoreFormatted(true)
                .run();
        endWith(System.in);
        Kafka.main(new String[] {arguments[0]});
    }

    private static void endWith(InputStream parent) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                parent.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // As good as the end of the stream: nobody is there any more.
                Runtime.getRuntime().halt(1);
            }
            Runtime.getRuntime().halt(0);
        });
    }
}
