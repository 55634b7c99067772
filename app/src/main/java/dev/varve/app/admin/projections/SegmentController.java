package dev.varve.app.admin.projections;

import dev.varve.app.admin.Why;
import dev.varve.app.security.Actor;
import dev.varve.projection.Operator;
import dev.varve.projection.segments.ProjectionSegment;
import dev.varve.projection.segments.ProjectionSegments;
import jakarta.validation.Valid;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows the segments of projections, cuts and joins them. */
@RestController
@RequestMapping("/admin/projections/{name}/segments")
final class SegmentController {

    private final ProjectionSegments segments;

    SegmentController(ProjectionSegments segments) {
        this.segments = segments;
    }

    @GetMapping
    List<ProjectionSegment> all(@PathVariable String name) {
        return segments.of(name);
    }

    @PostMapping("/{segment}/split")
    List<ProjectionSegment> split(
            @PathVariable String name,
            @PathVariable int segment,
            @RequestBody(required = false) @Valid @Nullable Why why) {
        return segments.split(name, OptionalInt.of(segment), by(why));
    }

    @PostMapping("/{segment}/merge")
    List<ProjectionSegment> merge(
            @PathVariable String name,
            @PathVariable int segment,
            @RequestBody(required = false) @Valid @Nullable Why why) {
        return segments.merge(name, OptionalInt.of(segment), by(why));
    }

    private static Operator by(@Nullable Why why) {
        return new Operator(Actor.current().name(), why == null ? null : why.reason());
    }
}
