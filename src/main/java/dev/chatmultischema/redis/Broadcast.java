package dev.chatmultischema.redis;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.chatmultischema.identity.Sender;
import dev.chatmultischema.json.Timestamps;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.Position;
import dev.chatmultischema.tenant.TenantId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A publication to Redis before it is encoded. */
sealed interface Broadcast {

  /** Returns the estimated memory that it occupies, in bytes. */
  long bytes();

  String channel();

  /** Encodes and signs it; one broadcast may become several payloads, in their order. */
  List<byte[]> payloads(BroadcastSignature signature);

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
    public List<byte[]> payloads(BroadcastSignature signature) {
      var payloads = new ArrayList<byte[]>(1);
      var payload = new ByteArrayOutputStream((int) Math.min(bytes(), MAX_PAYLOAD));
      var lines = new StringBuilder(1024);
      for (var message : messages) {
        lines.setLength(0);
        if (payload.size() == 0) {
          payload.writeBytes(BroadcastSignature.placeholder());
          lines.append(Position.idPrefix(message.epoch())).append(message.seq()).append('\n');
        }
        appendJson(lines, message);
        payload.writeBytes(lines.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        if (payload.size() >= MAX_PAYLOAD) {
          payloads.add(signature.sign(tenant, payload.toByteArray()));
          payload.reset();
        }
      }
      if (payload.size() > 0) {
        payloads.add(signature.sign(tenant, payload.toByteArray()));
      }
      return payloads;
    }

    /**
     * Appends the JSON object that lists of messages contain. Only the sender and the content may
     * hold characters to escape, and the content is JSON already; a serializer would cost several
     * times as much.
     */
    private static void appendJson(StringBuilder json, Message message) {
      json.append("{\"message_id\":\"").append(message.messageId());
      json.append("\",\"seq\":").append(message.seq()).append(",\"sender_id\":");
      if (message.senderId() == null) {
        json.append("null");
      } else {
        json.append('"').append(message.senderId()).append('"');
      }
      if (message.sender() != null) {
        appendSender(json, message.sender());
      }
      json.append(",\"content\":").append(message.content().json());
      json.append(",\"created_at\":\"")
          .append(Timestamps.format(message.createdAt()))
          .append("\"}");
    }

    private static void appendSender(StringBuilder json, Sender sender) {
      var encoder = JsonStringEncoder.getInstance();
      json.append(",\"sender\":{\"sub\":\"");
      encoder.quoteAsString(sender.sub(), json);
      if (sender.name() == null) {
        json.append("\",\"name\":null}");
      } else {
        json.append("\",\"name\":\"");
        encoder.quoteAsString(sender.name(), json);
        json.append("\"}");
      }
    }
  }

  /** A wake-up without content. */
  record WakeUp(String channel) implements Broadcast {

    @Override
    public long bytes() {
      return 64;
    }

    @Override
    public List<byte[]> payloads(BroadcastSignature signature) {
      return List.of(new byte[0]);
    }
  }
}
