package dev.varve.bench;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;

/** A DataSource that counts the statements sent over it; not the pool's own questions whether a connection lives. */
final class StatementCounter {

    private final LongAdder sent = new LongAdder();
    private final DataSource dataSource;

    StatementCounter(DataSource behind) {
        dataSource = watched(DataSource.class, behind);
    }

    DataSource dataSource() {
        return dataSource;
    }

    long sent() {
        return sent.sum();
    }

    private <T> T watched(Class<T> type, T behind) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (behind instanceof Statement && method.getName().startsWith("execute")) {
                        sent.increment();
                    }
                    Object result = invoke(behind, method, arguments);
                    return leadsToStatements(method) ? watch(method.getReturnType(), result) : result;
                }));
    }

    private static boolean leadsToStatements(Method method) {
        return (method.getReturnType() == Connection.class && method.getDeclaringClass() == DataSource.class)
                || Statement.class.isAssignableFrom(method.getReturnType());
    }

    private <T> T watch(Class<T> type, Object result) {
        return watched(type, type.cast(result));
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
