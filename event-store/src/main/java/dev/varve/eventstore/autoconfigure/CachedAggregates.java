package dev.varve.eventstore.autoconfigure;

import org.axonframework.spring.config.SpringAggregateConfigurer;
import org.springframework.beans.MutablePropertyValues;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Gives every {@code @Aggregate} that names no cache the one of this library. An aggregate that names another, or a
 * repository of its own, keeps it.
 */
final class CachedAggregates implements BeanFactoryPostProcessor {

    static final String BEAN = "varveAggregateCache";
    private static final String CACHE = "cache";

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanDefinitionNames()) {
            if (SpringAggregateConfigurer.class
                    .getName()
                    .equals(beans.getBeanDefinition(name).getBeanClassName())) {
                MutablePropertyValues properties = beans.getBeanDefinition(name).getPropertyValues();
                if (!properties.contains(CACHE)) {
                    properties.add(CACHE, BEAN);
                }
            }
        }
    }
}
