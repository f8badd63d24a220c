package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.support.ServiceProcess;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Attempts to log in on many connections, each time with another e-mail address and from another
 * client address, so that no limit refuses them before a password is hashed.
 */
final class LoginFlood implements AutoCloseable {

  private static final int CONNECTIONS = 32;

  private final ServiceProcess service;
  private final ExecutorService attackers = Executors.newFixedThreadPool(CONNECTIONS);
  private final AtomicLong attempts = new AtomicLong();
  private volatile boolean isOver;

  LoginFlood(ServiceProcess service) {
    this.service = service;
    for (int i = 0; i < CONNECTIONS; i++) {
      attackers.submit(this::attack);
    }
  }

  private Void attack() throws IOException {
    var random = ThreadLocalRandom.current();
    while (!isOver) {
      var address = "X-Forwarded-For: 10.%d.%d.%d".formatted(byteOf(random), byteOf(random), 1);
      try (var connection = service.connect(address)) {
        attempt(connection, random.nextInt());
      }
    }
    return null;
  }

  private static int byteOf(ThreadLocalRandom random) {
    return random.nextInt(256);
  }

  private void attempt(HttpConnection connection, int number) throws IOException {
    var login =
        "{\"email\":\"%d@example.com\",\"password\":\"a wrong password\"}".formatted(number);
    connection.request("POST", "/authentication/login", login.getBytes(UTF_8));
    attempts.incrementAndGet();
  }

  /** Returns the number of attempts that were answered. */
  long attempts() {
    return attempts.get();
  }

  /** Waits until all attempts are answered. */
  @Override
  public void close() throws InterruptedException {
    isOver = true;
    attackers.shutdown();
    if (!attackers.awaitTermination(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("an attempt to log in was not answered within a minute");
    }
  }
}
