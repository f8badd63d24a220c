package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A connection to no broker, which a test can lose or block. */
final class FakeConnection {

  private final List<ShutdownListener> shutdownListeners = new CopyOnWriteArrayList<>();
  private final List<BlockedListener> blockedListeners = new CopyOnWriteArrayList<>();
  private volatile boolean open = true;

  Connection connection() {
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Connection.class}, this::call);
  }

  private Object call(Object proxy, Method method, Object[] arguments) {
    switch (method.getName()) {
      case "addShutdownListener" -> shutdownListeners.add((ShutdownListener) arguments[0]);
      case "addBlockedListener" -> blockedListeners.add((BlockedListener) arguments[0]);
      case "abort" -> lose();
      case "toString" -> {
        return "fake";
      }
      default -> throw new UnsupportedOperationException(method.toString());
    }
    return null;
  }

  boolean isOpen() {
    return open;
  }

  void lose() {
    if (open) {
      open = false;
      var signal = new ShutdownSignalException(true, false, null, null);
      shutdownListeners.forEach(listener -> listener.shutdownCompleted(signal));
    }
  }

  void block() throws Exception {
    for (var listener : blockedListeners) {
      listener.handleBlocked("low on disk");
    }
  }

  void unblock() throws Exception {
    for (var listener : blockedListeners) {
      listener.handleUnblocked();
    }
  }
}
