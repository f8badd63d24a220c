package dev.chatmultischema.redis;

import com.fasterxml.jackson.databind.ObjectWriter;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.tenant.TenantId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A publication to Redis before it is encoded. */
sealed interface Broadcast {

  /** Returns the estimated memory that it occupies, in bytes. */
  long bytes();

  String channel();

  /** Encodes it; one broadcast may become several payloads, in their order. */
  List<byte[]> payloads(ObjectWriter json) throws IOException;

  /** Stored messages of one tenant with consecutive {@code seq}. */
  record Stored(TenantId tenant, List<Message> messages) implements Broadcast {

    /** The estimated bytes of a message beside its content. */
    private static final int OVERHEAD = 256;

    /**
     * A payload ends when it reaches this size in bytes: Redis handles commands one after another.
     */
    private static final int MAX_PAYLOAD = 256 * 1024;

    @Override
    public long bytes() {
      return messages.stream().mapToLong(m -> OVERHEAD + m.content().json().length()).sum();
    }

    @Override
    public String channel() {
      return PubSubChannels.tenant(tenant);
    }

    @Override
    public List<byte[]> payloads(ObjectWriter json) throws IOException {
      var payloads = new ArrayList<byte[]>(1);
      var payload = new ByteArrayOutputStream((int) Math.min(bytes(), MAX_PAYLOAD));
      // One generator for all messages, since each would allocate buffers.
      try (var generator = json.createGenerator(payload)) {
        generator.setRootValueSeparator(null);
        for (var message : messages) {
          if (payload.size() == 0) {
            generator.writeRaw(message.seq() + "\n");
          }
          json.writeValue(generator, message);
          generator.writeRaw('\n');
          generator.flush();
          if (payload.size() >= MAX_PAYLOAD) {
            payloads.add(payload.toByteArray());
            payload.reset();
          }
        }
      }
      if (payload.size() > 0) {
        payloads.add(payload.toByteArray());
      }
      return payloads;
    }
  }

  /** A wake-up without content. */
  record WakeUp(String channel) implements Broadcast {

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
