package dev.chatmultischema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.support.ChatService;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code DATABASE_URL} names several servers, and none of them is a primary. */
@Tag("once")
class NoPrimaryIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void isNotReadyIfNoServerAnswers() {
    int one = FreePort.find();
    int two = FreePort.find();
    var url = "postgres://chat:secret@127.0.0.1:%d,127.0.0.1:%d/chat".formatted(one, two);
    assertUnready(url, "no primary: 127.0.0.1:%d does not answer".formatted(one));
  }

  /** A read-only database refuses writes as a standby does. */
  @Test
  void isNotReadyIfTheOnlyServerThatAnswersIsAStandby() {
    var url = Backends.shared().newDatabase();
    ChatService.migrate(url);
    var name = URI.create(url).getPath().substring(1);
    ChatService.jdbi(url)
        .useHandle(
            handle ->
                handle.execute(
                    "ALTER DATABASE %s SET default_transaction_read_only = on".formatted(name)));
    var others = url.replaceFirst("@", "@127.0.0.1:%d,".formatted(FreePort.find()));
    assertUnready(others, "is a standby or read-only");
  }

  private static void assertUnready(String url, String reason) {
    try (var chat =
        ChatService.on(Backends.shared()).environment("DATABASE_URL", url).startAnyway()) {
      await()
          .atMost(PATIENCE)
          .until(() -> chat.admin().get("/healthcheck").body().contains(reason));
      assertThat(chat.admin().get("/health-check?type=ready").status()).isEqualTo(503);
    }
  }
}
