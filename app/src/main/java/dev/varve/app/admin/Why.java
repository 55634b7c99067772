package dev.varve.app.admin;

import org.jspecify.annotations.Nullable;

/** Why an operator does something, where that is all there is to say. */
public record Why(@Nullable @OperatorReason String reason) {}
