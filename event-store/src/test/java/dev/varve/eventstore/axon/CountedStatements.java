package dev.varve.eventstore.axon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A DataSource that remembers each statement that was sent over it. */
final class CountedStatements {

    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final DataSource dataSource;

    CountedStatements(DataSource behind) {
        dataSource = proxy(DataSource.class, behind, result -> result instanceof Connection c ? counted(c) : result);
    }

    DataSource dataSource() {
        return dataSource;
    }

    void forget() {
        sent.clear();
    }

    List<String> sent() {
        return List.copyOf(sent);
    }

    private Connection counted(Connection connection) {
        return handled(Connection.class, (self, method, arguments) -> {
            Object result = invoke(connection, method, arguments);
            return result instanceof PreparedStatement statement
                    ? counted(statement, String.valueOf(arguments[0]))
                    : result;
        });
    }

    private PreparedStatement counted(PreparedStatement statement, String sql) {
        return handled(PreparedStatement.class, (self, method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                sent.add(sql);
            }
            return invoke(statement, method, arguments);
        });
    }

    private static <T> T proxy(Class<T> type, T behind, UnaryOperator<Object> mapping) {
        return handled(type, (self, method, arguments) -> mapping.apply(invoke(behind, method, arguments)));
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T handled(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
