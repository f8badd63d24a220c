package dev.chatmultischema.stream;

import dev.chatmultischema.concurrency.TaskScheduler;

/**
 * What all feeds share.
 *
 * @param fetchers runs what reads the history
 * @param maxBytes what one feed's log holds at most
 * @param budget what all feeds' logs hold at most
 */
record Sources(
    History history, Frames frames, TaskScheduler fetchers, long maxBytes, Budget budget) {}
