package dev.chatmultischema.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MigrationsTest {

  @Test
  void knowsEveryChangeSetOfEveryFile() throws IOException {
    long changeSets = 0;
    try (var files = Files.list(Path.of("migrations"))) {
      for (var file : files.filter(path -> path.toString().endsWith(".sql")).toList()) {
        changeSets +=
            Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("--changeset"))
                .count();
      }
    }

    assertEquals(changeSets, Migrations.ids().size());
    assertTrue(Migrations.ids().containsAll(List.of("tenants", "users", "messages", "audit")));
  }
}
