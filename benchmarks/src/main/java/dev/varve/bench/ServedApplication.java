package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The application as operators run it, in a process of its own, asked over HTTP by one caller. */
final class ServedApplication implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("Varve serves on (http://\\S+\\d)");

    private final Process process;
    private final String address;
    private final HttpClient client = HttpClient.newHttpClient();

    private ServedApplication(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** @param folder for what lies beside the database */
    static ServedApplication start(HikariDataSource database, Path folder) throws IOException {
        Path output = folder.resolve("output.txt");
        List<String> serve = List.of("serve", "--port", "0", "--database-url", database.getJdbcUrl());
        Process process = CalledVarve.server(folder, serve)
                .redirectOutput(output.toFile())
                .start();
        while (process.isAlive()) {
            Matcher said = ADDRESS.matcher(Files.readString(output));
            if (said.find()) {
                return new ServedApplication(process, said.group(1));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new IllegalStateException("the application did not start: " + Files.readString(output));
    }

    /** The body of an answer that must be a 200. */
    String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(path);
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("%s answered %d".formatted(path, answer.statusCode()));
        }
        return answer.body();
    }

    private HttpResponse<String> ask(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
        return client.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    /** Waits until read models have come so far. */
    void awaitPosition(long position, String... paths) throws IOException, InterruptedException {
        for (String path : paths) {
            while (ask(path, "Varve-Min-Position", Long.toString(position)).statusCode() != 200) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
        process.onExit().join();
    }
}
