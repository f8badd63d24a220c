package dev.chatmultischema.amqp.deadletter;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads messages from a queue in groups that are bounded in number and bytes. The broker requeues
 * messages that are not acknowledged when the channel closes.
 */
final class QueueReader {

  /** The maximum number of messages in a group. */
  static final int MAX_MESSAGES = 100;

  /** A group ends once the bodies of its messages have this size. */
  private static final long MAX_BYTES = 1024 * 1024;

  private QueueReader() {}

  /** Reads up to {@code limit} and {@value #MAX_MESSAGES} messages; returns none at the end. */
  static List<GetResponse> read(Channel channel, String queue, long limit) throws IOException {
    var group = new ArrayList<GetResponse>();
    long bytes = 0;
    while (group.size() < Math.min(MAX_MESSAGES, limit) && bytes < MAX_BYTES) {
      var message = channel.basicGet(queue, false);
      if (message == null) {
        break;
      }
      group.add(message);
      bytes += message.getBody().length;
    }
    return group;
  }

  /** Removes messages from their queue. */
  static void acknowledge(Channel channel, List<GetResponse> messages) throws IOException {
    for (var message : messages) {
      channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
    }
  }
}
