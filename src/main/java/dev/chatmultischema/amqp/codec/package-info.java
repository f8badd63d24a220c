/**
 * The forms of a message in AMQP: published ({@link
 * dev.chatmultischema.amqp.codec.OutboundMessage}), delivered ({@link
 * dev.chatmultischema.amqp.codec.Delivery}) and failed ({@link
 * dev.chatmultischema.amqp.codec.FailedMessage}).
 *
 * <p>The entry point is {@link dev.chatmultischema.amqp.codec.MessageCodec}. It has no threads and
 * no state.
 */
package dev.chatmultischema.amqp.codec;
