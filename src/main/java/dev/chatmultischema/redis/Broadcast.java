package dev.chatmultischema.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.tenant.TenantId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Something to publish, not encoded yet. */
sealed interface Broadcast {

  /** About how much memory it holds. */
  long bytes();

  String channel();

  /** Encodes it; one broadcast may become several publications, in their order. */
  List<byte[]> payloads(ObjectWriter json) throws JsonProcessingException;

  /** Messages with consecutive {@code seq}. */
  record Stored(TenantId tenant, List<Message> messages) implements Broadcast {

    /** What a message has beside its content, about. */
    private static final int OVERHEAD = 256;

    /** Where a payload is full: larger ones would hold others up in Redis. */
    private static final int MAX_PAYLOAD = 256 * 1024;

    @Override
    public long bytes() {
      return messages.stream().mapToLong(m -> OVERHEAD + m.content().json().length()).sum();
    }

    @Override
    public String channel() {
      return Channels.tenant(tenant);
    }

    @Override
    public List<byte[]> payloads(ObjectWriter json) throws JsonProcessingException {
      var payloads = new ArrayList<byte[]>(1);
      var payload = new ByteArrayOutputStream(1024);
      for (var message : messages) {
        if (payload.size() == 0) {
          payload.writeBytes((message.seq() + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        payload.writeBytes(json.writeValueAsBytes(message));
        payload.write('\n');
        if (payload.size() >= MAX_PAYLOAD) {
          payloads.add(payload.toByteArray());
          payload.reset();
        }
      }
      if (payload.size() > 0) {
        payloads.add(payload.toByteArray());
      }
      return payloads;
    }
  }

  /** Only the news that there is news. */
  record Wakeup(String channel) implements Broadcast {

    @Override
    public long bytes() {
      return 64;
    }

    @Override
    public List<byte[]> payloads(ObjectWriter json) {
      return List.of(new byte[0]);
    }
  }
}
