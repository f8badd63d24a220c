package dev.chatmultischema.amqp.codec;

/** A message came with headers that cannot be read, among them perhaps who sent it. */
public final class UnreadableHeaders extends Exception {

  private static final long serialVersionUID = 1;

  UnreadableHeaders() {
    super("its headers cannot be read: they are malformed or nested too deep");
  }
}
