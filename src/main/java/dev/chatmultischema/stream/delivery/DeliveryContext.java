package dev.chatmultischema.stream.delivery;

import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * The settings and the resources that all subscribers of the node share.
 *
 * @param maxStall the time after which a client that reads nothing is disconnected
 * @param onClose is called once for each subscriber that has closed, on its event loop
 */
public record DeliveryContext(
    EventLoopGroup loops,
    ReplayReader replays,
    Duration heartbeat,
    Duration maxStall,
    BiConsumer<Subscriber, CloseReason> onClose) {}
