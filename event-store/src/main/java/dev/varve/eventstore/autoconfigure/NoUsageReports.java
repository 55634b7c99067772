package dev.varve.eventstore.autoconfigure;

import org.axonframework.updates.configuration.UsagePropertyProvider;

/** Keeps Axon's update checker from sending anything anywhere. */
final class NoUsageReports implements UsagePropertyProvider {

    @Override
    public Boolean getDisabled() {
        return true;
    }

    @Override
    public String getUrl() {
        return "";
    }

    @Override
    public int priority() {
        return Integer.MAX_VALUE;
    }
}
