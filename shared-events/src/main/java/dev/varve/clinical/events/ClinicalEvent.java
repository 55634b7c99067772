package dev.varve.clinical.events;

/** Everything that can happen in clinical; a projection switches over it without a {@code default}. */
public sealed interface ClinicalEvent permits RecordingEvent {}
