package dev.varve.app.backup;

import dev.varve.app.backup.BackupManifest.CheckedFile;
import dev.varve.app.backup.BackupManifest.Form;
import dev.varve.app.backup.BackupProgress.Step;
import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.app.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The files of an embedded PostgreSQL: a base backup. */
final class PhysicalCopy implements DatabaseCopy {

    private static final String CLUSTER = "base.tar";
    private static final String CLUSTER_MANIFEST = "backup_manifest";

    @Override
    public Form form() {
        return Form.PHYSICAL;
    }

    @Override
    public void write(Database database, Path newFolder, BackupProgress progress) {
        database.backUpEmbedded(newFolder, (done, all) -> progress.reached(Step.COPY, done, all));
    }

    @Override
    public List<CheckedFile> bringBack(Path copy, Path dataDirectory, boolean durable, BackupProgress progress)
            throws IOException {
        Path cluster = copy.resolve(CLUSTER);
        Path manifest = copy.resolve(CLUSTER_MANIFEST);
        long size = Files.size(cluster);
        try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
            Future<String> sha256 =
                    beside.submit(() -> Checksums.of(cluster, done -> progress.reached(Step.RESTORE, done, size)));
            EmbeddedPostgres.restore(dataDirectory, cluster, durable);
            return List.of(
                    new CheckedFile(CLUSTER, size, sha256.get()),
                    new CheckedFile(CLUSTER_MANIFEST, Files.size(manifest), Checksums.of(manifest, done -> {})));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorError("interrupted while the copy was brought back", e);
        }
    }
}
