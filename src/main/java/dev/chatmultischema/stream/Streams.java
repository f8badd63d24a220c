package dev.chatmultischema.stream;

import dev.chatmultischema.stream.access.StreamTickets;

/** The parts of this package that the HTTP edge calls. */
public record Streams(StreamHub hub, StreamTickets tickets) {}
