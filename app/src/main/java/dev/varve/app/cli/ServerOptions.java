package dev.varve.app.cli;

import dev.varve.app.operator.OperatorError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says where a server listens. */
final class ServerOptions {

    private static final int LARGEST_PORT = 65_535;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = {
                "The address to listen on (default: ${DEFAULT-VALUE}).",
                "One that others reach is refused until there is an API key or an OAuth2 issuer."
            })
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "The port to listen on (default: ${DEFAULT-VALUE}); 0 takes a free one.")
    private int port;

    /**
     * The address to listen on, with a port that was free just now.
     *
     * @throws OperatorError if the port is taken, so that it is known before anything is started
     */
    InetSocketAddress free() {
        if (port < 0 || port > LARGEST_PORT) {
            throw new ParameterException(spec.commandLine(), "--port must be 0 to 65535, not " + port);
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return InetSocketAddress.createUnresolved(host, socket.getLocalPort());
        } catch (UnknownHostException e) {
            throw new OperatorError("--host %s is no address of this machine".formatted(host), e);
        } catch (IOException e) {
            throw new OperatorError(
                    "cannot listen on %s port %d (%s): stop what listens there, or choose another with --port"
                            .formatted(host, port, e.getMessage()),
                    e);
        }
    }
}
