package dev.varve.transit.command.mvg;

import dev.varve.command.Bounds;
import dev.varve.command.ingestion.BrokenSource;
import dev.varve.command.ingestion.RowSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JacksonException;

/**
 * A recorded answer of MVG: a file that is one JSON list.
 *
 * @param name the file's name without its folder
 * @param digest SHA-256 of its bytes in hexadecimal digits
 */
record MvgFile(String name, String digest, Instant lastModified, List<MvgJson.Element> elements) {

    /** A day of the busiest station is a thousandth of this. */
    private static final long LARGEST = 256L * 1024 * 1024;

    MvgFile {
        elements = List.copyOf(elements);
    }

    /** @param line where the item begins */
    record Item<T>(int line, T content) {}

    /** Reads the file as a whole, so that what is broken in it is found before anything is recorded. */
    static MvgFile read(Path path) throws BrokenSource {
        String name = String.valueOf(path.getFileName());
        try {
            if (Files.size(path) > LARGEST) {
                throw new BrokenSource(path + " is larger than " + LARGEST + " bytes");
            }
            byte[] bytes = Files.readAllBytes(path);
            return new MvgFile(
                    name,
                    HexFormat.of().formatHex(sha256().digest(bytes)),
                    Files.getLastModifiedTime(path).toInstant(),
                    MvgJson.list(bytes));
        } catch (NoSuchFileException e) {
            throw new BrokenSource(path + " does not exist", e);
        } catch (IOException e) {
            throw new BrokenSource(path + " cannot be read: " + e.getMessage(), e);
        } catch (JacksonException e) {
            String where = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            throw new BrokenSource(name + where + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (BrokenItem e) {
            throw new BrokenSource(name + " is no answer of MVG: " + e.reason(), e);
        }
    }

    /** When the answer was saved, as far as the file system can be believed. */
    Instant writtenAt(Instant now) {
        return Bounds.isPlausible(lastModified) && !lastModified.isAfter(now) ? lastModified : now;
    }

    /** Reads every element, and reports those that cannot be read as rejected rows of a kind. */
    <T> List<Item<T>> items(String kind, Function<JsonItem, T> reader, RowSink sink) {
        List<Item<T>> items = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            MvgJson.Element element = elements.get(i);
            try {
                items.add(new Item<>(element.line(), reader.apply(new JsonItem("[" + i + "]", element.node()))));
            } catch (BrokenItem e) {
                sink.reject(kind, name, element.line(), e.reason());
            }
        }
        return items;
    }

    /** The elements that can be read, for looking something up. */
    <T> List<T> readable(Function<JsonItem, T> reader) {
        return MvgJson.items(elements.stream().map(MvgJson.Element::node).toList(), reader)
                .read();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
