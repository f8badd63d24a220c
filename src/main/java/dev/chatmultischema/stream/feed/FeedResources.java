package dev.chatmultischema.stream.feed;

import dev.chatmultischema.concurrency.TaskScheduler;

/**
 * The resources that all feeds share.
 *
 * @param fetchers runs reads of the history
 * @param maxLogBytes the limit of one feed's {@link FrameLog}
 * @param budget the limit of all feeds' logs together
 */
public record FeedResources(
    MessageHistory history,
    FrameEncoder encoder,
    TaskScheduler fetchers,
    long maxLogBytes,
    FrameBudget budget) {}
