package dev.varve.app.admin.projections;

import dev.varve.projection.parked.ParkedEvents;
import dev.varve.projection.rebuild.ProjectionStates;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows all projections: how far they are, and which code made their rows. */
@RestController
@RequestMapping("/admin/projections")
final class ProjectionController {

    private final ProjectionStates states;
    private final ParkedEvents parked;

    ProjectionController(ProjectionStates states, ParkedEvents parked) {
        this.states = states;
        this.parked = parked;
    }

    @GetMapping
    List<ProjectionView> all() {
        return ProjectionView.of(states.read(), parked.counts());
    }
}
