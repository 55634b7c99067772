package dev.varve.transit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.projection.Projection;
import java.util.List;
import java.util.Objects;
import org.jooq.Table;
import org.junit.jupiter.api.Test;
import org.springframework.beans.BeanUtils;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;

class EveryEventIsProjectedTest {

    private final List<Projection<?>> projections = projections();

    @Test
    void each_kind_of_event_is_claimed_by_a_projection() {
        assertThat(TransitReadModels.kindsOfEvents())
                .isNotEmpty()
                .allSatisfy(kind -> assertThat(projections)
                        .as("the projections of %s", kind.getSimpleName())
                        .anyMatch(projection -> projection.eventType().isAssignableFrom(kind)));
    }

    @Test
    void a_name_and_a_table_belong_to_one_projection() {
        assertThat(projections.stream().map(Projection::name)).isNotEmpty().doesNotHaveDuplicates();
        assertThat(projections.stream()
                        .flatMap(projection -> projection.tables().stream())
                        .map(Table::getQualifiedName))
                .doesNotHaveDuplicates();
    }

    private static List<Projection<?>> projections() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(Projection.class));
        return scanner.findCandidateComponents("dev.varve.transit.query").stream()
                .<Projection<?>>map(found -> (Projection<?>) BeanUtils.instantiateClass(
                        ClassUtils.resolveClassName(Objects.requireNonNull(found.getBeanClassName()), null)))
                .toList();
    }
}
