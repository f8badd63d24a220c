package dev.chatmultischema.stream;

import java.util.concurrent.ScheduledExecutorService;

/**
 * What all feeds share.
 *
 * @param fetchers runs what reads the history
 * @param maxBytes what one feed's log holds at most
 * @param budget what all feeds' logs hold at most
 */
record Sources(
    History history,
    Frames frames,
    ScheduledExecutorService fetchers,
    long maxBytes,
    Budget budget) {}
