package dev.varve.eventstore.axon;

import org.axonframework.common.AxonTransientException;

/** The database could not answer; worth another try. */
final class TokenStoreException extends AxonTransientException {

    TokenStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
