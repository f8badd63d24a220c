package dev.chatmultischema.stream.feed;

import com.codahale.metrics.Meter;
import dev.chatmultischema.concurrency.TaskScheduler;
import dev.chatmultischema.redis.BroadcastSignature;

/**
 * The resources that all feeds share.
 *
 * @param fetchers runs reads of the history
 * @param maxLogBytes the limit of one feed's {@link FrameLog}
 * @param budget the limit of all feeds' logs together
 * @param rejected counts broadcasts that no node has signed, or that are damaged
 */
public record FeedResources(
    MessageHistory history,
    FrameEncoder encoder,
    TaskScheduler fetchers,
    long maxLogBytes,
    FrameBudget budget,
    BroadcastSignature signature,
    Meter rejected) {}
