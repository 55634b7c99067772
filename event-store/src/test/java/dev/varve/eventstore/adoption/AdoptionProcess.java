package dev.varve.eventstore.adoption;

import dev.varve.eventstore.Partitions;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/** A takeover in a process of its own, to be killed. Arguments: URL, user, password. */
final class AdoptionProcess {

    private AdoptionProcess() {}

    public static void main(String[] arguments) throws Exception {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(arguments[0]);
        dataSource.setUser(arguments[1]);
        dataSource.setPassword(arguments[2]);
        try (Partitions partitions = new Partitions(dataSource, 10_000_000, 1)) {
            new Adoption(dataSource, OldStore.in("public"), dataSource, partitions, new TypeNames(Map.of()), "cli:test")
                    .run((phase, done, all) -> {});
        }
    }
}
