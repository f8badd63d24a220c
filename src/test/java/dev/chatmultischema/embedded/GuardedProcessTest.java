package dev.chatmultischema.embedded;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class GuardedProcessTest {

  @Test
  void stopsTheServerAndRemovesItsDirectory() {
    var server = start("sleep", "600");
    assertTrue(server.isRunning());

    server.close();

    assertFalse(server.isRunning());
    assertFalse(ProcessHandle.of(server.pid()).isPresent());
    assertFalse(Files.exists(server.directory()));
  }

  @Test
  void reportsAServerThatEndsWithItsOutput() {
    var server = start("sh", "-c", "echo no luck");

    await().until(() -> !server.isRunning());

    assertTrue(server.failure("failed").getMessage().contains("no luck"));
    server.close();
    assertFalse(Files.exists(server.directory()));
  }

  @Test
  void detectsAKilledServer() {
    var server = start("sleep", "600");

    ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();

    await().until(() -> !server.isRunning());
    server.close();
  }

  @Test
  void isolatesTheServerFromSignalsOfATerminal() {
    var server = start("sleep", "600");
    var guard = ProcessHandle.of(server.pid()).flatMap(ProcessHandle::parent).orElseThrow();

    guard.destroy();

    assertTrue(guard.isAlive());
    assertTrue(server.isRunning());
    server.close();
  }

  @Test
  void removesTheDirectoryAfterAFailedPreparation() {
    var directory = new AtomicReference<Path>();

    assertThrows(
        UncheckedIOException.class,
        () ->
            GuardedProcess.start(
                "Unprepared",
                "TERM",
                made -> {
                  directory.set(made);
                  throw new IOException("no space left");
                }));

    assertFalse(Files.exists(directory.get()));
  }

  private static GuardedProcess start(String... command) {
    return GuardedProcess.start("Test", "TERM", directory -> List.of(command));
  }
}
