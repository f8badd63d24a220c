package dev.chatmultischema.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.chatmultischema.database.DatabaseFactory;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.Epochs;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.MessageStore;
import dev.chatmultischema.redis.Redis;
import dev.chatmultischema.redis.RedisFactory;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.core.setup.Environment;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * Stores and broadcasts messages at once, as a consumer does with deliveries, so that a test knows
 * which messages are stored and broadcast.
 */
public final class MessageWriter implements AutoCloseable {

  private final Environment environment = new Environment("message-writer");
  private final MessageStore store;
  private final Redis redis;

  public MessageWriter(String databaseUrl, String redisUrl) throws Exception {
    environment.getObjectMapper().disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    var database = new DatabaseFactory();
    database.setUrl(databaseUrl);
    var factory = new RedisFactory();
    factory.setUrl(redisUrl);
    redis = factory.build(environment, ChatService.signatures());
    var jdbi = database.build(environment);
    store = new MessageStore(jdbi, new Epochs(jdbi, redis.heads()));
    for (var managed : environment.lifecycle().getManagedObjects()) {
      managed.start();
    }
  }

  /** Stores without a broadcast. */
  List<Message> store(TenantId tenant, int count, String text) {
    return store(
        tenant, Collections.nCopies(count, new Content("{\"text\":\"%s\"}".formatted(text))));
  }

  private List<Message> store(TenantId tenant, List<Content> contents) {
    var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return store.append(
        tenant,
        contents.stream()
            .map(content -> new Draft(UUID.randomUUID(), null, content, now))
            .toList());
  }

  /** Stores all messages together, and broadcasts each by itself. */
  public void publishSingly(TenantId tenant, List<Content> contents) {
    for (var message : store(tenant, contents)) {
      redis.broadcaster().broadcast(tenant, List.of(message));
    }
  }

  /** Stores and broadcasts. */
  List<Message> publish(TenantId tenant, int count, String text) {
    var stored = store(tenant, count, text);
    redis.broadcaster().broadcast(tenant, stored);
    return stored;
  }

  List<Message> publish(TenantId tenant, int count) {
    return publish(tenant, count, "hello");
  }

  /** Returns a message in the form of broadcasts. */
  String json(Message message) {
    try {
      return environment.getObjectMapper().writeValueAsString(message);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws Exception {
    for (var managed : environment.lifecycle().getManagedObjects()) {
      managed.stop();
    }
  }
}
