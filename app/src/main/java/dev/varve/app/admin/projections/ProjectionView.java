package dev.varve.app.admin.projections;

import dev.varve.projection.rebuild.ProjectionStates.ProjectionState;
import java.util.List;
import java.util.Map;

/**
 * A projection as it is shown to people and programs.
 *
 * @param position its rows hold every event up to here
 * @param head of the log
 * @param lagSeconds how long ago the first event was recorded that its rows lack; 0 when they lack none
 * @param version of the code that made its rows
 * @param codeVersion of the code that was started last
 * @param changed whether these differ, so that the rows are not what the code would make of the log
 * @param parked events that it could not apply, or that wait behind one
 */
public record ProjectionView(
        String projection,
        long position,
        long head,
        long lagEvents,
        double lagSeconds,
        int version,
        int codeVersion,
        boolean changed,
        long parked) {

    /**
     * As they stand together with what is parked.
     *
     * @param parked how many events of which projection
     */
    public static List<ProjectionView> of(List<ProjectionState> states, Map<String, Long> parked) {
        return states.stream()
                .map(state -> new ProjectionView(
                        state.projection(),
                        state.position(),
                        state.head(),
                        state.lagEvents(),
                        state.lagSeconds(),
                        state.version(),
                        state.codeVersion(),
                        state.changed(),
                        parked.getOrDefault(state.projection(), 0L)))
                .toList();
    }
}
