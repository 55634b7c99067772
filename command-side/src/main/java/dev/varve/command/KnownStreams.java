package dev.varve.command;

/** Whether a stream exists; for commands that name a thing of another stream. */
@FunctionalInterface
public interface KnownStreams {

    boolean contains(String stream);
}
