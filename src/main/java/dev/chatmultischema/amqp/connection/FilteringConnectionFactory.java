package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;

/** Creates connections that read and write through a {@link FilteringFrameHandler}. */
final class FilteringConnectionFactory extends ConnectionFactory {

  @Override
  protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
    var factory = super.createFrameHandlerFactory();
    return (address, connectionName) ->
        new FilteringFrameHandler(factory.create(address, connectionName));
  }
}
