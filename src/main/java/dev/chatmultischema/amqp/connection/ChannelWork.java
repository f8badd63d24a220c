package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.Channel;
import java.io.IOException;

/** Work on a channel, which {@link SupervisedConnection#withChannel} opens and closes. */
public interface ChannelWork<T> {
  T run(Channel channel) throws IOException;
}
