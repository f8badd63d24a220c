package dev.chatmultischema.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.google.common.collect.Lists;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Searches the log of the most talkative level for what it must not have. */
@ChatTest(environment = "REQUEST_LOG=true")
class LoggedSecretsIT {

  private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  /** The loggers of this test's HTTP client, which is in the process of the service. */
  private static final Logger CLIENT = (Logger) LoggerFactory.getLogger("jdk");

  @Started private static ChatService chat;
  @Started private static Broker broker;

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  private final class Recorder extends AppenderBase<ILoggingEvent> {

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(
          event.getFormattedMessage()
              + event.getMDCPropertyMap()
              + ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
  }

  @AfterAll
  static void restoreTheLevel() {
    ROOT.setLevel(Level.WARN);
    CLIENT.setLevel(null);
  }

  @Test
  void hasNeitherContentsNorSecrets() throws IOException, InterruptedException {
    // In place of the console.
    Lists.newArrayList(ROOT.iteratorForAppenders()).forEach(ROOT::detachAppender);
    var recorder = new Recorder();
    recorder.start();
    ROOT.addAppender(recorder);
    ROOT.setLevel(Level.TRACE);
    CLIENT.setLevel(Level.OFF);

    var token = chat.adminToken();
    var tenant = chat.addTenant(token);
    var client = chat.as(token).tenant(tenant);
    var wrong = Map.of("email", "a@example.com", "password", "a wrong password");
    chat.anonymous().post("/authentication/login", wrong).expect(401);
    client.post("/messages", Map.of("content", Map.of("text", "confidential"))).expect(202);
    client.post("/messages", Map.of("content", "confidential"));
    broker.put(Broker.queue(tenant.toString()), "confidential");
    await().until(() -> client.head() == 1);
    await().until(() -> chat.metric("chat_messages_dead_lettered_total", tenant) == 1);
    var ticket = client.post("/messages/stream/tickets").text("/ticket");
    try (var stream = client.open("/messages/stream?last_event_id=0&ticket=" + ticket).body()) {
      assertThat(new String(stream.readNBytes(10), UTF_8)).isNotEmpty();
    }
    client.get("/messages?limit=1").expect(200);
    ROOT.detachAppender(recorder);

    assertThat(lines).anyMatch(line -> line.contains("POST /messages"));
    assertThat(lines).anyMatch(line -> line.contains("stored message"));
    for (var secret :
        List.of("confidential", "a wrong password", ChatService.PASSWORD, token, ticket)) {
      assertThat(lines).noneMatch(line -> line.contains(secret));
    }
  }
}
