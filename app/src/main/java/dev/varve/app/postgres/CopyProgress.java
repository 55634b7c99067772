package dev.varve.app.postgres;

/** Hears, now and then, how many bytes of how many were copied; what is left may turn out to be more. */
@FunctionalInterface
public interface CopyProgress {
    void reached(long done, long all);
}
